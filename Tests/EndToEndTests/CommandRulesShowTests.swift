import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// `accrue rules show`: what somebody reads who has the log alone.
struct CommandRulesShowTests: CommandSuite {
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        #expect(try await accrue("init").status == 0)
        #expect(try await accrue("append", AccrueProcess.fixture("school.ndjson")).status == 0)
    }

    @Test func `a published qualification is shown with its tree, units and outcomes`() async throws {
        let run = try await accrue("rules", "show", "pek@2020")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("Pek (pek@2020, SI)\nAs known at position "))
        let tree = """
            Group, unit      Title                    Asks for                    KT
            pek              Pek                      20 points
              strokovni      Strokovni del            required, 15 points
                KR           Kruh                     required                   7.5
                izbirni      Izbirni modul            required, 1 of its parts
                  PE         Pecivo                                              7.5
                  SL         Slaščice                                            7.5
              splosni        Splošni del              required, 3 points
                MA           Matematika                                            3
              praksa         Praktično izobraževanje  required, 2 points
                PR           Praksa                                                2
            """
        let rows = run.output.split(separator: "\n").map { $0.split(separator: #/ {2,}/#).joined(separator: "|") }
        for row in tree.split(separator: "\n") {
            #expect(rows.contains(row.split(separator: #/ {2,}/#).joined(separator: "|")), "\(row)\n\(run.output)")
        }
        #expect(run.output.contains(/\n {4}KR +Kruh/) && run.output.contains(/\n {6}PE +Pecivo/), "\(run.output)")
        #expect(run.output.contains(/\nIn force from +2020-09-01\n/) && run.output.contains(/\nEQF level +4\n/))
        #expect(run.output.contains(/\n {2}KR1 +Zamesi in speče kruh +skill\n/), "\(run.output)")
        #expect(run.output.contains(/\nPoints +20 KT\n/))
    }

    @Test(arguments: ["rules/r02-structure.sahko-2018.yaml", "rules/r08-new-block.gastronom-2020.yaml"])
    func `every group and unit of a file is shown`(file: String) async throws {
        let run = try await accrue("rules", "show", AccrueProcess.fixture(file))
        #expect(run.status == 0, "\(run.errors)")
        let text = try String(contentsOfFile: AccrueProcess.fixture(file), encoding: .utf8)
        let names = text.matches(of: /(?:group|open|unit|code): ([^,}\s]+)/).map(\.1)
        #expect(names.count > 10)
        for name in names { #expect(run.output.contains(name), "\(name)\n\(run.output)") }
    }

    @Test(arguments: [
        ("r03-borrowed-units", ["Borrowed units", "When +procedures agreement, application", "Instead +nothing"]),
        ("r05-raised-grade", ["Attempts +counts best; improve after-award; same unit yes"]),
        ("r12-progression", ["Valid +from 2023-09-01, by the day of the query", "Progression +points 45; year 2"]),
        (
            "r15-shares",
            ["Share +at most 1/2; procedures non-formal, informal", "Retroactive .*better for the learner"]
        ),
        (
            "r16-first-aid",
            ["Legal basis +Pravilnik 2021, 5\\. člen", "Expiry +from assessment; frozen by award yes; months 24"]
        ),
        ("r17-equivalence", ["Equivalences +from X, Y; from qualification elektrikar@2008; partial progress; to Z"]),
        ("r19-grade-display", ["Grade display .*\\(grade 1; shown 2\\), \\(grade 2; shown 3\\)"]),
        ("residency", ["Residency +at least "]),
    ])
    func `every clause of a rule set is shown`(file: String, clauses: [String]) async throws {
        let run = try await accrue("rules", "show", AccrueProcess.fixture("rules/\(file).after.yaml"))
        #expect(run.status == 0, "\(run.errors)")
        for clause in clauses { #expect(run.output.contains(try Regex(clause)), "\(clause)\n\(run.output)") }
    }

    @Test func `a published rule set is shown with its periods, by what was known`() async throws {
        let file = AccrueProcess.fixture("school-rules.2024.yaml")
        for arguments in [
            ["draft", file, "--actor", "a-secretary", "--effective", "2024-08-01"],
            ["publish", file, "--actor", "a-board", "--effective", "2024-08-15"],
        ] { #expect(try await RunningAccrue(["rules"] + arguments, store: folder["store"]).ended().status == 0) }
        #expect(try await accrue("rules", "show", "lipnica@2024").output.contains(/\nIn force +never so far\n/))
        let activation = [
            "lipnica@2024", "--actor", "a-board", "--effective", "2024-09-01", "--reason", "exception",
            "--legal-basis", "Sklep sveta",
        ]
        #expect(
            try await RunningAccrue(["rules", "activate"] + activation, store: folder["store"]).ended().status == 0
        )
        let run = try await accrue("rules", "show", "lipnica@2024")
        #expect(run.output.contains(/\nIn force +from 2024-09-01\nFor +pek\n/), "\(run.output)")
        #expect(run.output.contains("\nRule informal, version 2024\n"))
        let json = try await accrue("rules", "show", "lipnica@2024", "--json").document.object
        let period = try #require(json?["periods"]?.array?.first?.object)
        #expect(period["from"]?.string == "2024-09-01" && period["end"] == nil)
        #expect(run.output.contains(/\n {2}Legal basis +Pravilnik šole 2024, 3. člen \(ponazoritev\)\n/))
        let before = try await accrue("rules", "show", "lipnica@2024", "--known-at", "18")
        #expect(before.status == 5 && before.errors.contains("lipnica@2024, neither published nor a file"))
        #expect(try await accrue("rules", "show", "lipnica@2042").errors.contains("did you mean lipnica@2024?"))
        #expect(try await accrue("rules", "show", "pekk@2020").errors.contains("did you mean pek@2020?"))
        #expect(try await accrue("rules", "show", "pek").errors.contains("did you mean pek@2020?"))
        #expect(
            try await accrue("progress", "tine", "--rules", "lipnica").errors.contains("did you mean lipnica@2024?")
        )
    }

    @Test func `the document of the answer says the same as what was published`() async throws {
        let run = try await accrue("rules", "show", "pek@2020", "--json")
        let answer = try #require(try run.document.object)
        #expect(answer["position"]?.integer(Int.self) == 11 && answer["from"]?.string == "2020-09-01")
        let document = try #require(answer["document"])
        let file = folder["pek.json"]
        try Data(CanonicalJSON.bytes(of: document)).write(to: URL(fileURLWithPath: file))
        #expect(try await accrue("rules", "lint", file).status == 0)
        #expect(try await accrue("rules", "diff", file, "pek@2020").output == "They say the same.\n")
        let again = try await accrue("rules", "show", file, "--json")
        #expect(try again.document.object?["document"] == document)
    }

    @Test func `a qualification without formation rule says so`() async throws {
        let store = folder["other"]
        try await AccrueProcess.makeStore(at: store)
        try await AccrueProcess.tellStory(to: store)
        let run = try await AccrueProcess.run("rules", "show", "elektrikar@2024", store: store)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("It has no formation rule"), "\(run.output)")
        let json = try await AccrueProcess.run("rules", "show", "elektrikar@2024", "--json", store: store)
        #expect(try json.document.object?["document"]?.object?["units"]?.array?.isEmpty == false)
    }
}
