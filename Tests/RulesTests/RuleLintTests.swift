import Credit
import Rules
import Testing

/// What lint finds beyond the fixtures: documents together, and the limits of a group.
@Suite struct RuleLintTests {
    private static func standard(_ root: FormationGroup, units: [(String, String?)]) throws -> Standard {
        var qualification = Qualification(id: "q", version: "1", title: "Q", country: "SI", scheme: "KT")
        qualification.units = try units.map { Unit(code: $0.0, title: $0.0, points: try $0.1.map { try Points($0) }) }
        return Standard(qualification: qualification, formation: FormationRule(root: root))
    }

    private static func units(_ codes: String..., required: Bool = false) -> [FormationChild] {
        codes.map { FormationChild(.unit($0), isRequired: required) }
    }

    private static func codes(_ documents: RuleDocument...) -> [ErrorCode] {
        RuleLint.findings(in: documents).map(\.code)
    }

    private static func rule(_ id: String, _ policy: Policy, from: String = "2020-01-01") throws -> Rule {
        let day = try CivilDate(from)
        return Rule(id: id, version: from, legalBasis: "§", dateBasis: .enrolment, validFrom: day, policy: policy)
    }

    private static func set(_ version: String = "1", _ rules: Rule...) -> RuleDocument {
        .ruleSet(RuleSet(id: "r", version: version, title: "R", country: "SI", qualifications: ["q"], rules: rules))
    }

    @Test(arguments: [("15", true), ("16", false)])
    func `what a group reaches is its best children, as many as may count`(least: String, isReachable: Bool) throws {
        let bounds = Bounds(least: try Points(least))
        // A is required and small, so that only one of the larger ones may stand beside it.
        let root = FormationGroup(
            id: "g",
            points: bounds,
            count: Bounds(most: 2),
            children: Self.units("A", required: true) + Self.units("B", "C")
        )
        let standard = try Self.standard(root, units: [("A", "5"), ("B", "10"), ("C", "10")])
        #expect(Self.codes(.standard(standard)) == (isReachable ? [] : [.groupUnreachable]))
    }

    @Test func `a cap in a group below limits what is reached above`() throws {
        let inner = FormationGroup(id: "i", points: Bounds(most: try Points("6")), children: Self.units("A", "B"))
        let root = FormationGroup(
            id: "g",
            points: Bounds(least: try Points("7")),
            children: [FormationChild(.group(inner))]
        )
        let standard = try Self.standard(root, units: [("A", "5"), ("B", "5")])
        #expect(Self.codes(.standard(standard)) == [.groupUnreachable])
    }

    @Test func `an open slot without an end reaches everything, one with an end its end`() throws {
        func codes(_ most: String?) throws -> [ErrorCode] {
            let slot = OpenSlot(id: "o", points: Bounds(least: try Points("1"), most: try most.map { try Points($0) }))
            let bounds = Bounds(least: try Points("100"))
            let root = FormationGroup(id: "g", points: bounds, children: [FormationChild(.open(slot))])
            return Self.codes(.standard(try Self.standard(root, units: [])))
        }
        #expect(try codes(nil) == [])
        #expect(try codes("100") == [])
        #expect(try codes("99.9999") == [.groupUnreachable])
    }

    @Test func `a group that cannot be satisfied is no child that counts`() throws {
        let dead = FormationGroup(id: "d", count: Bounds(least: 2), children: Self.units("A"))
        let root = FormationGroup(id: "g", count: Bounds(least: 1), children: [FormationChild(.group(dead))])
        let standard = try Self.standard(root, units: [("A", nil)])
        #expect(Self.codes(.standard(standard)) == [.groupUnreachable, .groupUnreachable])
    }

    @Test func `a qualification for nothing is refused`() throws {
        let standard = try Self.standard(FormationGroup(id: "g", children: Self.units("A")), units: [("A", "5")])
        #expect(Self.codes(.standard(standard)) == [.groupEmpty])
    }

    private static func other(
        _ id: String,
        country: String = "SI",
        of qualifications: [String],
        _ rules: Rule...
    )
        -> RuleDocument
    {
        .ruleSet(
            RuleSet(id: id, version: "1", title: id, country: country, qualifications: qualifications, rules: rules)
        )
    }

    @Test func `rules of two sets for the same qualifications and dates are warned of where only one can hold`() throws
    {
        let best = try Self.rule("a", .attempts(AttemptPolicy(counts: .best)))
        let last = try Self.rule("b", .attempts(AttemptPolicy(counts: .last)), from: "2022-01-01")
        var ended = best
        ended.validUntil = try CivilDate("2021-12-31")
        func findings(_ rule: Rule, _ other: RuleDocument) -> [String] {
            RuleLint.findings(in: [Self.set("1", rule), other]).map {
                "\($0.code.rawValue) \($0.severity) \($0.document) \($0.path): \($0.subject)"
            }
        }
        let told = ["E-RUL-009 warning 1 rules[0].id: and r/a at the same time"]
        #expect(findings(best, Self.other("school", of: ["q"], last)) == told)
        #expect(findings(best, Self.other("school", of: [], last)) == told)
        #expect(findings(best, Self.other("school", of: ["p"], last)) == [])
        #expect(findings(best, Self.other("school", country: "FI", of: [], last)) == [])
        #expect(findings(ended, Self.other("school", of: ["q"], last)) == [])
        // What says the same does not contradict it, and shares may well be several.
        #expect(findings(best, Self.other("school", of: ["q"], best)) == [])
        let share = try Self.rule("s", .share(ShareCap(procedures: [.informal], atMost: .points(.zero))))
        #expect(findings(share, Self.other("school", of: ["q"], share)) == [])
    }

    @Test func `a circle through two sets is warned of, one within a set is an error`() throws {
        func equivalence(_ id: String, _ source: String, _ target: String) throws -> Rule {
            try Self.rule(id, .equivalences([Equivalence(sources: [source], targets: [target])]))
        }
        let one = Self.set("1", try equivalence("a", "A", "B"))
        let found = RuleLint.findings(in: [one, Self.other("school", of: ["q"], try equivalence("b", "B", "A"))])
        #expect(found.map(\.code) == [.equivalenceCycle])
        #expect(found.first?.severity == .warning && found.first?.path == "rules[0].equivalences[0]")
        let within = Self.set("1", try equivalence("a", "A", "B"), try equivalence("b", "B", "A"))
        let error = RuleLint.findings(in: [within, Self.other("school", of: ["q"], try equivalence("c", "C", "D"))])
        #expect(error.map(\.code) == [.equivalenceCycle] && error.first?.severity == .error)
    }

    @Test func `qualifications of which an open slot takes units are looked for among what is published`() throws {
        let root = FormationGroup(
            id: "g",
            children: Self.units("A", required: true)
                + [FormationChild(.open(OpenSlot(id: "o", qualifications: ["q", "other", "othr"])))]
        )
        let standard = RuleDocument.standard(try Self.standard(root, units: [("A", "5")]))
        let other = Qualification(id: "other", version: "1", title: "O", country: "SI", scheme: "KT")
        let found = RuleLint.findings(in: [standard], published: [other])
        #expect(found.map(\.path) == ["formation.children[1].qualifications[2]"])
        #expect(found.first?.code == .qualificationUnknown && found.first?.severity == .warning)
        #expect(RuleLint.findings(in: [standard]).isEmpty)
    }

    @Test func `a rule set without rules is warned of`() {
        let finding = RuleLint.findings(in: [Self.set()]).first
        #expect(finding?.code == .ruleSetEmpty && finding?.severity == .warning && finding?.path == "rules")
    }

    @Test func `what is published is known, and what is not is told`() throws {
        var published = Qualification(id: "q", version: "1", title: "Q", country: "SI", scheme: "KT")
        published.units = [Unit(code: "first-aid", title: "A", points: nil)]
        var rule = try Self.rule("x", .expiry(Expiry(months: 12, from: .assessment, units: ["first-aid"])))
        #expect(RuleLint.findings(in: [Self.set("1", rule)], published: [published]) == [])
        // A unit of an exception, and of what holds instead.
        rule.exceptions = [
            RuleException(
                id: "e",
                legalBasis: "§",
                condition: .init(units: ["first-aids"]),
                instead: .expiry(Expiry(months: 24, from: .assessment, units: ["other"]))
            )
        ]
        let units = RuleLint.findings(in: [Self.set("1", rule)], published: [published])
        #expect(units.map(\.code) == [.unitUnknown, .unitUnknown])
        #expect(
            units.map(\.path) == ["rules[0].exceptions[0].when.units[0]", "rules[0].exceptions[0].expiry.units[0]"]
        )
        #expect(units.first?.subject == "first-aids (did you mean first-aid?)")
        // Nobody knows without a store; with one, versions and qualifications are told.
        let elsewhere = Equivalence(sources: ["A"], of: "p@1", targets: ["first-aid"])
        let sets = [
            Self.set("1", try Self.rule("s", .standard("q@2")), try Self.rule("e", .equivalences([elsewhere])))
        ]
        #expect(RuleLint.findings(in: sets) == [])
        let versions = RuleLint.findings(in: sets, published: [published])
        #expect(versions.allSatisfy { $0.code == .qualificationUnknown && $0.severity == .warning })
        #expect(versions.map(\.path) == ["rules[0].standard", "rules[1].equivalences[0].fromQualification"])
        #expect(versions.first?.subject == "q@2 (did you mean q@1?)")
        let none = RuleLint.findings(in: [Self.set("1", rule)], published: [])
        #expect(none.map(\.path) == ["qualifications[0]"])
    }

    @Test func `units that a rule names must be in a version that is given`() throws {
        let root = FormationGroup(id: "g", count: Bounds(least: 1), children: Self.units("A"))
        let standard = RuleDocument.standard(try Self.standard(root, units: [("A", "5")]))
        func expiry(_ unit: String) throws -> Rule {
            try Self.rule("expiry", .expiry(Expiry(months: 24, from: .assessment, units: [unit])))
        }
        #expect(Self.codes(Self.set("1", try expiry("A")), standard) == [])
        #expect(Self.codes(Self.set("1", try expiry("Z"))) == [])
        let finding = RuleLint.findings(in: [standard, Self.set("1", try expiry("Z"))]).first
        #expect(finding?.code == .unitUnknown)
        #expect(finding?.document == 1)
        #expect(finding?.path == "rules[0].expiry.units[0]")
        let foreign = Equivalence(sources: ["B"], of: "q@1", targets: ["A"], of: "other@1")
        #expect(Self.codes(Self.set("1", try Self.rule("e", .equivalences([foreign]))), standard) == [.unitUnknown])
    }

    @Test func `versions in two documents overlap only where the earlier says that it goes on`() throws {
        var old = try Self.rule("a", .allocation(.best))
        let new = try Self.rule("a", .allocation(.declared), from: "2024-09-01")
        #expect(Self.codes(Self.set("1", old), Self.set("2", new)) == [])
        old.validUntil = try CivilDate("2024-08-31")
        #expect(Self.codes(Self.set("1", old), Self.set("2", new)) == [])
        old.validUntil = try CivilDate("2024-09-01")
        let findings = RuleLint.findings(in: [Self.set("2", new), Self.set("1", old)])
        #expect(findings.map(\.code) == [.validityOverlaps])
        #expect(findings.map(\.document) == [0])
        // A rule that goes on unchanged is repeated, and is no other.
        #expect(Self.codes(Self.set("1", old), Self.set("2", old)) == [])
    }

    @Test(arguments: [
        (Policy.standard("q@1"), [ErrorCode.ruleContradictory]), (.allocation(.best), [.ruleContradictory]),
        (.borrowedUnits(.assessment), []),
    ])
    func `an exception of single credits from a rule on the whole case is met by none`(
        policy: Policy,
        codes: [ErrorCode]
    ) throws {
        for (condition, codes) in [
            (RuleException.Condition(procedures: [.informal], enrolledUntil: try CivilDate("2021-01-01")), codes),
            (RuleException.Condition(institutions: ["i"]), codes), (RuleException.Condition(units: ["A"]), codes),
            (RuleException.Condition(enrolledFrom: try CivilDate("2021-01-01")), []),
        ] {
            var rule = try Self.rule("a", policy)
            rule.exceptions = [RuleException(id: "e", legalBasis: "§ 2", condition: condition)]
            #expect(Self.codes(Self.set("1", rule)) == codes)
        }
    }

    @Test func `rules of two names may follow each other, but not hold at once`() throws {
        var first = try Self.rule("a", .allocation(.best))
        let second = try Self.rule("b", .allocation(.declared), from: "2024-09-01")
        #expect(Self.codes(Self.set("1", first, second)) == [.ruleContradictory])
        first.validUntil = try CivilDate("2024-08-31")
        #expect(Self.codes(Self.set("1", first, second)) == [])
    }

    @Test func `a version that replaces its units by the same codes is no circle`() throws {
        let equivalence = Equivalence(sources: ["A"], of: "q@1", targets: ["A"], of: "q@2")
        #expect(Self.codes(Self.set("1", try Self.rule("e", .equivalences([equivalence])))) == [])
        let itself = Equivalence(sources: ["A"], targets: ["A"])
        #expect(Self.codes(Self.set("1", try Self.rule("e", .equivalences([itself])))) == [.equivalenceCycle])
    }

    @Test(arguments: [("64", true), ("65", false)])
    func `a printed total is that of the rows, to which a unit without points adds nothing`(
        printed: String,
        agrees: Bool
    ) throws {
        let least = Bounds(least: try Points("1"))
        let root = FormationGroup(id: "g", points: least, children: Self.units("A", "B", "C"))
        var standard = try Self.standard(root, units: [("A", "40"), ("B", "24"), ("C", nil)])
        standard.printed["g"] = try Points(printed)
        let findings = RuleLint.findings(in: [.standard(standard)])
        #expect(findings.map(\.code) == (agrees ? [] : [.sumDiffers]))
        #expect(findings.allSatisfy { $0.severity == .warning && $0.path == "formation.printed" })
    }

    @Test func `what the standard states and what its formation needs are compared`() throws {
        let bounds = Bounds(least: try Points("60"), most: try Points("60"))
        let root = FormationGroup(id: "g", points: bounds, children: Self.units("A", "B"))
        var standard = try Self.standard(root, units: [("A", "40"), ("B", "24")])
        standard.qualification.points = try Points("60")
        #expect(Self.codes(.standard(standard)) == [])
        standard.qualification.points = try Points("64")
        #expect(Self.codes(.standard(standard)) == [.sumDiffers])
    }

    @Test func `a unit that two required groups require counts once, so that one of them fails`() throws {
        func codes(bothRequired: Bool) throws -> [ErrorCode] {
            let groups = ["a", "b"].map { FormationGroup(id: $0, children: Self.units("A", required: true)) }
            let root = FormationGroup(
                id: "g",
                children: [
                    FormationChild(.group(groups[0]), isRequired: true),
                    FormationChild(.group(groups[1]), isRequired: bothRequired),
                ]
            )
            return Self.codes(.standard(try Self.standard(root, units: [("A", "5")])))
        }
        #expect(try codes(bothRequired: true) == [.groupUnreachable])
        #expect(try codes(bothRequired: false) == [])
    }
}
