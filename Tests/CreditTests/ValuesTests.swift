import Accrue
import Credit
import Testing

@Suite struct PointsTests {
    @Test(
        arguments: [
            ("0", 0, "0"), ("7", 70_000, "7"), ("7.5", 75_000, "7.5"), ("7.50", 75_000, "7.5"),
            ("9.2857", 92_857, "9.2857"), ("-2.25", -22_500, "-2.25"), ("-0.0001", -1, "-0.0001"),
            ("0.0001", 1, "0.0001"), ("0.05", 500, "0.05"),
            ("1000000", 10_000_000_000, "1000000"), ("-1000000.0000", -10_000_000_000, "-1000000"),
        ]
    )
    func `points are read as exact decimals and written in their shortest form`(
        text: String,
        rawValue: Int64,
        written: String
    ) throws {
        let points = try Points(text)
        #expect(points.rawValue == rawValue)
        #expect(points.description == written)
        #expect(try Points(written) == points)
    }

    @Test(
        arguments: [
            ("", ErrorCode.pointsNotDecimal), ("7,5", .pointsNotDecimal), ("7.", .pointsNotDecimal),
            (".5", .pointsNotDecimal), ("+7", .pointsNotDecimal), ("--7", .pointsNotDecimal), ("-", .pointsNotDecimal),
            ("1e3", .pointsNotDecimal), ("7.5.1", .pointsNotDecimal), (" 7", .pointsNotDecimal),
            ("٧", .pointsNotDecimal), ("7.12345", .pointsTooPrecise), ("0.00000", .pointsTooPrecise),
            ("1000000.0001", .pointsOutOfRange), ("1000001", .pointsOutOfRange),
            ("99999999999999999999999999", .pointsOutOfRange), ("007", .numberAmbiguous), ("00", .numberAmbiguous),
            ("-01.5", .numberAmbiguous),
        ]
    )
    func `what is no exact decimal is refused with its code`(text: String, code: ErrorCode) {
        #expect(throws: AccrueError(code)) { try Points(text) }
    }

    @Test(
        arguments: [("4,5", "4,5 (did you mean 4.5?)"), ("4,5,6", "4,5,6"), (",5", ",5"), ("four, five", "four, five")]
    )
    func `a comma brings a hint, where a point would make it points`(text: String, subject: String) {
        let error = #expect(throws: AccrueError.self) { try Points(text) }
        #expect(error?.subject == subject)
    }

    @Test func `a name that differs in capitals only is nearest`() {
        #expect(NearestName.suggestion(for: "e1", among: ["A1", "E1"]) == " (did you mean E1?)")
        #expect(NearestName.suggestion(for: "SPLOSNI", among: ["izbirni", "splosni"]) == " (did you mean splosni?)")
        #expect(NearestName.suggestion(for: "e1", among: ["A1", "B22"]) == " (did you mean A1?)")
    }

    @Test func `every amount is read back as it was written`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<20_000 {
            let raw = Int64(random.next() % 20_000_000_001) - 10_000_000_000
            let points = Points(rawValue: raw)
            #expect(try Points(points.description) == points)
        }
    }

    @Test func `sums and differences are exact where binary fractions are not`() throws {
        var sum = Points.zero
        for _ in 0..<10 { sum += "0.1" }
        #expect(sum == "1")
        #expect(Points("7.5") - Points("2.25") == "5.25")
        #expect(Points("-1") < Points.zero)
    }
}

@Suite struct CivilDateTests {
    @Test func `every day from 1900 to 2199 is the day after the one before, written and read back`() throws {
        // Counts days one by one, by the rule of the calendar: what the closed formulas must agree with.
        var (year, month, day) = (1900, 1, 1)
        var date = CivilDate.earliest
        while true {
            let components = date.components
            guard components == (year, month, day), CivilDate(year: year, month: month, day: day) == date else {
                Issue.record("\(date.rawValue): \(components), not \(year)-\(month)-\(day)")
                return
            }
            guard try CivilDate(date.description) == date else {
                Issue.record("\(date)")
                return
            }
            if date == .latest { break }
            date = CivilDate(rawValue: date.rawValue + 1)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2199, 12, 31))
    }

    @Test func `day 0 is 1970-01-01`() {
        #expect(CivilDate(rawValue: 0).description == "1970-01-01")
    }

    @Test(
        arguments: [
            "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "2025-1-01", "25-01-01",
            "2025/01/01", "1899-12-31", "2200-01-01", "2025-01-01T00:00", "", "２０２５-01-01", "0000-01-01",
        ]
    )
    func `what is no day of the calendar is refused`(text: String) {
        #expect(throws: AccrueError(.dateInvalid)) { try CivilDate(text) }
    }

    @Test func `months are added to the same day, or the last of a shorter month`() {
        #expect(CivilDate("2024-01-31").adding(months: 1) == "2024-02-29")
        #expect(CivilDate("2025-01-31").adding(months: 1) == "2025-02-28")
        #expect(CivilDate("2025-11-30").adding(months: 3) == "2026-02-28")
        #expect(CivilDate("2025-03-15").adding(months: 36) == "2028-03-15")
        #expect(CivilDate("2025-03-31").adding(months: -1) == "2025-02-28")
    }
}

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("2026-03-01T09:30:00Z", 1_772_357_400_000_000, "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30:00.5Z", 1_772_357_400_500_000, "2026-03-01T09:30:00.500000Z"),
            ("2026-03-01T09:30:00.000001Z", 1_772_357_400_000_001, "2026-03-01T09:30:00.000001Z"),
            ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
        ]
    )
    func `an instant is read in UTC to the microsecond and written back`(
        text: String,
        rawValue: Int64,
        written: String
    ) throws {
        let instant = try #require(Instant(text))
        #expect(instant.rawValue == rawValue)
        #expect(instant.description == written)
    }

    @Test(
        arguments: [
            "2026-03-01", "2026-03-01T09:30:00", "2026-03-01T09:30:00+01:00", "2026-03-01T24:00:00Z",
            "2026-03-01T09:60:00Z", "2026-03-01T09:30:60Z", "2026-02-29T09:30:00Z", "2026-03-01T09:30:00.Z",
            "2026-03-01T09:30:00.1234567Z", "2026-03-01 09:30:00Z", "2026-03-01T0a:30:00Z", "",
        ]
    )
    func `what is no instant in UTC is refused`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `the date of an instant is its day in UTC, before 1970 as well`() {
        #expect(Instant(rawValue: -1).date == "1969-12-31")
        #expect(Instant(rawValue: 86_400_000_000).date == "1970-01-02")
        #expect(Instant(rawValue: 86_399_999_999).date == "1970-01-01")
    }

    @Test(arguments: [
        (Int64.min, "-290308-12-21T19:59:05.224192Z"), (.min + 14_454_775_807, "-290308-12-21T23:59:59.999999Z"),
        (.min + 14_454_775_808, "-290308-12-22T00:00:00Z"), (.max, "294247-01-10T04:00:54.775807Z"),
    ])
    func `an instant of a damaged record can be told, too`(rawValue: Int64, text: String) {
        #expect("\(Instant(rawValue: rawValue))" == text)
    }
}

@Suite struct EventIDTests {
    @Test func `an event id is read in either case and written in lower case`() throws {
        let text = "0190b5a0-7c1e-7abc-8def-0123456789ab"
        let id = try #require(EventID(text.uppercased()))
        #expect(id.description == text)
        #expect(id == EventID(high: 0x0190_b5a0_7c1e_7abc, low: 0x8def_0123_4567_89ab))
        #expect(EventID(high: 0, low: 1).description == "00000000-0000-0000-0000-000000000001")
    }

    @Test(
        arguments: [
            "", "0190b5a07c1e7abc8def0123456789ab", "0190b5a0-7c1e-7abc-8def-0123456789a",
            "0190b5a0-7c1e-7abc-8def-0123456789abc", "0190b5a0-7c1e-7abc-8def-0123456789ag",
            "0190b5a07-c1e-7abc-8def-0123456789ab", "{190b5a0-7c1e-7abc-8def-0123456789ab}",
        ]
    )
    func `what is no UUID is refused`(text: String) {
        #expect(EventID(text) == nil)
    }

    @Test func `ids are ordered by their bytes`() {
        #expect(EventID(high: 0, low: .max) < EventID(high: 1, low: 0))
        #expect(EventID(high: 1, low: 0) < EventID(high: 1, low: 1))
    }
}

@Suite struct PositionTests {
    @Test(
        arguments: [(1, 3, 10, 4), (8, 3, 10, 10), (UInt32.max - 2, 3, UInt32.max - 1, UInt32.max - 1)]
            as [(UInt32, UInt32, UInt32, UInt32)]
    )
    func `a range near the end of the largest log ends with the log`(
        start: UInt32,
        count: UInt32,
        last: UInt32,
        expected: UInt32
    ) {
        let end = Position(rawValue: start).advanced(by: count, through: Position(rawValue: last))
        #expect(end == Position(rawValue: expected))
    }
}
