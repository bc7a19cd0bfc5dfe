import AccrueTestKit
import Credit
import Rules
import Testing

/// Which version of a rule is for a case, on both sides of every date.
@Suite struct RuleChoiceTests {
    private static func day(_ text: String) throws -> CivilDate { try CivilDate(text) }

    private static func rule(
        _ version: String,
        from: String,
        until: String? = nil,
        basis: DateBasis = .enrolment,
        _ change: (inout Rule) throws -> Void = { _ in }
    ) throws -> Rule {
        let policy = Policy.attempts(AttemptPolicy(counts: .best))
        var rule = Rule("attempts", policy, version: version, dateBasis: basis, from: try day(from))
        rule.validUntil = try until.map(day)
        try change(&rule)
        return rule
    }

    private static func choice(of rules: [Rule], on dates: RuleDates) -> RuleChoice {
        RuleHistory([RuleSet(rules)]).choice(of: RuleName(set: "s", rule: "attempts"), on: dates)
    }

    @Test func `31 July and 1 August fall under different versions`() throws {
        let rules = [try Self.rule("1", from: "2015-08-01"), try Self.rule("2", from: "2018-08-01")]
        let query = try Self.day("2020-01-01")
        let before = Self.choice(of: rules, on: RuleDates(enrolment: try Self.day("2018-07-31"), query: query))
        #expect(before.rule?.version == "1")
        #expect(before.reason == .kept(until: nil))
        let after = Self.choice(of: rules, on: RuleDates(enrolment: try Self.day("2018-08-01"), query: query))
        #expect(after.rule?.version == "2")
        #expect(after.reason == .inForce)
        let early = Self.choice(of: rules, on: RuleDates(enrolment: try Self.day("2015-07-31"), query: query))
        #expect(early.rule == nil)
        #expect(early.reason == .noVersion)
    }

    @Test(arguments: DateBasis.allCases)
    func `the date of the basis decides and no other`(basis: DateBasis) throws {
        let rules = [
            try Self.rule("1", from: "2000-01-01", basis: basis), try Self.rule("2", from: "2018-08-01", basis: basis),
        ]
        let (old, new) = (try Self.day("2018-07-31"), try Self.day("2018-08-01"))
        for decidingDate in [old, new] {
            var dates = RuleDates(query: basis == .query ? decidingDate : try Self.day("2019-01-01"))
            switch basis {
            case .enrolment: dates.enrolment = decidingDate
            case .assessment: dates.assessment = decidingDate
            case .recognition: dates.recognition = decidingDate
            case .award: dates.award = decidingDate
            case .query: break
            }
            #expect(Self.choice(of: rules, on: dates).rule?.version == (decidingDate == old ? "1" : "2"))
        }
    }

    @Test func `a transition ends on its last day, as the newer version says of the older`() throws {
        let rules = [
            try Self.rule("1", from: "2008-09-01"),
            try Self.rule("2", from: "2024-09-01") { $0.earlierUntil = try Self.day("2028-08-31") },
        ]
        var dates = RuleDates(enrolment: try Self.day("2020-09-01"), query: try Self.day("2028-08-31"))
        #expect(Self.choice(of: rules, on: dates).rule?.version == "1")
        #expect(Self.choice(of: rules, on: dates).reason == .kept(until: try Self.day("2028-08-31")))
        dates.query = try Self.day("2028-09-01")
        #expect(Self.choice(of: rules, on: dates).rule?.version == "2")
        #expect(
            Self.choice(of: rules, on: dates).reason
                == .transitionEnded(version: "1", on: try Self.day("2028-08-31"))
        )
        // Who has the award keeps what it was judged by, whenever it is asked.
        dates.award = try Self.day("2027-06-30")
        dates.query = try Self.day("2035-01-01")
        #expect(Self.choice(of: rules, on: dates).rule?.version == "1")
    }

    @Test func `a transition leads to the version of its day, and on from there where that one ends too`() throws {
        let rules = [
            try Self.rule("1", from: "2000-01-01") { $0.transitionEnd = try Self.day("2012-12-31") },
            try Self.rule("2", from: "2010-01-01") { $0.transitionEnd = try Self.day("2022-12-31") },
            try Self.rule("3", from: "2020-01-01"),
        ]
        func version(in query: String) throws -> String? {
            let dates = RuleDates(enrolment: try Self.day("2005-01-01"), query: try Self.day(query))
            return Self.choice(of: rules, on: dates).rule?.version
        }
        #expect(try version(in: "2012-12-31") == "1")
        #expect(try version(in: "2021-01-01") == "2")
        #expect(try version(in: "2023-01-01") == "3")
    }

    @Test func `a version in force in full takes older cases, but not before it begins and not those with an award`()
        throws
    {
        let rules = [
            try Self.rule("1", from: "2000-01-01"),
            try Self.rule("2", from: "2018-01-15") { $0.retroactivity = .full },
        ]
        var dates = RuleDates(enrolment: try Self.day("2010-09-01"), query: try Self.day("2018-01-14"))
        #expect(Self.choice(of: rules, on: dates).rule?.version == "1")
        dates.query = try Self.day("2018-01-15")
        #expect(Self.choice(of: rules, on: dates).rule?.version == "2")
        #expect(Self.choice(of: rules, on: dates).reason == .retroactive)
        dates.award = try Self.day("2017-06-30")
        #expect(Self.choice(of: rules, on: dates).rule?.version == "1")
    }

    @Test func `a version for who is better off stands beside the one that holds`() throws {
        let rules = [
            try Self.rule("1", from: "2000-01-01"),
            try Self.rule("2", from: "2018-01-15") { $0.retroactivity = .ifFavourable },
        ]
        let dates = RuleDates(enrolment: try Self.day("2010-09-01"), query: try Self.day("2019-01-01"))
        let choice = Self.choice(of: rules, on: dates)
        #expect(choice.rule?.version == "1")
        #expect(choice.ifFavourable.map(\.version) == ["2"])
    }

    @Test func `a version for who is better off stands alone where none was before it, and only for cases before it`()
        throws
    {
        let rules = [
            try Self.rule("2", from: "2018-01-15", until: "2018-12-31") { $0.retroactivity = .ifFavourable }
        ]
        func favourable(enrolled: String, on query: String) throws -> [String] {
            let dates = RuleDates(enrolment: try Self.day(enrolled), query: try Self.day(query))
            let choice = Self.choice(of: rules, on: dates)
            #expect(choice.rule == nil && choice.reason == .noVersion)
            return choice.ifFavourable.map(\.version)
        }
        #expect(try favourable(enrolled: "2018-01-14", on: "2019-01-01") == ["2"])
        #expect(try favourable(enrolled: "2018-01-14", on: "2018-01-14") == [])
        #expect(try favourable(enrolled: "2019-01-01", on: "2019-01-01") == [])
    }

    @Test func `what has not happened yet is asked as if it happened on the day of the question`() throws {
        let rules = [try Self.rule("1", from: "2018-01-15", basis: .award)]
        let choice = Self.choice(of: rules, on: RuleDates(query: try Self.day("2018-01-15")))
        #expect(choice.rule?.version == "1")
        #expect(choice.isAssumed)
        #expect(Self.choice(of: rules, on: RuleDates(query: try Self.day("2018-01-14"))).rule == nil)
    }

    @Test func `a closed validity leaves a gap`() throws {
        let rules = [
            try Self.rule("1", from: "2000-01-01", until: "2010-12-31"), try Self.rule("2", from: "2012-01-01"),
        ]
        for (date, version) in [("2010-12-31", "1"), ("2011-06-01", nil), ("2012-01-01", "2")] {
            let dates = RuleDates(enrolment: try Self.day(date), query: try Self.day("2020-01-01"))
            #expect(Self.choice(of: rules, on: dates).rule?.version == version)
        }
    }

    @Test func `rules of one name in two rule sets are two rules, and each set is for its qualifications`() throws {
        let rule = try Self.rule("1", from: "2000-01-01")
        var school = RuleSet([rule], id: "school")
        school.qualifications = ["q"]
        let law = RuleSet([rule], id: "law")
        let dates = RuleDates(query: try Self.day("2020-01-01"))
        let names = RuleHistory([school, law], for: "q").choices(on: dates).map(\.name)
        #expect(names == [RuleName(set: "law", rule: "attempts"), RuleName(set: "school", rule: "attempts")])
        #expect(RuleHistory([school, law], for: "other").choices(on: dates).map(\.name.set) == ["law"])
    }

    @Test func `of rules with one name, version and day that of the later set holds, in whatever order they are given`()
        throws
    {
        let sets = try ["2024", "2025", "2026"].map { (version) -> RuleSet in
            var set = RuleSet([try Self.rule("1", from: "2000-01-01") { $0.legalBasis = version }])
            set.version = version
            return set
        }
        let dates = RuleDates(query: try Self.day("2026-01-01"))
        // As often as sets of the standard library would be in another order.
        for _ in 1...50 {
            for sets in [sets, sets.reversed()] {
                let choice = RuleHistory(sets).choice(of: RuleName(set: "s", rule: "attempts"), on: dates)
                #expect(choice.rule?.legalBasis == "2026")
            }
        }
    }

    @Test func `a rule that is repealed lays down nothing any more, but goes on for those who keep it`() throws {
        let rules = [
            try Self.rule("1", from: "2000-01-01"), try Self.rule("2", from: "2020-01-01") { $0.policy = .repealed },
        ]
        let query = try Self.day("2024-01-01")
        let old = Self.choice(of: rules, on: RuleDates(enrolment: try Self.day("2019-12-31"), query: query))
        #expect(old.rule?.policy == .attempts(AttemptPolicy(counts: .best)))
        let new = Self.choice(of: rules, on: RuleDates(enrolment: try Self.day("2020-01-01"), query: query))
        #expect(new.rule?.policy == .repealed)
    }
}
