import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

/// What the log asks of rules when they are published: that the units that they name are there.
@Suite struct RulePublicationTests {
    private static func line(_ number: Int, _ kind: String, _ rest: String) -> String {
        #"{"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7bb0\#(number)","kind":"\#(kind)","effective":"2025-03-01",\#(rest)}"#
    }

    private static func drafted(_ number: Int, _ set: RuleSet) throws -> String {
        let document = try CanonicalJSON.bytes(of: Document.ruleSet(set.text).json)
        let text = String(decoding: document, as: UTF8.self)
        return line(number, "rule-set-drafted", #""actor":"a-secretary","document":\#(text)"#)
    }

    private static func published(_ number: Int, _ set: RuleSet, draft: Int) -> String {
        line(
            number,
            "rule-set-published",
            #""actor":"a-board","identifier":"\#(set.identifier)","answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7bb0\#(draft)""#
        )
    }

    private static func expiry(of unit: String, in qualification: String) throws -> RuleSet {
        let rule = Rule(
            id: "expiry",
            version: "1",
            legalBasis: "§ 1",
            dateBasis: .recognition,
            validFrom: try CivilDate("2020-01-01"),
            policy: .expiry(Expiry(months: 12, from: .recognition, units: [unit]))
        )
        let id = "\(qualification)-\(unit)"
        return RuleSet(id: id, version: "1", title: "S", country: "SI", qualifications: [qualification], rules: [rule])
    }

    @Test func `rules on a unit that no published version has are drafted, and not published`() async throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures")
        let school = [UInt8](try Data(contentsOf: fixtures.appendingPathComponent("school.ndjson")))
        try await withLedger { ledger in
            func append(_ lines: String...) async throws -> [AccrueError] {
                try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8))).faults.map(\.error)
            }
            #expect(try await ledger.append(EventLines(school)).isWritten)
            let wrong = try Self.expiry(of: "KRR", in: "pek")
            #expect(try await append(Self.drafted(10, wrong)) == [])
            let fault = try #require(try await append(Self.published(11, wrong, draft: 10)).first)
            #expect(fault.code == .unitUnknown && fault.subject == "KRR (did you mean KR?)")
            #expect(fault.field == "answers.rules[0].expiry.units[0]")
            let right = try Self.expiry(of: "KR", in: "pek")
            #expect(try await append(Self.drafted(12, right), Self.published(13, right, draft: 12)) == [])
            // Of a qualification that is not there nobody knows the units: it may come later.
            let later = try Self.expiry(of: "KRR", in: "peek")
            #expect(try await append(Self.drafted(14, later), Self.published(15, later, draft: 14)) == [])
        }
    }
}
