import Credit
import Foundation
import Testing

/// Tables in the documentation that say what the code says.
///
/// Run with `ACCRUE_WRITE_FIXTURES=1` to write them anew.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    private static let catalogue = root.appending(path: "Sources/Accrue/Accrue.docc")

    @Test func `the article on kinds lists every kind with its fields`() throws {
        let summaries = try Self.summaries(of: "Sources/Credit/Events/EventKind.swift")
        var text = """
            # Kinds of events

            What can be said in one event, and with which fields.

            Besides these, every event has `id`, `kind` and `effective`, and may have `identifier`, `text`, `legalBasis`
            and `evidence`.

            | number | kind | says | required | allowed |
            |---:|---|---|---|---|

            """
        let notes: Set<EventField> = [.identifier, .text, .legalBasis, .evidence]
        for kind in EventKind.allCases {
            let required = kind.fields.required.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            let allowed = kind.fields.optional.filter { !notes.contains($0) }
            let optional = allowed.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            let summary = try #require(summaries["\(kind)"])
            text += "| \(kind.rawValue) | `\(kind.name)` | \(summary) | \(required) | \(optional) |\n"
        }
        text += "\n## Words\n\n| field | words |\n|---|---|\n"
        for (field, words) in Self.words { text += "| `\(field)` | \(words.joined(separator: ", ")) |\n" }
        try Self.expect(text, in: "EventKinds.md")
    }

    @Test func `the article on errors lists every code with its text`() throws {
        let summaries = try Self.summaries(of: "Sources/Credit/Errors/ErrorCode.swift")
        var text = """
            # Error codes

            What can go wrong, and what to do.

            A code never changes its meaning. `accrue error CODE` prints the same texts.

            | code | meaning | English | slovensko |
            |---|---|---|---|

            """
        for code in ErrorCode.allCases {
            let summary = try #require(summaries["\(code)"])
            text += "| `\(code.rawValue)` | \(summary) | \(code.english) | \(code.slovenian) |\n"
        }
        try Self.expect(text, in: "ErrorCodes.md")
    }

    @Test func `no two errors share a code`() {
        #expect(Set(ErrorCode.allCases.map(\.rawValue)).count == ErrorCode.allCases.count)
    }

    private static let words: [(String, [String])] = [
        ("function", CompetentFunction.allCases.map { word("\($0)") }),
        ("result", DecisionResult.allCases.map { word("\($0)") }),
        ("procedure", Procedure.allCases.map { word("\($0)") }),
        ("reason", ReasonCode.allCases.map { word("\($0)") }),
    ]

    private static func word(_ name: String) -> String {
        "`" + name.replacing(#/[A-Z]/#) { "-" + $0.output.lowercased() } + "`"
    }

    /// The first sentence of each case's comment in a source file.
    private static func summaries(of path: String) throws -> [String: String] {
        var summaries: [String: String] = [:]
        var comment = ""
        let source = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        for line in source.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            if line.hasPrefix("/// ") {
                comment += (comment.isEmpty ? "" : " ") + line.dropFirst(4)
            } else {
                if let match = line.firstMatch(of: #/^case (\w+)/#) { summaries[String(match.output.1)] = comment }
                comment = ""
            }
        }
        return summaries
    }

    private static func expect(_ text: String, in article: String) throws {
        let file = catalogue.appending(path: article)
        if ProcessInfo.processInfo.environment["ACCRUE_WRITE_FIXTURES"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
}
