import AccrueTestKit
import EventCoding
import Foundation
import Testing
import Transparency

@testable import AccrueCommand

/// A log signs what it is, a partner witnesses it, and whoever holds either can tell a log that was altered.
struct CommandProofTests: CommandSuite {
    let folder: TemporaryFolder
    private static let catalogue = AccrueProcess.fixture("catalogue.ndjson")
    private static let story = AccrueProcess.fixture("story.ndjson")

    /// The keys of a log and of a witness, and a store with the catalogue.
    init() async throws {
        folder = try TemporaryFolder()
        try await make("store")
        for (name, arguments) in [("log", []), ("witness", ["--witness"])] {
            let run = try await RunningAccrue(
                ["key", "new", folder[name + ".key"], "--name", "school.example/" + name] + arguments,
                store: folder["store"],
                input: nil
            ).ended()
            #expect(run.status == 0, "\(run.errors)")
            try run.output.write(toFile: folder[name + ".pub"], atomically: true, encoding: .utf8)
        }
    }

    private func make(_ store: String) async throws {
        #expect(try await accrue("init", store: store).status == 0)
        #expect(try await accrue("append", Self.catalogue, store: store).status == 0)
    }

    private func sign(_ store: String = "store") async throws -> AccrueProcess {
        try await accrue("checkpoint", "sign", "--key", folder["log.key"], store: store)
    }

    /// Asks the witness, who saw so many events last.
    private func witness(from size: Int, _ store: String = "store") async throws -> AccrueProcess {
        let request = try await accrue("checkpoint", "request", "--from", "\(size)", store: store)
        #expect(request.status == 0, "\(request.errors)")
        return try await accrue(
            "witness",
            "-",
            "--key",
            folder["witness.key"],
            "--log",
            folder["log.pub"],
            "--seen",
            folder["seen"],
            input: request.output
        )
    }

    @Test func `a log that grows is signed, witnessed and verified`() async throws {
        let first = try await sign()
        #expect(first.status == 0 && first.output.hasPrefix("school.example/log\n49\n"))
        let seen = try await witness(from: 0)
        #expect(seen.status == 0, "\(seen.errors)")
        let added = try await accrue("checkpoint", "add", "-", "--witness", folder["witness.pub"], input: seen.output)
        #expect(added.output == seen.output)
        // Signed again without new events, it keeps its witness.
        #expect(try await sign().output == seen.output)
        #expect(try await accrue("append", Self.story).status == 0)
        let second = try await sign()
        #expect(second.output.hasPrefix("school.example/log\n245\n"))
        let elsewhere = try await witness(from: 40)
        #expect(elsewhere.status == 4 && elsewhere.errors.contains("E-PRF-004"))
        #expect(try await witness(from: 49).status == 0)
        for note in [first.output, seen.output, second.output] {
            let run = try await accrue("checkpoint", "verify", "-", "--log", folder["log.pub"], input: note)
            #expect(run.status == 0, "\(run.errors)")
        }
        let witnessed = ["checkpoint", "verify", "-", "--log", folder["log.pub"], "--witness", folder["witness.pub"]]
        let good = try await RunningAccrue(witnessed, store: folder["store"], input: seen.output).ended()
        #expect(good.status == 0)
        let alone = try await RunningAccrue(witnessed, store: folder["store"], input: first.output).ended()
        #expect(alone.status == 7 && alone.errors.contains("0 of 1"))
    }

    @Test func `where a file cannot be written, the file is told and not the store`() async throws {
        #expect(try await sign().status == 0)
        let request = try await accrue("checkpoint", "request", "--from", "0")
        for (place, status) in [(folder["nowhere"], 5), ("/sys", 6)] as [(String, Int32)] {
            let code = status == 5 ? "E-LOG-008" : "E-LOG-012"
            let bundle = try await accrue("audit", "export", place + "/bundle")
            #expect(bundle.status == status && bundle.errors.contains(code), "\(bundle.errors)")
            let witness = ["--key", folder["witness.key"], "--log", folder["log.pub"], "--seen", place + "/seen"]
            let seen = try await RunningAccrue(
                ["witness", "-"] + witness,
                store: folder["store"],
                input: request.output
            )
            .ended()
            #expect(seen.status == status && seen.errors.contains(code) && seen.output.isEmpty, "\(seen.errors)")
        }
        let tiles = try await accrue("log", "publish", "/sys/tiles")
        #expect(tiles.status == 6 && tiles.errors.contains("E-LOG-012"), "\(tiles.errors)")
    }

    @Test func `a history that was rewritten is refused by the witness, and by whoever holds a checkpoint`()
        async throws
    {
        let first = try await sign()
        #expect(try await witness(from: 0).status == 0)
        // The same events again, recorded anew: other instants and salts, another history.
        try await make("other")
        #expect(try await accrue("append", Self.story, store: "other").status == 0)
        #expect(try await sign("other").status == 0)
        let refused = try await witness(from: 49, "other")
        #expect(refused.status == 7 && refused.errors.contains("E-PRF-003"))
        let held = try await accrue(
            "checkpoint",
            "verify",
            "-",
            "--log",
            folder["log.pub"],
            store: "other",
            input: first.output
        )
        #expect(held.status == 7 && held.errors.contains("E-PRF-003"))
        // And the operator's own key does not sign it, where the old checkpoint is at hand.
        try FileManager.default.removeItem(atPath: folder["other"] + "/checkpoints")
        try FileManager.default.copyItem(
            atPath: folder["store"] + "/checkpoints",
            toPath: folder["other"] + "/checkpoints"
        )
        let unsigned = try await sign("other")
        #expect(unsigned.status == 7 && unsigned.errors.contains("E-PRF-003"))
    }

    @Test func `a store that was set back to an older one is told`() async throws {
        let backup = folder["backup"]
        #expect(try await accrue("backup", backup).status == 0)
        #expect(try await accrue("append", Self.story).status == 0)
        let noted = try await sign()
        #expect(try await witness(from: 0).status == 0)
        #expect(try await accrue("restore", backup, store: "old").status == 0)
        let held = try await accrue(
            "checkpoint",
            "verify",
            "-",
            "--log",
            folder["log.pub"],
            store: "old",
            input: noted.output
        )
        #expect(held.status == 7 && held.errors.contains("the store has 48"))
        #expect(try await sign("old").status == 0)
        let request = try await accrue("checkpoint", "request", "--from", "244", store: "old")
        #expect(request.status == 4 && request.errors.contains("E-PRF-004"))
    }

    @Test func `an event is proved without its store, and every change of the proof is refused`() async throws {
        #expect(try await accrue("append", Self.story).status == 0)
        let unsigned = try await accrue("proof", "cene-m3-revoked")
        #expect(unsigned.status == 5)
        #expect(try await sign().status == 0)
        let proof = try await accrue("proof", "cene-m3-revoked")
        #expect(proof.status == 0, "\(proof.errors)")
        func verify(_ text: String) async throws -> AccrueProcess {
            try await accrue("verify", "-", "--log", folder["log.pub"], store: "nowhere", input: text)
        }
        let good = try await verify(proof.output)
        #expect(good.status == 0 && good.output.contains("event        revoked"))
        #expect(good.output.contains("Not proved"))
        let read = try EntryProof(proof.output)
        var other = read
        other.index += 1
        #expect(try await verify("\(other)").status == 7)
        other = read
        other.extra[60] ^= 1
        #expect(try await verify("\(other)").status == 7)
        other = read
        other.hashes.swapAt(0, 1)
        #expect(try await verify("\(other)").status == 7)
        #expect(try await verify(proof.output.replacing("\n244\n", with: "\n245\n")).status == 7)
        #expect(try await verify("").status == 7)
        let unknown = try await accrue("verify", "-", "--log", folder["witness.pub"], input: proof.output)
        #expect(unknown.status == 7)
    }

    @Test func `the tree is published as tiles that lead to the checkpoint`() async throws {
        #expect(try await accrue("append", Self.story).status == 0)
        #expect(try await sign().status == 0)
        let run = try await accrue("log", "publish", folder["www"], "--entries")
        #expect(run.status == 0, "\(run.errors)")
        let www = URL(filePath: folder["www"])
        let hashes = [UInt8](try Data(contentsOf: www.appending(path: "tile/0/000.p/244")))
        var bundle = [UInt8](try Data(contentsOf: www.appending(path: "tile/entries/000.p/244")))[...]
        let note = try SignedNote(String(contentsOf: www.appending(path: "checkpoint"), encoding: .utf8))
        let state = try Checkpoint(text: note.text)
        var frontier = TreeFrontier()
        for index in 0..<244 {
            let length = Int(bundle.removeFirst()) << 8 | Int(bundle.removeFirst())
            let entry = Array(bundle.prefix(length))
            bundle = bundle.dropFirst(length)
            let leaf = Digest.leaf(entry.span.bytes)
            #expect(leaf.bytes == Array(hashes[32 * index..<32 * index + 32]))
            frontier.append(leaf)
        }
        #expect(bundle.isEmpty && frontier.root == state.root)
    }

    // MARK: The second verifier, which shares nothing with the first

    private func verify(_ arguments: String...) async throws -> Int32 { try await verify(arguments) }

    private func verify(_ arguments: [String]) async throws -> Int32 {
        try await SecondVerifier.verify(arguments).status
    }

    @Test(.enabled(if: SecondVerifier.isThere))
    func `another program comes to the same, on what is good and on what was tampered with`() async throws {
        let noted = try await sign()
        try noted.output.write(toFile: folder["noted"], atomically: true, encoding: .utf8)
        #expect(try await accrue("append", Self.story).status == 0)
        #expect(try await sign().status == 0)
        let seen = try await witness(from: 0)
        let added = try await accrue("checkpoint", "add", "-", "--witness", folder["witness.pub"], input: seen.output)
        #expect(added.status == 0, "\(added.errors)")
        let proof = try await accrue("proof", "cene-m3-revoked").output
        try proof.write(toFile: folder["proof"], atomically: true, encoding: .utf8)
        #expect(try await accrue("log", "publish", folder["www"], "--entries").status == 0)
        let (log, www) = (folder["log.pub"], folder["www"])
        #expect(try await verify("proof", folder["proof"], "--log", log) == 0)
        #expect(try await verify("log", www, "--log", log, "--earlier", folder["noted"]) == 0)
        // One witness is one, however often it is named.
        let key = folder["witness.pub"]
        for (witnesses, status) in [(["--witness", key], Int32(0)), (["--witness", key, "--witness", key], 7)] {
            let arguments = ["verify", folder["proof"], "--log", log] + witnesses
            let own = try await RunningAccrue(arguments, store: folder["nowhere"], input: nil).ended()
            #expect(own.status == status)
            #expect(try await verify(["proof", folder["proof"], "--log", log] + witnesses) == status)
        }
        #expect(try await verify("log", www, "--log", folder["witness.pub"]) == 7)
        // Both refuse the same proofs.
        for line in [1, 2, 4, 10, 13, 14, 16] {
            var lines = proof.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let place = lines[line].index(lines[line].endIndex, offsetBy: -3)
            lines[line].replaceSubrange(place...place, with: lines[line][place] == "B" ? "C" : "B")
            let tampered = lines.joined(separator: "\n")
            try tampered.write(toFile: folder["tampered"], atomically: true, encoding: .utf8)
            #expect(try await verify("proof", folder["tampered"], "--log", log) == 7, "line \(line)")
            let own = try await accrue("verify", folder["tampered"], "--log", log)
            #expect(own.status == 7, "line \(line)")
        }
        // Any byte of the entries, and an entry left out.
        let entries = URL(filePath: www + "/tile/entries/000.p/245")
        let bytes = try Data(contentsOf: entries)
        for offset in stride(from: 0, to: bytes.count, by: 3_571) {
            var other = bytes
            other[offset] ^= 1
            try other.write(to: entries)
            #expect(try await verify("log", www, "--log", log) == 7, "byte \(offset)")
        }
        try bytes.dropLast(186).write(to: entries)
        #expect(try await verify("log", www, "--log", log) == 7)
        // Another history under an old checkpoint.
        try bytes.write(to: entries)
        try await make("other")
        let other = try await sign("other")
        try other.output.write(toFile: folder["noted"], atomically: true, encoding: .utf8)
        #expect(try await verify("log", www, "--log", log, "--earlier", folder["noted"]) == 7)
    }

    @Test func `a key that others may read is not used, and none is overwritten`() async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder["log.key"])
        let run = try await sign()
        #expect(run.status == 6 && run.errors.contains("E-PRF-002"))
        #expect(try await accrue("key", "new", folder["log.key"], "--name", "x").status == 4)
        #expect(try await accrue("key", "new", folder["new.key"], "--name", "a b").status == 2)
        let shown = try await accrue("key", "show", folder["witness.key"])
        #expect(try shown.output == String(contentsOfFile: folder["witness.pub"], encoding: .utf8))
    }

    @Test func `checkpoints that are ahead of a log that was restored are told, and earlier ones still prove`()
        async throws
    {
        #expect(try await accrue("append", Self.story).status == 0)
        #expect(try await sign().status == 0)
        let backup = try await accrue("backup", folder["backup"])
        #expect(backup.status == 0, "\(backup.errors)")
        let later = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5e01","kind":"learner-introduced","effective":"2026-09-01",\
            "identifier":"nova","actor":"a-registrar"}
            """
        #expect(try await accrue("append", "-", input: later).status == 0)
        #expect(try await sign().status == 0)
        #expect(try await accrue("restore", folder["backup"], store: "restored").status == 0)
        let checkpoints = URL(filePath: folder["restored"]).appending(path: "checkpoints")
        try? FileManager.default.removeItem(at: checkpoints)
        try FileManager.default.copyItem(
            at: URL(filePath: folder["store"]).appending(path: "checkpoints"),
            to: checkpoints
        )
        let size = try #require(
            try await accrue("checkpoint", "list", "--json").document.object?["checkpoints"]?.array?.first?.object?[
                "size"
            ]?
            .integer(Int.self)
        )
        for subject in ["ana", "5"] {
            let proof = try await accrue("proof", subject, store: "restored")
            #expect(proof.status == 7, "\(proof.errors)")
            #expect(
                proof.errors.contains(
                    "restore a newer backup: the checkpoint is ahead of the log: signed over "
                ) && proof.errors.contains(" and the log ends at \(size); accrue checkpoint list shows earlier ones"),
                "\(proof.errors)"
            )
            #expect(try await accrue("proof", subject, "--size", "\(size)", store: "restored").status == 0)
        }
        #expect(try await sign("restored").errors.contains("E-INT-005"))
    }
}
