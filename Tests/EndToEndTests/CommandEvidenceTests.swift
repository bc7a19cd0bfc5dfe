import AccrueTestKit
import EventCoding
import Foundation
import Testing
import Transparency

@testable import AccrueCommand

/// An auditor has a bundle, the public keys and a checkpoint that was noted earlier, and two programs that share nothing.
struct CommandEvidenceTests: CommandSuite {
    let folder: TemporaryFolder
    private static let day = "2026-11-27"

    private func save(_ text: String, _ name: String) throws {
        try text.write(toFile: folder[name], atomically: true, encoding: .utf8)
    }

    /// A school and a partner: the catalogue is signed and noted, then the story is signed and witnessed.
    init() async throws {
        folder = try TemporaryFolder()
        for (name, arguments) in [("log", []), ("other", []), ("witness", ["--witness"])] {
            let key = ["key", "new", folder[name + ".key"], "--name", "school.example/" + name] + arguments
            try save(try await accrue(key).output, name + ".pub")
        }
        try await make("store")
    }

    private func make(_ store: String) async throws {
        #expect(try await accrue(["init"], store: store).status == 0)
        for (name, note) in [("catalogue.ndjson", "noted"), ("story.ndjson", "signed")] {
            #expect(try await accrue(["append", AccrueProcess.fixture(name)], store: store).status == 0)
            let sign = try await accrue(["checkpoint", "sign", "--key", folder["log.key"]], store: store)
            #expect(sign.status == 0, "\(sign.errors)")
            try save(sign.output, "\(store).\(note)")
        }
        let request = try await accrue(["checkpoint", "request", "--from", "0"], store: store)
        let seen = try await accrue(
            ["witness", "-", "--key", folder["witness.key"], "--log", folder["log.pub"], "--seen"]
                + [folder["\(store).seen"]],
            store: store,
            input: request.output
        )
        let add = ["checkpoint", "add", "-", "--witness", folder["witness.pub"]]
        #expect(try await accrue(add, store: store, input: seen.output).status == 0, "\(seen.errors)")
    }

    private func export(_ arguments: String...) async throws -> String {
        let run = try await accrue(["audit", "export", "-", "--on", Self.day] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return run.output
    }

    // MARK: Both verifiers

    /// Requires that both verifiers end alike, and gives what the first one said.
    @discardableResult
    private func verify(
        _ bundle: String,
        _ status: Int32,
        _ options: [String] = [],
        log: String = "log.pub",
        what: String = "",
        second isSecond: Bool = true
    ) async throws -> AccrueProcess {
        try save(bundle, "bundle")
        let arguments = ["bundle", folder["bundle"], "--log", folder[log]] + options
        let own = try AccrueProcess.executable.deletingLastPathComponent().appending(path: "accrue-verify")
        let run = try await RunningAccrue(arguments, store: folder["nowhere"], executable: own).ended()
        #expect(run.status == status, "\(what) \(run.output) \(run.errors)")
        let python = URL(filePath: "/usr/bin/python3")
        guard isSecond, FileManager.default.isExecutableFile(atPath: python.path) else { return run }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../tools/verify.py")
        let second = try await RunningAccrue(
            [script.standardized.path] + arguments,
            store: folder["nowhere"],
            executable: python
        ).ended()
        #expect(second.status == status, "the second verifier, \(what) \(second.output) \(second.errors)")
        #expect(run.output.contains("\nAwarded ") == second.output.contains("\nAwarded "))
        return run
    }

    /// The lines of a bundle, changed; what the first line counts is made to fit.
    private func changed(_ bundle: String, _ change: (inout [String]) throws -> Void) throws -> String {
        var lines = bundle.split(separator: "\n").map(String.init)
        try change(&lines)
        for kind in ["balance", "event", "fact", "head", "verdict"] {
            let count = lines.dropFirst().count { $0.contains("\"line\":\"\(kind)\"") }
            lines[0].replace(try Regex("\"\(kind)\":[0-9]+"), with: "\"\(kind)\":\(count)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The last line that has all of these.
    private func index(_ lines: [String], _ texts: String...) throws -> Int {
        try #require(lines.lastIndex { line in texts.allSatisfy(line.contains) })
    }

    // MARK: Tests

    @Test func `what was exported holds, and says what it does not prove`() async throws {
        let options = ["--witness", folder["witness.pub"], "--earlier", folder["store.noted"]]
        let whole = try await export()
        let good = try await verify(whole, 0, options)
        #expect(good.output.contains("14 balances") && good.output.contains("Not proved:"))
        #expect(try await export() == whole)
        let texts = try await export("--with-texts")
        #expect(!whole.contains("null") || texts.count > whole.count)
        let told = try await verify(texts, 0)
        #expect(told.output.contains(/\nLearner +Counts\nana +16 KT\nbor +12 KT\n/), "\(told.output)")
        #expect(told.output.contains(/\njan-2 +0\n/))
        let counting = try await verify(texts, 0, ["--json"], second: false).document.object?["counting"]?.array ?? []
        let fani = try #require(counting.compactMap(\.object).first { $0["learner"]?.string == "fani" })
        #expect(fani["points"]?.string == "60" && fani["scheme"]?.string == "KT")
        for scope in [["--learner", "ana"], ["--from", "2025-01-01", "--until", "2025-06-30"]] {
            let run = try await accrue(["audit", "export", "-", "--on", Self.day] + scope)
            #expect(run.status == 0, "\(run.errors)")
            try await verify(run.output, 0, options, what: "\(scope)")
        }
        let file = try await accrue(["audit", "export", folder["file"], "--on", Self.day, "--json"])
        #expect(try file.document.object?["balances"]?.integer() == 14)
        #expect(try String(contentsOfFile: folder["file"], encoding: .utf8) == whole)
        let again = try await accrue(["audit", "export", folder["file"], "--learner", "ana"])
        #expect(again.status == 4 && again.errors.contains("E-LOG-020"), "\(again.errors)")
        #expect(try String(contentsOfFile: folder["file"], encoding: .utf8) == whole)
    }

    @Test func `a learner's proof says in words what counts, and holds without the school`() async throws {
        let run = try await accrue(["proof", "ana", "--on", Self.day])
        #expect(run.status == 0, "\(run.errors)")
        let proof = run.output
        let shown = try await verify(proof, 0)
        #expect(shown.output.contains("ana") && shown.output.contains("M1"))
        let forged = try changed(proof) { lines in
            lines[1].replace(try! Regex("\"points\":\"[0-9.]+\""), with: "\"points\":\"80\"")
        }
        let error = try await verify(forged, 1)
        #expect(error.errors.contains("line 2"))
        #expect(error.errors.hasSuffix("\nNot verified: it holds, and what it claims does not follow from it.\n"))
        let damaged = try await verify(String(proof.dropLast(40)), 7)
        #expect(damaged.errors.hasSuffix("\nNot verified: it does not hold.\n"), "\(damaged.errors)")
        #expect(try await accrue(["proof", "nobody"]).status == 5)
    }

    @Test func `a learner's proof states the award, as long as it stands`() async throws {
        let proof = try await accrue(["proof", "fani", "--on", Self.day]).output
        let shown = try await verify(proof, 0)
        #expect(
            shown.output.contains(
                "Awarded to fani: Predšolska vzgoja (poklicni tečaj) (predsolska-vzgoja-pt@2008), from 2025-06-20, by "
                    + "lu-smarcna, position "
            ),
            "\(shown.output)"
        )
        let json = try await verify(proof, 0, ["--json"], second: false).document.object
        #expect(json?["awards"]?.array?.first?.object?["qualification"]?.string == "predsolska-vzgoja-pt@2008")
        // It was annulled from the start.
        let annulled = try await accrue(["proof", "gal", "--on", Self.day]).output
        #expect(try await !verify(annulled, 0).output.contains("Awarded"))
        let earlier = try await accrue(["proof", "fani", "--on", "2025-06-19"]).output
        #expect(try await !verify(earlier, 0).output.contains("Awarded"))
    }

    @Test func `accrue verify takes a bundle, and accrue-verify the proof of an event`() async throws {
        let verifier = try AccrueProcess.executable.deletingLastPathComponent().appending(path: "accrue-verify")
        func verify(_ name: String, _ arguments: String...) async throws -> [AccrueProcess] {
            let asked = [folder[name], "--log", folder["log.pub"]] + arguments
            let command = [name == "proof" ? "proof" : "bundle"] + asked
            return [
                try await accrue(["verify"] + asked, store: "nowhere"),
                try await RunningAccrue(command, store: folder["nowhere"], executable: verifier).ended(),
            ]
        }
        for (name, subject) in [("ana", "ana"), ("proof", "cene-m3-revoked")] {
            let proof = try await accrue(["proof", subject]).output
            try save(proof, name)
            let both = try await verify(name, "--witness", folder["witness.pub"])
            #expect(both.map(\.status) == [0, 0] && both[0].output == both[1].output, "\(both[0].errors)")
            #expect(both[0].output.contains("saw it on 20") && both[0].output.contains("Not proved"))
            let documents = try await verify(name, "--json")
            #expect(documents[0].output == documents[1].output && documents[0].output.hasPrefix("{"))
            #expect(try await verify(name, "--witness", folder["other.pub"]).map(\.status) == [7, 7])
            for count in ["--at-least=-1", "--at-least=2"] {
                let refused = try await verify(name, "--witness", folder["witness.pub"], count)
                #expect(refused.map(\.status) == [2, 2])
            }
            try save(String(proof.dropLast(3)), name)
            #expect(try await verify(name).map(\.status) == [7, 7])
        }
        let export = try await export()
        try save(export.replacing("\"recognised\":\"16\"", with: "\"recognised\":\"61\""), "forged")
        let forged = try await verify("forged", "--earlier", folder["store.noted"])
        #expect(forged.map(\.status) == [1, 1] && forged[0].output.contains("claimed \"61\""))
        let proof = try await accrue([
            "verify", folder["proof"], "--log", folder["log.pub"], "--earlier", folder["store.noted"],
        ])
        #expect(proof.status == 2)
    }

    @Test func `a witness whose clock ran off is believed as far as instants go`() async throws {
        let export = try await export("--learner", "ana")
        let secret = try String(contentsOfFile: folder["witness.key"], encoding: .utf8)
        let signer = try NoteSigner(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        var lines = export.split(separator: "\n").map(String.init)
        let index = try index(lines, "\"line\":\"checkpoint\"")
        let value = try JSONReader.value(
            from: Array(lines[index].utf8).span.bytes,
            maximumSize: lines[index].utf8.count
        )
        var note = try SignedNote(try #require(value.object?["note"]?.string))
        try note.cosign(signer, at: UInt64(Int64.max))
        let line = JSONValue.object(["line": "checkpoint", "note": .string("\(note)")])
        lines[index] = String(decoding: try CanonicalJSON.bytes(of: line), as: UTF8.self)
        let bundle = lines.map { $0 + "\n" }.joined()
        let witness = ["--witness", folder["witness.pub"]]
        #expect(try await verify(bundle, 0, witness).output.contains("saw it on"))
        let shown = try await accrue(["verify", folder["bundle"], "--log", folder["log.pub"], "--json"] + witness)
        #expect(shown.output.contains(#""time":"294247-01-10T04:00:54.775807Z""#), "\(shown.output)")
        try save("\(note)", "note")
        let signatures = ["checkpoint", "verify", folder["note"], "--signatures", "--log", folder["log.pub"]]
        #expect(try await accrue(signatures + witness).output.contains("saw it on 294247"))
        #expect(try await accrue(signatures + witness + ["--at-least", "2"]).status == 2)
    }

    @Test func `whatever is tampered with is refused by both, and named`() async throws {
        let bundle = try await export("--learner", "cene")
        let noted = ["--earlier", folder["store.noted"]]
        try await verify(bundle, 0, noted)

        let balance = try changed(bundle) { lines in
            let index = try index(lines, "\"line\":\"balance\"")
            lines[index].replace("\"bucket\":\"excluded\"", with: "\"bucket\":\"recognised\"", maxReplacements: 1)
        }
        #expect(try await verify(balance, 1).errors.contains("balance of learner"))

        let altered = try changed(bundle) { lines in
            let index = try index(lines, "\"line\":\"event\"")
            let place = lines[index].index(lines[index].startIndex, offsetBy: 60)
            lines[index].replaceSubrange(place...place, with: lines[index][place] == "B" ? "C" : "B")
        }
        #expect(try await verify(altered, 7).errors.contains("position"))

        let newest = try changed(bundle) { lines in
            let head = try index(lines, "\"line\":\"head\"")
            let position = try #require(try lines[head].firstMatch(of: Regex("\"position\":([0-9]+)"))).output[1]
            lines.remove(at: try index(lines, "\"line\":\"event\"", "\"position\":\(position.substring ?? "")}"))
        }
        try await verify(newest, 7, what: "the newest event")

        let middle = try changed(bundle) { lines in
            lines.remove(at: try index(lines, "\"line\":\"event\"") - 4)
        }
        try await verify(middle, 7, what: "an event in the middle")

        let document = try changed(bundle) { lines in
            let index = try index(lines, "\"line\":\"event\"", "\"parts\":[\"")
            let place = try #require(lines[index].firstRange(of: "\"parts\":[\"")).upperBound
            lines[index].replaceSubrange(place...place, with: lines[index][place] == "B" ? "C" : "B")
        }
        #expect(try await verify(document, 7).errors.contains("position"))
        try await verify("", 7, what: "an empty file")
        try await verify(bundle + "\n", 7, what: "a line behind the end")
        try await verify(try changed(bundle) { $0.swapAt(5, 6) }, 7, what: "swapped lines")
    }

    @Test func `who signed, who saw it, and what was noted decide for both`() async throws {
        let bundle = try await export("--learner", "ana")
        try await verify(bundle, 7, log: "other.pub", what: "a foreign log")
        try await verify(bundle, 7, ["--witness", folder["other.pub"]], what: "another witness")
        try await verify(
            bundle,
            0,
            ["--witness", folder["witness.pub"], "--witness", folder["other.pub"]]
                + ["--at-least", "1"]
        )
        let lines = bundle.split(separator: "\n").map(String.init).map { line in
            line.contains("\"line\":\"checkpoint\"")
                ? line.replacing(try! Regex("— school.example/witness [^\\\\]+\\\\n"), with: "") : line
        }
        let unseen = lines.map { $0 + "\n" }.joined()
        try await verify(unseen, 0)
        try await verify(unseen, 7, ["--witness", folder["witness.pub"]], what: "without the cosignature")
        // The same events recorded anew are another history of the same log.
        try await make("second")
        try await verify(bundle, 7, ["--earlier", folder["second.noted"]], what: "another history")
        try await verify(bundle, 0, ["--earlier", folder["store.noted"], "--earlier", folder["store.signed"]])
        let usage = try await RunningAccrue(
            ["bundle", folder["bundle"]],
            store: folder["nowhere"],
            executable: AccrueProcess.executable.deletingLastPathComponent().appending(path: "accrue-verify")
        ).ended()
        #expect(usage.status == 2)
    }
}
