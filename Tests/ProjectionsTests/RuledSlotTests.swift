import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Rules
import Testing

@testable import Projections

/// Stored progress of a school whose rules, versions and learners change all the time.
@Suite struct RuledSlotTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `what followed rules, moves, declarations and exceptions equals what is built anew`(seed: UInt64) async throws
    {
        try await withLedger { ledger in
            var school = try await RuledSchool(ledger, seed: seed)
            try await school.grow()
            let building = try SlotBuilding(SlotFolder(of: ledger.log), workers: 2)
            for (rules, rounds) in [(ProjectionDefinition.RuleChoice.inForce, 10), (.formationAlone, 3)] {
                let definition = ProjectionDefinition(on: RuledSchool.day, under: rules)
                let grown = try #require(try await building.build(definition))
                var verdicts: [LearnerRow.Advance.Verdict: Int] = [:]
                for _ in 1...rounds {
                    try await school.grow()
                    try await building.bringForward(grown)
                    for row in try Self.rows(of: grown) {
                        for advance in row.enrolments.compactMap(\.progress) {
                            verdicts[advance.verdict, default: 0] += 1
                        }
                    }
                }
                let anew = try #require(try await building.build(definition))
                #expect(try SlotScenario.content(of: grown) == SlotScenario.content(of: anew))
                #expect(try await building.faults(of: grown).isEmpty)
                #expect(try await building.compare(grown, anew).isExplained)
                // Otherwise this would prove little.
                #expect(verdicts[.notSatisfied, default: 0] > 10)
                #expect(rules == .formationAlone || verdicts[.unjudged, default: 0] > 0)
                let summaries = try Self.summaries(ledger, under: rules)
                let names = try ledger.read { (view) throws(AccrueError) in view.registry }
                let found = try grown.cohorts().map { key, summary in (Self.name(key, names), Self.Figures(summary)) }
                #expect(Dictionary(uniqueKeysWithValues: found) == summaries)
            }
        }
    }

    private static func rows(of slot: Slot) throws -> [LearnerRow] {
        try stride(from: UInt32(1), through: slot.state().learners, by: 1).compactMap { try slot.row(ofLearner: $0) }
    }

    /// What a summary says, as whoever reads balances and asks for progress one by one would add it up.
    private struct Figures: Hashable {
        var states: [Enrolment.State.Kind: Int64] = [:]
        var verdicts: [LearnerRow.Advance.Verdict: Int64] = [:]
        var recognised = Points.zero
        var counted = Points.zero

        init() {}

        init(_ summary: CohortSummary) {
            (states, verdicts) = (summary.states, summary.verdicts)
            (recognised, counted) = (summary.recognised, summary.counted)
        }
    }

    private static func name(_ key: CohortSummary.Key, _ registry: Registry) -> String {
        let (home, version) = (registry.identifier(at: key.institution), registry.identifier(at: key.qualification))
        return "\(home ?? "") \(version ?? "") \(key.year)"
    }

    private static func summaries(
        _ ledger: Ledger<LMDBEventLog>,
        under rules: ProjectionDefinition.RuleChoice
    ) throws -> [String: Figures] {
        var summaries: [String: Figures] = [:]
        try ledger.read { (view) throws(AccrueError) in
            var applied = rules == .inForce ? ProgressRules(view.rulesInForce(on: RuledSchool.day)) : ProgressRules([])
            try view.forEachLearner { (learner) throws(AccrueError) in
                let learnerCase = try view.learnerCase(of: learner, on: RuledSchool.day)
                let balance = try view.balance(of: learner, on: RuledSchool.day)
                for enrolment in balance.enrolments {
                    let names = [enrolment.home, enrolment.qualification].map { view.registry.identifier(at: $0) ?? "" }
                    let name = "\(names[0]) \(names[1]) \("\(enrolment.from)".prefix(4))"
                    var figures = summaries[name] ?? Figures()
                    figures.states[enrolment.state.kind, default: 0] += 1
                    let scheme = view.registry.qualification(at: enrolment.qualification)?.schemePosition
                    for line in balance.lines
                    where line.bucket == .recognised && line.enrolment == enrolment.position && line.scheme == scheme {
                        figures.recognised = figures.recognised + (line.points ?? .zero)
                    }
                    do throws(AccrueError) {
                        if let progress = try learnerCase.progress(of: enrolment, under: &applied) {
                            figures.verdicts[verdict(progress.formation.verdict), default: 0] += 1
                            figures.counted = figures.counted + progress.formation.groups[0].counted
                        }
                    } catch {
                        figures.verdicts[.unjudged, default: 0] += 1
                    }
                    summaries[name] = figures
                }
                return true
            }
        }
        return summaries
    }

    private static func verdict(_ verdict: FormationResult.Verdict) -> LearnerRow.Advance.Verdict {
        switch verdict {
        case .satisfied: .satisfied
        case .notSatisfied: .notSatisfied
        case .undetermined: .undetermined
        }
    }
}
