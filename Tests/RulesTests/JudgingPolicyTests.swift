import Credit
import Rules
import Testing

/// What policies do about single credits: attempts, exceptions for some, expiry after an award, and favourable versions.
@Suite struct JudgingPolicyTests {
    private static let six = Points(rawValue: 60_000)

    private static func day(_ text: String) throws -> CivilDate { try CivilDate(text) }

    private static func rule(
        _ id: String,
        _ policy: Policy,
        from: String = "2020-01-01",
        basis: DateBasis = .query,
        _ change: (inout Rule) throws -> Void = { _ in }
    ) throws -> Rule {
        var rule = Rule(
            id: id,
            version: from,
            legalBasis: "§ \(id)",
            dateBasis: basis,
            validFrom: try day(from),
            policy: policy
        )
        try change(&rule)
        return rule
    }

    private static func credit(
        _ code: String,
        _ position: UInt32 = 1,
        _ change: (inout HeldCredit) throws -> Void = { _ in }
    ) throws -> HeldCredit {
        let unit = HeldUnit(code: code, credit: Position(rawValue: position), points: six)
        var credit = HeldCredit(unit, of: "q@1", recognised: try day("2024-01-10"))
        credit.assessed = try day("2024-01-01")
        try change(&credit)
        return credit
    }

    /// Judges credits of six points each, all of which the whole needs.
    private static func outcome(
        of credits: [HeldCredit],
        awarded: String? = nil,
        on query: String = "2025-01-01",
        groups: [FormationChild] = [],
        _ rules: [Rule]
    ) throws -> RuleOutcome {
        let codes = Set(credits.map(\.unit.code)).sorted()
        let root = FormationGroup(
            id: "whole",
            children: groups.isEmpty ? codes.map { FormationChild(.unit($0), isRequired: true) } : groups
        )
        let ruleCase = RuleCase(
            of: "q@1",
            total: nil,
            units: Dictionary(uniqueKeysWithValues: codes.map { ($0, six) }),
            enrolled: try day("2020-09-01"),
            awarded: try awarded.map(day),
            query: try day(query),
            credits: credits
        )
        let set = RuleSet(id: "s", version: "1", title: "S", country: "SI", rules: rules)
        return RuleJudge(RuleHistory([set])).judge(ruleCase, by: FormationSolver(FormationRule(root: root)))
    }

    // MARK: Attempts

    private static func attempts(_ passed: Bool...) throws -> [HeldCredit.Attempt] {
        try passed.enumerated().map { number, isPassed in
            .init(number: UInt16(number + 1), isPassed: isPassed, on: try day("2023-0\(number + 1)-01"))
        }
    }

    @Test(arguments: [(UInt16(2), RuleEffect.Kind.tooManyAttempts), (3, nil)])
    func `a pass in an attempt beyond the most fills no place`(maximum: UInt16, kind: RuleEffect.Kind?) throws {
        let credit = try Self.credit("A") { $0.attempts = try Self.attempts(false, false, true) }
        let policy = AttemptPolicy(counts: .best, maximum: maximum)
        let outcome = try Self.outcome(of: [credit], [Self.rule("r", .attempts(policy))])
        #expect(outcome.effects.map(\.kind) == [kind].compactMap(\.self))
        #expect((outcome.formation.verdict == .satisfied) == (kind == nil))
    }

    @Test(arguments: [([true, false], true), ([false, true], false)])
    func `where the first attempt counts, a later one neither takes a pass nor gives one`(
        passed: [Bool],
        isSatisfied: Bool
    ) throws {
        let credit = try Self.credit("A") { $0.attempts = try Self.attempts(passed[0], passed[1]) }
        let outcome = try Self.outcome(of: [credit], [Self.rule("r", .attempts(AttemptPolicy(counts: .first)))])
        #expect((outcome.formation.verdict == .satisfied) == isSatisfied)
        #expect(outcome.effects.map(\.kind) == (isSatisfied ? [] : [.attemptFailed]))
    }

    @Test(arguments: [("2023-02-01", []), ("2023-01-31", [RuleEffect.Kind.notAdmitted(2)])])
    func `a grade that may be raised before the award is raised on its day, and not after it`(
        awarded: String,
        kinds: [RuleEffect.Kind]
    ) throws {
        let credit = try Self.credit("A") { $0.attempts = try Self.attempts(true, true) }
        let policy = AttemptPolicy(counts: .best, improve: .beforeAward)
        let outcome = try Self.outcome(of: [credit], awarded: awarded, [Self.rule("r", .attempts(policy))])
        #expect(outcome.effects.map(\.kind) == kinds)
    }

    @Test(arguments: [(true, "6"), (false, "0")])
    func `credit expires from an award only where it is not frozen by it`(isFrozen: Bool, counted: String) throws {
        let expiry = Expiry(months: 6, from: .assessment, frozenByAward: isFrozen)
        let outcome = try Self.outcome(of: [Self.credit("A")], awarded: "2024-03-01", [Self.rule("r", .expiry(expiry))])
        #expect(outcome.formation.groups[0].counted.description == counted)
    }

    // MARK: Exceptions

    @Test(arguments: [
        ("A", "urgentni-center", Procedure.informal, true), ("B", "urgentni-center", .informal, false),
        ("A", "sola", .informal, false), ("A", "urgentni-center", .local, false),
    ])
    func `an exception gives a credit that meets all it states another policy, on its own legal basis`(
        unit: String,
        institution: String,
        procedure: Procedure,
        isExcepted: Bool
    ) throws {
        let rule = try Self.rule("aid", .expiry(Expiry(months: 6, from: .assessment))) {
            $0.exceptions = [
                RuleException(
                    id: "paramedics",
                    legalBasis: "§ 6",
                    condition: .init(
                        procedures: [.informal, .nonFormal],
                        units: ["A"],
                        institutions: ["urgentni-center"]
                    ),
                    instead: .expiry(Expiry(months: 12, from: .assessment))
                )
            ]
        }
        let credit = try Self.credit(unit) { ($0.institution, $0.procedures) = (institution, [procedure]) }
        // Six months end on 1 July 2024, twelve on 1 January 2025.
        for (query, holds) in [("2024-07-01", true), ("2024-07-02", isExcepted), ("2025-01-01", isExcepted)] {
            let outcome = try Self.outcome(of: [credit], on: query, [rule])
            #expect((outcome.formation.verdict == .satisfied) == holds, "\(query)")
        }
        let later = try Self.outcome(of: [credit], on: "2025-01-02", [rule])
        let clause = try #require(later.effects.first?.clause)
        #expect(clause.exception == (isExcepted ? "paramedics" : nil))
        #expect(clause.legalBasis == (isExcepted ? "§ 6" : "§ aid"))
    }

    // MARK: Allocation

    @Test(arguments: [(AllocationPolicy.declared, "first", false), (.best, "second", true)])
    func `declarations matter where no rule lays down that the best class is taken`(
        policy: AllocationPolicy,
        group: String,
        isSatisfied: Bool
    ) throws {
        let units = ["A", "B"].map { FormationChild(.unit($0)) }
        let groups = [
            FormationChild(.group(FormationGroup(id: "first", children: units))),
            FormationChild(
                .group(FormationGroup(id: "second", count: Bounds(least: 2), children: units)),
                isRequired: true
            ),
        ]
        let credits = try ["A", "B"].enumerated().map { number, code in
            try Self.credit(code, UInt32(number + 1)) { $0.unit.declared = "first" }
        }
        let outcome = try Self.outcome(of: credits, groups: groups, [Self.rule("r", .allocation(policy))])
        #expect(outcome.formation.placements.map(\.group) == [group, group])
        #expect((outcome.formation.verdict == .satisfied) == isSatisfied)
    }

    // MARK: Favourable versions

    /// A rule by which a credit expires after a year, and a later one, if it is favourable, by which it holds.
    private static func favourable(_ id: String, _ units: [String]) throws -> [Rule] {
        [
            try rule(id, .expiry(Expiry(months: 12, from: .recognition, units: units)), basis: .recognition),
            try rule(
                id,
                .expiry(Expiry(months: 60, from: .recognition, units: units)),
                from: "2025-01-01",
                basis: .recognition
            ) { $0.retroactivity = .ifFavourable },
        ]
    }

    @Test func `two versions that help only together are found, and none is taken in vain`() throws {
        let rules = try Self.favourable("a", ["A"]) + Self.favourable("b", ["A"])
        let credits = [try Self.credit("A")]
        let outcome = try Self.outcome(of: credits, on: "2026-01-01", rules)
        #expect(outcome.formation.verdict == .satisfied && outcome.effects.isEmpty)
        // With one of them the credit expires as without it, by the rule that comes first.
        let one = try Self.outcome(of: credits, on: "2026-01-01", Array(rules.prefix(3)))
        #expect(one.formation.verdict == .notSatisfied)
        #expect(one.effects.map(\.clause.name.rule) == ["a"])
    }

    @Test func `more combinations than are tried leave it undetermined, unless what is found is enough`() throws {
        let names = (1...9).map { "r\($0)" }
        let rules = try names.flatMap { try Self.favourable($0, ["A"]) }
        let open = try Self.outcome(of: [Self.credit("A")], on: "2026-01-01", rules)
        #expect(open.formation.verdict == .undetermined && open.formation.isUnfinished)
        let enough = try Self.outcome(of: [Self.credit("A")], on: "2025-01-05", rules)
        #expect(enough.formation.verdict == .satisfied && enough.formation.isUnfinished)
        // Who is offered none of them is judged to the end.
        let late = try Self.credit("A") { $0.recognised = try Self.day("2025-01-01") }
        let certain = try Self.outcome(of: [late], on: "2026-01-01", rules)
        #expect(certain.formation.verdict == .satisfied && !certain.formation.isUnfinished)
    }
}
