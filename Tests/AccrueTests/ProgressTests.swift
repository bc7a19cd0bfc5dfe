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
            #expect(progress.completion?.map(\.code) == ["MA", "PE"])
            let placed = progress.formation.placements.map { "\($0.unit.code) \($0.group ?? "") \($0.counted)" }
            #expect(placed == ["KR strokovni 7.5", "PR praksa 2"])
            #expect(progress.credits.count == 2)
            let supposed = try ledger.read { (view) throws(AccrueError) in
                try view.progress(
                    of: view.learner("tine"),
                    towards: "pek",
                    on: Self.today,
                    supposing: ["MA", "SL", "PE"]
                )
            }
            #expect(supposed.formation.verdict == .satisfied)
            #expect(supposed.completion == [])
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
                    try view.progress(of: tine, towards: nil, on: Self.today, supposing: ["KRUH"])
                }
            }
        }
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
