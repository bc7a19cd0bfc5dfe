import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Testing

@testable import Projections

/// The fold over fixed parts against the whole fold over decoded events.
@Suite struct PlainFoldTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `random plain events come to the same row by either fold`(seed: UInt64) async throws {
        try await withLedger { ledger in
            let school = try await PlainSchool(ledger)
            var random = SeededRandom(seed: seed)
            for round in 0..<2 {
                let commands = school.commands(&random, learners: 60, round: round)
                for start in stride(from: 0, to: commands.count, by: 500) {
                    let batch = Array(commands[start..<min(start + 500, commands.count)])
                    try await school.append(batch)
                }
                for day in [18_300, 18_900, 21_000] {
                    let plain = try await Self.compare(ledger, on: CivilDate(rawValue: Int32(day)))
                    #expect(plain >= 20, "too few learners are plain to prove anything: \(plain)")
                }
            }
        }
    }

    @Test(arguments: [UInt64(21), 22, 23])
    func `lawful histories come to the same rows by either fold`(seed: UInt64) async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: seed, learners: 60)
            try await scenario.append(.max)
            let plain = try await Self.compare(ledger, on: SlotScenario.today)
            #expect((1..<60).contains(plain))
        }
    }

    @Test func `a row is read as it was written, and nothing else is a row`() async throws {
        try await withLedger { ledger in
            let school = try await PlainSchool(ledger)
            var random = SeededRandom(seed: 5)
            try await school.append(school.commands(&random, learners: 20, round: 0))
            let log = ledger.log
            let definition = ProjectionDefinition(on: CivilDate(rawValue: 20_000), under: .formationAlone)
            let folding = try RowFolding(log, known: log.position, definition)
            let threads = try YieldingThreads(count: 1)
            for learner in UInt32(1)...20 {
                let rows = try await folding.rows(of: [learner], on: threads, wholly: true)
                let bytes = Array(rows[0])
                #expect(LearnerRow(bytes)?.bytes == bytes)
                for length in 0..<bytes.count { #expect(LearnerRow(Array(bytes[..<length])) == nil) }
                #expect(LearnerRow(bytes + [0]) == nil)
            }
        }
    }

    /// Compares all rows, and counts those that the plain fold made.
    private static func compare(_ ledger: Ledger<LMDBEventLog>, on date: CivilDate) async throws -> Int {
        let log = ledger.log
        let definition = ProjectionDefinition(on: date)
        let snapshot = try log.read { (snapshot) throws(AccrueError) in snapshot }
        let folding = try await RowFolding(
            log,
            known: log.position,
            definition,
            workers: 2,
            unsealed: snapshot.unsealedStreams(through: log.position, readers: 3)
        )
        let threads = try YieldingThreads(count: 2)
        let count = try log.read { (snapshot) throws(AccrueError) in snapshot.learnerCount }
        let fast = try await folding.rows(of: Array(1...count), on: threads)
        let whole = try await folding.rows(of: Array(1...count), on: threads, wholly: true)
        for (index, learner) in whole.learners.enumerated() {
            #expect(LearnerRow(Array(fast[index])) == LearnerRow(Array(whole[index])), "learner \(learner)")
            #expect(fast[index] == whole[index])
        }
        #expect(fast.learners == whole.learners && whole.count == Int(count))
        #expect(fast.cohorts == whole.cohorts && fast.joined == whole.joined)
        // A few of many, not beside each other.
        let some = stride(from: UInt32(2), through: count, by: 7).map(\.self)
        let few = try await folding.rows(of: some, on: threads)
        for (index, learner) in some.enumerated() { #expect(few[index] == fast[Int(learner) - 1]) }
        return try folding.plainCount(of: Array(1...count))
    }
}
