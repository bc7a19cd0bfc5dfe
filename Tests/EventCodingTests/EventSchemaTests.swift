import Credit
import EventCoding
import Foundation
import Testing

/// The published schema is the one that the code gives.
@Suite struct EventSchemaTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../fixtures/schema/event.schema.json").standardized

    @Test func `the schema in the fixtures is up to date`() throws {
        let canonical = Data(try CanonicalJSON.bytes(of: EventSchema.json))
        let object = try JSONSerialization.jsonObject(with: canonical)
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try JSONSerialization.data(withJSONObject: object, options: options) + Data("\n".utf8)
        if ProcessInfo.processInfo.environment["ACCRUE_WRITE_FIXTURES"] != nil {
            let folder = Self.file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try text.write(to: Self.file)
        }
        #expect(try Data(contentsOf: Self.file) == text)
    }

    @Test func `the schema has an alternative for every kind with its fields`() throws {
        let alternatives = try #require(EventSchema.json.object?["oneOf"]?.array)
        #expect(alternatives.compactMap { $0.object?["title"]?.string } == EventKind.allCases.map(\.name))
        for (kind, alternative) in zip(EventKind.allCases, alternatives) {
            let properties = try #require(alternative.object?["properties"]?.object)
            for field in kind.fields.all { #expect(properties[field.rawValue] != nil) }
        }
    }
}
