import AccrueTestKit
import Credit
import Rules
import Testing

/// Credits behind others: a unit recognised again, and a part of a unit that is held as a whole.
@Suite struct SpareCreditTests {
    private static func points(_ number: Int64) -> Points { Points(rawValue: number * 10_000) }

    private static func credit(
        _ code: String,
        _ position: UInt32,
        _ number: Int64,
        on day: String = "2024-01-01",
        _ change: (inout HeldCredit) -> Void = { _ in }
    ) throws -> HeldCredit {
        let unit = HeldUnit(code: code, credit: Position(rawValue: position), points: points(number))
        var credit = HeldCredit(unit, of: "q@1", recognised: try CivilDate(day))
        change(&credit)
        return credit
    }

    /// Judges credits where the whole needs so many points of any units.
    private static func outcome(
        of credits: [HeldCredit],
        needs least: Int64,
        _ policies: Policy...
    ) throws -> RuleOutcome {
        let rules = policies.enumerated().map { index, policy in Rule("r\(index)", policy, dateBasis: .query) }
        let codes = Set(credits.map(\.unit.code)).sorted()
        let root = FormationGroup(
            id: "whole",
            points: Bounds(least: points(least)),
            children: codes.map { FormationChild(.unit($0)) }
        )
        let ruleCase = RuleCase(
            of: "q@1",
            total: points(least),
            units: [:],
            enrolled: try CivilDate("2020-01-01"),
            awarded: nil,
            query: try CivilDate("2025-01-01"),
            credits: credits
        )
        return RuleJudge(RuleHistory([RuleSet(rules)])).judge(ruleCase, by: FormationSolver(FormationRule(root: root)))
    }

    /// What counts, by the position of its decision.
    private static func counting(_ outcome: RuleOutcome) -> [UInt32] {
        outcome.formation.placements.filter { $0.group != nil }.map(\.unit.credit.rawValue)
    }

    @Test(arguments: [(6, [1, 3]), (7, [2, 3])] as [(Int64, [UInt32])])
    func `a unit recognised again counts where only that completes a residency`(
        least: Int64,
        counting: [UInt32]
    ) throws {
        let credits = [
            try Self.credit("A", 1, 6), try Self.credit("A", 2, 6) { ($0.isSpare, $0.isHome) = (true, true) },
            try Self.credit("B", 3, 6) { $0.isHome = true },
        ]
        let residency = Policy.residency(Residency(from: .home, atLeast: .points(Self.points(least))))
        let outcome = try Self.outcome(of: credits, needs: 12, residency)
        #expect(outcome.formation.verdict == .satisfied)
        #expect(Self.counting(outcome) == counting)
        // Without the rule nobody looks at it.
        #expect(try Self.outcome(of: credits, needs: 12).held.count == 2)
    }

    @Test func `of two limits the later recognition may keep one and break the other`() throws {
        let credits = [
            try Self.credit("A", 1, 6),
            try Self.credit("A", 2, 6) { ($0.isSpare, $0.isHome, $0.procedures) = (true, true, [.informal]) },
            try Self.credit("B", 3, 6) { $0.procedures = [.informal] },
        ]
        let residency = Policy.residency(Residency(from: .home, atLeast: .points(Self.points(6))))
        let share = Policy.share(ShareCap(procedures: [.informal], atMost: .points(Self.points(6))))
        #expect(try Self.outcome(of: credits, needs: 12, residency).formation.verdict == .satisfied)
        #expect(try Self.outcome(of: credits, needs: 12, share).formation.verdict == .satisfied)
        let both = try Self.outcome(of: credits, needs: 12, residency, share)
        #expect(both.formation.verdict == .notSatisfied)
        #expect(both.formation.groups[0].counted == Self.points(12))
    }

    @Test func `a part counts where the whole in which it is has expired`() throws {
        let credits = [
            try Self.credit("W", 1, 10, on: "2022-01-01"), try Self.credit("P", 2, 4) { $0.wholes = ["W"] },
        ]
        let expiry = Policy.expiry(Expiry(months: 12, from: .recognition, units: ["W"]))
        #expect(try Self.counting(Self.outcome(of: credits, needs: 10, expiry)) == [2])
        #expect(try Self.counting(Self.outcome(of: credits, needs: 10)) == [1])
        // Where the whole is recognised again, it is that which counts.
        let again = credits + [try Self.credit("W", 3, 10) { $0.isSpare = true }]
        let longer = Policy.expiry(Expiry(months: 18, from: .recognition, units: ["W"]))
        #expect(try Self.counting(Self.outcome(of: again, needs: 10, longer)) == [3])
    }

    @Test func `outcomes of a unit count where the unit as a whole has expired`() throws {
        let credits = [
            try Self.credit("A", 1, 9, on: "2022-01-01"),
            try Self.credit("A", 2, 0) { ($0.unit.isPart, $0.unit.points, $0.outcomes) = (true, nil, ["a"]) },
        ]
        let table = Policy.outcomePoints([OutcomePoints(unit: "A", outcome: "a", points: Self.points(4))])
        let expiry = Policy.expiry(Expiry(months: 18, from: .recognition, units: ["A"]))
        #expect(try Self.counting(Self.outcome(of: credits, needs: 9, table, expiry)) == [2])
        #expect(try Self.counting(Self.outcome(of: credits, needs: 9, table)) == [1])
    }
}
