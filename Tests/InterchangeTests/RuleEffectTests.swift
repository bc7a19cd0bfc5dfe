import Credit
import Interchange
import Rules
import Testing

/// What the changes of the fixtures do to a learner's progress, on both sides of their dates.
@Suite struct RuleEffectTests {
    static func judge(_ change: String) throws -> RuleJudge {
        RuleJudge(
            RuleHistory([
                try RuleFixtureTests.ruleSet("\(change).before.yaml"),
                try RuleFixtureTests.ruleSet("\(change).after.yaml"),
            ])
        )
    }

    static func day(_ text: String) throws -> CivilDate { try CivilDate(text) }

    /// A unit of six points, recognised on the day after its assessment.
    static func credit(
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

    /// A case whose formation asks for so many points of any of the units given, which have six each where nothing else is
    /// said, and takes units from elsewhere.
    static func outcome(
        _ change: String,
        of credits: [HeldCredit],
        needs: String,
        enrolled: String = "2019-09-01",
        awarded: String? = nil,
        on query: String = "2025-06-01",
        units: [String] = [],
        points: String = "6",
        takesOthers: Bool = true
    ) throws -> RuleOutcome {
        let codes = Set(credits.filter { $0.unit.qualification == nil }.map(\.unit.code)).union(units).sorted()
        let formation = FormationGroup(
            id: "whole",
            points: Bounds(least: try Points(needs)),
            children: codes.map { FormationChild(.unit($0)) }
                + (takesOthers ? [FormationChild(.open(OpenSlot(id: "free")))] : [])
        )
        let each = try Points(points)
        let ruleCase = RuleCase(
            of: "elektrikar@2024",
            total: try Points(needs),
            units: Dictionary(uniqueKeysWithValues: codes.map { ($0, each) }),
            enrolled: try day(enrolled),
            awarded: try awarded.map(day),
            query: try day(query),
            credits: credits
        )
        return try judge(change).judge(ruleCase, by: FormationSolver(FormationRule(root: formation)))
    }

    static func counted(_ outcome: RuleOutcome) -> String { outcome.formation.groups[0].counted.description }

    // MARK: The version that judges

    @Test(arguments: [
        ("r02-structure", "2018-07-31", "2021-12-31", "sahko@2015"),
        ("r02-structure", "2018-07-31", "2022-01-01", "sahko@2018"),
        ("r02-structure", "2018-08-01", "2021-12-31", "sahko@2018"),
        ("r08-new-block", "2020-08-31", "2025-01-01", "gastronom@2019"),
        ("r08-new-block", "2020-09-01", "2025-01-01", "gastronom@2020"),
        ("r20-weight", "2024-08-31", "2025-01-01", "elektrikar-skrajsan@2008"),
        ("r20-weight", "2024-09-01", "2025-01-01", "elektrikar-skrajsan@2024"),
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

    /// A case that holds units by code, judged by the version that the rule lays down: its points, and what is missing.
    private static func judged(
        _ change: String,
        enrolled: String,
        on query: String,
        holding codes: [String]
    ) throws -> FormationResult {
        let dates = RuleDates(enrolment: try day(enrolled), query: try day(query))
        let version = try #require(try judge(change).standards(on: dates).holding?.version)
        let name = "\(change).\(version.replacing("@", with: "-")).yaml"
        guard case .standard(let standard) = try RuleFixtureTests.file(name).document else {
            throw AccrueError(.notFound, name)
        }
        #expect(standard.qualification.identifier == version)
        let units = standard.qualification.units
        let held = codes.enumerated().map { number, code in
            HeldUnit(
                code: code,
                credit: Position(rawValue: UInt32(number + 1)),
                points: units.first { $0.code == code }.flatMap(\.points)
            )
        }
        return FormationSolver(standard.formation).solve(held)
    }

    @Test(arguments: [
        ("2018-07-31", "2021-12-31", false, "170", ["free"]), ("2018-07-31", "2022-01-01", true, "180", []),
        ("2018-08-01", "2021-12-31", true, "180", []),
    ])
    func `R2: the free ten points are part of the vocational ones then, for old cases after the transition`(
        enrolled: String,
        query: String,
        isSatisfied: Bool,
        counted: String,
        missing: [String]
    ) throws {
        let codes = ["V1", "V2", "V3", "V4", "C1", "C2", "C3", "C4"]
        let result = try Self.judged("r02-structure", enrolled: enrolled, on: query, holding: codes)
        #expect((result.verdict == .satisfied) == isSatisfied)
        #expect(result.groups[0].counted.description == counted && result.groups[0].missingRequired == missing)
    }

    @Test(arguments: [("2020-08-31", true, []), ("2020-09-01", false, ["digitalni"])])
    func `R8: who enrolled from the programme year 2020 on needs the new block of two points, too`(
        enrolled: String,
        isSatisfied: Bool,
        missing: [String]
    ) throws {
        func judged(_ codes: [String]) throws -> FormationResult {
            try Self.judged("r08-new-block", enrolled: enrolled, on: "2025-01-01", holding: codes)
        }
        let without = try judged(["G1", "G2", "G3", "G4"])
        #expect((without.verdict == .satisfied) == isSatisfied)
        #expect(without.groups[0].counted.description == "32" && without.groups[0].missingRequired == missing)
        let with = try judged(["G1", "G2", "G3", "G4", "G6"])
        #expect(with.verdict == .satisfied)
        #expect(with.groups[0].counted.description == (isSatisfied ? "32" : "34"))
    }

    @Test(arguments: [("2024-08-31", "6", "16"), ("2024-09-01", "7", "17")])
    func `R20: who enrolled before keeps six points for M10, and who enrolled later has seven`(
        enrolled: String,
        points: String,
        whole: String
    ) throws {
        let result = try Self.judged("r20-weight", enrolled: enrolled, on: "2025-01-01", holding: ["M9", "M10"])
        #expect(result.placements.first { $0.unit.code == "M10" }?.counted.description == points)
        #expect(result.verdict == .satisfied && result.groups[0].counted.description == whole)
    }

    // MARK: What counts no more

    @Test(arguments: [
        ("2025-07-31", "2022-12-31", "12"), ("2025-08-01", "2022-12-31", "6"), ("2025-08-01", "2025-08-01", "12"),
        ("2025-08-02", "2025-08-01", "6"),
    ])
    func `R3: a borrowed unit must be valid when it is assessed, and no longer when the learner enrolled`(
        assessed: String,
        validUntil: String,
        counted: String
    ) throws {
        func credits(_ procedure: Procedure?) throws -> [HeldCredit] {
            [
                try Self.credit("M1", 1),
                try Self.credit("B1", 2, assessed: assessed, recognised: "2025-09-15") {
                    $0.unit.qualification = "other"
                    $0.version = "other@1"
                    $0.validUntil = try Self.day(validUntil)
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
        let credit = try Self.credit("M1", 1, assessed: assessed, recognised: "2024-09-20") {
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
        let credit = try Self.credit("PP1", 1, assessed: assessed, recognised: "2021-03-10")
        let outcome = try Self.outcome("r16-first-aid", of: [credit], needs: "6", on: query, units: ["PP1"])
        #expect(Self.counted(outcome) == counted)
        // With the award it is frozen, if it held on that day.
        for (award, counted) in [("2022-06-30", "6"), ("2024-06-30", "0")] {
            let awarded = try Self.outcome(
                "r16-first-aid",
                of: [credit],
                needs: "6",
                awarded: award,
                on: "2025-01-01",
                units: ["PP1"]
            )
            #expect(Self.counted(awarded) == counted)
        }
    }

    @Test(arguments: [
        ("2021-02-28", "2021-03-01", "6"), ("2021-02-28", "2024-02-28", "6"), ("2021-02-28", "2024-02-29", "0"),
        ("2021-03-01", "2023-03-01", "6"), ("2021-03-01", "2023-03-02", "0"),
    ])
    func `R16: what was recognised without an assessment goes by the recognition, whenever it is asked`(
        recognised: String,
        query: String,
        counted: String
    ) throws {
        let credit = try Self.credit("PP1", 1, recognised: recognised) {
            ($0.assessed, $0.procedures) = (nil, [.informal])
        }
        let outcome = try Self.outcome("r16-first-aid", of: [credit], needs: "6", on: query, units: ["PP1"])
        #expect(Self.counted(outcome) == counted)
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

    @Test(arguments: [
        ("2019-07-31", "11.9999", "128.0001", false), ("2019-07-31", "12", "128", true),
        ("2019-08-01", "17.9999", "122.0001", false), ("2019-08-01", "18", "122", true),
    ])
    func `residency: of 140 points 12 of accredited bodies were enough, 18 are needed`(
        awarded: String,
        accredited: String,
        others: String,
        isEnough: Bool
    ) throws {
        let credits = try [accredited, others].enumerated().map { number, points in
            try Self.credit("M\(number)", UInt32(number + 1)) {
                ($0.isAccredited, $0.unit.points) = (number == 0, try Points(points))
            }
        }
        let outcome = try Self.outcome("residency", of: credits, needs: "140", enrolled: "2015-09-01", awarded: awarded)
        #expect(Self.counted(outcome) == "140")
        #expect((outcome.formation.verdict == .satisfied) == isEnough)
        #expect(outcome.formation.shortfalls.map(\.counted.description) == (isEnough ? [] : [accredited]))
    }

    // MARK: Units that stand for others

    @Test func `R17: both old units stand for the new one, and one of them shows on the way`() throws {
        func old(_ code: String, _ position: UInt32, _ recognised: String) throws -> HeldCredit {
            try Self.credit(code, position, recognised: recognised) {
                $0.unit.qualification = "elektrikar"
                $0.version = "elektrikar@2008"
            }
        }
        for (recognised, kinds) in [("2024-08-31", []), ("2024-09-01", [RuleEffect.Kind.onTheWay(["Z"])])] {
            func outcome(of credits: HeldCredit...) throws -> RuleOutcome {
                try Self.outcome(
                    "r17-equivalence",
                    of: credits,
                    needs: "10",
                    units: ["Z"],
                    points: "10",
                    takesOthers: false
                )
            }
            // Six and six are ten, on both sides of the date.
            let both = try outcome(of: old("X", 1, "2023-01-01"), old("Y", 2, recognised))
            #expect(both.formation.placements.map(\.unit.code) == ["Z"])
            #expect(both.formation.verdict == .satisfied && Self.counted(both) == "10")
            #expect(both.effects.map(\.kind) == [.standsFor(["Z"]), .standsFor(["Z"])])
            let one = try outcome(of: old("X", 1, recognised))
            #expect(one.effects.map(\.kind) == kinds)
            #expect(one.formation.verdict == .notSatisfied && Self.counted(one) == "0")
        }
    }

    // MARK: Progression

    @Test(arguments: [
        ("2023-08-31", "39.9999", 1), ("2023-08-31", "40", 2), ("2023-09-01", "44.9999", 1), ("2023-09-01", "45", 2),
    ])
    func `R12: forty points led to the second year, then forty-five`(query: String, points: String, year: UInt8) throws
    {
        let credit = try Self.credit("M1", 1) { $0.unit.points = try Points(points) }
        let outcome = try Self.outcome("r12-progression", of: [credit], needs: "180", on: query)
        #expect(Self.counted(outcome) == points)
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
