import AccrueTestKit
import Credit
import Rules
import Testing

/// Units that stand for others, as part of the search for the best assignment.
@Suite struct EquivalenceTests {
    private static let name = RuleName(set: "table", rule: "replaced")

    private static func points(_ number: Int64) -> Points { Points(rawValue: number * 10_000) }

    private static func judge(_ table: [Equivalence], from: String = "2020-01-01") throws -> RuleSet {
        let rule = Rule("replaced", .equivalences(table), version: from, from: try CivilDate(from))
        return RuleSet([rule], id: "table")
    }

    private static func credit(_ code: String, _ position: UInt32, _ number: Int64, on day: String) throws -> HeldCredit
    {
        let unit = HeldUnit(code: code, credit: Position(rawValue: position), points: points(number))
        return HeldCredit(unit, of: "new@1", recognised: try CivilDate(day))
    }

    /// Judges credits of six points each by a whole of these units, each worth ten points, from which `needs` are needed.
    private static func outcome(
        _ sets: [RuleSet],
        _ codes: [String],
        of units: [String],
        needs: Int64,
        on days: [String] = [],
        _ change: (inout [HeldCredit]) -> Void = { _ in }
    ) throws -> RuleOutcome {
        var credits = try codes.enumerated().map { index, code in
            try credit(code, UInt32(index + 1), 6, on: index < days.count ? days[index] : "2024-01-01")
        }
        change(&credits)
        let whole = FormationGroup(
            id: "whole",
            points: Bounds(least: points(needs)),
            children: units.map { FormationChild(.unit($0)) }
        )
        let ruleCase = RuleCase(
            of: "new@1",
            total: nil,
            units: Dictionary(uniqueKeysWithValues: units.map { ($0, points(10)) }),
            enrolled: try CivilDate("2023-09-01"),
            awarded: nil,
            query: try CivilDate("2024-12-31"),
            credits: credits
        )
        return RuleJudge(RuleHistory(sets)).judge(ruleCase, by: FormationSolver(FormationRule(root: whole)))
    }

    private static func placed(_ outcome: RuleOutcome) -> [String] {
        outcome.formation.placements.filter { $0.group != nil }.map { "\($0.unit.code) \($0.counted)" }
    }

    @Test func `what is held already is not made once more`() throws {
        let table = [Equivalence(sources: ["X", "Y"], targets: ["Z"])]
        let outcome = try Self.outcome([Self.judge(table)], ["X", "Y", "Z"], of: ["Z"], needs: 10)
        #expect(Self.placed(outcome) == ["Z 10"])
        #expect(outcome.formation.groups[0].counted == Self.points(10))
    }

    @Test func `of two that want the same unit the better one has it`() throws {
        let alone = Equivalence(sources: ["X"], targets: ["V"])
        let together = Equivalence(sources: ["X", "Y"], targets: ["Z", "W"])
        for table in [[alone, together], [together, alone]] {
            let outcome = try Self.outcome([Self.judge(table)], ["X", "Y"], of: ["V", "W", "Z"], needs: 20)
            #expect(Self.placed(outcome) == ["W 10", "Z 10"])
            #expect(outcome.formation.verdict == .satisfied)
            #expect(outcome.effects.map(\.kind) == [.standsFor(["Z", "W"]), .standsFor(["Z", "W"])])
        }
        // Where the rule wants what one alone gives, the other one stays as it is.
        let outcome = try Self.outcome([Self.judge([alone, together])], ["X", "Y"], of: ["V", "Y"], needs: 16)
        #expect(Self.placed(outcome) == ["V 10", "Y 6"])
    }

    @Test func `a unit with a place of its own keeps it where that is better`() throws {
        let table = [Equivalence(sources: ["X", "Y"], targets: ["Z"])]
        let outcome = try Self.outcome([Self.judge(table)], ["X", "Y"], of: ["X", "Y", "Z"], needs: 10)
        #expect(Self.placed(outcome) == ["X 6", "Y 6"])
        #expect(outcome.effects.isEmpty)
    }

    @Test func `units may stand for others through others`() throws {
        let table = [
            Equivalence(sources: ["B", "C"], targets: ["D"]), Equivalence(sources: ["A"], targets: ["B"]),
            Equivalence(sources: ["D"], targets: ["A"]),
        ]
        let outcome = try Self.outcome([Self.judge(table)], ["A", "C"], of: ["B", "D"], needs: 10)
        #expect(outcome.formation.verdict == .satisfied && Self.placed(outcome).count == 1)
        // A unit is never made of itself, so that a circle ends.
        let circle = try Self.outcome([Self.judge(table)], ["A", "C"], of: ["A", "B", "D"], needs: 16)
        #expect(Self.placed(circle) == ["B 10"] && circle.formation.verdict == .notSatisfied)
    }

    @Test func `the unit recognised last says which table is for all`() throws {
        let sets = [
            try Self.judge([], from: "2020-01-01"),
            try Self.judge([Equivalence(sources: ["X", "Y"], targets: ["Z"])], from: "2024-09-01"),
        ]
        for (days, verdict) in [
            (["2024-08-31", "2024-08-31"], FormationResult.Verdict.notSatisfied),
            (["2024-08-31", "2024-09-01"], .satisfied),
        ] {
            let outcome = try Self.outcome(sets, ["X", "Y"], of: ["Z"], needs: 10, on: days)
            #expect(outcome.formation.verdict == verdict)
        }
    }

    @Test(arguments: [false, true])
    func `what is made of several came by the ways of all, whichever was recognised last`(isReversed: Bool) throws {
        let days = isReversed ? ["2024-02-01", "2024-01-01"] : ["2024-01-01", "2024-02-01"]
        let cap = ShareCap(procedures: [.agreement], atMost: .points(Self.points(6)))
        var share = Rule("share", .share(cap), dateBasis: .query)
        func outcome() throws -> RuleOutcome {
            let table = try Self.judge([Equivalence(sources: ["X", "Y"], targets: ["Z"])])
            return try Self.outcome([table, RuleSet([share])], ["X", "Y"], of: ["Z"], needs: 10, on: days) { credits in
                (credits[0].procedures, credits[1].procedures) = ([.local], [.agreement])
                (credits[0].grade, credits[1].grade) = (.init(scale: "s", code: "3", rank: 3), nil)
                (credits[0].institution, credits[1].institution) = ("home", "host")
            }
        }
        #expect(try outcome().formation.verdict == .notSatisfied)
        // An exception for what came so is none for what came so only in part.
        share.exceptions = [
            RuleException(id: "e", legalBasis: "§ 3", condition: .init(procedures: [.agreement])),
            RuleException(id: "h", legalBasis: "§ 4", condition: .init(institutions: ["host"])),
            RuleException(id: "l", legalBasis: "§ 5", condition: .init(institutions: ["home"])),
        ]
        #expect(try outcome().formation.verdict == .notSatisfied)
        share.policy = .gradeAverage([.full, .partial])
        share.exceptions = []
        #expect(try outcome().average?.units == 0)
    }

    @Test func `a table with more ways than may be looked at leaves the verdict open`() throws {
        var table: [Equivalence] = []
        for level in 0..<10 {
            for way in 0..<3 {
                table.append(Equivalence(sources: ["L\(level)"], targets: ["L\(level)-\(way)"]))
                table.append(Equivalence(sources: ["L\(level)-\(way)"], targets: ["L\(level + 1)"]))
            }
        }
        let units = (1...10).flatMap { level in ["L\(level)"] + (0..<3).map { "L\(level - 1)-\($0)" } } + ["goal"]
        let outcome = try Self.outcome([Self.judge(table)], ["L0"], of: units, needs: 1_000)
        #expect(outcome.formation.verdict == .undetermined)
    }
}
