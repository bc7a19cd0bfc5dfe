import AccrueTestKit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// The main job, as `tools/demo` does it: expected numbers are those of fixtures/README.md.
struct CommandStoryTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
        try await AccrueProcess.tellStory(to: folder["store"])
    }

    @Test(arguments: [
        ("ana", "recognised", "16", "KT"), ("ana", "planned", "4", "ECVET"), ("bor", "recognised", "12", "KT"),
        ("cene", "recognised", "6", "KT"), ("cene", "contested", "6", "KT"), ("dana", "recognised", "9", "KT"),
        ("eva", "recognised", "6", "KT"), ("eva-2", "recognised", "8", "KT"), ("fani", "recognised", "60", "KT"),
        ("gal", "recognised", "12", "KT"), ("hana", "recognised", "13", "KT"), ("hana", "in-transfer", "3", "ECVET"),
        ("igor", "recognised", "13", "KT"), ("jan", "recognised", "9", "KT"), ("kaja", "recognised", "4", "KT"),
    ])
    func `a balance has the points that the story tells`(
        learner: String,
        bucket: String,
        points: String,
        scheme: String
    ) async throws {
        let run = try await AccrueProcess.run("balance", learner, "--json", store: store)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try balance(run, scheme)?[bucket]?.string == points)
        #expect(try run.document.object?["knownAt"]?.integer() == 243)
    }

    @Test func `who was merged is told whom to ask for`() async throws {
        for command in ["balance", "why"] {
            let run = try await AccrueProcess.run(command, "jan-2", store: store)
            #expect(run.status == 0)
            #expect(run.output.contains("Merged into jan, who has all of it; ask for jan."), "\(run.output)")
            let answer = try await AccrueProcess.run(command, "jan-2", "--json", store: store).document.object
            #expect(answer?["mergedInto"]?.string == "jan")
        }
        for arguments in [["jan-2"], ["jan-2", "elektrikar@2008"]] {
            let run = try await RunningAccrue(["progress"] + arguments, store: store).ended()
            #expect(run.status == 5)
            #expect(run.errors.contains("with a merge; ask for jan"), "\(run.errors)")
        }
        // A merge that was taken back is none.
        #expect(try await !AccrueProcess.run("balance", "eva-2", store: store).output.contains("Merged"))
    }

    @Test(arguments: [
        (["cene", "--on", "2024-06-30"], "12"), (["cene", "--on", "2025-01-31"], "12"),
        (["cene", "--on", "2025-02-01"], "6"), (["ana", "--on", "2025-04-14"], "10"),
        (["ana", "--on", "2025-04-15"], "16"), (["fani", "--on", "2025-06-17"], "56"),
    ])
    func `another day has another balance`(arguments: [String], points: String) async throws {
        let run = try await RunningAccrue(["balance", "--json"] + arguments, store: store).ended()
        #expect(try balance(run, "KT")?["recognised"]?.string == points)
    }

    @Test func `what was known before a learner's appeal is still known to have been known`() async throws {
        let history = try await AccrueProcess.run("history", "cene", "--json", store: store)
        let events = try history.document.object?["events"]?.array ?? []
        let recognised = try #require(events.first { $0.object?["identifier"]?.string == "cene-m3-recognised" })
        let position: UInt32 = try #require(recognised.object?["position"]?.integer())
        // The story is one batch, and a state is the end of a batch: within it nothing was ever known.
        let run = try await AccrueProcess.run("balance", "cene", "--known-at", "\(position)", store: store)
        #expect(run.status == 5)
        #expect(run.errors.contains("E-LOG-016"))
    }

    @Test func `every line of a bucket adds up to its sum`() async throws {
        let run = try await AccrueProcess.run("why", "ana", store: store)
        #expect(run.status == 0)
        #expect(run.output.contains("recognised: 4 + 6 + 6 = 16 KT"))
        #expect(run.output.contains("ana-m12-recognised"))
        #expect(run.output.contains("as known at position 243"))
        let unit = try await AccrueProcess.run("why", "ana", "HYDR", store: store)
        #expect(unit.output.contains("learned as PNEU"))
        #expect(try await AccrueProcess.run("why", "ana", "M99", store: store).status == 5)
    }

    @Test func `a school of one's own starts from nothing`() async throws {
        let school = folder["school"]
        #expect(try await AccrueProcess.run("init", "--store", school, store: store).status == 0)
        let lines = AccrueProcess.fixture("school.ndjson")
        let append = try await AccrueProcess.run("append", "--store", school, lines, store: store)
        #expect(append.status == 0, "\(append.errors)")
        let why = try await AccrueProcess.run("why", "tine", "--store", school, store: store)
        #expect(why.output.contains("recognised: 7.5 + 2 = 9.5 KT"))
        #expect(why.output.contains("attempt 2"))
    }

    @Test func `without a formation rule the answer says what to ask instead`() async throws {
        let run = try await AccrueProcess.run("progress", "bor", store: store)
        #expect(run.status == 5)
        #expect(run.errors.contains("ask accrue why and accrue balance"), "\(run.errors)")
    }

    @Test func `a name of the registry that is misspelt gets a hint`() async throws {
        let run = try await AccrueProcess.run("institution", "sc-zalma", store: store)
        #expect(run.status == 5)
        #expect(run.errors.hasSuffix("sc-zalma (did you mean sc-zalna?)\n"))
    }

    @Test func `all nouns are listed and shown, as text and as one document`() async throws {
        let questions = [
            ["learner"], ["learner", "ana"], ["learner", "jan-2"], ["institution"], ["institution", "sc-zalna"],
            ["qualification"], ["qualification", "elektrikar@2024"], ["agreement"], ["agreement", "ana-agreement@2"],
            ["agreement", "--learner", "hana"], ["history", "jan"], ["why", "hana"], ["log", "stat"], ["check"],
        ]
        for question in questions {
            let text = try await RunningAccrue(question, store: store).ended()
            #expect(text.status == 0, "\(question): \(text.errors)")
            #expect(text.errors.isEmpty)
            #expect(text.output.contains("osition 243"), "\(question) names no position")
            let json = try await RunningAccrue(question + ["--json"], store: store).ended()
            let object = try #require(try json.document.object, "\(question)")
            let position = object["knownAt"] ?? object["position"]
            #expect(position?.integer(Int.self) == 243, "\(question)")
            #expect(json.output.hasSuffix("\n") && json.output.count { $0 == "\n" } == 1)
        }
    }

    @Test func `what is exported is imported again, and gives the same balances`() async throws {
        let export = try await AccrueProcess.run("export", store: store)
        #expect(export.output.count { $0 == "\n" } == 243)
        let copy = folder["copy"]
        #expect(try await AccrueProcess.run("init", store: copy).status == 0)
        let append = try await AccrueProcess.run("append", "-", store: copy, input: export.output)
        #expect(append.status == 0, "\(append.errors)")
        for learner in ["ana", "cene", "eva-2", "hana", "jan"] {
            let (left, right) = (
                try await AccrueProcess.run("balance", learner, "--json", store: store),
                try await AccrueProcess.run("balance", learner, "--json", store: copy)
            )
            #expect(left.output == right.output)
        }
        // The same again changes nothing: every event exists.
        let again = try await AccrueProcess.run("append", "--json", "-", store: copy, input: export.output)
        #expect(try again.document.object?["existed"]?.integer() == 243)
        #expect(try again.document.object?["appended"]?.integer() == 0)
    }

    @Test func `backup and restore give the same store, and never into what is there`() async throws {
        #expect(try await AccrueProcess.run("backup", folder["backup"], store: store).status == 0)
        let again = try await AccrueProcess.run("backup", folder["backup"], store: store)
        #expect(again.status == 4)
        #expect(again.errors.contains("E-LOG-009"))
        let restore = try await AccrueProcess.run("restore", folder["backup"], store: folder["restored"])
        #expect(
            restore.status == 0 && restore.output.contains("\nCheckpoints are not in a backup: "),
            "\(restore.errors)"
        )
        let onto = try await AccrueProcess.run("restore", folder["backup"], store: store)
        #expect(onto.status == 4)
        #expect(onto.errors.contains("E-LOG-017"))
        let (left, right) = (
            try await AccrueProcess.run("export", store: store),
            try await AccrueProcess.run("export", store: folder["restored"])
        )
        #expect(left.output == right.output)
    }

    private func balance(_ run: AccrueProcess, _ scheme: String) throws -> JSONObject? {
        let schemes = try run.document.object?["schemes"]?.array ?? []
        return schemes.first { $0.object?["scheme"]?.string == scheme }?.object?["buckets"]?.object
    }
}
