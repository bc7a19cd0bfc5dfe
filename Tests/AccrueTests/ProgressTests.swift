import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules
import Testing

/// Progress towards a qualification, by the formation rule that was published with it.
@Suite struct ProgressTests {
    private static let today = CivilDate(rawValue: 20_700)

    private static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures")
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    private static func withSchool(_ body: (Ledger<LMDBEventLog>) async throws -> Void) async throws {
        try await withLedger { ledger in
            let report = try await ledger.append(EventLines(fixture("school.ndjson")))
            #expect(report.faults.map(\.error.description) == [])
            try await body(ledger)
        }
    }

    @Test func `what counts, what is missing, and the shortest way to complete`() async throws {
        try await Self.withSchool { ledger in
            let progress = try ledger.read { (view) throws(AccrueError) in
                try view.progress(of: view.learner("tine"), towards: nil, on: Self.today)
            }
            #expect(progress.formation.verdict == .notSatisfied)
            #expect(progress.formation.groups[0].counted.description == "9.5")
            #expect(progress.completion.units?.map(\.code) == ["MA", "PE"])
            let placed = progress.formation.placements.map { "\($0.unit.code) \($0.group ?? "") \($0.counted)" }
            #expect(placed == ["KR strokovni 7.5", "PR praksa 2"])
            #expect(progress.credits.count == 2)
            let supposed = try ledger.read { (view) throws(AccrueError) in
                try view.progress(
                    of: view.learner("tine"),
                    towards: "pek",
                    on: Self.today,
                    supposing: Suppositions(recognitions: ["MA", "SL", "PE"].map { .init($0) })
                )
            }
            #expect(supposed.formation.verdict == .satisfied)
            #expect(supposed.completion == .by([]))
            #expect(supposed.formation.placements.first { $0.group == nil }?.unit.code == "SL")
        }
    }

    @Test func `what is asked for and is not there is told`() async throws {
        try await Self.withSchool { ledger in
            try ledger.read { (view) throws(AccrueError) in
                let tine = try view.learner("tine")
                #expect(throws: AccrueError(.notFound)) {
                    try view.progress(of: tine, towards: "nobody@1", on: Self.today)
                }
                #expect(throws: AccrueError(.notFound)) {
                    try view.progress(of: tine, towards: nil, on: CivilDate(rawValue: 18_000))
                }
                #expect(throws: AccrueError(.unitUnknown)) {
                    try view.progress(of: tine, towards: nil, on: Self.today, supposing: Self.recognised("KRUH"))
                }
                for (unit, code) in [("MA", ErrorCode.unitNotHeld), ("XX", .unitUnknown)] {
                    #expect(throws: AccrueError(code)) {
                        try view.progress(
                            of: tine,
                            towards: nil,
                            on: Self.today,
                            supposing: Suppositions(groups: [unit: "splosni"])
                        )
                    }
                }
                #expect(throws: AccrueError(.valueUnknown)) {
                    try view.progress(
                        of: tine,
                        towards: nil,
                        on: Self.today,
                        supposing: Suppositions(groups: ["KR": "splošni"])
                    )
                }
            }
        }
    }

    private static func recognised(_ codes: String..., by procedure: Procedure? = nil) -> Suppositions {
        Suppositions(recognitions: codes.map { .init($0, by: procedure) })
    }

    @Test func `a declared group is respected while it can take the unit, and taken back`() async throws {
        let school = String(decoding: try Self.fixture("school.ndjson"), as: UTF8.self)
            .replacing(#"{"unit":"PE"},{"unit":"SL"}]"#, with: #"{"unit":"PE"},{"unit":"SL"},{"unit":"PR"}]"#)
        try await withLedger { ledger in
            #expect(try await ledger.append(EventLines(Array(school.utf8))).faults.map(\.error.description) == [])
            func place(_ supposed: Suppositions = Suppositions()) throws -> (String?, [String], [String?]) {
                let progress = try ledger.read { (view) throws(AccrueError) in
                    try view.progress(of: view.learner("tine"), towards: nil, on: Self.today, supposing: supposed)
                }
                let placed = progress.formation.placements.first { $0.unit.code == "PR" }
                return (placed?.group, progress.formation.released, progress.formation.better.map(\.group))
            }
            #expect(try place().0 == "praksa")
            #expect(try place(Suppositions(groups: ["PR": "izbirni"])).0 == "izbirni")
            func line(_ number: Int, _ kind: String, _ rest: String) -> [UInt8] {
                Array(
                    """
                    {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b2c0\(number)","kind":"\(kind)","effective":"2025-03-01",\
                    "actor":"a-board","learner":"tine","institution":"lipnica",\(rest)}
                    """.utf8
                )
            }
            let declare = """
                "identifier":"d","enrolment":"tine-enrolled","qualification":"pek@2020","answers":"tine-pr-recognised",\
                "group":
                """
            let misspelt = try await ledger.append(EventLines(line(1, "group-declared", declare + #""izbirn""#)))
            #expect(misspelt.faults.first?.error.code == .valueUnknown)
            #expect(misspelt.faults.first?.error.subject.contains("did you mean izbirni?") == true)
            #expect(try await ledger.append(EventLines(line(1, "group-declared", declare + #""izbirni""#))).isWritten)
            #expect(try place() == ("izbirni", [], ["praksa"]))
            let withdraw =
                #""answers":"d","result":"from-start","reason":"other","legalBasis":"§ 1","decided":"2025-03-01""#
            #expect(try await ledger.append(EventLines(line(2, "withdrawn", withdraw))).isWritten)
            #expect(try place().0 == "praksa")
            let other = declare.replacing(#""identifier":"d","#, with: "") + #""splosni""#
            #expect(try await ledger.append(EventLines(line(3, "group-declared", other))).isWritten)
            #expect(try place() == ("praksa", ["PR"], []))
            #expect(ledger.log.check().findings.isEmpty)
        }
    }

    @Test func `what can no longer be taken is no way to complete`() async throws {
        let school = String(decoding: try Self.fixture("school.ndjson"), as: UTF8.self)
            .replacing(#""eqfLevel":4"#, with: #""eqfLevel":4,"validUntil":"2025-08-31","transitionEnd":"2026-08-31""#)
        try await withLedger { ledger in
            #expect(try await ledger.append(EventLines(Array(school.utf8))).faults.map(\.error.description) == [])
            for (day, completion) in [("2026-08-31", ["MA", "PE"]), ("2026-09-01", nil)] {
                let progress = try ledger.read { (view) throws(AccrueError) in
                    try view.progress(of: view.learner("tine"), towards: nil, on: CivilDate(day))
                }
                #expect(progress.completion.units?.map(\.code) == completion)
            }
        }
    }

    @Test func `a supposed recognition counts in the shares of its way`() async throws {
        try await Self.withSchool { ledger in
            let set = try Self.share(atMost: "4")
            func counted(_ supposed: Suppositions) throws -> String {
                try ledger.read { (view) throws(AccrueError) in
                    try view.progress(
                        of: view.learner("tine"),
                        towards: nil,
                        on: Self.today,
                        under: [set],
                        supposing: supposed
                    )
                }.formation.groups[0].counted.description
            }
            #expect(try counted(Self.recognised("MA")) == "12.5")
            #expect(try counted(Self.recognised("MA", by: .informal)) == "10.5")
        }
    }

    @Test func `what a share keeps out may be taken once more`() async throws {
        try await Self.withSchool { ledger in
            for (most, completion, retaken) in [("1", ["MA", "PE", "PR"], ["PR"]), ("2", ["MA", "PE"], [])] {
                let set = try Self.share(atMost: most)
                let progress = try ledger.read { (view) throws(AccrueError) in
                    try view.progress(of: view.learner("tine"), towards: nil, on: Self.today, under: [set])
                }
                #expect(progress.completion.units?.map(\.code) == completion)
                #expect(progress.retaken == retaken)
            }
        }
    }

    private static func share(atMost most: String) throws -> RuleSet {
        RuleSet([Rule("share", .share(ShareCap(procedures: [.informal], atMost: .points(try Points(most)))))])
    }

    @Test func `an award against the rule stands, and is shown as one by authority`() async throws {
        try await Self.withSchool { ledger in
            let award = """
                {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1c01","kind":"qualification-awarded","effective":"2025-06-30",\
                "actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled",\
                "qualification":"pek@2020","decided":"2025-06-30","reason":"other","legalBasis":"člen 12"}
                """
            let report = try await ledger.append(EventLines(Array(award.utf8)))
            #expect(report.faults.map(\.error.description) == [])
            let progress = try ledger.read { (view) throws(AccrueError) in
                try view.progress(of: view.learner("tine"), towards: nil, on: Self.today)
            }
            #expect(progress.isAwardedUnsatisfied && progress.award?.rawValue == 19)
        }
    }

    @Test func `a formation rule with an error is not published`() async throws {
        let text = String(decoding: try Self.fixture("school.ndjson"), as: UTF8.self)
        try await withLedger { ledger in
            let broken = text.replacing(#"{"unit":"MA"}"#, with: #"{"unit":"MAT"}"#)
            let report = try await ledger.append(EventLines(Array(broken.utf8)))
            let fault = try #require(report.faults.first)
            #expect(fault.error.code == .unitUnknown && fault.line == 11)
            #expect(fault.error.field?.hasPrefix("document.formation") == true)
            #expect(!report.isWritten)
        }
    }

    @Test func `a formation rule comes out of the log as it went in`() async throws {
        try await Self.withSchool { ledger in
            let line = try ledger.read { (view) throws(AccrueError) in
                String(decoding: try view.line(of: view.entry("pek@2020", in: .qualification)), as: UTF8.self)
            }
            #expect(line.contains(#""formation":{"children":[{"children":[{"required":true,"unit":"KR"}"#))
            #expect(ledger.log.check().findings.isEmpty)
            let standard = try ledger.read { (view) throws(AccrueError) in
                let position = view.registry.position(of: "pek@2020", in: .qualification)
                return view.registry.qualification(at: position).flatMap { Standard(published: $0.document) }
            }
            #expect(standard?.formation.root.children.count == 3)
        }
    }
}
