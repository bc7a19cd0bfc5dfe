import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// `accrue rules`: what an author of rules sees.
struct CommandRulesTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() throws { folder = try TemporaryFolder() }

    private func lint(_ arguments: String..., input: String? = nil) async throws -> AccrueProcess {
        try await RunningAccrue(["rules", "lint"] + arguments, store: store, input: input, environment: [:]).ended()
    }

    @Test func `every bad document is told with the code, path and line of the table`() async throws {
        let table = try String(contentsOfFile: AccrueProcess.fixture("README.md"), encoding: .utf8)
        let present = try FileManager.default.contentsOfDirectory(atPath: AccrueProcess.fixture("rules/bad"))
        var files: [String] = []
        var paths = 0
        for row in table.split(separator: "\n") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) }
            guard let file = cells.first, present.contains(file) else { continue }
            let run = try await lint(AccrueProcess.fixture("rules/bad/\(file)"))
            let expected = cells[1].split(separator: ": ").map { $0.trimmingCharacters(in: [" ", "`"]) }
            let isWarning = cells[1].contains("warning")
            #expect(run.status == (isWarning ? 0 : 1), "\(file)")
            // What cannot be read as a document has no path.
            let path = expected.count == (isWarning ? 3 : 2) ? "" : "\(expected[expected.count - 2]): "
            let told = "\(expected[0]): \(isWarning ? "warning: " : "")\(expected[expected.count - 1]) \(path)"
            let line = run.output.split(separator: "\n").first { $0.contains("/\(file):\(told)") }
            #expect(line != nil, "\(file): \(run.output)")
            paths += expected.count - (isWarning ? 3 : 2)
            files.append(file)
        }
        #expect(files.sorted() == present.sorted())
        #expect(paths == 35)
    }

    @Test func `a fault of a file is told alike by all commands that read it`() async throws {
        let file = AccrueProcess.fixture("rules/bad/no-legal-basis.yaml")
        let said = "\(file):10: E-JSN-004 rules[0].legalBasis: missing; it is required here\n"
        #expect(try await lint(file).output.hasPrefix(said))
        let author = ["--actor", "a", "--effective", "2025-01-01"]
        for arguments in [["show", file], ["diff", file, file], ["choose", file], ["draft", file] + author] {
            let run = try await RunningAccrue(["rules"] + arguments, store: store).ended()
            #expect(run.status == 3 && run.errors == said, "\(arguments): \(run.errors)")
        }
        let json = try await RunningAccrue(["rules", "show", file, "--json"], store: store).ended().errors
        let error = try JSONReader.value(from: Array(json.utf8).span.bytes, maximumSize: 1 << 12).object?["error"]?
            .object
        #expect(error?["line"]?.integer() == 10 && error?["field"]?.string == "rules[0].legalBasis", "\(json)")
    }

    @Test func `a good document is told so, from standard input too`() async throws {
        let file = AccrueProcess.fixture("rules/r10-attempts.before.yaml")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for run in [try await lint(file), try await lint("-", input: text)] {
            #expect(run.status == 0)
            #expect(run.output == "1 document: nothing is wrong.\n")
        }
    }

    @Test func `findings are one document for programs`() async throws {
        let run = try await lint(AccrueProcess.fixture("rules/bad/underscore.yaml"), "--json")
        #expect(run.status == 1)
        let object = try #require(try run.document.object)
        #expect(object["errors"]?.integer(Int.self) == 1)
        let finding = try #require(object["findings"]?.array?.first?.object)
        #expect(finding["line"]?.integer(Int.self) == 14)
        #expect(finding["error"]?.object?["code"] == "E-VAL-013")
        #expect(finding["error"]?.object?["field"] == "rules[0].attempts.maximum")
    }

    @Test func `with a store what is published there is known`() async throws {
        let school = AccrueProcess.fixture("school.ndjson")
        try await AccrueProcess.makeStore(at: store)
        #expect(try await AccrueProcess.run("append", school, store: store).status == 0)
        let text = try String(contentsOfFile: AccrueProcess.fixture("school-rules.2024.yaml"), encoding: .utf8)
            .replacing("[pek]", with: "[pekk]")
        #expect(try await lint("-", input: text).output == "1 document: nothing is wrong.\n")
        let told = try await lint("-", "--store", store, input: text)
        #expect(told.status == 0)
        #expect(told.output.hasPrefix("standard input:7: warning: E-RUL-015 qualifications[0]: "), "\(told.output)")
        #expect(told.output.contains("pekk (did you mean pek?)"))
        #expect(try await lint("-", "--store", folder["none"], input: text).status == 5)
    }

    @Test func `a file that is not there is not found`() async throws {
        let run = try await lint("nothing.yaml")
        #expect(run.status == 5)
    }

    @Test(arguments: ["rule-set", "qualification"])
    func `the schema is the published one`(kind: String) async throws {
        let run = try await AccrueProcess.run("rules", "schema", kind, store: store)
        let file = AccrueProcess.fixture("schema/\(kind).schema.json")
        let bytes = Array(try String(contentsOfFile: file, encoding: .utf8).utf8)
        let published = try JSONReader.value(from: bytes.span.bytes, maximumSize: 1 << 20)
        let canonical = try CanonicalJSON.bytes(of: published)
        #expect(run.output == String(decoding: canonical, as: UTF8.self) + "\n")
    }

    @Test func `the version that is for a case is told with its reason, on both sides of a transition`() async throws {
        let files = ["before", "after"].map { AccrueProcess.fixture("rules/r02-structure.\($0).yaml") }
        for (day, version, why) in [
            ("2021-12-31", "2015", "kept until 2021-12-31"),
            ("2022-01-01", "2018", "version 2015 was kept until 2021-12-31"),
        ] {
            let arguments = ["rules", "choose"] + files + ["--enrolled", "2016-08-01", "--on", day]
            let run = try await RunningAccrue(arguments, store: store, input: nil, environment: [:]).ended()
            #expect(run.status == 0)
            let row = try #require(run.output.split(separator: "\n").last)
            #expect(
                row.contains("  \(version)  ") && row.contains("enrolment 2016-08-01") && row.contains(why),
                "\(row)"
            )
            let json = try await RunningAccrue(arguments + ["--json"], store: store, input: nil, environment: [:])
                .ended()
            let rule = try #require(try json.document.object?["rules"]?.array?.first?.object)
            #expect(rule["version"]?.string == version)
            #expect(rule["why"]?.string == why)
        }
    }
}
