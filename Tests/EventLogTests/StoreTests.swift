import AccrueTestKit
import Credit
import Foundation
import LMDB
import Synchronization
import Testing

@testable import EventLog

@Suite struct StoreTests {
    @Test(arguments: [1 << 18, 16])
    func `a log that is opened again goes on where it ended`(sealInterval: Int) async throws {
        let store = try TemporaryLog(sealInterval: sealInterval)
        defer { withExtendedLifetime(store) {} }
        for start in [1, 11, 21] { try await store.fill(learners: start...start + 9) }
        let log = try store.open()
        let report = log.check()
        #expect(report.findings == [])
        #expect(report.events == 120 && report.learners == 30)
        #expect((report.runs > 0) == (sealInterval == 16))
        let statistics = try log.statistics()
        #expect(statistics.events == 120 && statistics.learners == 30 && statistics.runs == report.runs)
    }

    @Test(arguments: [63, 64])
    func `closing seals what the next one would have to read from the log, where it is an eighth of a run`(
        events: Int
    ) async throws {
        let store = try TemporaryLog(sealInterval: 512)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await log.append(learners: 1...15)
        _ = try await log.append { (turn) throws(AccrueError) in
            for index in 4..<events - 56 { _ = try turn.append(.note(15, index, of: Position(rawValue: 57))) }
            return .keep(true)
        }
        #expect(try log.statistics().unsealedEvents == events)
        try log.close()
        let next = try store.open()
        #expect(try next.statistics().unsealedEvents == (events < 64 ? events : 0))
        #expect(next.check().findings == [])
        let count = try next.read { (snapshot) throws(AccrueError) in try snapshot.events(ofLearner: 15).count }
        #expect(count == events - 56)
    }

    @Test func `there is one writer at a time, and closing lets the next one in`() throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        let error = #expect(throws: AccrueError(.logLocked)) { try store.open() }
        #expect(error?.subject.contains("process \(getpid())") == true)
        try log.close()
        try store.open().close()
    }

    @Test
    func `a copy of the lock's descriptor, as a starting process has, does not keep a closed log locked`() throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        let lock = StoreFolder(path: store.path).lock
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let descriptor = try #require(
            descriptors.first {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == lock
            }
        )
        let copy = dup(try #require(Int32(descriptor)))
        defer { close(copy) }
        try log.close()
        try store.open().close()
    }

    @Test func `a store is made where nothing is, and opened where one is`() throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        #expect(throws: AccrueError(.storeExists)) { try LMDBEventLog.create(at: store.path) }
        #expect(throws: AccrueError(.storeMissing)) { try LMDBEventLog(path: store.folder["other"]) }
        #expect(try Files().names(in: store.folder.path) == ["store"])
    }

    @Test func `who only reads cannot append`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...2)
        let log = try store.open(writes: false)
        #expect(try log.read { $0.position } == Position(rawValue: 8))
        await #expect(throws: AccrueError(.notPermitted)) { try await log.append(learners: 3...3) }
    }

    @Test func `a log that lost its newest events, or its end, is not opened`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...1)
        let folder = StoreFolder(path: store.path)
        let older = try Data(contentsOf: URL(fileURLWithPath: folder.data))
        try await store.fill(learners: 2...2)
        try older.write(to: URL(fileURLWithPath: folder.data))
        #expect(throws: AccrueError(.positionsMissing)) { try store.open() }
        try older.prefix(9_000).write(to: URL(fileURLWithPath: folder.data))
        #expect(throws: AccrueError(.storeDamaged)) { try store.open() }
    }

    @Test func `a clock far from the last event is refused unless accepted, and never turns time back`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...1)
        #expect(throws: AccrueError(.clockFar)) { try store.open { $0.clock = { Instant(rawValue: 0) } } }
        let log = try store.open {
            $0.clock = { Instant(rawValue: 0) }
            $0.acceptsClock = true
        }
        try await log.append(learners: 2...2)
        let events = try log.read { (snapshot) throws(AccrueError) in try snapshot.events(ofLearner: 2) }
        let first = try log.read { (snapshot) throws(AccrueError) in try snapshot.event(at: Position(rawValue: 1)) }
        #expect(events.allSatisfy { $0.recordedAt == first.recordedAt && $0.flags.contains(.clockRaised) })
    }

    @Test func `a clock that jumps far while the log is open is refused until it is right again`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let offset = Mutex<Int64>(0)
        let log = try store.open { $0.clock = { Instant(rawValue: 1_764_000_000_000_000 + offset.withLock { $0 }) } }
        try await log.append(learners: 1...1)
        for years: Int64 in [50, -1] {
            offset.withLock { $0 = years * 31_557_600_000_000 }
            await #expect(throws: AccrueError(.clockFar)) { try await log.append(learners: 2...2) }
        }
        offset.withLock { $0 = 1 }
        try await log.append(learners: 2...2)
        #expect(try log.read { $0.position } == Position(rawValue: 8))
        try log.close()
    }

    @Test func `a batch that is too large is refused whole`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        await #expect(throws: AccrueError(.batchTooLarge)) {
            try await log.append { (turn) throws(AccrueError) in
                for number in 1...largestBatch + 1 { _ = try turn.append(.learner(number)) }
                return .keep(true)
            }
        }
        #expect(try log.read { $0.position } == .none)
        try await log.append { (turn) throws(AccrueError) in
            for number in 1...largestBatch + 1 {
                _ = try turn.append(.learner(number))
                if number == 1_000 { turn.endBatch() }
            }
            return .keep(())
        }
        #expect(try log.read { $0.position.rawValue } == UInt32(largestBatch + 1))
    }

    @Test func `a batch that needs a larger map gets it`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.mapSize = 256 << 10 }
        _ = try await log.append { (turn) throws(AccrueError) in
            for number in 1...8_000 { _ = try turn.append(.learner(number)) }
            return .keep(true)
        }
        #expect(try log.statistics().mapBytes > 256 << 10)
        #expect(log.check().findings == [])
    }

    @Test func `a reader sees what the writer commits, and nothing before`() async throws {
        let store = try TemporaryLog(sealInterval: 16)
        defer { withExtendedLifetime(store) {} }
        let writer = try store.open()
        try await writer.append(learners: 1...3)
        let snapshot = try writer.read { $0 }
        try await writer.append(learners: 4...9)
        #expect(snapshot.position == Position(rawValue: 12) && snapshot.learnerCount == 3)
        #expect(try snapshot.position(of: "learner-9", in: .learner) == nil)
        #expect(throws: AccrueError(.notFound)) { try snapshot.event(at: Position(rawValue: 13)) }
    }

    @Test func `a number of records that no log can have is told as damage`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...3)
        let file = URL(fileURLWithPath: StoreFolder(path: store.path).data)
        var content = try Data(contentsOf: file)
        var (places, rest) = (0, content.startIndex..<content.endIndex)
        while let name = content.range(of: Data("events".utf8), in: rest) {
            // The greatest byte of the number of entries, in what LMDB keeps of a database behind its name.
            content[name.upperBound + 39] ^= 0x80
            (places, rest) = (places + 1, name.upperBound..<content.endIndex)
        }
        #expect(places > 0)
        try content.write(to: file)
        for writes in [true, false] {
            #expect(throws: AccrueError(.storeDamaged)) { try store.open(writes: writes) }
        }
    }

    @Test func `a store of a newer format is called that`() throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        do {
            var settings = Environment.Options()
            settings.maximumDatabases = 2
            let environment = try Environment(path: store.path + "/log", options: settings)
            let meta = try environment.database(named: "meta")
            try environment.write { (transaction) throws(LMDBError) in
                try transaction.put(Array("format".utf8), UInt32(2), in: meta)
            }
            try environment.close()
        }
        #expect(throws: AccrueError(.formatNewer)) { try store.open() }
        #expect(throws: AccrueError(.formatNewer)) { try store.open(writes: false) }
    }
}
