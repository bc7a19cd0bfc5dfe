import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

@testable import Projections

/// Progress in rows: under the rules of the slot, and moved when these change.
@Suite struct SlotRuleTests {
    private static let day = CivilDate(rawValue: 20_500)

    private static func fill(_ ledger: Ledger<LMDBEventLog>) async throws {
        let school = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures/school.ndjson")
        let report = try await ledger.append(EventLines([UInt8](try Data(contentsOf: school))))
        #expect(report.faults.isEmpty)
    }

    /// Nothing counts that was recognised in the school itself.
    private static var strict: RuleSet {
        get throws {
            let cap = ShareCap(procedures: Procedure.allCases, atMost: .part(try Ratio("0/1")))
            let rule = Rule(
                id: "share",
                version: "1",
                legalBasis: "Art. 1",
                dateBasis: .query,
                validFrom: CivilDate(rawValue: 15_000),
                policy: .share(cap)
            )
            return RuleSet(id: "strict", version: "1", title: "Strict", country: "SI", rules: [rule])
        }
    }

    private static func bringIntoForce(_ set: RuleSet, _ ledger: Ledger<LMDBEventLog>) async throws {
        let registry = try ledger.read { (view) throws(AccrueError) in view.registry }
        let actors = registry.entries(in: .actor).map(\.position)
        let day = CivilDate(rawValue: 19_000)
        var position = try ledger.log.position.rawValue
        var commands: [Command] = []
        for (index, kind) in [EventKind.ruleSetDrafted, .ruleSetPublished, .ruleSetActivated].enumerated() {
            var command = Command(id: EventID(high: 9, low: UInt64(index)), kind: kind, effective: day)
            command.actor = actors[index % 2]
            if index > 0 { command.answers = Position(rawValue: position) }
            if index == 0 { command.details.document = .ruleSet(set.text) }
            if index == 1 { command.details.identifier = set.identifier }
            position += 1
            commands.append(command)
        }
        let made = commands
        // Unjudged: what is tried here is what a row makes of it, not who may do it.
        _ = try await ledger.log.append { (turn) throws(AccrueError) in
            for command in made { _ = try turn.append(command) }
            return .keep(true)
        }
    }

    @Test func `rows tell progress as the ledger does`() async throws {
        try await withLedger { ledger in
            try await Self.fill(ledger)
            let building = SlotBuilding(SlotFolder(of: ledger.log), workers: 2)
            let slot = try #require(try await building.build(ProjectionDefinition(on: Self.day)))
            let row = try #require(try slot.row(ofLearner: 1))
            let advance = try #require(row.enrolments.first?.progress)
            let progress = try ledger.read { (view) throws(AccrueError) in
                try view.progress(of: view.learner("tine"), towards: nil, on: Self.day)
            }
            #expect(advance.verdict == .notSatisfied && progress.formation.verdict == .notSatisfied)
            #expect(advance.counted == progress.formation.groups[0].counted && advance.counted > .zero)
            #expect(advance.missing == progress.formation.groups[0].missingPoints)
            let cohort = try #require(try slot.cohorts().first)
            #expect(cohort.summary.verdicts == [.notSatisfied: 1] && cohort.summary.counted == advance.counted)
        }
    }

    @Test func `rules that come into force move every row, as a rebuild does`() async throws {
        try await withLedger { ledger in
            try await Self.fill(ledger)
            let building = SlotBuilding(SlotFolder(of: ledger.log), workers: 2)
            let definition = ProjectionDefinition(on: Self.day)
            let grown = try #require(try await building.build(definition))
            let before = try #require(try grown.row(ofLearner: 1)?.enrolments.first?.progress)
            try await Self.bringIntoForce(try Self.strict, ledger)
            // Nobody's own events changed, and yet the row does.
            try await building.bringForward(grown)
            let after = try #require(try grown.row(ofLearner: 1)?.enrolments.first?.progress)
            #expect(after.counted < before.counted)
            let anew = try #require(try await building.build(definition))
            #expect(anew.number != grown.number)
            #expect(try grown.bytes(ofLearner: 1) == anew.bytes(ofLearner: 1))
            #expect(try grown.cohorts().map(\.summary) == anew.cohorts().map(\.summary))
            let alone = try #require(
                try await building.build(ProjectionDefinition(on: Self.day, under: .formationAlone))
            )
            #expect(try alone.row(ofLearner: 1)?.enrolments.first?.progress == before)
            let named = try #require(
                try await building.build(ProjectionDefinition(on: Self.day, under: .published(["strict@1"])))
            )
            #expect(try named.bytes(ofLearner: 1) == anew.bytes(ofLearner: 1))
            let comparison = try await building.compare(alone, anew)
            #expect(comparison.isExplained && comparison.differences.map(\.learner) == [1])
            #expect(comparison.differences[0].changes.contains { $0.place.hasSuffix("progress counted") })
            for slot in [grown, anew, alone, named] { #expect(try await building.unequalRows(of: slot) == []) }
        }
    }

    @Test func `rules that are not published are not found`() async throws {
        try await withLedger { ledger in
            try await Self.fill(ledger)
            let building = SlotBuilding(SlotFolder(of: ledger.log), workers: 1)
            let unknown = ProjectionDefinition(on: Self.day, under: .published(["strict@2"]))
            await #expect(throws: AccrueError(.notFound)) { _ = try await building.build(unknown) }
        }
    }
}
