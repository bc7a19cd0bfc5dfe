import AccrueTestKit
import Credit
import EventCoding
import LMDB
import Testing

@testable import EventLog

/// Checks of logs that hold what no writer writes: they end, soon, and with findings.
@Suite struct LogCheckTests {
    private let store: TemporaryLog

    init() throws {
        store = try TemporaryLog()
    }

    /// Writes a learner and notes as the events at these positions with these versions.
    private func write(_ events: [(position: UInt32, version: UInt32)]) throws {
        var settings = Environment.Options()
        settings.maximumDatabases = 2
        let environment = try Environment(path: StoreFolder(path: store.path).log, options: settings)
        let database = try environment.database(named: "events")
        try environment.write { (transaction) throws(LMDBError) in
            for (index, (position, version)) in events.enumerated() {
                let event = Event(
                    position == 1 ? .learner(1) : .note(1, index, of: Position(rawValue: 1)),
                    position: Position(rawValue: position),
                    recordedAt: Instant(rawValue: 0),
                    learnerNumber: 1,
                    learnerVersion: version,
                    flags: .lastInBatch
                )
                let record = event.record
                try transaction.put(UInt64(position), record, in: database)
            }
        }
        try environment.close()
    }

    private func findings() throws -> [String] {
        try LMDBEventLog.check(at: store.path, options: store.options).findings.map {
            "\($0.position ?? .none) \($0.error.code.rawValue) \($0.error.subject)"
        }
    }

    @Test func `a version after which there is none`() throws {
        try write([(1, .max), (2, 1)])
        let findings = try findings()
        #expect(findings.count == 2)
        #expect(findings.last?.hasSuffix("version 1 of stream 1, not 4294967296") == true, "\(findings)")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a position far away is looked at, and what is missing before it told once`() throws {
        try write([(1, 1), (2, 2), (1 << 31, 3), ((1 << 31) + 1, 3)])
        let report = try LMDBEventLog.check(at: store.path, options: store.options)
        #expect(report.events == 4)
        let findings = try findings()
        #expect(findings.first == "3 E-INT-005 positions 3 to 2147483647")
        #expect(findings.dropFirst().first?.contains("version 3 of stream 1, not 4") == true, "\(findings)")
        #expect(report.findingCount == 2, "\(findings)")
    }

    @Test func `missing positions in between are told with what follows them`() throws {
        try write([(1, 1), (3, 3), (6, 6)])
        #expect(try findings() == ["2 E-INT-005 position 2", "4 E-INT-005 positions 4 to 5"])
    }
}
