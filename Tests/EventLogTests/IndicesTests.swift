import AccrueTestKit
import Credit
import Foundation
import LMDB
import Synchronization
import Testing

@testable import EventLog

@Suite struct IndicesTests {
    @Test(arguments: [UInt32(12), 30, 40])
    func `a long reader takes over runs that were sealed meanwhile`(end: UInt32) async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...10)
        let log = try store.open(writes: false)
        var sealed = log.indices.cover.withLock { $0.tail }
        #expect(sealed.entries.count == 40)
        sealed.truncate(to: end)
        _ = try Run.seal(sealed, of: log.records, in: log.folder.runs, log.folder.files)
        try log.indices.adoptRuns(log.folder, log.records)
        let statistics = try log.statistics()
        #expect(statistics.runs == 1 && statistics.unsealedEvents == 40 - end)
        #expect(log.check().findings == [])
        // Nothing more to take over.
        try log.indices.adoptRuns(log.folder, log.records)
        #expect(try log.statistics().runs == 1)
    }

    @Test func `sealing that fails is told, harms nothing, and is done later`() async throws {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        let runs = log.folder.runs
        try FileManager.default.moveItem(atPath: runs, toPath: runs + "-away")
        try await log.append(learners: 1...4)
        try await until { try log.statistics().failures[.sealing] != nil }
        #expect(try log.statistics().runs == 0)
        #expect(log.check().findings == [])
        try FileManager.default.moveItem(atPath: runs + "-away", toPath: runs)
        try await log.append(learners: 5...20)
        try await until { try log.statistics().failures.isEmpty && log.statistics().runs > 0 }
        #expect(log.check().findings == [])
    }

    @Test func `a merge that fails is told by its name, however well runs are sealed after it`() async throws {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...2)
        let run = URL(fileURLWithPath: store.path + "/runs/" + (try #require(store.runs.first)))
        let log = try store.open()
        // Damaged where it lies, under the process that has it open.
        let file = try FileHandle(forUpdating: run)
        let size = try file.seekToEnd()
        for offset in stride(from: 0, to: size, by: 64) {
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data([0xA5]))
        }
        try file.close()
        try await log.append(learners: 3...40)
        try log.close()
        #expect(log.failures[.merging]?.code == .indexDiffers)
        #expect(log.failures[.sealing] == nil)
    }

    @Test func `a head that cannot be written is told by its name, and sealing goes on`() async throws {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        // Nothing can be renamed to where a folder with something in it is.
        try FileManager.default.createDirectory(
            atPath: log.folder.head + "/kept",
            withIntermediateDirectories: true
        )
        try await log.append(learners: 1...4)
        try await until { log.failures[.anchoring] != nil }
        for learners in [5...6, 7...8, 9...10] {
            try await log.append(learners: learners)
            try await until { try log.statistics().unsealedEvents < 8 }
            #expect(log.failures[.sealing] == nil)
        }
        #expect(throws: AccrueError(.inputOutput)) { try log.close() }
        try FileManager.default.removeItem(atPath: log.folder.head)
        let again = try store.open()
        #expect(again.check().findings == [])
        try again.close()
    }

    @Test
    func `a run that was merged and could not be removed is removed with the next, and told until then`() async throws {
        let plan = FaultPlan()
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.faults = plan }
        plan.fail(.fileRemove, number: 2, with: .inputOutput)
        // Four runs, so that they are merged.
        try await log.append(learners: 1...9)
        try await until { plan.fired == [.fileRemove] }
        try await log.append(learners: 10...22)
        try await until { try log.failures.isEmpty && store.runs.count == log.statistics().runs }
        #expect(log.check().findings == [])
        try log.close()
    }

    @Test func `what was taken back is found no more, whatever met it in the tables`() throws {
        var tail = Tail()
        var random = SystemRandomNumberGenerator()
        var expected: [IndexEntry] = []
        for round in 0..<400 {
            if round % 3 == 2 {
                let kept = Int.random(in: 0...expected.count, using: &random)
                tail.truncate(to: UInt32(kept))
                expected.removeSubrange(kept...)
            }
            for _ in 0..<Int.random(in: 0...50, using: &random) {
                let id = EventID(high: random.next(), low: random.next())
                var command = Command(id: id, kind: .left, effective: CivilDate(rawValue: 0))
                command.learner = Position(rawValue: 1)
                let learner = UInt32.random(in: 1...20, using: &random)
                let version = UInt32(expected.count { $0.learner == learner }) + 1
                let event = Event(
                    command,
                    position: Position(rawValue: tail.end + 1),
                    recordedAt: Instant(rawValue: 0),
                    learnerNumber: learner,
                    learnerVersion: version
                )
                expected.append(IndexEntry(event))
                tail.append(IndexEntry(event))
            }
            #expect(tail.entries == expected)
            for learner in UInt32(1)...20 {
                let positions = expected.indices.filter { expected[$0].learner == learner }.map { UInt32($0 + 1) }
                #expect(tail.positions(ofLearner: learner) == positions)
                #expect(tail.version(ofLearner: learner) == positions.last.map { expected[Int($0) - 1].version })
            }
            for (index, entry) in expected.enumerated() {
                #expect(tail.position(ofEvent: entry.id) == UInt32(index + 1))
            }
        }
    }

    @Test func `a filter knows every key that it took in, and few others`() throws {
        var random = SystemRandomNumberGenerator()
        let keys = (0..<20_000).map { _ in RunPiece.Rank(high: random.next(), low: random.next()).hash }
        var filter = KeyFilter(capacity: keys.count)
        filter.insert(keys)
        var bytes = filter.bytes
        let copy = KeyFilter(bytes: bytes.span.bytes)
        let read = try #require(copy)
        #expect(keys.allSatisfy { read.mayHold(KeyFilter.Key($0)) })
        let strangers = (0..<20_000).count { _ in
            read.mayHold(KeyFilter.Key(RunPiece.Rank(high: random.next(), low: random.next()).hash))
        }
        // Some 20 are to be expected.
        #expect(strangers < 60)
        bytes[bytes.count / 2] ^= 1
        let damaged = KeyFilter(bytes: bytes.span.bytes)
        #expect(damaged == nil)
    }
}
