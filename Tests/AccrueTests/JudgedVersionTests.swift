import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

/// By which version a learner is judged where a rule lays it down, and what units of other qualifications count there.
@Suite struct JudgedVersionTests {
    private static let today = CivilDate(rawValue: 20_700)

    /// The school, whose learner tine has 7.5 points of bread and 2 of practice, and enrolled on 1 September 2024.
    private static func school() throws -> String {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures")
        return try String(contentsOf: fixtures.appendingPathComponent("school.ndjson"), encoding: .utf8)
    }

    /// A version published by the school: units, and what its formation rule says of the whole.
    private static func qualification(_ number: Int, _ name: String, _ units: String..., formation: String) -> String {
        let (id, version) = (name.prefix { $0 != "@" }, name.drop { $0 != "@" }.dropFirst())
        let list = units.map { #"{"code":"\#($0)","title":"\#($0)","points":"4","outcomes":[]}"# }.joined(
            separator: ","
        )
        return """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c0\(number)","kind":"qualification-published",\
            "effective":"2022-09-01","identifier":"\(name)","document":{"id":"\(id)","version":"\(version)",\
            "title":"\(id)","country":"SI","scheme":"KT","units":[\(list)],"formation":\(formation)}}

            """
    }

    private static func withSchool(
        _ school: String,
        _ lines: String...,
        body: (Ledger<LMDBEventLog>) async throws -> Void
    ) async throws {
        try await withLedger { ledger in
            for text in [school] + lines {
                let report = try await ledger.append(EventLines(Array(text.utf8)))
                #expect(report.faults.map(\.error.description) == [])
            }
            try await body(ledger)
        }
    }

    private static func progress(
        _ ledger: Ledger<LMDBEventLog>,
        towards name: String? = nil,
        under rules: [RuleSet] = [],
        supposing codes: String...
    ) throws -> Rules.Progress {
        try ledger.read { (view) throws(AccrueError) in
            try view.progress(
                of: view.learner("tine"),
                towards: name,
                on: today,
                under: rules,
                supposing: Suppositions(recognitions: codes.map { .init($0) })
            )
        }
    }

    private static func rules(_ change: (inout Rule) throws -> Void) throws -> [RuleSet] {
        var rule = Rule("structure", .standard("pek@2022"), dateBasis: .enrolment)
        try change(&rule)
        return [RuleSet([rule])]
    }

    /// A version in which bread is enough, and one that asks for four units of it.
    private static let easy = qualification(
        1,
        "pek@2022",
        "KR",
        "NO",
        formation: #"{"group":"pek","children":[{"unit":"KR","required":true},{"unit":"NO"}]}"#
    )
    private static let hard = qualification(
        2,
        "pek@2023",
        "KR",
        "TO",
        formation: #"{"group":"pek","points":{"min":"8"},"children":[{"unit":"KR"},{"unit":"TO","required":true}]}"#
    )

    @Test func `an exception and an exemption take learners away from the version that a rule lays down`() async throws
    {
        try await Self.withSchool(Self.school(), Self.easy, Self.hard) { ledger in
            let all = try Self.rules { _ in }
            let progress = try Self.progress(ledger, under: all)
            #expect(progress.qualification.identifier == "pek@2022" && progress.standard?.legalBasis == "§ structure")
            for (until, version, basis) in [
                ("2024-09-01", "pek@2023", "§ 2"), ("2024-08-31", "pek@2022", "§ structure"),
            ] {
                let rules = try Self.rules { rule in
                    let condition = RuleException.Condition(enrolledUntil: try CivilDate(until))
                    let instead = Policy.standard("pek@2023")
                    rule.exceptions = [
                        RuleException(id: "old", legalBasis: "§ 2", condition: condition, instead: instead)
                    ]
                }
                let progress = try Self.progress(ledger, under: rules)
                #expect(progress.qualification.identifier == version && progress.standard?.legalBasis == basis)
            }
            let exempt = try Self.rules { rule in
                let condition = RuleException.Condition(enrolledUntil: try CivilDate("2024-09-01"))
                rule.exceptions = [RuleException(id: "old", legalBasis: "§ 2", condition: condition)]
            }
            let own = try Self.progress(ledger, under: exempt)
            #expect(own.qualification.identifier == "pek@2020" && own.standard == nil)
        }
    }

    @Test func `who is exempted from the rule by an event is judged by the version of the enrolment`() async throws {
        let rules = try Self.rules { _ in }
        let document = String(
            decoding: try CanonicalJSON.bytes(of: Document.ruleSet(rules[0].text).json),
            as: UTF8.self
        )
        func line(_ number: Int, _ kind: String, _ rest: String) -> String {
            """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c1\(number)","kind":"\(kind)","effective":"2025-03-01",\(rest)}

            """
        }
        try await Self.withSchool(
            Self.school(),
            Self.easy,
            line(1, "rule-set-drafted", #""actor":"a-secretary","document":"# + document),
            line(
                2,
                "rule-set-published",
                #""actor":"a-board","identifier":"s@1","answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c11""#
            )
        ) { ledger in
            #expect(try Self.progress(ledger, under: rules).qualification.identifier == "pek@2022")
            let exception = line(
                3,
                "exception-granted",
                """
                "actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled",\
                "qualification":"pek@2020","decided":"2025-02-20","legalBasis":"ZPSI-1, 24. člen",\
                "document":{"set":"s","rule":"structure"}
                """
            )
            #expect(try await ledger.append(EventLines(Array(exception.utf8))).isWritten)
            let progress = try Self.progress(ledger, under: rules)
            #expect(progress.qualification.identifier == "pek@2020" && progress.standard == nil)
            // Impact tells that this is owed to the exception.
            let impact = try ledger.read { (view) throws(AccrueError) in try view.impact(of: rules, on: Self.today) }
            #expect(impact.unchanged == 1 && impact.exempted.first?.without.qualification.identifier == "pek@2022")
        }
    }

    @Test func `a version that holds where that is favourable is taken where it is`() async throws {
        try await Self.withSchool(Self.school(), Self.easy, Self.hard) { ledger in
            func favourable(_ version: String) throws -> [RuleSet] {
                try Self.rules { rule in
                    (rule.validFrom, rule.retroactivity) = (try CivilDate("2025-01-01"), .ifFavourable)
                    rule.policy = .standard(version)
                }
            }
            // Nothing is missing by one version; by the other four points and a unit, less than by that of the enrolment.
            let easy = try Self.progress(ledger, under: favourable("pek@2022"))
            #expect(easy.qualification.identifier == "pek@2022" && easy.formation.verdict == .satisfied)
            let hard = try Self.progress(ledger, under: favourable("pek@2023"))
            #expect(hard.qualification.identifier == "pek@2023" && hard.formation.verdict == .notSatisfied)
            // Beside the version that lays down the easier one the harder one is no better.
            let both =
                try Self.rules { _ in }[0].rules
                + favourable("pek@2023")[0].rules.map {
                    var rule = $0
                    rule.version = "2"
                    return rule
                }
            let set = RuleSet(both)
            #expect(try Self.progress(ledger, under: [set]).qualification.identifier == "pek@2022")
            // A unit that only one of them has is supposed of that one.
            #expect(try Self.progress(ledger, under: [set], supposing: "TO").qualification.identifier == "pek@2023")
            #expect(try Self.progress(ledger, under: [set], supposing: "NO").qualification.identifier == "pek@2022")
            #expect(throws: AccrueError(.unitUnknown)) { try Self.progress(ledger, under: [set], supposing: "XX") }
            #expect(throws: AccrueError(.notFound)) { try Self.progress(ledger, under: favourable("pek@1999")) }
        }
    }

    @Test(arguments: [("2025-01-09", []), ("2025-01-10", ["KR"]), ("2025-02-12", ["KR", "PR"])])
    func `a borrowed unit is valid until the transition of its version ends`(end: String, valid: [String]) async throws
    {
        // Nobody enrols in it any more. Bread was assessed on 10 January 2025, practice recognised on 12 February.
        let ends = #""points":"20","validUntil":"2024-09-30","transitionEnd":"\#(end)","eqfLevel""#
        let replaced = try Self.school().replacing(#""points":"20","eqfLevel""#, with: ends)
        let other = Self.qualification(
            3,
            "slasc@2022",
            "S1",
            formation: #"{"group":"vse","children":[{"unit":"S1","required":true},{"open":"prosto"}]}"#
        )
        try await Self.withSchool(replaced, other) { ledger in
            let rules = try Self.rules { $0.policy = .borrowedUnits(.assessment) }
            let progress = try Self.progress(ledger, towards: "slasc@2022", under: rules)
            #expect(progress.formation.placements.map(\.unit.code) == valid)
            #expect(progress.rules?.effects.map(\.unit) == ["KR", "PR"].filter { !valid.contains($0) })
        }
    }

    @Test func `a unit that one qualification cuts counts whole in the open slot of another`() async throws {
        let cut = try Self.school().replacing(#""points":"20","eqfLevel""#, with: #""points":"8","eqfLevel""#)
        let other = Self.qualification(
            3,
            "slasc@2022",
            "S1",
            formation: #"{"group":"vse","children":[{"unit":"S1","required":true},{"open":"prosto"}]}"#
        )
        try await Self.withSchool(cut, other) { ledger in
            let surplus = try ledger.read { (view) throws(AccrueError) in
                try view.balance(of: view.learner("tine"), on: Self.today).lines.filter { $0.bucket == .surplus }
            }
            #expect(surplus.map { "\($0.unit?.code ?? "") \($0.points ?? .zero)" } == ["PR 1.5"])
            let progress = try Self.progress(ledger, towards: "slasc@2022")
            #expect(progress.formation.placements.map { "\($0.unit.code) \($0.counted)" } == ["KR 7.5", "PR 2"])
        }
    }
}
