import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import LMDB
import Testing

@testable import Projections

/// What is read of a slot is what was written, or an error; and nobody else's work is taken for one's own.
@Suite struct SlotDamageTests {
    private static func scenario(_ ledger: Ledger<LMDBEventLog>) async throws -> SlotScenario {
        var scenario = SlotScenario(ledger, seed: 5, learners: 8)
        try await scenario.append(.max)
        return scenario
    }

    @Test func `numbers that no slot can have are told, and folders with such a number are no slots`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            let slot = try #require(try await scenario.build())
            let whole = try slot.state()
            try slot.close()
            for (learners, built) in [(UInt32.max, UInt32.max), (UInt32.max, 1), (whole.learners, whole.learners + 1)] {
                var state = whole
                (state.learners, state.built) = (learners, built)
                try scenario.stored(1).put(state.bytes, under: Array("state".utf8), in: "meta")
                let slot = try scenario.slots.slot(1)
                #expect(throws: AccrueError(.slotDamaged)) { try slot.state() }
                try slot.close()
            }
            try scenario.stored(1).put(whole.bytes, under: Array("state".utf8), in: "meta")
            for name in ["\(Int.max)", "\(Int32.max)", "+7", "07", "0", "-1"] {
                try scenario.slots.files.makeFolder("\(scenario.slots.path)/slot-\(name)")
            }
            #expect(try scenario.slots.numbers == [1])
            let other = ProjectionDefinition(on: CivilDate(rawValue: 20_000))
            let second = try scenario.slots.makeSlot(other)
            #expect(second.number == 2)
            try second.close()
        }
    }

    @Test func `a flipped bit in a row, a summary or a state is told`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            let slot = try #require(try await scenario.build())
            let cohort = try #require(try slot.cohorts().first).key
            try slot.close()
            let places: [(database: String, key: [UInt8], read: (Slot) throws -> Void)] = [
                ("rows", StoredSlot.key(ofLearner: 2), { _ = try $0.row(ofLearner: 2) }),
                ("summaries", cohort.bytes, { _ = try $0.cohorts() }),
                ("meta", Array("state".utf8), { _ = try $0.state() }),
            ]
            for place in places {
                let whole = try scenario.stored(1).bytes(under: place.key, in: place.database)
                #expect(whole.count > 8)
                for bit in stride(from: 0, to: 8 * whole.count, by: 7) {
                    var damaged = whole
                    damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                    try scenario.stored(1).put(damaged, under: place.key, in: place.database)
                    let slot = try scenario.slots.slot(1)
                    // A state may be that of another version: it is outdated then, and nothing of it is read.
                    if place.database != "meta" || (try? slot.state())?.isOutdated != true {
                        #expect(throws: AccrueError(.slotDamaged), "bit \(bit)") { try place.read(slot) }
                    }
                    try slot.close()
                }
                try scenario.stored(1).put(whole, under: place.key, in: place.database)
            }
            // What is as if it had been written is not what the log gives.
            let rows = [1, 2].map { StoredSlot.key(ofLearner: $0) }
            try scenario.stored(1).put(scenario.stored(1).bytes(under: rows[0], in: "rows"), under: rows[1], in: "rows")
            let other = try scenario.slots.finishedSlot(1)
            #expect(throws: AccrueError(.slotDamaged)) { try other.row(ofLearner: 2) }
            #expect(try await scenario.building.faults(of: other).learners == [2])
        }
    }

    @Test func `summaries that are not the sums of rows are found by check and compare`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            let slot = try #require(try await scenario.build())
            let (key, summary) = try #require(try slot.cohorts().first)
            try slot.close()
            try #require(try await scenario.build()).close()
            var wrong = summary
            wrong.add(summary)
            try scenario.stored(1).put(wrong.sealed(under: key.bytes), under: key.bytes, in: "summaries")
            let slots = (
                try scenario.slots.finishedSlot(1, writes: true), try scenario.slots.finishedSlot(2, writes: true)
            )
            let faults = try await scenario.building.faults(of: slots.0)
            #expect(faults.cohorts == [key] && faults.learners.isEmpty)
            let comparison = try await scenario.building.compare(slots.0, slots.1)
            #expect(comparison.miscounted == [1] && !comparison.isExplained && comparison.differences.isEmpty)
        }
    }

    @Test func `a damaged row is a difference, and a damaged summary is found by check and compare`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            let slot = try #require(try await scenario.build())
            let (key, whole) = try #require(try slot.cohorts().last)
            try slot.close()
            try #require(try await scenario.build()).close()
            for number in [1, 2] { try scenario.stored(number).flip(under: StoredSlot.key(ofLearner: 3), in: "rows") }
            try scenario.stored(1).flip(under: StoredSlot.key(ofLearner: 5), in: "rows")
            func compare() async throws -> SlotComparison {
                try await scenario.building.compare(
                    scenario.slots.finishedSlot(1, writes: true),
                    scenario.slots.finishedSlot(2, writes: true)
                )
            }
            let both = try await compare()
            #expect(both.differences.map(\.learner) == [3, 5] && !both.isExplained)
            #expect(both.differences.map(\.damaged) == [[1, 2], [1]])
            #expect(both.differences.map(\.unexplained) == [[1, 2], [1]])
            // What the rows sum up to cannot be told.
            #expect(both.miscounted.isEmpty)
            try scenario.stored(2).flip(under: StoredSlot.key(ofLearner: 3), in: "rows")
            try scenario.stored(2).flip(under: key.bytes, in: "summaries")
            #expect(try await compare().miscounted == [2])
            let faults = try await scenario.building.faults(of: scenario.slots.finishedSlot(2))
            #expect(faults.learners.isEmpty && faults.cohorts == [key])
            // And one of nobody.
            try scenario.stored(2).flip(under: key.bytes, in: "summaries")
            let nowhere = try #require(CohortSummary.Key(bytes: Array(key.bytes.dropLast()) + [0]))
            try scenario.stored(2).put(whole.sealed(under: nowhere.bytes), under: nowhere.bytes, in: "summaries")
            #expect(try await scenario.building.faults(of: scenario.slots.finishedSlot(2)).cohorts == [nowhere])
        }
    }

    @Test func `a slot of which nothing can be read stops no build of another`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            try #require(try await scenario.build()).close()
            try scenario.stored(1).flip(under: Array("state".utf8), in: "meta")
            #expect(throws: AccrueError(.slotDamaged)) { try scenario.slots.finishedSlot(1) }
            let other = try #require(try await scenario.build())
            #expect(other.number == 2)
            try other.close()
            // Cut short, and without its file.
            let file = SlotFolder.path(1, in: scenario.slots.path) + "/data.mdb"
            try Data(contentsOf: URL(fileURLWithPath: file)).prefix(5_000).write(to: URL(fileURLWithPath: file))
            #expect(throws: AccrueError(.slotDamaged)) { try scenario.slots.finishedSlot(1) }
            #expect(try #require(try await scenario.build()).number == 3)
            try FileManager.default.removeItem(atPath: file)
            #expect(throws: AccrueError(.slotMissing)) { try scenario.slots.finishedSlot(1) }
            #expect(try #require(try await scenario.build()).number == 4)
        }
    }

    @Test func `sums of cohorts wrap around and end nothing`() {
        var enrolled = LearnerRow.Enrolled(
            position: Position(rawValue: 1),
            home: Position(rawValue: 2),
            qualification: Position(rawValue: 3),
            from: SlotScenario.today,
            state: .running,
            recognised: Points(rawValue: .max)
        )
        enrolled.progress = LearnerRow.Advance(verdict: .satisfied, counted: Points(rawValue: .min))
        var summary = CohortSummary()
        for sign in [Int64(1), 1, -1, -1] { summary.add(enrolled, sign: sign) }
        var other = summary
        summary.add(enrolled, sign: 1)
        other.add(summary)
        other.add(summary)
        #expect(other.enrolments == 2)
        for _ in 1...2 { other.add(enrolled, sign: -1) }
        #expect(other == CohortSummary())
    }

    @Test func `who only reads a slot changes nothing of it, not even of one with a single table`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            let slot = try #require(try await scenario.build())
            let state = try slot.state()
            try slot.close()
            let folder = SlotFolder.path(7, in: scenario.slots.path)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var options = Environment.Options()
            options.maximumDatabases = 3
            let environment = try Environment(path: folder, options: options)
            for name in ["meta", "rows", "summaries"] { _ = try environment.database(named: name, creating: true) }
            try environment.close()
            var early = state
            early.definition = ProjectionDefinition(version: 1, on: SlotScenario.today, under: .formationAlone)
            try scenario.stored(7).put(early.bytes, under: Array("state".utf8), in: "meta")
            func bytes() throws -> [Data] {
                try [1, 7].map {
                    let path = SlotFolder.path($0, in: scenario.slots.path) + "/data.mdb"
                    return try Data(contentsOf: URL(fileURLWithPath: path))
                }
            }
            let before = try bytes()
            var seen: [StoreExamination.Observation] = []
            scenario.slots.examine { observation, _ in seen.append(observation) }
            #expect(seen.count == 2)
            #expect(throws: AccrueError(.slotOutdated)) { try scenario.slots.finishedSlot(7) }
            let reader = try scenario.slots.finishedSlot(1)
            #expect(throws: AccrueError(.notPermitted)) { try reader.write([], state, expecting: state) }
            #expect(try bytes() == before)
        }
    }

    @Test func `only what is whole, and was filled here, takes the place of a table`() async throws {
        try await withLedger { ledger in
            let scenario = try await Self.scenario(ledger)
            let slot = try #require(try await scenario.build())
            let before = try SlotScenario.content(of: slot)
            let begun = try scenario.slots.emptyState(try slot.state().definition)
            try slot.follow(with: begun, expecting: nil)
            #expect(throws: AccrueError(.slotUnfinished)) { try slot.adoptFollowing(begun) }
            // Another process finishes what is being made, and begins anew, just before it is to be taken over.
            await #expect(throws: AccrueError(.slotBusy)) {
                try await scenario.building.bringForward(slot) { progress in
                    guard progress.done == progress.learners, let whole = try? slot.following() else { return }
                    try? slot.adoptFollowing(whole)
                    try? slot.follow(with: begun, expecting: nil)
                }
            }
            #expect(try SlotScenario.content(of: slot) == before)
            try await scenario.building.bringForward(slot)
            #expect(try await scenario.building.faults(of: slot).isEmpty)
            #expect(try SlotScenario.content(of: slot) == before)
        }
    }
}
