import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import LMDB
import Synchronization
import Testing

@testable import Projections

/// Stored projections: built, brought forward, compared, switched.
@Suite struct SlotTests {
    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func `what was brought forward equals what is built anew, byte for byte`(seed: UInt64) async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: seed, learners: 12)
            try await scenario.append(120)
            let grown = try #require(try await scenario.build())
            while !scenario.isAtEnd {
                try await scenario.append(61)
                try await scenario.building.bringForward(grown)
            }
            let anew = try #require(try await scenario.build())
            #expect(anew.number != grown.number)
            #expect(try SlotScenario.content(of: grown) == SlotScenario.content(of: anew))
            #expect(try grown.state().learners == ledger.read { (view) throws(AccrueError) in view.log.learnerCount })
            #expect(try await scenario.building.faults(of: grown).isEmpty)
            #expect(try await scenario.building.compare(grown, anew).differences.isEmpty)
        }
    }

    @Test func `summaries are the sums of the rows' enrolments`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 9, learners: 30)
            try await scenario.append(.max)
            let slot = try #require(try await scenario.build())
            var expected: [String: Int64] = [:]
            try ledger.read { (view) throws(AccrueError) in
                try view.forEachLearner { (learner) throws(AccrueError) in
                    for enrolment in try view.balance(of: learner, on: SlotScenario.today).enrolments {
                        let home = try view.name(of: enrolment.home)
                        let qualification = try view.name(of: enrolment.qualification)
                        expected["\(home) \(qualification) \("\(enrolment.from)".prefix(4))", default: 0] += 1
                    }
                    return true
                }
            }
            let names = try ledger.read { (view) throws(AccrueError) in view.registry }
            let found = try slot.cohorts().map { key, summary in
                let home = names.identifier(at: key.institution) ?? ""
                let qualification = names.identifier(at: key.qualification) ?? ""
                return ("\(home) \(qualification) \(key.year)", summary.enrolments)
            }
            #expect(Dictionary(uniqueKeysWithValues: found) == expected)
            #expect(expected.count > 1)
        }
    }

    @Test func `a build that was cancelled goes on where it was`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 3, learners: 40)
            try await scenario.append(.max)
            var small = try SlotBuilding(scenario.slots, workers: 2)
            small.learnersAtOnce = 8
            small.pause = .zero
            let building = small
            let told = Mutex<[UInt32]>([])
            let definition = ProjectionDefinition(on: SlotScenario.today)
            let cancelled = try await Task {
                try await building.build(definition) { progress in
                    told.withLock { $0.append(progress.done) }
                    if progress.done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }.value
            #expect(cancelled == nil)
            #expect(throws: AccrueError(.slotUnfinished)) { try scenario.slots.finishedSlot(1) }
            let finished = try #require(
                try await building.build(definition) { progress in told.withLock { $0.append(progress.done) } }
            )
            #expect(finished.number == 1)
            // The second build began where the first ended.
            #expect(told.withLock { Array($0.prefix(3)) } == [0, 16, 16])
            #expect(try await building.faults(of: finished).isEmpty)
        }
    }

    @Test func `what another day changes is explained, and what was altered is not`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 5, learners: 20)
            try await scenario.append(.max)
            let today = try #require(try await scenario.build())
            let early = try #require(try await scenario.build(on: CivilDate(rawValue: 19_000)))
            let explained = try await scenario.building.compare(today, early)
            #expect(!explained.differences.isEmpty && explained.isExplained)
            let between = (CivilDate(rawValue: 19_001)...SlotScenario.today)
            for difference in explained.differences {
                #expect(
                    difference.reasons.contains { reason in
                        if case .event(_, let date) = reason { between.contains(date) } else { reason != .day }
                    }
                )
            }
            let same = try #require(try await scenario.build())
            let learner = try #require(explained.differences.first).learner
            let row = try #require(try today.row(ofLearner: learner))
            try today.close()
            try Self.alter(scenario, 1, learner, row)
            let altered = try scenario.slots.finishedSlot(1, writes: true)
            let comparison = try await scenario.building.compare(altered, same)
            #expect(comparison.differences.map(\.learner) == [learner])
            #expect(comparison.differences.map(\.unexplained) == [[1]])
            #expect(try await scenario.building.faults(of: altered).learners == [learner])
        }
    }

    /// Writes into a slot behind its back.
    private static func alter(
        _ scenario: SlotScenario,
        _ number: Int,
        _ learner: UInt32,
        _ row: LearnerRow
    ) throws {
        var altered = row
        altered.credits[0].bucket = altered.credits[0].bucket == .surplus ? .planned : .surplus
        let sealed = SealedBytes(ofLearner: learner).sealed(altered.bytes)
        try scenario.stored(number).put(sealed, under: StoredSlot.key(ofLearner: learner), in: "rows")
    }

    @Test func `the pointer goes forth and back, and what serves is not dropped`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 5, learners: 3)
            try await scenario.append(.max)
            let slots = scenario.slots
            #expect(throws: AccrueError(.noSlotServes)) { try slots.current() }
            for _ in 1...3 { try #require(try await scenario.build()).close() }
            #expect(try slots.numbers == [1, 2, 3])
            try slots.point(to: 1)
            #expect(throws: AccrueError(.slotMissing)) { try slots.pointBack() }
            try slots.point(to: 3)
            #expect(try slots.current().number == 3)
            #expect(throws: AccrueError(.slotServes)) { try slots.drop(3) }
            #expect(try slots.pointBack() == SlotFolder.Pointer(current: 1, previous: 3, isRolledBack: true))
            #expect(try slots.pointBack() == SlotFolder.Pointer(current: 3, previous: 1))
            #expect(try slots.pointBack() == slots.pointer())
            try slots.drop(3)
            #expect(try slots.numbers == [1, 2])
            #expect(throws: AccrueError(.slotMissing)) { try slots.pointBack() }
            #expect(throws: AccrueError(.slotMissing)) { try slots.drop(7) }
            #expect(throws: AccrueError(.slotMissing)) { try slots.point(to: 7) }
            #expect(try slots.current().number == 1)
        }
    }

    @Test func `a slot of another log is told`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 5, learners: 3)
            try await scenario.append(.max)
            try #require(try await scenario.build()).close()
            try await withLedger { other in
                var elsewhere = SlotScenario(other, seed: 5, learners: 3)
                try await elsewhere.append(.max)
                try #require(try await elsewhere.build()).close()
                try elsewhere.slots.drop(1)
                try FileManager.default.copyItem(
                    atPath: SlotFolder.path(1, in: scenario.slots.path),
                    toPath: SlotFolder.path(1, in: elsewhere.slots.path)
                )
                #expect(throws: AccrueError(.slotOfOtherLog)) { try elsewhere.slots.finishedSlot(1) }
                #expect(throws: AccrueError(.slotOfOtherLog)) { try elsewhere.slots.point(to: 1) }
            }
        }
    }
}
