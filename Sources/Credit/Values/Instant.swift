/// A moment of the recording clock, in microseconds since 1970-01-01T00:00:00Z.
public struct Instant: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let rawValue: Int64

    /// Makes an instant from microseconds since 1970-01-01T00:00:00Z.
    @inlinable
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The instant so many seconds after 1970-01-01T00:00:00Z, or the last one that there is.
    public init(secondsSince1970 seconds: UInt64) {
        let (microseconds, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(rawValue: isBeyond ? .max : Int64(clamping: microseconds))
    }

    /// Reads RFC 3339 in UTC: `2026-03-01T09:30:00Z`, with up to six decimals of a second.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z"),
            let date = try? CivilDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            let digits = bytes[range]
            guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        guard let hour = number(11..<13), hour < 24, let minute = number(14..<16), minute < 60,
            let second = number(17..<19), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            guard bytes[19] == UInt8(ascii: "."), (22...27).contains(bytes.count),
                let digits = number(20..<bytes.count - 1)
            else { return nil }
            fraction = digits
            for _ in (bytes.count - 21)..<6 { fraction *= 10 }
        }
        let seconds = Int64(date.rawValue) * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(rawValue: seconds * 1_000_000 + fraction)
    }

    /// The civil date in UTC.
    public var date: CivilDate {
        let days = rawValue / 86_400_000_000
        return CivilDate(rawValue: Int32(rawValue % 86_400_000_000 < 0 ? days - 1 : days))
    }

    /// Orders by time.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.rawValue < right.rawValue
    }

    /// RFC 3339 in UTC, with microseconds where there are any.
    public var description: String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = "\(value)"
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        // Not by multiplying the day, whose start may lie before the first instant.
        let rest = rawValue % 86_400_000_000
        let time = rest < 0 ? rest + 86_400_000_000 : rest
        let (seconds, fraction) = (time / 1_000_000, time % 1_000_000)
        let clock = "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date)T\(clock)\(fraction == 0 ? "" : "." + padded(fraction, 6))Z"
    }
}
