import Accrue
import AccrueTestKit
import Credit
import EventCoding
import Evidence
import Foundation
import Rules
import Testing

/// Whoever withholds what an event says in words must not be able to change what is claimed.
@Suite struct EvidenceWithholdingTests {
    /// Rules by which practice expires a year after it was recognised, and the first outcome of KR is worth 4 points.
    private static let ruleSet = RuleSet([
        Rule("expiry", .expiry(Expiry(months: 12, from: .recognition, units: ["PR"]))),
        Rule("parts", .outcomePoints([OutcomePoints(unit: "KR", outcome: "KR1", points: Points(rawValue: 40_000))])),
    ])

    private static func id(_ number: Int) -> String { "7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b4c0\(number)" }

    private static func line(_ number: Int, _ kind: String, _ rest: String) -> String {
        #"{"id":"\#(id(number))","kind":"\#(kind)","effective":"2025-03-01",\#(rest)}"#
    }

    private static func exception(_ number: Int, _ learner: String, _ clause: String) -> String {
        line(
            number,
            "exception-granted",
            """
            "actor":"a-board","learner":"\(learner)","institution":"lipnica","enrolment":"\(learner)-enrolled",\
            "qualification":"pek@2020","decided":"2025-03-01","legalBasis":"§ 24",\(clause)
            """
        )
    }

    /// Behind the school's lines: the rules, exceptions from them, and a learner with a part of a unit.
    private static func lines() throws -> [String] {
        let document = String(decoding: try CanonicalJSON.bytes(of: Document.ruleSet(ruleSet.text).json), as: UTF8.self)
        return [
            line(1, "rule-set-drafted", #""actor":"a-secretary","document":"# + document),
            line(2, "rule-set-published", #""actor":"a-board","identifier":"s@1","answers":"\#(id(1))""#),
            line(
                3,
                "rule-set-activated",
                #""actor":"a-board","reason":"other","legalBasis":"§ 1","answers":"\#(id(2))""#
            ),
            exception(4, "tine", #""document":{"rule":"expiry","set":"s"}"#),
            line(5, "learner-introduced", #""identifier":"una","actor":"a-secretary""#),
            line(
                6,
                "enrolled",
                """
                "identifier":"una-enrolled","learner":"una","actor":"a-secretary","institution":"lipnica",\
                "qualification":"pek@2020"
                """
            ),
            exception(7, "una", #""unit":"PR","document":{"rule":"expiry","set":"s"}"#),
            line(
                8,
                "recognition-decided",
                """
                "actor":"a-board","learner":"una","institution":"lipnica","enrolment":"una-enrolled",\
                "qualification":"pek@2020","unit":"KR","outcomes":["KR1"],"procedure":"informal","result":"partial",\
                "decided":"2025-03-01","evidence":"a test piece","reason":"outcomes-differ","legalBasis":"§ 3"
                """
            ),
        ]
    }

    @Test func `exceptions and parts of units come to the same in a bundle without texts`() async throws {
        try await EvidenceScenario.with(["school.ndjson"], then: Self.lines()) { scenario in
            let bundle = try scenario.bundle()
            let shown = try scenario.bundle { $0.withTexts = true }
            #expect(bundle.balances == shown.balances && bundle.verdicts == shown.verdicts)
            let report = try bundle.verify(EvidenceScenario.trust)
            #expect(report.withheld > 0 && report.verdicts == 2)
            try await SecondVerifier.expectAgreement(on: [bundle.bytes, shown.bytes], EvidenceScenario.trust)
            try scenario.ledger.read { (view) throws(AccrueError) in
                for (learner, verdict, counted) in [("tine", 0, "9.5"), ("una", 1, "4")] {
                    let progress = try view.progress(of: view.learner(learner), towards: nil, on: EvidenceScenario.day)
                    let line = bundle.verdicts[verdict]
                    let value = try? JSONReader.value(from: line.span.bytes, maximumSize: line.count)
                    let claim = value?.object
                    #expect(claim?["verdict"]?.string == progress.formation.verdict.rawValue)
                    #expect(claim?["counted"]?.string == counted)
                    #expect("\(progress.formation.groups[0].counted)" == counted)
                    let present = claim?["groups"]?.array?.map { $0.object?["present"] }
                    #expect(present == progress.formation.groups.map { .bool($0.isPresent) })
                    // Neither is exempted from the practice itself.
                    #expect(progress.formation.groups.last?.isPresent == (learner == "tine"))
                }
            }
        }
    }

    @Test func `details by which something is claimed cannot be withheld, whatever is claimed then`() async throws {
        try await EvidenceScenario.with(["school.ndjson"], then: Self.lines()) { scenario in
            let bundle = try scenario.bundle()
            var forged: [EvidenceBundle] = []
            for (index, line) in bundle.events.enumerated() {
                let event = try line.record.event()
                guard event.kind == .exceptionGranted || event.result == .partial else { continue }
                var other = bundle
                let parts = [nil] + line.record.parts.dropFirst()
                other.events[index].record = DisclosedRecord(entry: line.record.entry, parts: parts)
                #expect(throws: AccrueError.self) { try other.claim(withFacts: false) }
                for claim in [bundle, other] {
                    (other.balances, other.verdicts) = (claim.balances, claim.verdicts.reversed())
                    let error = #expect(throws: EvidenceRefusal.self) { try other.verify(EvidenceScenario.trust) }
                    #expect(error?.step == .events && error?.position == event.position)
                }
                forged.append(other)
            }
            #expect(forged.count == 3)
            try await SecondVerifier.expectAgreement(on: forged.map(\.bytes), EvidenceScenario.trust)
        }
    }
}
