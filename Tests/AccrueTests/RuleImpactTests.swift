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
        return [RuleSet([Rule("share", .share(cap), dateBasis: .query)])]
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

    private static func impact(_ ledger: Ledger<LMDBEventLog>, _ rules: Rule...) throws -> RuleImpact {
        try ledger.read { (view) throws(AccrueError) in
            try view.impact(of: [RuleSet(rules)], against: [], on: day)
        }
    }

    private static func kinds(_ impact: RuleImpact) -> [String] {
        impact.changes.map { "\($0.learner.identifier) \($0.kind)" }
    }

    @Test func `another credit in the same place is a change, and so is another year or average`() async throws {
        try await Self.withClasses(1) { ledger in
            let again = ["assessment-recorded", "validation-decided", "recognition-decided"].enumerated().map {
                number,
                kind in
                let rest = [
                    #""identifier":"again","unit":"PE","attempt":1,"result":"positive","scale":"ocene","grade":"5""#,
                    #""identifier":"sure","unit":"PE","answers":"again","result":"positive","decided":"2025-07-01""#,
                    """
                    "unit":"PE","answers":"sure","procedure":"local","result":"positive","decided":"2025-07-01",\
                    "scheme":"KT","points":"7.5"
                    """,
                ][number]
                return """
                    {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b6c0\(number)","kind":"\(kind)","effective":"2025-07-01",\
                    "actor":"\(number == 0 ? "a-baker" : "a-board")","learner":"vid1","institution":"lipnica",\
                    "enrolment":"vid1-enrolled","qualification":"pek@2020",\(rest)}
                    """
            }
            let report = try await ledger.append(EventLines(Array(again.joined(separator: "\n").utf8)))
            #expect(report.faults.map(\.error.description) == [])
            // vid has PE beside SL, of which one counts; ula has PE alone.
            let expiry = Expiry(months: 1, from: .recognition, units: ["PE"])
            let places = try Self.impact(ledger, Rule("expiry", .expiry(expiry)))
            #expect(Self.kinds(places) == ["ula1 loses", "vid1 places"])
            let vid = try #require(places.changes.last)
            #expect(vid.points == .zero && !vid.documents.isEmpty && !vid.mayLose)
            // Which units leave and fill which places.
            let moves = vid.moves.map { "\($0.unit) \($0.before?.group ?? "-") \($0.after?.group ?? "-")" }
            #expect(moves == ["PE izbirni -", "SL - izbirni"])
            let steps = [ProgressionStep(year: 1, points: .zero), ProgressionStep(year: 2, points: try Points("10"))]
            let years = try Self.impact(ledger, Rule("year", .progression(steps)))
            #expect(Self.kinds(years) == ["tine year", "ula1 year", "vid1 year"])
            #expect(years.changes.map { "\($0.before.year ?? 0) \($0.after.year ?? 0)" } == ["0 1", "0 2", "0 2"])
            // Beside other points, the year that they lead to is told, too.
            let both = try Self.impact(
                ledger,
                Rule("expiry", .expiry(expiry)),
                Rule("year", .progression(steps))
            )
            #expect(both.changes.first { $0.kind == .loses }?.after.year != nil)
            let average = try Self.impact(ledger, Rule("average", .gradeAverage([.full])))
            #expect(Self.kinds(average) == ["ula1 average", "vid1 average"])
        }
    }

    @Test func `who is complete and nobody knows whether that stays so may lose completion`() async throws {
        try await Self.withClasses(1) { ledger in
            // More ways than may be looked at, none of which makes up for mathematics.
            let ways = (0...FormationLimits.mostReplacements).map { _ in Equivalence(sources: ["KR"], targets: ["SL"]) }
            let impact = try Self.impact(
                ledger,
                Rule("ways", .equivalences(ways)),
                Rule("expiry", .expiry(Expiry(months: 1, from: .recognition, units: ["MA"])))
            )
            let ula = try #require(impact.changes.first { $0.learner.identifier == "ula1" })
            #expect(ula.kind == .undetermined && ula.before.verdict == .satisfied && ula.mayLose)
            // Who was not complete loses nothing.
            #expect(impact.changes.filter(\.mayLose).map(\.learner.identifier) == ["ula1", "vid1"])
        }
    }

    @Test func `of parts of one unit each is told by itself`() async throws {
        try await Self.withClasses(1) { ledger in
            let id = "7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b6d"
            func line(_ number: Int, _ kind: String, _ rest: String) -> String {
                #"{"id":"\#(id)\#(number)","kind":"\#(kind)","effective":"2025-07-01",\#(rest)}"#
            }
            var lines = [
                line(10, "learner-introduced", #""identifier":"una","actor":"a-secretary""#),
                line(
                    11,
                    "enrolled",
                    """
                    "identifier":"una-enrolled","actor":"a-secretary","learner":"una","institution":"lipnica",\
                    "qualification":"pek@2020"
                    """
                ),
            ]
            // Two outcomes of KR, each assessed and recognised by itself.
            for number in [1, 2] {
                let common = """
                    "learner":"una","institution":"lipnica","qualification":"pek@2020","enrolment":"una-enrolled",\
                    "unit":"KR","outcomes":["KR\(number)"]
                    """
                let partial = """
                    \(common),"actor":"a-board","result":"partial","decided":"2025-07-01","reason":"outcomes-differ",\
                    "legalBasis":"§ 3"
                    """
                let assessed = """
                    \(common),"identifier":"una-\(number)","actor":"a-baker","attempt":\(number),"result":"positive",\
                    "scale":"ocene","grade":"4"
                    """
                lines += [
                    line(10 * number + 12, "assessment-recorded", assessed),
                    line(
                        10 * number + 13,
                        "validation-decided",
                        #"\#(partial),"identifier":"una-sure-\#(number)","answers":"una-\#(number)""#
                    ),
                    line(
                        10 * number + 14,
                        "recognition-decided",
                        #"\#(partial),"procedure":"local","answers":"una-sure-\#(number)""#
                    ),
                ]
            }
            let report = try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8)))
            #expect(report.faults.map(\.error.description) == [])
            func impact(_ points: [Int: String], against present: [Int: String]) throws -> (String, [String]) {
                func rules(_ points: [Int: String]) throws -> [RuleSet] {
                    let table = try points.sorted { $0.key < $1.key }.map {
                        OutcomePoints(unit: "KR", outcome: "KR\($0)", points: try Points($1))
                    }
                    return [RuleSet([Rule("parts", .outcomePoints(table))])]
                }
                let (rules, others) = (try rules(points), try rules(present))
                let impact = try ledger.read { (view) throws(AccrueError) in
                    try view.impact(of: rules, against: others, on: Self.day)
                }
                let change = try #require(impact.changes.first { $0.learner.identifier == "una" })
                func text(_ place: RuleImpact.Move.Place?) -> String { place.map { "\($0.counted)" } ?? "-" }
                let moves = change.moves.map { "\($0.unit) \(text($0.before)) \(text($0.after))" }
                return ("\(change.before.counted) → \(change.after.counted)", moves)
            }
            // Both count; without one of them the other stays where it is.
            #expect(try impact([2: "4"], against: [1: "3", 2: "4"]) == ("7 → 4", ["KR 3 -"]))
            #expect(try impact([1: "3"], against: [1: "3", 2: "4"]) == ("7 → 3", ["KR 4 -"]))
            // One comes where the other goes.
            #expect(try impact([2: "4"], against: [1: "3"]) == ("3 → 4", ["KR 3 -", "KR - 4"]))
            #expect(try impact([1: "5", 2: "2"], against: [1: "3", 2: "4"]) == ("7 → 7", ["KR 3 5", "KR 4 2"]))
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
