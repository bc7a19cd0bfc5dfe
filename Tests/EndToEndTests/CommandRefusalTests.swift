import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// Bad input: each gets coded errors with its line, all of them, and changes nothing.
struct CommandRefusalTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
    }

    @Test func `every bad fixture is refused with the codes and lines that its table tells`() async throws {
        try await AccrueProcess.tellStory(to: store)
        let table = try String(contentsOfFile: AccrueProcess.fixture("README.md"), encoding: .utf8)
        var files = 0
        for row in table.split(separator: "\n") where row.hasPrefix("| `") && row.contains(".ndjson") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let file = cells[0].trimmingCharacters(in: ["`"])
            var expected: [String] = []
            for part in cells[1].split(separator: ";") {
                let words = part.split(separator: ":")
                let line = words[0].trimmingCharacters(in: .whitespaces)
                let codes = words[1].split(separator: ",").map { $0.trimmingCharacters(in: ["`", " "]) }
                expected += codes.map { "\(file):\(line): \($0)" }
            }
            let run = try await AccrueProcess.run("append", AccrueProcess.fixture("bad/\(file)"), store: store)
            #expect(run.status == 3, "\(file)")
            for fault in expected {
                #expect(run.errors.contains("/\(fault) "), "\(fault) is missing in \(run.errors)")
            }
            #expect(run.errors.count { $0 == "\n" } == expected.count, "\(run.errors)")
            #expect(run.output.hasPrefix("Nothing was written: "))
            #expect(run.output.contains("The log ends at position 243."))
            files += 1
        }
        let present = try FileManager.default.contentsOfDirectory(atPath: AccrueProcess.fixture("bad"))
        #expect(files == present.count)
    }

    @Test func `faults are told with their own file and line where several files are one import`() async throws {
        try "\n\n{\n".write(toFile: folder["first"], atomically: false, encoding: .utf8)
        // No line feed at the end: the next file begins a line of its own all the same.
        try "[]".write(toFile: folder["second"], atomically: false, encoding: .utf8)
        let run = try await AccrueProcess.run(
            "append",
            folder["first"],
            folder["second"],
            "-",
            store: store,
            input: "7"
        )
        let faults = run.errors.split(separator: "\n")
        // What the second one looks like is told after the faults.
        #expect(faults.count == 4)
        #expect(faults[0].hasPrefix("\(folder["first"]):3: E-JSN-001"))
        #expect(faults[1].hasPrefix("\(folder["second"]):1: E-JSN-005"))
        #expect(faults[2].hasPrefix("standard input:1: E-JSN-005"))
    }

    @Test func `a hundred thousand bad lines give a hundred thousand faults`() async throws {
        let input = String(repeating: "{\n", count: 100_000)
        let run = try await AccrueProcess.run("append", "-", store: store, input: input)
        #expect(run.status == 3)
        // On a slow machine it is told in between how far it is.
        #expect(run.errors.split(separator: "\n").count { $0.contains("E-JSN-001") } == 100_000)
        #expect(
            run.errors.hasSuffix("standard input:100000: E-JSN-001 not JSON: column 2: The text ends inside a value.\n")
        )
        #expect(run.output.contains("100000 of 100000 lines refused"))
        #expect(try await AccrueProcess.run("check", store: store).status == 0)
    }

    @Test func `a string of ten megabytes is refused, and the message stays short`() async throws {
        let text = String(repeating: "x", count: 10 << 20)
        let input =
            #"{"id":"7d1a4cd6-3c3c-4c39-a7a2-6b4f0b6c3d11","kind":"learner-introduced","identifier":"\#(text)"}"#
        let run = try await AccrueProcess.run("append", "-", store: store, input: input)
        #expect(run.status == 3)
        #expect(run.errors.contains("standard input:1: E-JSN-006"))
        #expect(run.errors.utf8.count < 400)
    }

    @Test func `an id that is recorded with other content ends with the status of a conflict`() async throws {
        try await AccrueProcess.tellStory(to: store)
        let story = try String(contentsOfFile: AccrueProcess.fixture("story.ndjson"), encoding: .utf8)
        let other = story.replacing(#""legalBasis":"Odločba komisije za pritožbe""#, with: #""legalBasis":"other""#)
        let run = try await AccrueProcess.run("append", "--dry-run", "-", store: store, input: other)
        #expect(run.status == 4, "\(run.errors)")
        #expect(run.errors.contains(": E-LOG-001 legalBasis: "))
        #expect(run.output.hasPrefix("Dry run: nothing would be written: "))
    }

    @Test func `what is in order is kept on request, and a dry run writes nothing`() async throws {
        try await AccrueProcess.tellStory(to: store)
        let bad = AccrueProcess.fixture("bad/many-errors.ndjson")
        let dry = try await AccrueProcess.run("append", "--dry-run", "--accept-valid", "--json", bad, store: store)
        #expect(dry.status == 3)
        let report = try #require(try dry.document.object)
        #expect(report["written"]?.bool == false)
        #expect(report["position"]?.integer() == 243)
        #expect(report["appended"]?.integer() == 1)
        #expect(report["refused"]?.integer() == 5)
        let faults = report["faults"]?.array ?? []
        #expect(faults.count == 6)
        #expect(faults.first?.object?["code"]?.string == "E-JSN-002")
        #expect(faults.first?.object?["line"]?.integer() == 2)
        #expect(faults.first?.object?["file"]?.string == bad)
        let kept = try await AccrueProcess.run("append", "--accept-valid", "--json", bad, store: store)
        #expect(kept.status == 3)
        #expect(try kept.document.object?["position"]?.integer() == 244)
    }

    @Test func `an unmet expectation is a conflict`() async throws {
        let run = try await AccrueProcess.run("append", "--expect-position", "5", "-", store: store, input: "")
        #expect(run.status == 4)
        #expect(run.errors.contains("E-LOG-003"))
    }

    @Test func `exit codes say what kind of no it was`() async throws {
        let nowhere = folder["nowhere"]
        try "".write(toFile: folder["file"], atomically: false, encoding: .utf8)
        let name = ["--name", "school.example/log"]
        let cases: [(arguments: [String], store: String, status: Int32, text: String)] = [
            (["balance", "nobody"], store, 5, "E-LOG-008"),
            (["balance", "nobody"], nowhere, 5, "--store: \(nowhere)\n"),
            (["proof", "nobody"], nowhere, 5, "E-LOG-010"),
            (["audit", "export", folder["bundle"]], nowhere, 5, "E-LOG-010"),
            (["institution", "nobody"], store, 5, "E-LOG-008"),
            (["append", "/no/such/file"], store, 5, "E-LOG-008"),
            (["append", folder["file"] + "/lines"], store, 5, "E-LOG-008"),
            (["init"], store, 4, "E-LOG-009"),
            (["init"], nowhere + "/store", 5, "E-LOG-008"),
            (["key", "new", folder["file"]] + name, store, 4, "E-LOG-020"),
            (["key", "new", nowhere + "/key"] + name, store, 5, "E-LOG-008"),
            (["key", "new", "/sys/key"] + name, store, 6, "E-LOG-012"),
            (["balance"], store, 2, "learner"),
            (["balance", "ana", "--on", "2025-02-30"], store, 2, "E-VAL-004"),
            (["balance", "ana", "--known-at", "yesterday"], store, 2, "E-VAL-010"),
            (["balance", "ana", "--bogus"], store, 2, "--bogus"),
            (["export", "--through", "7"], store, 5, "E-LOG-008"),
            (["error", "E-DEC-999"], store, 5, "E-LOG-008"),
            (["restore", nowhere], folder["new"], 5, "E-LOG-010"),
            (["generate", "--learners", "-1"], store, 2, "Error"),
        ]
        for (arguments, store, status, text) in cases {
            let run = try await RunningAccrue(arguments, store: store).ended()
            #expect(run.status == status, "\(arguments): \(run.errors)")
            #expect(run.output.isEmpty)
            #expect(run.errors.contains(text), "\(arguments): \(run.errors)")
            let json = try await RunningAccrue(arguments + ["--json"], store: store).ended()
            #expect(json.status == status)
            #expect(json.output.isEmpty)
            let document = try JSONReader.value(from: Array(json.errors.utf8).span.bytes, maximumSize: 1 << 20)
            #expect(document.object?["status"]?.integer() == status, "\(arguments)")
            #expect(document.object?["error"]?.object?["message"]?.string != nil)
        }
        #expect(try await AccrueProcess.run("--help", store: store).status == 0)
        #expect(try await AccrueProcess.run("balance", "--help", store: store).output.contains("USAGE: accrue balance"))
    }

    @Test func `every code has an exit code between 3 and 8, and explains itself in two languages`() async throws {
        for code in ErrorCode.allCases { #expect((3...8).contains(ExitStatus(code).rawValue)) }
        let run = try await AccrueProcess.run("error", "e-dec-001", store: store)
        #expect(run.output.contains(ErrorCode.assessorValidates.english))
        #expect(run.output.contains(ErrorCode.assessorValidates.slovenian))
        let list = try await AccrueProcess.run("error", "--json", store: store)
        #expect(try list.document.object?["errors"]?.array?.count == ErrorCode.allCases.count)
    }

    @Test(arguments: [["LANG": "sl_SI.UTF-8"], ["LC_ALL": "sl_SI.UTF-8", "LANG": "en_GB.UTF-8"]])
    func `errors are told in Slovenian where the environment asks for it`(environment: [String: String]) async throws {
        let run = try await AccrueProcess.run("balance", "x", store: store, environment: environment)
        #expect(run.errors == "accrue: E-LOG-008 learner: \(ErrorCode.notFound.slovenian): x\n")
    }
}
