/// An exact number of credit points in some scheme, in steps of 10⁻⁴.
///
/// Points of different schemes are never added; the scheme stands beside the amount (domain trap 30).
/// No binary floating point is involved: `7.5` is stored as the integer 75,000.
public struct Points: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The amount in ten-thousandths of a point.
    public let rawValue: Int64

    /// Makes an amount from ten-thousandths of a point.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Nothing.
    public static let zero = Points(rawValue: 0)

    /// The largest amount that one event may carry: a million points.
    public static let largest = Points(rawValue: 1_000_000 * 10_000)

    /// Reads a plain decimal such as `7`, `7.5` or `-2.25`.
    ///
    /// - Throws: ``ErrorCode/pointsNotDecimal``, ``ErrorCode/numberAmbiguous`` for `07`, ``ErrorCode/pointsTooPrecise`` for
    ///   a fifth decimal, ``ErrorCode/pointsOutOfRange`` beyond ``largest``.
    public init(_ text: String) throws(AccrueError) {
        var digits: Int64 = 0
        var decimals = -1
        var seen = 0
        var negative = false
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: negative = true
            case UInt8(ascii: ".") where decimals < 0 && seen > 0: decimals = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if digits == 0, seen > 0, decimals < 0 { throw AccrueError(.numberAmbiguous, text) }
                if decimals >= 4 { throw AccrueError(.pointsTooPrecise, text) }
                if digits > Points.largest.rawValue { throw AccrueError(.pointsOutOfRange, text) }
                digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
                seen += 1
                if decimals >= 0 { decimals += 1 }
            default: throw AccrueError(.pointsNotDecimal, text + Self.hint(for: text))
            }
        }
        guard seen > 0, decimals != 0 else { throw AccrueError(.pointsNotDecimal, text) }
        for _ in max(decimals, 0)..<4 { digits *= 10 }
        guard digits <= Points.largest.rawValue else { throw AccrueError(.pointsOutOfRange, text) }
        self.init(rawValue: negative ? -digits : digits)
    }

    /// A hint for who writes a comma where a point belongs.
    private static func hint(for text: String) -> String {
        // Longer texts are no points, whatever stands in them.
        guard text.utf8.count <= 20, text.contains(",") else { return "" }
        let written = text.map { $0 == "," ? "." : $0 }
        return (try? Points(String(written))).map { " (did you mean \($0)?)" } ?? ""
    }

    /// The sum. Traps on overflow, which takes more than 9 million events at ``largest``.
    public static func + (left: Points, right: Points) -> Points {
        Points(rawValue: left.rawValue + right.rawValue)
    }

    /// The difference.
    public static func - (left: Points, right: Points) -> Points {
        Points(rawValue: left.rawValue - right.rawValue)
    }

    /// Adds in place.
    public static func += (left: inout Points, right: Points) {
        left = left + right
    }

    /// Orders by amount.
    public static func < (left: Points, right: Points) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The shortest decimal: `7`, `7.5`, `-2.25`.
    public var description: String {
        let magnitude = rawValue.magnitude
        let whole = "\(rawValue < 0 ? "-" : "")\(magnitude / 10_000)"
        var rest = magnitude % 10_000
        guard rest > 0 else { return whole }
        var width = 4
        while rest.isMultiple(of: 10) {
            rest /= 10
            width -= 1
        }
        let digits = "\(rest)"
        return whole + "." + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
