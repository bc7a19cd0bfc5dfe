import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// What was known when: the catalogue is one state of the log, the story the next one.
struct CommandKnowledgeTests: CommandSuite {
    let folder: TemporaryFolder
    /// The last event of the catalogue.
    private let catalogue: String

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
        let (store, lines) = (folder["store"], AccrueProcess.fixture("catalogue.ndjson"))
        let append = try await AccrueProcess.run("append", lines, "--json", store: store)
        let last: UInt32 = try #require(try append.document.object?["last"]?.integer())
        catalogue = "\(last)"
        let story = try await AccrueProcess.run("append", AccrueProcess.fixture("story.ndjson"), store: store)
        #expect(story.status == 0, "\(story.errors)")
    }

    private func append(_ line: String) async throws {
        let run = try await accrue("append", "-", input: line)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func recorded(_ position: String) async throws -> String {
        try #require(try await accrue("event", position, "--json").document.object?["recordedAt"]?.string)
    }

    @Test func `an instant behind which nothing is recorded is told to be open, with the position that is not`()
        async throws
    {
        let last = try await recorded("243")
        let open = try await accrue("balance", "ana", "--known-at", last)
        #expect(open.status == 0 && open.output.contains("position 243"))
        #expect(open.errors.contains("may still come in; to ask the same again: --known-at 243\n"), "\(open.errors)")
        for known in ["243", catalogue, try await recorded(catalogue)] {
            let closed = try await accrue("learner", "--known-at", known)
            #expect(closed.status == 0 && closed.errors.isEmpty, "\(known): \(closed.errors)")
        }
        try await append(
            #"{"id":"00000000-0000-4000-8000-000000000901","kind":"learner-introduced","effective":"2026-01-01","identifier":"zala","actor":"a-coordinator"}"#
        )
        let settled = try await accrue("balance", "ana", "--known-at", last)
        #expect(settled.errors.isEmpty && settled.output == open.output)
    }

    @Test func `learners are counted as they were known`() async throws {
        let none = try await accrue("learner", "--known-at", catalogue, "--json").document.object
        #expect(none?["count"]?.integer() == 0)
        let before: Int? = try await accrue("learner", "--json").document.object?["count"]?.integer()
        try await append(
            #"{"id":"00000000-0000-4000-8000-000000000901","kind":"learner-introduced","effective":"2026-01-01","identifier":"zala","actor":"a-coordinator"}"#
        )
        let then = try await accrue("learner", "--known-at", "243", "--limit", "2")
        #expect(then.output.hasPrefix("The first 2 of \(before ?? 0) learners "), "\(then.output)")
        let now = try await accrue("learner", "--limit", "2")
        #expect(now.output.hasPrefix("The first 2 of \((before ?? 0) + 1) learners "))
    }

    @Test func `nouns are shown as they were known`() async throws {
        for noun in ["institution", "qualification", "agreement", "catalogue"] {
            let run = try await accrue(noun, "--known-at", catalogue, "--json")
            #expect(try run.document.object?["knownAt"]?.integer(UInt32.self).map { "\($0)" } == catalogue)
        }
        let list = try await accrue("agreement", "--known-at", catalogue)
        #expect(list.output.contains("There are none."))
        for later in [["agreement", "ana-agreement@1"], ["event", "ana-enrolled"], ["event", "243"]] {
            let run = try await RunningAccrue(later + ["--known-at", catalogue], store: folder["store"]).ended()
            #expect(run.status == 5, "\(later)")
        }
    }

    @Test func `authority ends on its last day, not on the first without it`() async throws {
        let run = try await accrue("institution", "mantysaari", "--json")
        let authority = try #require(try run.document.object?["authority"]?.array?.first?.object)
        // It was ended as of 1 August.
        #expect(authority["until"]?.string == "2024-07-31")
    }

    @Test func `an agreement is withdrawn in all its versions, by a withdrawal that stands`() async throws {
        func withdrawn(_ version: String) async throws -> Bool {
            let run = try await accrue("agreement", version)
            #expect(run.status == 0, "\(run.errors)")
            return run.output.contains("Withdrawn   2025-06-01")
        }
        try await append(
            #"{"id":"00000000-0000-4000-8000-000000000902","kind":"agreement-withdrawn","effective":"2025-06-01","learner":"ana","actor":"a-coordinator","institution":"sc-zalna","agreement":"ana-agreement@1"}"#
        )
        #expect(try await withdrawn("ana-agreement@1"))
        #expect(try await withdrawn("ana-agreement@2"))
        try await append(
            #"{"id":"00000000-0000-4000-8000-000000000903","kind":"withdrawn","effective":"2025-06-02","learner":"ana","actor":"a-coordinator","institution":"sc-zalna","answers":"00000000-0000-4000-8000-000000000902","result":"from-start","reason":"other","text":"Pomota.","legalBasis":"Pravilnik","decided":"2025-06-02"}"#
        )
        #expect(try await !withdrawn("ana-agreement@2"))
        #expect(try await accrue("agreement", "ana-agreement@2", "--learner", "ana").status == 2)
    }

    @Test func `a history of a day has what was removed from the start, as the balance of that day`() async throws {
        func names(_ day: String) async throws -> [String] {
            let run = try await accrue("history", "cene", "--on", day, "--json")
            let events = try #require(try run.document.object?["events"]?.array)
            return events.compactMap { $0.object?["identifier"]?.string }
        }
        // Revoked from the start on 16 July 2024, and from 1 February 2025 on.
        let early = try await names("2024-07-01")
        #expect(early.contains("cene-m3-assessed") && early.contains("cene-m3-revoked"), "\(early)")
        #expect(!early.contains("cene-m1-revoked"))
        #expect(try await names("2025-02-01").contains("cene-m1-revoked"))
    }

    @Test func `one answer has one form`() async throws {
        for command in [["audit", "exceptions"], ["rules", "impact", "x@1"], ["rules", "diff", "x@1", "y@1"]] {
            let run = try await RunningAccrue(command + ["--csv", "--json"], store: folder["store"]).ended()
            #expect(run.status == 2 && run.errors.contains("Choose --csv or --json."), "\(run.errors)")
        }
    }
}
