import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

/// What an exception lets hold: in progress, and where other rules would hold.
@Suite struct ExceptionTests {
    private static let today = CivilDate(rawValue: 20_700)

    /// Rules under which nothing informal counts, and what was recognised in 2025 has expired.
    private static func rules() throws -> RuleSet {
        RuleSet([
            Rule("share", .share(ShareCap(procedures: [.informal], atMost: .points(try Points("1"))))),
            Rule("expiry", .expiry(Expiry(months: 12, from: .recognition, units: ["KR", "PR"]))),
        ])
    }

    private static func line(_ number: Int, _ kind: String, _ rest: String) -> [UInt8] {
        Array(
            """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b3c0\(number)","kind":"\(kind)","effective":"2025-03-01",\(rest)}
            """.utf8
        )
    }

    private static func exception(_ number: Int, _ clause: String) -> [UInt8] {
        line(
            number,
            "exception-granted",
            """
            "actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled",\
            "qualification":"pek@2020","decided":"2025-02-20","legalBasis":"ZPSI-1, 24. člen",\(clause)
            """
        )
    }

    private func withSchool(_ body: (Ledger<LMDBEventLog>) async throws -> Void) async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let school = [UInt8](try Data(contentsOf: root.appendingPathComponent("fixtures/school.ndjson")))
        let document = String(
            decoding: try CanonicalJSON.bytes(of: Document.ruleSet(try Self.rules().text).json),
            as: UTF8.self
        )
        try await withLedger { ledger in
            for lines in [
                school,
                Self.line(1, "rule-set-drafted", #""actor":"a-secretary","document":"# + document),
                Self.line(
                    2,
                    "rule-set-published",
                    #""actor":"a-board","identifier":"s@1","answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b3c01""#
                ),
            ] {
                let report = try await ledger.append(EventLines(lines))
                #expect(report.faults.map(\.error.description) == [])
            }
            try await body(ledger)
        }
    }

    private func progress(_ ledger: Ledger<LMDBEventLog>, under rules: [RuleSet] = []) throws -> Rules.Progress {
        try ledger.read { (view) throws(AccrueError) in
            try view.progress(of: view.learner("tine"), towards: nil, on: Self.today, under: rules)
        }
    }

    @Test func `a group that a learner is exempted from is missing no longer, until the exception is taken back`()
        async throws
    {
        try await withSchool { ledger in
            #expect(try progress(ledger).formation.groups[0].missingRequired == ["strokovni", "splosni"])
            let misspelt = try await ledger.append(EventLines(Self.exception(3, #""group":"splosn""#)))
            #expect(misspelt.faults.first?.error.code == .valueUnknown)
            #expect(try await ledger.append(EventLines(Self.exception(3, #""group":"splosni""#))).isWritten)
            let exempted = try progress(ledger)
            #expect(exempted.formation.groups[0].missingRequired == ["strokovni"])
            #expect(exempted.exemptions.map(\.clause) == [.group("splosni")])
            #expect(exempted.exemptions.map(\.legalBasis) == ["ZPSI-1, 24. člen"])
            let revoked = Self.line(
                4,
                "revoked",
                """
                "actor":"a-board","learner":"tine","institution":"lipnica","result":"from-start","reason":"other",\
                "answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b3c03","legalBasis":"§ 1","decided":"2025-03-01"
                """
            )
            #expect(try await ledger.append(EventLines(revoked)).isWritten)
            #expect(try progress(ledger).formation.groups[0].missingRequired == ["strokovni", "splosni"])
            #expect(try progress(ledger).exemptions.isEmpty)
        }
    }

    @Test func `a rule does not hold for who is exempted from it, for all units or for one`() async throws {
        try await withSchool { ledger in
            let rules = [try Self.rules()]
            func counted() throws -> [String] {
                try progress(ledger, under: rules).formation.placements.filter { $0.group != nil }.map(\.unit.code)
            }
            #expect(try counted() == [])
            let one = Self.exception(3, #""unit":"PR","document":{"set":"s","rule":"expiry"}"#)
            #expect(try await ledger.append(EventLines(one)).isWritten)
            #expect(try counted() == [])
            let share = Self.exception(4, #""document":{"set":"s","rule":"share"}"#)
            #expect(try await ledger.append(EventLines(share)).isWritten)
            #expect(try counted() == ["PR"])
            let all = Self.exception(5, #""document":{"set":"s","rule":"expiry"}"#)
            #expect(try await ledger.append(EventLines(all)).isWritten)
            #expect(try counted() == ["KR", "PR"])
            let impact = try ledger.read { (view) throws(AccrueError) in
                try view.impact(of: rules, on: Self.today)
            }
            // Nothing changes, and that is owed to the exceptions.
            #expect(impact.unchanged == 1 && impact.changes.isEmpty && impact.exempted.count == 1)
            #expect(impact.exempted.first?.without.formation.groups[0].counted == .zero)
            #expect(ledger.log.check().findings.isEmpty)
        }
    }

    @Test func `a rule that nobody published exempts from nothing`() async throws {
        try await withSchool { ledger in
            let report = try await ledger.append(
                EventLines(Self.exception(3, #""document":{"set":"s","rule":"shares"}"#))
            )
            #expect(report.faults.first?.error.code == .valueUnknown)
            #expect(report.faults.first?.error.subject.contains("did you mean share?") == true)
        }
    }

    private func exempted(in ledger: Ledger<LMDBEventLog>) throws -> Int {
        try ledger.read { (view) throws(AccrueError) in try view.impact(of: [], on: Self.today) }.exempted.count
    }

    @Test func `impact leaves out exceptions that change nothing`() async throws {
        try await withSchool { ledger in
            for (number, group, count) in [(3, "praksa", 0), (4, "splosni", 1)] {
                let report = try await ledger.append(EventLines(Self.exception(number, #""group":"\#(group)""#)))
                #expect(report.isWritten)
                #expect(try exempted(in: ledger) == count)
            }
        }
    }
}
