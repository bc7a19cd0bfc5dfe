import Credit
import Interchange
import Rules
import Testing

// What the changes of the fixtures do to grades, to their average, and to points elsewhere.

extension RuleEffectTests {
    private static func grade(_ code: String, on scale: String = "fi-1-5") -> HeldCredit.Grade {
        HeldCredit.Grade(scale: scale, code: code, rank: UInt16(code) ?? 0)
    }

    /// Units with these grades, each from one attempt.
    private static func graded(_ grades: [String?], on scale: String = "fi-1-5") throws -> [HeldCredit] {
        try grades.enumerated().map { index, code in
            try credit("M\(index)", UInt32(index + 1)) {
                $0.attempts = [.init(number: 1, isPassed: true, grade: code.map { grade($0, on: scale) })]
            }
        }
    }

    @Test(arguments: [
        ("2018-01-14", "18", nil), ("2018-01-15", "18", AwardExtent.full), ("2021-12-31", "60", nil),
        ("2022-01-01", "60", .partial),
    ])
    func `R4: an award states an average grade from its date on, a partial one later`(
        awarded: String,
        needs: String,
        extent: AwardExtent?
    ) throws {
        let credits = try Self.graded(["4", nil, "5"])
        // The query and the enrolment lie on the other side, and decide nothing.
        let outcome = try Self.outcome(
            "r04-average-grade",
            of: credits,
            needs: needs,
            enrolled: "2015-08-01",
            awarded: awarded,
            on: "2025-06-01"
        )
        #expect(outcome.average?.extent == extent)
        // A recognised unit has no grade: it counts points and is left out of the average.
        #expect(Self.counted(outcome) == "18")
        #expect(outcome.average?.value?.description == (extent == nil ? nil : "4.5"))
        #expect(outcome.average?.units == (extent == nil ? nil : 2))
        #expect(outcome.average?.clause.legalBasis.isEmpty != true)
    }

    @Test func `R4: grades of another scale are no part of the average, unless the home gave them`() throws {
        func average(_ change: (inout HeldCredit) -> Void) throws -> RuleOutcome.Average? {
            var credits = try Self.graded(["4"]) + Self.graded(["9"], on: "host-1-10")
            credits[1].unit = HeldUnit(code: "M9", credit: Position(rawValue: 9), points: credits[0].unit.points)
            credits[0].procedures = [.local]
            change(&credits[1])
            return try Self.outcome("r04-average-grade", of: credits, needs: "12", awarded: "2023-01-01").average
        }
        let host = try average { $0.procedures = [.agreement] }
        #expect(host?.value?.description == "4" && host?.units == 1)
        let converted = try average { ($0.procedures, $0.grade) = ([.agreement], Self.grade("5")) }
        #expect(converted?.value?.description == "4.5" && converted?.units == 2)
        // At home on two scales: what they are together nobody can tell.
        let two = try average { $0.procedures = [.local] }
        #expect(two?.value == nil && two?.units == 2 && two?.scales == ["fi-1-5", "host-1-10"])
    }

    @Test func `R4: an average is rounded once, and where there is no grade it is missing`() throws {
        func average(_ grades: [String?]) throws -> Points? {
            let outcome = try Self.outcome(
                "r04-average-grade",
                of: Self.graded(grades),
                needs: "6",
                awarded: "2023-01-01"
            )
            #expect(outcome.average?.extent == .full)
            return outcome.average?.value
        }
        #expect(try average(["3", "4", "4"])?.description == "3.67")
        #expect(try average([nil, "hyväksytty"]) == nil)
    }

    @Test(arguments: [
        ("2023-06-30", nil, "2024-01-10", "5"), ("2023-07-01", nil, "2024-01-10", "3"),
        ("2023-07-01", "2024-06-01", "2024-06-01", "3"), ("2023-07-01", "2024-06-01", "2024-06-02", "5"),
    ])
    func `R5: who began later raises a grade only after the award`(
        enrolled: String,
        awarded: String?,
        raised: String,
        grade: String
    ) throws {
        let credit = try Self.credit("M1", 1) {
            $0.attempts = [
                .init(number: 1, isPassed: true, on: try Self.day("2023-12-01"), grade: Self.grade("3")),
                .init(number: 2, isPassed: true, on: try Self.day(raised), grade: Self.grade("5")),
            ]
        }
        let judge = RuleJudge(
            RuleHistory([
                try RuleFixtureTests.ruleSet("r05-raised-grade.before.yaml"),
                try RuleFixtureTests.ruleSet("r05-raised-grade.after.yaml"),
                try RuleFixtureTests.ruleSet("r04-average-grade.after.yaml"),
            ])
        )
        let whole = FormationGroup(id: "whole", children: [FormationChild(.unit("M1"))])
        let outcome = judge.judge(
            RuleCase(
                of: "elektrikar@2024",
                total: nil,
                units: ["M1": credit.unit.points],
                enrolled: try Self.day(enrolled),
                awarded: try awarded.map(Self.day),
                query: try Self.day("2025-06-01"),
                credits: [credit]
            ),
            by: FormationSolver(FormationRule(root: whole))
        )
        #expect(outcome.average?.value?.description == grade)
        #expect(outcome.effects.map(\.kind) == (grade == "5" ? [] : [.notAdmitted(2)]))
        #expect(Self.counted(outcome) == "6")
    }

    @Test func `R5: a grade is raised at the same code and size`() throws {
        for (unit, points, isSame) in [("M1", "6", true), ("M2", "6", false), ("M1", "7", false)] {
            var first = HeldCredit.Attempt(number: 1, isPassed: true, on: try Self.day("2023-12-01"))
            (first.unit, first.points) = ("M1", try Points("6"))
            var second = HeldCredit.Attempt(number: 2, isPassed: true, on: try Self.day("2024-07-01"))
            (second.unit, second.points) = (unit, try Points(points))
            let attempts = [first, second]
            let credit = try Self.credit("M1", 1) { $0.attempts = attempts }
            let outcome = try Self.outcome(
                "r05-raised-grade",
                of: [credit],
                needs: "6",
                enrolled: "2023-08-01",
                awarded: "2024-06-01"
            )
            #expect(outcome.effects.isEmpty == isSame)
        }
    }

    @Test(arguments: [
        ("2015-07-31", "15", "8"), ("2015-07-31", "17", "9"), ("2015-08-01", "15", "7.5"), ("2015-08-01", "17", "8.5"),
        // Half to even at two decimals: down to 2, up to 8.
        ("2015-08-01", "15.05", "7.52"), ("2015-08-01", "15.15", "7.58"),
    ])
    func `R18: two Scottish points are one European one, rounded as on the day of recognition`(
        recognised: String,
        scottish: String,
        converted: String
    ) throws {
        let scottish = HeldCredit.Original(scheme: "scqf", points: try Points(scottish))
        let credit = try Self.credit("M1", 1, assessed: "2015-07-01", recognised: recognised) {
            $0.originals = [scottish, .init(scheme: "hours", points: try Points("150"))]
        }
        let outcome = try Self.outcome("r18-conversion", of: [credit], needs: "6", enrolled: "2014-09-01")
        #expect(
            outcome.effects.map(\.kind) == [
                .converted(scottish, .init(scheme: "ects", points: try Points(converted)))
            ]
        )
        // It is shown, and adds nothing.
        #expect(Self.counted(outcome) == "6")
    }

    @Test(arguments: [("2019-07-31", "1"), ("2019-08-01", "2")])
    func `R19: a grade is shown by the map of the day of the question, and stays what it is`(
        query: String,
        shown: String
    ) throws {
        let credits =
            try Self.graded(["1", "3"], on: "fi-1-3")
            + Self.graded(["1"]).map {
                var other = $0
                (other.unit.code, other.unit.credit) = ("M9", Position(rawValue: 9))
                return other
            }
        let outcome = try Self.outcome("r19-grade-display", of: credits, needs: "6", enrolled: "2018-09-01", on: query)
        #expect(
            outcome.effects.map(\.kind) == [
                .graded(Self.grade("1", on: "fi-1-3"), shown: shown, scale: "fi-1-5"),
                .graded(Self.grade("3", on: "fi-1-3"), shown: "5", scale: "fi-1-5"),
            ]
        )
    }

    @Test(arguments: [("2024-08-31", "4", [RuleEffect.Kind.notAdmitted(3)]), ("2024-09-01", "2", [])])
    func `R10: of two attempts after a pass the first improves the grade; then the last counts, be it worse`(
        assessed: String,
        average: String,
        kinds: [RuleEffect.Kind]
    ) throws {
        let credit = try Self.credit("M1", 1, assessed: assessed, recognised: "2024-09-20") { credit in
            credit.attempts = ["3", "4", "5", "2"].prefix(assessed == "2024-08-31" ? 3 : 4).enumerated().map {
                .init(number: UInt16($0 + 1), isPassed: true, grade: Self.grade($1))
            }
        }
        let rules = try ["r10-attempts.before", "r10-attempts.after", "r04-average-grade.after"].map {
            try RuleFixtureTests.ruleSet("\($0).yaml")
        }
        let whole = FormationGroup(id: "whole", children: [FormationChild(.unit("M1"))])
        let ruleCase = RuleCase(
            of: "elektrikar@2024",
            total: nil,
            units: ["M1": credit.unit.points],
            enrolled: try Self.day("2023-09-01"),
            awarded: nil,
            query: try Self.day("2025-06-01"),
            credits: [credit]
        )
        let outcome = RuleJudge(RuleHistory(rules))
            .judge(ruleCase, by: FormationSolver(FormationRule(root: whole)))
        #expect(outcome.average?.value?.description == average)
        #expect(outcome.effects.map(\.kind) == kinds)
        #expect(Self.counted(outcome) == "6")
    }
}
