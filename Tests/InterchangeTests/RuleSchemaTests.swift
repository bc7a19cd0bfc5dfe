import EventCoding
import Foundation
import Interchange
import Rules
import Testing

/// The published schemas are those that the code gives, and the fixtures are as they say.
@Suite struct RuleSchemaTests {
    private static let folder = RuleFixtureTests.folder.appending(path: "../schema").standardized

    static func schema(of kind: String) -> JSONValue {
        kind == "rule-set" ? RuleSchema.ruleSet : RuleSchema.qualification
    }

    @Test(arguments: ["rule-set", "qualification"])
    func `the schemas in the fixtures are up to date`(kind: String) throws {
        let file = Self.folder.appending(path: "\(kind).schema.json")
        let canonical = Data(try CanonicalJSON.bytes(of: Self.schema(of: kind)))
        let object = try JSONSerialization.jsonObject(with: canonical)
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try JSONSerialization.data(withJSONObject: object, options: options) + Data("\n".utf8)
        if ProcessInfo.processInfo.environment["ACCRUE_WRITE_FIXTURES"] != nil { try text.write(to: file) }
        #expect(try Data(contentsOf: file) == text)
    }

    @Test(arguments: try RuleFixtureTests.names())
    func `every document is as its schema has it, also when it is written again`(name: String) throws {
        let file = try RuleFixtureTests.file(name)
        for value in [file.marked.value, file.document.json] {
            let kind = try #require(value.object?["kind"]?.string)
            #expect(try SchemaCheck(root: Self.schema(of: kind)).faults(of: value) == [])
        }
    }

    @Test(arguments: [
        ("unknown-field.yaml", "$.legalBasic: unknown"), ("two-policies.yaml", "$.rules[0]: 2 of oneOf"),
        ("no-policy.yaml", "$.rules[0]: 0 of oneOf"), ("country-no.yaml", "$.country: no is not ^[A-Z]{2}$"),
    ])
    func `a document that is not, is told by its schema`(name: String, fault: String) throws {
        let bytes = [UInt8](try Data(contentsOf: RuleFixtureTests.folder.appending(path: "bad/\(name)")))
        let value = try MarkedValue(yaml: bytes).value
        #expect(try SchemaCheck(root: RuleSchema.ruleSet).faults(of: value).contains(fault))
    }
}
