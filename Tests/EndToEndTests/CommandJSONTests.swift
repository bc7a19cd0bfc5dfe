import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// The JSON of all commands keeps one table of keys, which stands in the article on operations.
struct CommandJSONTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Keys whose values are words: lower case, with hyphens.
    private static let words: Set<String> = [
        "bucket", "change", "completion", "exclusion", "finding", "function", "kind", "otherwise", "procedure",
        "result", "severity",
        "state", "verdict", "verdictAfter", "verdictBefore", "what",
    ]

    /// What breaks the rules, with its place.
    private static func faults(in value: JSONValue, at path: String) -> [String] {
        switch value {
        case .null: return ["\(path) is null"]
        case .array(let values): return values.flatMap { faults(in: $0, at: path + "[]") }
        case .object(let object):
            return object.members.flatMap { member in
                let place = "\(path).\(member.key)"
                // What an event carries is written as the event was.
                if member.key == "document" { return [String]() }
                return fault(of: member, at: place) + faults(in: member.value, at: place)
            }
        default: return []
        }
    }

    private static func fault(of member: JSONObject.Member, at place: String) -> [String] {
        let text = member.value.string
        switch member.key {
        case "knownAt", "position", "size":
            return member.value.integer(Int.self) == nil ? ["\(place) is no number"] : []
        case "id":
            return text.flatMap { UUID(uuidString: $0) } == nil ? ["\(place) is no event id"] : []
        case "known": return ["\(place) is called knownAt"]
        case let key where words.contains(key):
            let isWord = text?.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil
            return text == nil || isWord ? [] : ["\(place) is \(text ?? ""), which is no word"]
        default:
            // The points of each bucket stand under its word.
            let isName = place.contains(".buckets.")
            return isName || member.key.wholeMatch(of: /[a-z][A-Za-z0-9]*/) != nil ? [] : ["\(place) is no key"]
        }
    }

    private func require(_ commands: [[String]], knownAt: Bool, store: String) async throws {
        for command in commands {
            let run = try await RunningAccrue(command + ["--json"], store: store, input: "").ended()
            #expect(run.status <= 1, "\(command): \(run.errors)")
            let document = try run.document
            #expect(Self.faults(in: document, at: "") == [], "\(command)")
            if knownAt { #expect(document.object?["knownAt"] != nil, "\(command)") }
        }
    }

    @Test func `answers about the story keep the table of keys`() async throws {
        let (store, key) = (folder["store"], folder["key"])
        try await AccrueProcess.makeStore(at: store)
        try await AccrueProcess.tellStory(to: store)
        try await require(
            [
                ["key", "new", key, "--name", "school.example/log"], ["key", "show", key],
                ["checkpoint", "sign", "--key", key], ["checkpoint", "list"], ["checkpoint", "show"],
                ["checkpoint", "request"], ["log", "stat"], ["check"], ["doctor"], ["error"], ["append", "-"],
                ["projection", "status"], ["projection", "rebuild", "--on", "2026-01-01"], ["projection", "status"],
                ["projection", "rebuild", "--on", "2025-01-01"], ["projection", "compare"],
                ["projection", "switch", "2"],
                ["projection", "rollback"], ["projection", "update"], ["projection", "check"],
                ["projection", "summary"],
                ["projection", "summary", "--institutions"], ["projection", "drop", "2"], ["proof", "ana"],
                ["proof", "243"], ["log", "publish", folder["tiles"]], ["backup", folder["backup"]],
            ],
            knownAt: false,
            store: store
        )
        try await require(
            [
                ["balance", "ana"], ["balance", "hana"], ["why", "hana"], ["history", "jan"], ["learner"],
                ["learner", "jan"], ["catalogue"], ["institution"], ["institution", "sc-zalna"], ["qualification"],
                ["qualification", "elektrikar@2024"], ["agreement"], ["agreement", "ana-agreement@2"],
                ["audit", "replay", "hana"], ["audit", "diff", "--since", "0"], ["audit", "exceptions"],
                ["audit", "sample", "--seed", "s", "--size", "9"], ["audit", "export", folder["bundle"]],
                ["rules", "list"], ["rules", "show", "elektrikar@2024"],
            ],
            knownAt: true,
            store: store
        )
    }

    @Test func `answers under rules keep the table of keys`() async throws {
        let store = folder["store"]
        try await AccrueProcess.makeStore(at: store)
        for file in ["school.ndjson", "school-class.ndjson"] {
            #expect(try await AccrueProcess.run("append", AccrueProcess.fixture(file), store: store).status == 0)
        }
        let (before, after) = (
            AccrueProcess.fixture("school-rules.2024.yaml"), AccrueProcess.fixture("school-rules.2025.yaml")
        )
        try await require(
            [
                ["progress", "tine"], ["progress", "ula", "--rules", before, "--rules", after], ["why-not", "ula"],
                ["rules", "impact", after, "--against", before],
            ],
            knownAt: true,
            store: store
        )
        try await require(
            [
                ["rules", "lint", before, after], ["rules", "diff", before, after],
                ["rules", "choose", before, after, "--on", "2026-01-01"],
            ],
            knownAt: false,
            store: store
        )
        for arguments in [["progress", "tine", "--rules"], ["rules", "impact", after, "--against"]] {
            let run = try await RunningAccrue(arguments + ["none", arguments.last ?? "", before], store: store).ended()
            #expect(run.status == 2 && run.errors.contains("none stands alone"), "\(run.errors)")
        }
        let rebuild = ["projection", "rebuild", "--rules", "x@1", "--rules", "none"]
        #expect(try await RunningAccrue(rebuild, store: store).ended().status == 2)
        let export = try await AccrueProcess.run("audit", "export", "-", "--rule-set", "x@1", store: store)
        #expect(export.status == 5, "\(export.errors)")
    }
}
