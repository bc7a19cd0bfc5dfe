import Credit
import EventCoding
import Foundation
import Interchange
import Rules
import Testing

/// The article from which people write their first rule set.
@Suite struct RuleArticleTests {
    private static let article = RuleFixtureTests.folder
        .appending(path: "../../Sources/Accrue/Accrue.docc/RuleDocuments.md").standardized

    @Test func `its examples are good, and as their schema has them`() throws {
        let text = try String(contentsOf: Self.article, encoding: .utf8)
        let examples = text.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first }
        #expect(examples.count >= 3)
        for example in examples {
            let file = try RuleFile(name: "example.yaml", bytes: Array(example.utf8))
            #expect(RuleLint.findings(in: [file.document]) == [])
            let kind = try #require(file.marked.value.object?["kind"]?.string)
            #expect(try SchemaCheck(root: RuleSchemaTests.schema(of: kind)).faults(of: file.marked.value) == [])
        }
    }

    @Test func `its mistake has the line and code that it tells`() throws {
        let text = try String(contentsOf: Self.article, encoding: .utf8)
        let example = try #require(text.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        let mistaken = example.replacing("counts: best", with: "counts: bets")
        do throws(FileFaults) {
            _ = try RuleFile(name: "example.yaml", bytes: Array(mistaken.utf8))
            Issue.record("read")
        } catch {
            let fault = try #require(error.faults.first)
            let place = "elektrikar.yaml:\(fault.line): \(fault.error.field ?? ""): "
            #expect(
                text.contains(
                    place + "\(fault.error.code.rawValue) \(fault.error.code.english): \(fault.error.subject)"
                )
            )
        }
    }

    @Test func `it names every policy and every rule code`() throws {
        let text = try String(contentsOf: Self.article, encoding: .utf8)
        for kind in Policy.Kind.allCases { #expect(text.contains("| `\(kind.rawValue)` |")) }
        for code in ErrorCode.allCases where code.rawValue.hasPrefix("E-RUL") {
            #expect(text.contains("`\(code.rawValue)`"))
        }
    }
}
