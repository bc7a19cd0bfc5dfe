import AccrueTestKit
import Credit
import Rules
import Testing

/// Parts of units: outcomes that are recognised without the rest.
@Suite struct PartialUnitTests {
    private static func points(_ number: Int64) -> Points { Points(rawValue: number * 10_000) }

    /// Judges two of three outcomes of A, and a whole B of 6, where the whole needs 10 points, and perhaps A.
    private static func outcome(
        _ table: [OutcomePoints]?,
        requiresA: Bool = false,
        exempting exemptions: [Exemption.Clause] = [],
        beside others: [HeldCredit] = []
    ) throws -> RuleOutcome {
        let day = try CivilDate("2024-01-01")
        var part = HeldCredit(
            HeldUnit(code: "A", credit: Position(rawValue: 1), points: nil),
            of: "q@1",
            recognised: day
        )
        (part.unit.isPart, part.outcomes) = (true, ["a", "b"])
        let whole = HeldCredit(
            HeldUnit(code: "B", credit: Position(rawValue: 2), points: points(6)),
            of: "q@1",
            recognised: day
        )
        let rules = table.map { [Rule("parts", .outcomePoints($0), from: day)] }
        var ruleCase = RuleCase(
            of: "q@1",
            total: nil,
            units: ["A": points(9), "B": points(6)],
            enrolled: day,
            awarded: nil,
            query: day,
            credits: [part, whole] + others
        )
        ruleCase.exemptions = exemptions
        let root = FormationGroup(
            id: "whole",
            points: Bounds(least: points(10)),
            children: [
                FormationChild(.unit("A"), isRequired: requiresA), FormationChild(.unit("B")),
            ]
        )
        return RuleJudge(RuleHistory([RuleSet(rules ?? [])])).judge(
            ruleCase,
            by: FormationSolver(FormationRule(root: root))
        )
    }

    private static let table = [
        OutcomePoints(unit: "A", outcome: "a", points: points(1)),
        OutcomePoints(unit: "A", outcome: "b", points: points(3)),
        OutcomePoints(unit: "A", outcome: "c", points: points(5)),
        OutcomePoints(unit: "B", outcome: "a", points: points(7)),
    ]

    @Test func `a part counts the points of its outcomes, and nothing where no rule says so`() throws {
        let counted = try Self.outcome(Self.table)
        #expect(counted.formation.groups[0].counted == Self.points(10))
        #expect(counted.formation.verdict == .satisfied)
        #expect(counted.effects.map(\.kind) == [.inPart(["a", "b"], Self.points(4))])
        for table in [nil, [], [Self.table[2]]] as [[OutcomePoints]?] {
            let without = try Self.outcome(table)
            #expect(without.formation.groups[0].counted == Self.points(6))
            #expect(without.held.map(\.code) == ["B"] && without.effects.isEmpty)
        }
    }

    @Test func `a part is not the unit that is required`() throws {
        let outcome = try Self.outcome(Self.table, requiresA: true)
        #expect(outcome.formation.groups[0].counted == Self.points(10))
        #expect(outcome.formation.verdict == .notSatisfied)
        #expect(outcome.formation.groups[0].missingRequired == ["A"])
        #expect(outcome.formation.groups[0].present == 1)
    }

    @Test func `a unit is there once, though it was recognised in part before`() throws {
        let unit = HeldUnit(code: "A", credit: Position(rawValue: 3), points: Self.points(9))
        let outcome = try Self.outcome(
            Self.table,
            requiresA: true,
            beside: [HeldCredit(unit, of: "q@1", recognised: CivilDate("2024-02-01"))]
        )
        #expect(outcome.formation.groups[0].counted == Self.points(15))
        #expect(outcome.formation.verdict == .satisfied)
    }

    @Test func `parts of one unit add up, each outcome once`() throws {
        let day = try CivilDate("2024-02-01")
        func part(_ credit: UInt32, _ outcomes: [String]) -> HeldCredit {
            let unit = HeldUnit(code: "A", credit: Position(rawValue: credit), points: nil)
            var part = HeldCredit(unit, of: "q@1", recognised: day)
            (part.unit.isPart, part.outcomes) = (true, outcomes)
            return part
        }
        // The first part has a and b, of 4 points; b counts once.
        let outcome = try Self.outcome(Self.table, beside: [part(3, ["b", "c"])])
        #expect(outcome.formation.groups[0].counted == Self.points(15))
        #expect(outcome.effects.map(\.kind) == [.inPart(["a", "b"], Self.points(4)), .inPart(["c"], Self.points(5))])
        // What has nothing of its own is not there.
        #expect(try Self.outcome(Self.table, beside: [part(3, ["b"])]).held.map(\.credit.rawValue) == [1, 2])
        // Neither stands beside the whole.
        let whole = HeldUnit(code: "A", credit: Position(rawValue: 4), points: Self.points(12))
        let both = try Self.outcome(
            Self.table,
            beside: [part(3, ["c"]), HeldCredit(whole, of: "q@1", recognised: day)]
        )
        #expect(both.formation.groups[0].counted == Self.points(18))
        #expect(both.formation.placements.filter { $0.hindrance == .twice }.map(\.unit.credit.rawValue) == [1, 3])
    }

    @Test func `who is exempted from a rule has nothing of it either`() throws {
        let clause = Exemption.Clause.rule(RuleName(set: "s", rule: "parts"), unit: "A")
        #expect(try Self.outcome(Self.table, exempting: [clause]).held.map(\.code) == ["B"])
        let other = Exemption.Clause.rule(RuleName(set: "s", rule: "parts"), unit: "B")
        #expect(try Self.outcome(Self.table, exempting: [other]).held.map(\.code) == ["A", "B"])
    }
}
