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

    @Test func `every bad document is told with the code and line of the table`() async throws {
        let table = try String(contentsOfFile: AccrueProcess.fixture("README.md"), encoding: .utf8)
        let present = try FileManager.default.contentsOfDirectory(atPath: AccrueProcess.fixture("rules/bad"))
        var files: [String] = []
        for row in table.split(separator: "\n") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) }
            guard let file = cells.first, present.contains(file) else { continue }
            let run = try await lint(AccrueProcess.fixture("rules/bad/\(file)"))
            let expected = cells[1].split(separator: ": ").map { $0.trimmingCharacters(in: [" ", "`"]) }
            let isWarning = cells[1].contains("warning")
            #expect(run.status == (isWarning ? 0 : 1), "\(file)")
            let line = run.output.split(separator: "\n").first {
                $0.contains("/\(file):\(expected[0]): ") && $0.contains(" \(expected[expected.count - 1]) ")
                    && $0.contains(": warning: ") == isWarning
            }
            #expect(line != nil, "\(file): \(run.output)")
            files.append(file)
        }
        #expect(files.sorted() == present.sorted())
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
}
