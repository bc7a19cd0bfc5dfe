/// A day of the proleptic Gregorian calendar, without time or time zone.
///
/// Dates of the domain are civil: 31 July and 1 August may fall under different rules (domain trap 27),
/// wherever the reader's clock stands.
public struct CivilDate: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let rawValue: Int32

    /// Makes a date from days since 1970-01-01.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// 1900-01-01, the earliest date that an event may carry.
    public static let earliest = CivilDate(rawValue: -25_567)
    /// 2199-12-31, the latest date that an event may carry.
    public static let latest = CivilDate(rawValue: 84_005)

    /// Reads `YYYY-MM-DD`.
    ///
    /// - Throws: ``ErrorCode/dateInvalid`` when it is written otherwise, or no such day exists between
    ///   ``earliest`` and ``latest``.
    public init(_ text: String) throws(AccrueError) {
        var parts = (0, 0, 0)
        var isWritten = text.utf8.count == 10
        for (index, byte) in text.utf8.prefix(10).enumerated() {
            if index == 4 || index == 7 {
                isWritten = isWritten && byte == UInt8(ascii: "-")
                continue
            }
            isWritten = isWritten && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let digit = Int(byte) - Int(UInt8(ascii: "0"))
            switch index {
            case 0..<4: parts.0 = parts.0 * 10 + digit
            case 5..<7: parts.1 = parts.1 * 10 + digit
            default: parts.2 = parts.2 * 10 + digit
            }
        }
        guard isWritten, let date = CivilDate(year: parts.0, month: parts.1, day: parts.2),
            date >= .earliest, date <= .latest
        else { throw AccrueError(.dateInvalid, text) }
        self = date
    }

    /// The day with this year, month (1…12) and day (1…31), or nil where the calendar has none.
    ///
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.length(ofMonth: month, year: year)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(rawValue: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    /// Year, month and day.
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(rawValue) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The same day so many months later; the month's last day where that month is shorter.
    public func adding(months: Int) -> CivilDate {
        let (year, month, day) = components
        let count = year * 12 + month - 1 + months
        let (newYear, newMonth) = (count / 12, count % 12 + 1)
        let clamped = min(day, CivilDate.length(ofMonth: newMonth, year: newYear))
        return CivilDate(year: newYear, month: newMonth, day: clamped) ?? .latest
    }

    /// Orders by time.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        left.rawValue < right.rawValue
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = components
        let padding = String(repeating: "0", count: max(0, 4 - "\(year)".utf8.count))
        return "\(padding)\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
