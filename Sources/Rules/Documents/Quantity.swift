public import Credit

/// So many points, or such a part of the qualification's points.
public enum Quantity: Hashable, Sendable, CustomStringConvertible {
    /// Points.
    case points(Points)
    /// A part of the whole.
    case part(Ratio)

    /// Reads `18`, `2/3` or `50%`.
    ///
    /// - Throws: What ``Credit/Points`` throws, or ``Credit/ErrorCode/ratioInvalid``.
    public init(_ text: String) throws(AccrueError) {
        if text.utf8.contains(UInt8(ascii: "/")) || text.utf8.last == UInt8(ascii: "%") {
            self = .part(try Ratio(text))
        } else {
            self = .points(try Points(text))
        }
    }

    /// `18` or `2/3`.
    public var description: String {
        switch self {
        case .points(let points): points.description
        case .part(let ratio): ratio.description
        }
    }
}

/// An exact part of a whole, in lowest terms.
public struct Ratio: Hashable, Sendable, CustomStringConvertible {
    /// The part.
    public let numerator: Int64
    /// The whole; never 0.
    public let denominator: Int64

    /// Reads `2/3`, `50%` or `12.5 %`.
    ///
    /// - Throws: ``Credit/ErrorCode/ratioInvalid`` where it is written otherwise, or is not from 0 to 1.
    public init(_ text: String) throws(AccrueError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let terms: (Int64, Int64)? =
            if parts.count == 2 {
                Self.whole(parts[0]).flatMap { part in Self.whole(parts[1]).map { (part, $0) } }
            } else if text.last == "%" {
                // A space before the sign is how many languages write it.
                (try? Points(String(text.dropLast(text.dropLast().last == " " ? 2 : 1)))).map {
                    ($0.rawValue, 1_000_000)
                }
            } else {
                nil
            }
        guard let (part, whole) = terms, whole > 0, (0...whole).contains(part) else {
            throw AccrueError(.ratioInvalid, text)
        }
        let divisor = Self.greatestCommonDivisor(part, whole)
        numerator = part / divisor
        denominator = whole / divisor
    }

    /// The part of an amount, as far as four decimals reach: rounded down, as what is at most that part must be, or up, as
    /// what is at least that part.
    public func of(_ points: Points, roundedUp: Bool = false) -> Points {
        let (part, rest) = (Int128(points.rawValue) * Int128(numerator))
            .quotientAndRemainder(dividingBy: Int128(denominator))
        return Points(rawValue: Int64(clamping: roundedUp && rest > 0 ? part + 1 : part))
    }

    /// `2/3`.
    public var description: String { "\(numerator)/\(denominator)" }

    /// Digits only: what `Int64` also takes, signs, is no part of a ratio.
    private static func whole(_ text: Substring) -> Int64? {
        text.utf8.count <= 9 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }

    private static func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
