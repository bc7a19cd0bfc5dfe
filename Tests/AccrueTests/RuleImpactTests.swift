import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import Rules
import Synchronization
import Testing

/// The impact of rules on many learners.
@Suite struct RuleImpactTests {
    private static let day = CivilDate(rawValue: 20_700)

    private static func rules() throws -> [RuleSet] {
        let cap = ShareCap(procedures: [.local, .application, .informal], atMost: .points(try Points("4")))
        let rule = Rule(
            id: "share",
            version: "1",
            legalBasis: "Art. 1",
            dateBasis: .query,
            validFrom: CivilDate(rawValue: 15_000),
            policy: .share(cap)
        )
        return [RuleSet(id: "strict", version: "1", title: "Strict", country: "SI", rules: [rule])]
    }

    /// The bundled school with its class again and again, each time under other names.
    private static func withClasses(
        _ count: Int,
        _ body: (Ledger<LMDBEventLog>) async throws -> Void
    ) async throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures")
        let school = try Data(contentsOf: fixtures.appendingPathComponent("school.ndjson"))
        let others = try String(contentsOf: fixtures.appendingPathComponent("school-class.ndjson"), encoding: .utf8)
        try await withLedger { ledger in
            #expect(try await ledger.append(EventLines([UInt8](school))).isWritten)
            for number in 1...count {
                let lines = others.split(separator: "\n").map { line in
                    let named = line.replacing(#""ula"#, with: "\"ula\(number)").replacing(
                        #""vid"#,
                        with: "\"vid\(number)"
                    )
                    return named.replacing(/^{"id":"..../, with: #"{"id":""# + String(format: "%04x", number))
                }
                #expect(try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8))).isWritten)
            }
            try await body(ledger)
        }
    }

    @Test func `it is the same however many threads judge, and is what each learner's progress says`() async throws {
        try await Self.withClasses(70) { ledger in
            let rules = try Self.rules()
            let impacts = try [1, 2, 5].map { workers in
                try ledger.read { (view) throws(AccrueError) in
                    try view.impact(of: rules, against: [], on: Self.day, workers: workers)
                }
            }
            let changes = impacts[0].changes
            #expect(changes.count + impacts[0].unchanged == 141 && changes.count >= 70)
            #expect(Set(impacts.map { "\($0)" }).count == 1)
            #expect(changes.map(\.learner.number) == changes.map(\.learner.number).sorted())
            for change in changes {
                let after = try ledger.read { (view) throws(AccrueError) in
                    try view.progress(
                        of: change.learner,
                        towards: change.after.qualification,
                        on: Self.day,
                        under: rules
                    )
                }
                #expect(after.formation.verdict == change.after.verdict)
                #expect(after.formation.groups[0].counted == change.after.counted)
            }
        }
    }

    @Test func `who is not meant is left out, and all learners are told`() async throws {
        try await Self.withClasses(40) { ledger in
            let rules = try Self.rules()
            let told = Mutex<[UInt32]>([])
            let impact = try ledger.read { (view) throws(AccrueError) in
                try view.impact(
                    of: rules,
                    against: [],
                    on: Self.day,
                    workers: 2,
                    where: { _ in false },
                    progress: { done in told.withLock { $0.append(done) } }
                )
            }
            #expect(impact.changes.isEmpty && impact.unchanged == 0 && impact.unjudged == 0)
            #expect(told.withLock { $0 } == [64, 81])
        }
    }
}
