import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

/// What an award asks for: rules that agree, or a reason and a legal basis.
@Suite struct AwardTests {
    private static func line(_ number: Int, _ kind: String, on day: String, _ rest: String) -> String {
        let id = "7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b4c" + (number < 10 ? "0" : "") + "\(number)"
        return #"{"id":"\#(id)","kind":"\#(kind)","effective":"\#(day)",\#(rest)}"#
    }

    private static func award(_ number: Int, on day: String, _ more: String = "") -> String {
        line(
            number,
            "qualification-awarded",
            on: day,
            #""actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled","#
                + #""qualification":"pek@2020","decided":"\#(day)"\#(more)"#
        )
    }

    private static func recognised(_ number: Int, _ unit: String, _ points: String) -> String {
        line(
            number,
            "recognition-decided",
            on: "2025-03-01",
            #""actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled","#
                + #""qualification":"pek@2020","decided":"2025-03-01","unit":"\#(unit)","points":"\#(points)","#
                + #""scheme":"KT","procedure":"informal","result":"positive","evidence":"shown at work""#
        )
    }

    /// Rules, drafted, published and in force from 2025-04-01 on.
    private static func inForce(_ rule: Rule) throws -> [String] {
        let document = try CanonicalJSON.bytes(of: Document.ruleSet(RuleSet([rule]).text).json)
        let day = "2025-03-01"
        return [
            line(
                80,
                "rule-set-drafted",
                on: day,
                #""actor":"a-secretary","document":"# + String(decoding: document, as: UTF8.self)
            ),
            line(
                81,
                "rule-set-published",
                on: day,
                #""actor":"a-board","identifier":"s@1","answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b4c80""#
            ),
            line(
                82,
                "rule-set-activated",
                on: "2025-04-01",
                #""actor":"a-board","reason":"other","legalBasis":"§ 1","answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b4c81""#
            ),
        ]
    }

    /// Tine's school, with or without the points of its qualification and the grades of its assessments.
    private func withSchool(
        statesPoints: Bool = true,
        hasGrades: Bool = true,
        _ body: (Ledger<LMDBEventLog>) async throws -> Void
    ) async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let school = try String(contentsOf: root.appendingPathComponent("fixtures/school.ndjson"), encoding: .utf8)
        try await withLedger { ledger in
            let points = #""points":"20","eqfLevel""#
            var lines = statesPoints ? school : school.replacing(points, with: #""eqfLevel""#)
            if !hasGrades { lines.replace(/,"scale":"ocene","grade":"."/, with: "") }
            try await expect([], of: [lines], in: ledger)
            try await body(ledger)
        }
    }

    /// Appends lines, and expects with which codes they are refused.
    private func expect(
        _ codes: [ErrorCode],
        of lines: [String],
        in ledger: Ledger<LMDBEventLog>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let report = try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8)))
        #expect(report.faults.map(\.error.code) == codes, sourceLocation: sourceLocation)
    }

    private static let complete = [recognised(1, "PE", "7.5"), recognised(2, "MA", "3")]

    @Test func `enough points do not do without a required unit`() async throws {
        try await withSchool { ledger in
            let enough = [Self.recognised(1, "PE", "7.5"), Self.recognised(3, "SL", "7.5")]
            try await expect([], of: enough, in: ledger)
            let report = try await ledger.append(EventLines(Array(Self.award(10, on: "2025-06-30").utf8)))
            #expect(report.faults.map(\.error.code) == [.awardIncomplete])
            #expect(report.faults.first?.error.field == "enrolment")
            #expect(report.faults.first?.error.subject.hasPrefix("pek@2020, not-satisfied, ") == true)
            let reason = #","reason":"exception""#
            try await expect([.awardIncomplete], of: [Self.award(11, on: "2025-06-30", reason)], in: ledger)
            let complete = [Self.recognised(2, "MA", "3"), Self.award(12, on: "2025-06-30")]
            try await expect([], of: complete, in: ledger)
        }
    }

    @Test func `a version without points asks for its rule`() async throws {
        try await withSchool(statesPoints: false) { ledger in
            try await expect([.awardIncomplete], of: [Self.award(10, on: "2025-06-30")], in: ledger)
            let basis = #","reason":"exception","legalBasis":"§ 7""#
            try await expect([], of: [Self.award(11, on: "2025-06-30", basis)], in: ledger)
        }
    }

    @Test func `the rules in force on its day are asked, and by that day where they go by the award`() async throws {
        for basis in [DateBasis.recognition, .award] {
            try await withSchool { ledger in
                let rule = Rule(
                    "share",
                    .share(ShareCap(procedures: [.informal], atMost: .points(try Points("1")))),
                    dateBasis: basis,
                    from: try CivilDate(basis == .award ? "2025-06-01" : "2020-01-01")
                )
                try await expect([], of: Self.complete + Self.inForce(rule), in: ledger)
                try await expect([.awardIncomplete], of: [Self.award(10, on: "2025-06-30")], in: ledger)
                // Before the days for which the rule is, or before it is in force.
                let earlier = basis == .award ? "2025-05-31" : "2025-03-31"
                try await expect([], of: [Self.award(11, on: earlier)], in: ledger)
            }
        }
    }

    @Test func `where an average grade is mandatory, an award without one is one by exception`() async throws {
        let rule = Rule(
            id: "average",
            version: "1",
            legalBasis: "§ 4",
            dateBasis: .award,
            validFrom: try CivilDate("2025-06-01"),
            policy: .gradeAverage([.full])
        )
        try await withSchool(hasGrades: false) { ledger in
            try await expect([], of: Self.complete + Self.inForce(rule), in: ledger)
            let report = try await ledger.append(EventLines(Array(Self.award(10, on: "2025-06-01").utf8)))
            #expect(report.faults.map(\.error.code) == [.awardIncomplete])
            #expect(report.faults.first?.error.subject.contains("no average grade") == true)
            let basis = #","reason":"exception","legalBasis":"§ 7""#
            try await expect([], of: [Self.award(11, on: "2025-06-01", basis)], in: ledger)
            let day = try CivilDate("2025-07-01")
            try ledger.read { (view) throws(AccrueError) in
                let rules = view.rulesInForce(on: day)
                let progress = try view.progress(of: view.learner("tine"), towards: nil, on: day, under: rules)
                #expect(progress.formation.verdict == .satisfied)
                #expect(progress.lacksAverage && progress.isAwardedUnsatisfied)
                let exceptions = try view.exceptions(on: day)
                #expect(exceptions.contains { $0.kind == .awardedUnsatisfied })
            }
        }
        // The day before nobody asks for it, and where there are grades there is one.
        for (hasGrades, day) in [(false, "2025-05-31"), (true, "2025-06-01")] {
            try await withSchool(hasGrades: hasGrades) { ledger in
                try await expect([], of: Self.complete + Self.inForce(rule), in: ledger)
                try await expect([], of: [Self.award(10, on: day)], in: ledger)
            }
        }
    }

    @Test func `who is exempted from the rule that hinders it has the award by rule`() async throws {
        try await withSchool { ledger in
            let rule = Rule("share", .share(ShareCap(procedures: [.informal], atMost: .points(try Points("1")))))
            try await expect([], of: Self.complete + Self.inForce(rule), in: ledger)
            let exempted = Self.line(
                5,
                "exception-granted",
                on: "2025-03-01",
                #""actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled","#
                    + #""qualification":"pek@2020","decided":"2025-02-20","legalBasis":"§ 24","#
                    + #""document":{"set":"s","rule":"share"}"#
            )
            try await expect([.awardIncomplete], of: [Self.award(10, on: "2025-06-30")], in: ledger)
            try await expect([], of: [exempted, Self.award(11, on: "2025-06-30")], in: ledger)
        }
    }
}
