import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing

/// Inputs that the fuzzers of `tools/fuzz` found to reach code that no other does, and those that once failed.
@Suite struct KeptInputTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../fixtures").standardized

    private static func inputs(_ file: String) throws -> [[UInt8]] {
        let text = try String(contentsOf: fixtures.appending(path: file), encoding: .utf8)
        return try text.split(separator: "\n").map { try #require(Hex.bytes(from: String($0))) }
    }

    @Test func `bytes taken for a record give an event or a coded error, and the event the same bytes`() throws {
        let inputs = try Self.inputs("fuzz/record.hex")
        #expect(inputs.count > 100)
        for (index, input) in inputs.enumerated() {
            #expect(throws: Never.self, "input \(index + 1)") { try RecordProperty.check(input) }
        }
    }

    @Test func `bytes taken for lines give commands or coded errors, and a command the same command`() throws {
        let inputs = try Self.inputs("fuzz/lines.hex")
        #expect(inputs.count > 100)
        for (index, input) in inputs.enumerated() {
            #expect(throws: Never.self, "input \(index + 1)") { try LineProperty.check(input) }
        }
    }

    @Test(arguments: [0, Int64.min, .max, .min + 14_454_775_807])
    func `a record with an impossible instant is read and told`(recordedAt: Int64) throws {
        var event = SampleEvents.of(.enrolled)
        event.recordedAt = Instant(rawValue: recordedAt)
        try RecordProperty.check(event.record)
    }

    @Test(arguments: ["catalogue", "story"])
    func `the lines of the fixtures hold what any lines must`(name: String) throws {
        try LineProperty.check([UInt8](try Data(contentsOf: Self.fixtures.appending(path: "\(name).ndjson"))))
    }
}
