import Credit
import Interchange
import Rules
import Testing

/// What the changes of the fixtures do to a learner's progress, on both sides of their dates.
@Suite struct RuleEffectTests {
    private static func judge(_ change: String) throws -> RuleJudge {
        RuleJudge(
            RuleHistory([
                try RuleFixtureTests.ruleSet("\(change).before.yaml"),
                try RuleFixtureTests.ruleSet("\(change).after.yaml"),
            ])
        )
    }

    private static func day(_ text: String) throws -> CivilDate { try CivilDate(text) }

    /// A unit of six points, recognised on the day after its assessment.
    private static func credit(
        _ code: String,
        _ position: UInt32,
        assessed: String = "2020-03-01",
        recognised: String = "2020-03-02",
        _ change: (inout HeldCredit) throws -> Void = { _ in }
    ) throws -> HeldCredit {
        let unit = HeldUnit(code: code, credit: Position(rawValue: position), points: try Points("6"))
        var credit = HeldCredit(unit, of: "elektrikar@2024", recognised: try day(recognised))
        credit.assessed = try day(assessed)
        try change(&credit)
        return credit
    }

    /// A case whose formation asks for so many points of any of the units given, and takes units from elsewhere.
    private static func outcome(
        _ change: String,
        of credits: [HeldCredit],
        needs: String,
        enrolled: String = "2019-09-01",
        awarded: String? = nil,
        on query: String = "2025-06-01",
        units: [String] = [],
        takesOthers: Bool = true
    ) throws -> RuleOutcome {
        let codes = Set(credits.filter { $0.unit.qualification == nil }.map(\.unit.code)).union(units).sorted()
        let formation = FormationGroup(
            id: "whole",
            points: Bounds(least: try Points(needs)),
            children: codes.map { FormationChild(.unit($0)) }
                + (takesOthers ? [FormationChild(.open(OpenSlot(id: "free")))] : [])
        )
        let six = try Points("6")
        let ruleCase = RuleCase(
            of: "elektrikar@2024",
            total: try Points(needs),
            units: Dictionary(uniqueKeysWithValues: codes.map { ($0, six) }),
            enrolled: try day(enrolled),
            awarded: try awarded.map(day),
            query: try day(query),
            credits: credits
        )
        return try judge(change).judge(ruleCase, by: FormationSolver(FormationRule(root: formation)))
    }

    private static func counted(_ outcome: RuleOutcome) -> String { outcome.formation.groups[0].counted.description }

    // MARK: The version that judges

    @Test(arguments: [
        ("r02-structure", "2018-07-31", "2021-12-31", "sahko@2015"),
        ("r02-structure", "2018-07-31", "2022-01-01", "sahko@2018"),
        ("r02-structure", "2018-08-01", "2021-12-31", "sahko@2018"),
        ("r08-new-block", "2020-08-31", "2025-01-01", "gastronom@2019"),
        ("r08-new-block", "2020-09-01", "2025-01-01", "gastronom@2020"),
        ("r20-weight", "2024-08-31", "2025-01-01", "elektrikar@2008"),
        ("r20-weight", "2024-09-01", "2025-01-01", "elektrikar@2024"),
    ])
    func `R2, R8, R20: the day of enrolment decides by which version is judged`(
        change: String,
        enrolled: String,
        query: String,
        version: String
    ) throws {
        let dates = RuleDates(enrolment: try Self.day(enrolled), query: try Self.day(query))
        let standards = try Self.judge(change).standards(on: dates)
        #expect(standards.holding?.version == version && standards.favourable.isEmpty)
        #expect(standards.holding?.clause.legalBasis.isEmpty == false)
    }

    @Test func `R2: a learner who lacks five points of the new structure was done by the old one`() throws {
        func standard(_ name: String) throws -> Standard {
            guard case .standard(let standard) = try RuleFixtureTests.file(name).document else {
                throw AccrueError(.notFound, name)
            }
            return standard
        }
        let (old, new) = (try standard("r02-structure.sahko-2015.yaml"), try standard("r02-structure.sahko-2018.yaml"))
        func held(_ standard: Standard) -> [HeldUnit] {
            let own = standard.qualification.units.filter { $0.code != "V5" }.enumerated().map {
                HeldUnit(code: $1.code, credit: Position(rawValue: UInt32($0 + 1)), points: $1.points)
            }
            let other = HeldUnit(
                code: "X",
                credit: Position(rawValue: 90),
                points: Points(rawValue: 100_000),
                qualification: "other"
            )
            return own + [other]
        }
        #expect(FormationSolver(old.formation).solve(held(old)).verdict == .satisfied)
        let moved = old.qualification.units.map(\.code) == new.qualification.units.map(\.code)
        #expect(moved)
        #expect(FormationSolver(new.formation).solve(held(new)).verdict == .satisfied)
        #expect(FormationSolver(new.formation).solve(held(old)).verdict == .notSatisfied)
    }

    // MARK: What counts no more

    @Test(arguments: [("2025-07-31", "12"), ("2025-08-01", "6")])
    func `R3: a borrowed unit must be valid when it is assessed, and no longer when the learner enrolled`(
        assessed: String,
        counted: String
    ) throws {
        func credits(_ procedure: Procedure?) throws -> [HeldCredit] {
            [
                try Self.credit("M1", 1),
                try Self.credit("B1", 2, assessed: assessed, recognised: assessed) {
                    $0.unit.qualification = "other"
                    $0.version = "other@1"
                    $0.validUntil = try Self.day("2022-12-31")
                    $0.procedures = Set([procedure].compactMap(\.self))
                },
            ]
        }
        let outcome = try Self.outcome("r03-borrowed-units", of: credits(.local), needs: "12", on: "2025-12-01")
        #expect(Self.counted(outcome) == counted)
        // What was recognised is exempt, on its own legal basis.
        let exempt = try Self.outcome("r03-borrowed-units", of: credits(.nonFormal), needs: "12", on: "2025-12-01")
        #expect(Self.counted(exempt) == "12")
    }

    @Test(arguments: [("2024-08-31", 6, nil), ("2024-09-01", 0, RuleEffect.Kind.attemptFailed)])
    func `R10: a failed re-sit takes the pass away only where the last attempt counts`(
        assessed: String,
        counted: Int,
        kind: RuleEffect.Kind?
    ) throws {
        let credit = try Self.credit("M1", 1, assessed: assessed, recognised: assessed) {
            $0.attempts = [.init(number: 2, isPassed: false), .init(number: 1, isPassed: true)]
        }
        let outcome = try Self.outcome("r10-attempts", of: [credit], needs: "6", units: ["M1"])
        #expect(Self.counted(outcome) == "\(counted)")
        #expect(outcome.effects.first?.kind == kind)
    }

    @Test(arguments: [
        ("2021-02-28", "2024-02-28", "6"), ("2021-02-28", "2024-02-29", "0"), ("2021-03-01", "2023-03-01", "6"),
        ("2021-03-01", "2023-03-02", "0"),
    ])
    func `R16: first aid holds for 36 months, and for 24 where it was assessed later`(
        assessed: String,
        query: String,
        counted: String
    ) throws {
        let credit = try Self.credit("PP1", 1, assessed: assessed, recognised: assessed)
        let outcome = try Self.outcome("r16-first-aid", of: [credit], needs: "6", on: query, units: ["PP1"])
        #expect(Self.counted(outcome) == counted)
        // With the award it is frozen.
        let awarded = try Self.outcome(
            "r16-first-aid",
            of: [credit],
            needs: "6",
            awarded: assessed,
            on: query,
            units: ["PP1"]
        )
        #expect(Self.counted(awarded) == "6")
    }

    // MARK: Limits

    @Test func `R15: the share that is better for the learner is taken`() throws {
        // Three units by application: two thirds of 18 may be recognised by the old rule, all by the new one.
        func credits(on recognised: String) throws -> [HeldCredit] {
            try (1...3).map { number in
                try Self.credit("M\(number)", UInt32(number), recognised: recognised) { $0.procedures = [.application] }
            }
        }
        let old = try Self.outcome("r15-shares", of: credits(on: "2022-08-31"), needs: "18", on: "2022-08-31")
        #expect(Self.counted(old) == "12" && old.formation.verdict == .notSatisfied)
        #expect(old.effects.map(\.kind) == Array(repeating: .shared(try Points("12")), count: 3))
        let favourable = try Self.outcome("r15-shares", of: credits(on: "2022-08-31"), needs: "18", on: "2022-09-01")
        #expect(favourable.formation.verdict == .satisfied)
        // From the new rule on half of non-formal learning counts; before, two thirds did.
        func nonFormal(on recognised: String) throws -> [HeldCredit] {
            try credits(on: recognised).map {
                var credit = $0
                credit.procedures = [.nonFormal]
                return credit
            }
        }
        let later = try Self.outcome("r15-shares", of: nonFormal(on: "2022-09-01"), needs: "18", on: "2023-01-01")
        #expect(Self.counted(later) == "6")
        let earlier = try Self.outcome("r15-shares", of: nonFormal(on: "2022-08-31"), needs: "18", on: "2023-01-01")
        #expect(Self.counted(earlier) == "12")
    }

    @Test(arguments: [("2019-07-31", true), ("2019-08-01", false)])
    func `residency: 12 points of accredited bodies were enough, 18 are needed`(awarded: String, isEnough: Bool) throws
    {
        let credits = try (1...4).map { number in
            try Self.credit("M\(number)", UInt32(number)) { $0.isAccredited = number <= 2 }
        }
        let outcome = try Self.outcome("residency", of: credits, needs: "24", enrolled: "2015-09-01", awarded: awarded)
        #expect((outcome.formation.verdict == .satisfied) == isEnough)
        #expect(outcome.formation.shortfalls.map(\.counted.description) == (isEnough ? [] : ["12"]))
    }

    // MARK: Units that stand for others

    @Test func `R17: both old units stand for the new one, and one of them shows on the way`() throws {
        func old(_ code: String, _ position: UInt32, _ recognised: String) throws -> HeldCredit {
            try Self.credit(code, position, recognised: recognised) {
                $0.unit.qualification = "elektrikar"
                $0.version = "elektrikar@2008"
            }
        }
        let both = try Self.outcome(
            "r17-equivalence",
            of: [old("X", 1, "2023-01-01"), old("Y", 2, "2023-02-01")],
            needs: "6",
            units: ["Z"],
            takesOthers: false
        )
        #expect(both.formation.placements.map(\.unit.code) == ["Z"])
        #expect(both.formation.verdict == .satisfied)
        for (recognised, kinds) in [("2024-08-31", []), ("2024-09-01", [RuleEffect.Kind.onTheWay(["Z"])])] {
            let one = try Self.outcome("r17-equivalence", of: [old("X", 1, recognised)], needs: "20", units: ["Z"])
            #expect(one.effects.map(\.kind) == kinds)
            #expect(one.formation.verdict == .notSatisfied)
        }
    }

    // MARK: Grades and points elsewhere

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

    @Test(arguments: [("2015-07-31", "8"), ("2015-08-01", "7.5")])
    func `R18: two Scottish points are one European one, rounded as on the day of recognition`(
        recognised: String,
        converted: String
    ) throws {
        let scottish = HeldCredit.Original(scheme: "scqf", points: try Points("15"))
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

    // MARK: Progression

    @Test(arguments: [("2023-08-31", 2), ("2023-09-01", 1)])
    func `R12: forty points led to the second year, then forty-five`(query: String, year: UInt8) throws {
        let credits = try (1...7).map { try Self.credit("M\($0)", UInt32($0)) }
        let outcome = try Self.outcome("r12-progression", of: credits, needs: "180", on: query)
        #expect(Self.counted(outcome) == "42")
        #expect(outcome.year?.number == year)
    }

    @Test func `rules in any order and credits in any order give the same outcome`() throws {
        let credits = try (1...6).map { number in
            try Self.credit("M\(number)", UInt32(number)) {
                $0.procedures = [number.isMultiple(of: 2) ? .informal : .local]
            }
        }
        let one = try Self.outcome("r15-shares", of: credits, needs: "30")
        let other = try Self.outcome("r15-shares", of: credits.reversed(), needs: "30")
        #expect(one.formation == other.formation)
    }
}
