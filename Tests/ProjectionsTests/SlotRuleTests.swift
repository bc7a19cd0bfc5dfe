import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import LMDB
import Rules
import Synchronization
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
            return RuleSet([Rule("share", .share(cap), dateBasis: .query)], id: "strict")
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
            let building = try SlotBuilding(SlotFolder(of: ledger.log), workers: 2)
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
            let building = try SlotBuilding(SlotFolder(of: ledger.log), workers: 2)
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
            let clauses = comparison.differences[0].reasons.map { reason in
                if case .clause(let clause) = reason { "\(clause)" } else { "\(reason)" }
            }
            #expect(clauses == ["strict/share 1, § share"])
            for slot in [grown, anew, alone, named] { #expect(try await building.faults(of: slot).isEmpty) }
        }
    }

    @Test func `rules are followed in pieces, and the slot is whole meanwhile`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 31, learners: 20)
            try await scenario.append(200)
            let plan = FaultPlan()
            var slots = scenario.slots
            slots.faults = plan
            var building = try SlotBuilding(slots, workers: 2)
            (building.learnersAtOnce, building.pause) = (2, .zero)
            let small = building
            let definition = ProjectionDefinition(on: SlotScenario.today)
            let slot = try #require(try await small.build(definition))
            let before = try SlotScenario.content(of: slot)
            try await Self.bringIntoForce(try Self.strict, ledger)
            let end = try ledger.log.position
            // Cancelled, and then out of room, after some pieces.
            try await Task {
                try await small.bringForward(slot) { progress in
                    if progress.done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }.value
            let pieces = try #require(try slot.following()).built
            let learners = try slot.state().learners
            #expect(pieces > 0 && pieces < learners)
            #expect(try SlotScenario.content(of: slot) == before)
            plan.fail(.transactionCommit, number: 2, with: .noSpace)
            await #expect(throws: AccrueError(.diskFull)) { try await small.bringForward(slot) }
            plan.disarm()
            #expect(try SlotScenario.content(of: slot) == before)
            try slot.close()
            let again = try slots.finishedSlot(slot.number, writes: true)
            #expect(try #require(try again.following()).built > pieces)
            var newcomer = Command(id: EventID(high: 9, low: 9), kind: .learnerIntroduced, effective: Self.day)
            newcomer.details.identifier = "newcomer"
            let introduced = newcomer
            _ = try await ledger.log.append { (turn) throws(AccrueError) in .keep(try turn.append(introduced)) }
            try await small.bringForward(again, to: end)
            #expect(try again.following() == nil)
            #expect(try again.state().position == end)
            #expect(try await small.faults(of: again).isEmpty)
            try await small.bringForward(again)
            let anew = try #require(try await small.build(definition))
            #expect(try SlotScenario.content(of: again) == SlotScenario.content(of: anew))
        }
    }

    @Test func `pieces of another log's future are let go of`() async throws {
        try await withLedger { ledger in
            try await Self.fill(ledger)
            let slots = SlotFolder(of: ledger.log)
            let building = try SlotBuilding(slots, workers: 1)
            let slot = try #require(try await building.build(ProjectionDefinition(on: Self.day)))
            let state = try slot.state()
            let other = SlotState(
                state.definition,
                log: state.log,
                position: state.position,
                leaf: Digest.sha256(of: [1].span.bytes),
                learners: state.learners
            )
            try slot.follow(with: other, expecting: nil)
            try await building.bringForward(slot)
            #expect(try slot.following() == nil && slot.state() == state)
            #expect(try await building.faults(of: slot).isEmpty)
        }
    }

    private static func rule(_ policy: Policy) -> RuleSet {
        let rule = Rule(
            id: "rule",
            version: "1",
            legalBasis: "Art. 1",
            dateBasis: .query,
            validFrom: CivilDate(rawValue: 15_000),
            policy: policy
        )
        return RuleSet(id: "rules", version: "1", title: "Rules", country: "SI", rules: [rule])
    }

    /// More ways than may be looked at, none of which makes up for what is missing.
    private static let ways = (0...FormationLimits.mostReplacements).map { _ in
        Equivalence(sources: ["KR"], targets: ["SL"])
    }

    @Test(
        arguments: [
            (Policy.standard("pek@2099"), LearnerRow.Advance.Verdict.unjudged),
            (.equivalences(ways), .undetermined),
        ]
    )
    func `who cannot be judged has a row that says so, is counted, and stops nothing`(
        policy: Policy,
        verdict: LearnerRow.Advance.Verdict
    ) async throws {
        try await withLedger { ledger in
            try await Self.fill(ledger)
            let building = try SlotBuilding(SlotFolder(of: ledger.log), workers: 2)
            let definition = ProjectionDefinition(on: Self.day)
            let grown = try #require(try await building.build(definition))
            #expect(try grown.unjudged() == 0)
            try await Self.bringIntoForce(Self.rule(policy), ledger)
            try await building.bringForward(grown)
            let told = Mutex<[Int64]>([])
            let anew = try #require(
                try await building.build(definition) { progress in told.withLock { $0.append(progress.unjudged) } }
            )
            #expect(told.withLock { $0.last } == 1)
            for slot in [grown, anew] {
                let advance = try #require(try slot.row(ofLearner: 1)?.enrolments.first?.progress)
                #expect(advance.verdict == verdict)
                #expect(try slot.cohorts().map(\.summary.verdicts) == [[verdict: 1]])
                #expect(try slot.unjudged() == 1)
                #expect(try await building.faults(of: slot).isEmpty)
            }
            #expect(try await building.compare(grown, anew).differences.isEmpty)
        }
    }

    @Test func `rules that are not published are not found`() async throws {
        try await withLedger { ledger in
            try await Self.fill(ledger)
            let building = try SlotBuilding(SlotFolder(of: ledger.log), workers: 1)
            let unknown = ProjectionDefinition(on: Self.day, under: .published(["strict@2"]))
            await #expect(throws: AccrueError(.notFound)) { _ = try await building.build(unknown) }
        }
    }
}
