import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// Files that are no lines of events: what they are is told, and what to do.
struct CommandFormTests {
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
    }

    private static let line = #"{"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1d01","kind":"actor-introduced","text":"ščž"}"#

    @Test(arguments: [
        ("[{\"a\":1},\n {\"a\":2}]\n", "this looks like a JSON array; events are one object in a line: jq -c '.[]' "),
        ("[{\"a\":1}]", "this looks like a JSON array"),
        ("{\n  \"a\": 1\n}\n", "this looks like JSON over several lines; events are one object in a line: jq -c . "),
        ("learner;unit\nana;M1\n", "this looks like a table with values between semicolons"),
        ("learner,unit\nana,M1\n", "this looks like a table with values between commas"),
    ])
    func `another form of text is told once, after the faults`(text: String, hint: String) async throws {
        try text.write(toFile: folder["input"], atomically: false, encoding: .utf8)
        let run = try await AccrueProcess.run("append", folder["input"], store: folder["store"])
        #expect(run.status == 3)
        let last = try #require(run.errors.split(separator: "\n").last)
        #expect(last.hasPrefix("\(folder["input"]): \(hint)"), "\(run.errors)")
        let json = try await AccrueProcess.run("append", folder["input"], "--json", store: folder["store"])
        let hints = try #require(try json.document.object?["hints"]?.array)
        #expect(hints.count == 1 && hints[0].object?["hint"]?.string?.hasPrefix(hint) == true)
    }

    @Test(arguments: [
        (
            String.Encoding.windowsCP1250,
            "not UTF-8 at byte 81, in line 2; it looks like Windows-1250: iconv -f CP1250 "
        ),
        (.isoLatin2, "not UTF-8 at byte 81, in line 2; it looks like ISO 8859-2: iconv -f ISO-8859-2 "),
        (.utf16, "not UTF-8 at byte 1, in line 1; it looks like UTF-16: iconv -f UTF-16 "),
        (.macOSRoman, "not UTF-8 at byte 81, in line 2; save it as UTF-8"),
    ])
    func `another encoding is told with the first byte that is not UTF-8`(
        encoding: String.Encoding,
        hint: String
    ) async throws {
        let text = encoding == .macOSRoman ? "\n" + Self.line.replacing("ščž", with: "æøå") : "\n" + Self.line
        try #require(text.data(using: encoding)).write(to: URL(filePath: folder["input"]))
        let run = try await AccrueProcess.run("append", folder["input"], store: folder["store"])
        #expect(run.status == 3)
        #expect(run.errors.contains("\(folder["input"]): \(hint)"), "\(run.errors)")
    }

    @Test func `a mistake in a line of events is no other form`() async throws {
        let lines = Self.line + "\n" + Self.line.dropLast() + "\n{\n"
        let run = try await AccrueProcess.run("append", "-", store: folder["store"], input: lines)
        #expect(run.status == 3 && !run.errors.contains("looks like"), "\(run.errors)")
    }
}
