import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

/// On which assessment a credit rests, and which credit of a unit counts, where the unit was attempted or recognised again.
@Suite struct RetakeTests {
    private static let today = CivilDate(rawValue: 20_700)

    private static func withSchool(_ body: (Ledger<LMDBEventLog>) async throws -> Void) async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let school = [UInt8](try Data(contentsOf: root.appendingPathComponent("fixtures/school.ndjson")))
        try await withLedger { ledger in
            #expect(try await ledger.append(EventLines(school)).isWritten)
            try await body(ledger)
        }
    }

    /// A rule on tine's bread, assessed on 10 January 2025 and recognised on the 20th, and on the practice.
    private static func rules(_ policy: Policy, dateBasis: DateBasis = .recognition) throws -> RuleSet {
        RuleSet([
            Rule("again", policy, dateBasis: dateBasis),
            Rule("again", policy, version: "2", dateBasis: dateBasis, from: try CivilDate("2026-01-01")),
        ])
    }

    private static func expiry(from: DateBasis, dateBasis: DateBasis = .recognition) throws -> RuleSet {
        try rules(.expiry(Expiry(months: 12, from: from, units: ["KR", "PR"])), dateBasis: dateBasis)
    }

    private static func line(_ number: Int, _ kind: String, _ rest: String) -> String {
        """
        {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b4c0\(number)","kind":"\(kind)","effective":"2026-06-01",\
        "learner":"tine","institution":"lipnica","enrolment":"tine-enrolled","qualification":"pek@2020",\(rest)}
        """
    }

    private static func attempt(_ result: String, grade: Int) -> String {
        line(
            1,
            "assessment-recorded",
            """
            "identifier":"again","actor":"a-baker","unit":"KR","attempt":3,"result":"\(result)","scale":"ocene",\
            "grade":"\(grade)"
            """
        )
    }

    private static var retake: [String] {
        [
            attempt("positive", grade: 5),
            line(
                2,
                "validation-decided",
                """
                "identifier":"validated","actor":"a-board","unit":"KR","answers":"again","result":"positive",\
                "decided":"2026-06-01"
                """
            ),
            line(
                3,
                "recognition-decided",
                """
                "actor":"a-board","unit":"KR","answers":"validated","procedure":"local","result":"positive",\
                "decided":"2026-06-01","scheme":"KT","points":"7.5"
                """
            ),
        ]
    }

    private static func append(_ lines: [String], to ledger: Ledger<LMDBEventLog>) async throws {
        let report = try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8)))
        #expect(report.faults.map(\.error.description) == [])
    }

    private static func progress(
        _ ledger: Ledger<LMDBEventLog>,
        under rules: RuleSet,
        supposing codes: String...
    ) throws -> Rules.Progress {
        try ledger.read { (view) throws(AccrueError) in
            try view.progress(
                of: view.learner("tine"),
                towards: nil,
                on: today,
                under: [rules],
                supposing: Suppositions(recognitions: codes.map { .init($0) })
            )
        }
    }

    /// What counts, by the position of its decision.
    private static func counting(_ progress: Rules.Progress) -> [String] {
        progress.formation.placements.filter { $0.group != nil }.map { "\($0.unit.code) \($0.unit.credit)" }
    }

    private static func excluded(_ progress: Rules.Progress) -> [String] {
        (progress.rules?.effects ?? []).filter(\.kind.excludes).map { "\($0.unit) \($0.credit) \($0.clause.version)" }
    }

    @Test(arguments: [("negative", 1), ("positive", 5)], DateBasis.allCases)
    func `an attempt without decision prolongs nothing`(attempt: (String, Int), dateBasis: DateBasis) async throws {
        try await Self.withSchool { ledger in
            let rules = try Self.expiry(from: .assessment, dateBasis: dateBasis)
            let before = try Self.progress(ledger, under: rules)
            #expect(Self.counting(before) == [])
            try await Self.append([Self.attempt(attempt.0, grade: attempt.1)], to: ledger)
            let after = try Self.progress(ledger, under: rules)
            #expect(Self.counting(after) == [])
            // The version of a rule is chosen by the same assessment.
            #expect(Self.excluded(after) == Self.excluded(before))
        }
    }

    @Test func `an attempt does not say by which way a unit was recognised`() async throws {
        try await Self.withSchool { ledger in
            let share = try Self.rules(.share(ShareCap(procedures: [.local], atMost: .points(Points("2")))))
            #expect(Self.counting(try Self.progress(ledger, under: share)) == ["PR 18"])
            let attempt = Self.attempt("positive", grade: 5).replacing(
                #""attempt""#,
                with: #""procedure":"informal","attempt""#
            )
            try await Self.append([attempt], to: ledger)
            #expect(Self.counting(try Self.progress(ledger, under: share)) == ["PR 18"])
        }
    }

    @Test(arguments: [DateBasis.assessment, .recognition])
    func `a unit recognised anew counts where the first recognition has expired`(from: DateBasis) async throws {
        try await Self.withSchool { ledger in
            let rules = try Self.expiry(from: from)
            try await Self.append(Self.retake, to: ledger)
            let progress = try Self.progress(ledger, under: rules)
            #expect(Self.counting(progress) == ["KR 21"])
            #expect(Self.excluded(progress) == ["KR 17 1", "PR 18 1"])
            #expect(progress.others.map(\.decision.rawValue) == [])
            #expect(progress.completion.units?.map(\.code) == ["MA", "PE", "PR"])
        }
    }

    @Test func `the first recognition counts while no rule rules it out`() async throws {
        try await Self.withSchool { ledger in
            try await Self.append(Self.retake, to: ledger)
            let rules = try Self.rules(.expiry(Expiry(months: 36, from: .recognition, units: ["KR"])))
            let progress = try Self.progress(ledger, under: rules)
            #expect(Self.counting(progress) == ["KR 17", "PR 18"])
            #expect(progress.others.map(\.decision.rawValue) == [21])
            #expect(progress.formation.placements.count == 2)
        }
    }

    @Test func `what is supposed is judged where what is held does not count, and is superfluous where it does`()
        async throws
    {
        try await Self.withSchool { ledger in
            let expired = try Self.progress(ledger, under: Self.expiry(from: .assessment), supposing: "KR", "PR")
            #expect(Self.counting(expired) == ["KR 0", "PR 0"])
            #expect(expired.heldAlready == [])
            let share = try Self.rules(.share(ShareCap(procedures: [.informal], atMost: .points(Points("1")))))
            let shared = try Self.progress(ledger, under: share, supposing: "KR", "PR")
            #expect(Self.counting(shared) == ["KR 17", "PR 0"])
            #expect(shared.heldAlready == ["KR"])
        }
    }
}
