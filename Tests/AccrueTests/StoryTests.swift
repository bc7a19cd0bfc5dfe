import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import Testing

/// The bundled story, with the balances that `fixtures/README.md` works out by hand.
@Suite struct StoryTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures")

    /// Learner, day, event after which it was known, points that count in KT.
    private static let counting: [(learner: String, on: String, after: String?, points: String)] = [
        ("ana", "2026-01-01", nil, "16"), ("bor", "2026-01-01", nil, "12"), ("cene", "2026-01-01", nil, "6"),
        ("dana", "2026-01-01", nil, "9"), ("eva", "2026-01-01", nil, "6"), ("eva-2", "2026-01-01", nil, "8"),
        ("fani", "2026-01-01", nil, "60"), ("gal", "2026-01-01", nil, "12"), ("hana", "2026-01-01", nil, "13"),
        ("igor", "2026-01-01", nil, "13"), ("jan", "2026-01-01", nil, "9"), ("jan-2", "2026-01-01", nil, "0"),
        ("jure", "2026-01-01", nil, "0"), ("kaja", "2026-01-01", nil, "4"), ("cene", "2024-06-30", nil, "12"),
        ("cene", "2025-01-31", nil, "12"), ("cene", "2025-02-01", nil, "6"), ("ana", "2025-04-14", nil, "10"),
        ("ana", "2025-04-15", nil, "16"), ("dana", "2024-10-31", nil, "0"), ("fani", "2025-06-17", nil, "56"),
        ("cene", "2026-01-01", "cene-m3-recognised", "20"), ("cene", "2026-01-01", "cene-m3-appeal", "12"),
        ("eva", "2026-01-01", "eva-m3-recognised", "14"), ("gal", "2026-01-01", "gal-awarded", "12"),
    ]

    /// Learner, bucket, units in it.
    private static let units: [(learner: String, bucket: Bucket, units: [String])] = [
        ("ana", .planned, ["ROBO"]),
        ("bor", .validated, ["M5"]),
        ("bor", .assessed, ["M4"]),
        ("bor", .excluded, ["M3", "M6"]),
        ("cene", .contested, ["M4"]),
        ("cene", .excluded, ["M1", "M3", "M5"]),
        ("dana", .excluded, ["M6"]),
        ("hana", .documented, ["PNEU"]),
        ("hana", .inTransfer, ["HYDR"]),
        ("hana", .recognised, ["M13", "M14"]),
        ("jure", .excluded, ["-"]),
        ("kaja", .excluded, ["M8"]),
    ]

    @Test func `every learner of the story has the points that were worked out by hand`() async throws {
        try await withStory { ledger in
            for row in Self.counting {
                let balance = try Self.balance(row.learner, on: row.on, after: row.after, in: ledger)
                let recognised = balance.schemes.map(\.recognised).reduce(.zero, +)
                let place = "\(row.learner) on \(row.on) after \(row.after ?? "all")"
                #expect(recognised.description == row.points, "\(place)")
                for scheme in balance.schemes {
                    let sum = balance.lines.filter { $0.scheme == scheme.scheme }.compactMap(\.points)
                    #expect(scheme.total == sum.reduce(.zero, +), "\(place)")
                }
            }
        }
    }

    @Test func `the other buckets of the story are those worked out by hand`() async throws {
        try await withStory { ledger in
            for (learner, bucket, units) in Self.units {
                let balance = try Self.balance(learner, on: "2026-01-01", after: nil, in: ledger)
                let found = balance.lines.filter { $0.bucket == bucket }.map { $0.unit?.code ?? "-" }.sorted()
                #expect(found == units, "\(learner), \(bucket)")
            }
        }
    }

    /// How rules come into force, which groups are declared, and what the log says of itself, is told elsewhere.
    private static let otherKinds: Set<EventKind> = [
        .ruleSetDrafted, .ruleSetPublished, .ruleSetActivated, .ruleSetDeactivated, .qualificationDrafted,
        .headsRecorded, .keyRotated, .groupDeclared, .exceptionGranted,
    ]

    @Test func `the story uses every kind of event`() async throws {
        try await withStory { ledger in
            try ledger.read { (view) throws(AccrueError) in
                var kinds: Set<EventKind> = []
                try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) { kinds.insert($0.kind) }
                #expect(kinds == Set(EventKind.allCases).subtracting(Self.otherKinds))
            }
        }
    }

    @Test func `every bad file is refused with the codes that its lines deserve, and leaves nothing`() async throws {
        try await withStory { ledger in
            let last = try ledger.read { (view) throws(AccrueError) in view.known }
            let expected = try Self.expectedFaults()
            #expect(expected.count > 20)
            for (file, faults) in expected.sorted(by: { $0.key < $1.key }) {
                let report = try await ledger.append(Self.lines("bad/\(file)"))
                #expect(report.faults.map { "\($0.line): \($0.error.code.rawValue)" } == faults, "\(file)")
                #expect(!report.isWritten)
            }
            #expect(try ledger.read { (view) throws(AccrueError) in view.known } == last)
        }
    }

    // MARK: -

    private func withStory(_ body: (Ledger<LMDBEventLog>) async throws -> Void) async throws {
        try await withLedger { ledger in
            for file in ["catalogue.ndjson", "story.ndjson"] {
                let report = try await ledger.append(Self.lines(file))
                #expect(report.faults.map { "\(file):\($0.line) \($0.error)" } == [])
            }
            try await body(ledger)
        }
    }

    private static func lines(_ file: String) throws -> EventLines {
        EventLines(Array(try Data(contentsOf: fixtures.appending(path: file))))
    }

    private static func balance(
        _ learner: String,
        on day: String,
        after event: String?,
        in ledger: Ledger<LMDBEventLog>
    ) throws -> Balance {
        let date = try CivilDate(day)
        let known = try ledger.read { (view) throws(AccrueError) in
            try event.map { (event) throws(AccrueError) in try view.event(event).position }
        }
        return try ledger.read { (view) throws(AccrueError) in
            let learner = try view.learner(learner)
            return Balance(
                of: learner.position,
                in: try view.history(of: learner),
                registry: view.registry,
                on: date,
                known: known ?? view.known
            )
        }
    }

    /// The table of `fixtures/README.md`: file to `line: code`.
    private static func expectedFaults() throws -> [String: [String]] {
        let text = try String(contentsOf: fixtures.appending(path: "README.md"), encoding: .utf8)
        var faults: [String: [String]] = [:]
        for row in text.split(separator: "\n") {
            guard let match = row.firstMatch(of: #/^\| `([a-z0-9-]+\.ndjson)` \| ([^|]+) \|/#) else { continue }
            faults[String(match.output.1)] = match.output.2.split(separator: ";").flatMap { item -> [String] in
                guard let line = item.firstMatch(of: #/(\d+):/#)?.output.1 else { return [] }
                return item.matches(of: #/E-[A-Z]+-\d+/#).map { "\(line): \($0.output)" }
            }
        }
        return faults
    }
}
