import AccrueTestKit
import Credit
import EventCoding
import LMDB
import Testing

@testable import EventLog

@Suite struct FaultTests {
    @Test func `many appends that wait together share few commits`() async throws {
        let plan = FaultPlan()
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.faults = plan }
        let before = plan.calls.count { $0 == .transactionCommit }
        let reached = try await withThrowingTaskGroup(of: UInt32.self) { group in
            for number in 1...400 {
                group.addTask {
                    try await log.append { (turn) throws(AccrueError) in
                        .keep(try turn.append(.learner(number)).event.position.rawValue)
                    }
                }
            }
            return try await group.reduce(into: Set<UInt32>()) { $0.insert($1) }
        }
        #expect(reached == Set(1...400))
        #expect(plan.calls.count { $0 == .transactionCommit } - before < 200)
    }

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `after a commit of unknown outcome the log is closed`(moment: FaultPlan.Moment) async throws {
        let plan = FaultPlan()
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.faults = plan }
        try await log.append(learners: 1...1)
        plan.fail(.transactionCommit, with: .inputOutput, moment: moment)
        await #expect(throws: AccrueError(.commitUncertain)) { try await log.append(learners: 2...2) }
        await #expect(throws: AccrueError(.logClosed)) { try await log.append(learners: 3...3) }
        try log.close()
        let again = try store.open()
        #expect(try again.read { $0.position.rawValue } == (moment == .before ? 4 : 8))
        // The same command gives the same event, whatever became of the first attempt.
        try await again.append(learners: 2...2)
        #expect(try again.read { $0.position.rawValue } == 8)
        #expect(again.check().findings == [])
    }

    @Test
    func `after LMDB panics the log refuses everything, loses nothing, and goes on when opened again`() async throws {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await log.append(learners: 1...3)
        // LMDB panics when it cannot write a meta page: what it kept in memory is then ahead of the file.
        let meta = try MetaDescriptor(of: StoreFolder(path: store.path).data)
        try await meta.withoutWriting {
            await #expect(throws: AccrueError(.commitUncertain)) { try await log.append(learners: 4...4) }
        }
        for _ in 0..<2 {
            await #expect(throws: AccrueError(.logClosed)) { try await log.append(learners: 5...5) }
            let error = #expect(throws: AccrueError.self) {
                try log.read { (snapshot) throws(AccrueError) in try snapshot.event(at: Position(rawValue: 1)) }
            }
            #expect(error?.code == .commitUncertain && error?.subject.contains("MDB_PANIC") == true)
            #expect(throws: AccrueError(.commitUncertain)) { try log.backup(to: store.folder["backup"]) }
            #expect(log.check().findings.map(\.error.code).contains(.commitUncertain))
        }
        #expect(try !Files().has(store.folder["backup"]))
        try log.close()
        let again = try store.open()
        #expect(try again.read { $0.position.rawValue } == 12)
        #expect(again.check().findings == [])
        try await again.append(learners: 4...5)
        #expect(try again.read { $0.position.rawValue } == 20)
        #expect(again.check().findings == [])
        try again.close()
    }

    @Test(arguments: [Call.put, .transactionCommit])
    func `a full disk refuses the batch and nothing else`(call: Call) async throws {
        let plan = FaultPlan()
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.faults = plan }
        try await log.append(learners: 1...1)
        let before = try await log.append { (turn) throws(AccrueError) in .discard(turn.epoch) }
        plan.fail(call, with: .noSpace)
        await #expect(throws: AccrueError(.diskFull)) { try await log.append(learners: 2...2) }
        let after = try await log.append { (turn) throws(AccrueError) in .discard(turn.epoch) }
        #expect(after > before)
        try await log.append(learners: 2...3)
        #expect(try log.read { $0.position.rawValue } == 12)
        #expect(log.check().findings == [])
    }

    @Test func `of a turn of several batches, what was durable before the disk was full stays`() async throws {
        let plan = FaultPlan()
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.faults = plan }
        // As much as one transaction takes.
        let perBatch = largestBatchBytes / 4 / 4_000
        let text = String(repeating: "x", count: 4_000)
        plan.fail(.transactionCommit, number: 2, with: .noSpace)
        await #expect(throws: AccrueError(.diskFull)) {
            try await log.append { (turn) throws(AccrueError) in
                for number in 1...2 * perBatch {
                    var learner = Command.learner(number)
                    learner.details.text = text
                    _ = try turn.append(learner)
                    if number == perBatch { turn.endBatch() }
                }
                return .keep(())
            }
        }
        try log.read { (snapshot) throws(AccrueError) in
            #expect(snapshot.position.rawValue == UInt32(perBatch))
            #expect(snapshot.learnerCount == UInt32(perBatch))
            #expect(try snapshot.position(of: "learner-\(perBatch + 1)", in: .learner) == nil)
        }
        try await log.append(learners: perBatch + 1...perBatch + 1)
        #expect(log.check().findings == [])
    }

    @Test func `who finds that another writer has been there writes nothing`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await log.append(learners: 1...1)
        var record = EncodedRecords()
        let event = try log.records.event(at: Position(rawValue: 1))
        let salts = [UInt8](repeating: 0, count: EventRecord.saltSize(of: event.command))
        record.append(event, salts: salts.span.bytes)
        try log.records.append(record, 0..<1, after: Position(rawValue: 4))
        await #expect(throws: AccrueError(.logClosed)) { try await log.append(learners: 2...2) }
        #expect(try log.records.lastPosition() == Position(rawValue: 5))
    }
}
