import AccrueTestKit
import EventCoding
import Foundation
import Testing
import Transparency

@testable import AccrueCommand

/// Each threat of the article on threats, played, and the command that reveals it.
struct ThreatTests: CommandSuite {
    let folder: TemporaryFolder
    private static let catalogue = AccrueProcess.fixture("catalogue.ndjson")
    private static let story = AccrueProcess.fixture("story.ndjson")

    /// Requires an answer and an error code.
    private func expect(_ run: AccrueProcess, _ status: Int32, _ text: String = "") {
        #expect(
            run.status == status && (text.isEmpty || (run.output + run.errors).contains(text)),
            "\(run.output)\(run.errors)"
        )
    }

    /// A school with a key, and a partner with another.
    init() async throws {
        folder = try TemporaryFolder()
        for (name, arguments) in [("log", []), ("next", []), ("witness", ["--witness"])] {
            let owner = name == "witness" ? "partner.example/witness" : "school.example/log"
            let run = try await RunningAccrue(
                ["key", "new", folder[name + ".key"], "--name", owner] + arguments,
                store: folder["store"],
                input: nil
            ).ended()
            #expect(run.status == 0, "\(run.errors)")
            try run.output.write(toFile: folder[name + ".pub"], atomically: true, encoding: .utf8)
        }
        expect(try await accrue("init"), 0)
        expect(try await accrue("append", Self.catalogue), 0)
    }

    private func sign(_ store: String = "store", by key: String = "log") async throws -> AccrueProcess {
        try await accrue("checkpoint", "sign", "--key", folder[key + ".key"], store: store)
    }

    private func verify(
        _ note: String,
        beside store: String = "store",
        by key: String = "log"
    ) async throws -> AccrueProcess {
        try await accrue("checkpoint", "verify", "-", "--log", folder[key + ".pub"], store: store, input: note)
    }

    private func witness(
        from size: Int,
        _ store: String = "store",
        log key: String = "log"
    ) async throws -> AccrueProcess {
        let request = try await accrue("checkpoint", "request", "--from", "\(size)", store: store)
        expect(request, 0)
        return try await RunningAccrue(
            [
                "witness", "-", "--key", folder["witness.key"], "--log", folder[key + ".pub"], "--seen", folder["seen"],
            ],
            store: folder["nowhere"],
            input: request.output
        ).ended()
    }

    /// A copy of the store, which goes its own way from here.
    private func copy(to other: String) throws {
        try FileManager.default.copyItem(atPath: folder["store"], toPath: folder[other])
    }

    // MARK: The operator

    @Test func `events removed from the end are missed, whatever is removed with them`() async throws {
        try copy(to: "old")
        expect(try await accrue("append", Self.story), 0)
        let noted = try await sign().output
        // The log alone is set back: the store itself still knows how far it went.
        let (log, old) = (folder["store"] + "/log/data.mdb", folder["old"] + "/log/data.mdb")
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.copyItem(atPath: old, toPath: log)
        expect(try await accrue("check"), 7, "E-INT-005")
        expect(try await sign(), 7, "E-INT-005")
        // All traces beside it are removed, too, and the store looks sound: the checkpoint tells.
        for name in ["head", "runs", "tree", "writer.lock"] {
            try? FileManager.default.removeItem(atPath: folder["store"] + "/" + name)
        }
        try FileManager.default.createDirectory(atPath: folder["store"] + "/runs", withIntermediateDirectories: false)
        expect(try await accrue("check"), 0)
        expect(try await sign(), 7, "E-INT-005")
        try FileManager.default.removeItem(atPath: folder["store"] + "/checkpoints")
        expect(try await verify(noted), 7, "E-PRF-003")
    }

    @Test func `two auditors who were shown two histories find out, and the witness cosigns one only`() async throws {
        expect(try await sign(), 0)
        expect(try await witness(from: 0), 0)
        try copy(to: "other")
        expect(try await accrue("append", Self.story), 0)
        let line = """
            {"id":"00000000-0000-4000-8000-0000000000aa","kind":"actor-introduced","effective":"2026-01-01",\
            "identifier":"somebody-else","document":{"role":"registrar"}}
            """
        expect(try await accrue("append", "-", store: "other", input: line), 0)
        let (one, two) = (try await sign().output, try await sign("other").output)
        // Each alone is in order.
        expect(try await verify(one), 0)
        expect(try await verify(two, beside: "other"), 0)
        // Compared, they are not.
        expect(try await verify(two), 7, "E-PRF-003")
        expect(try await verify(one, beside: "other"), 7, "E-PRF-003")
        expect(try await witness(from: 49), 0)
        expect(try await witness(from: 49, "other"), 4, "E-PRF-004")
        let request = try await accrue("checkpoint", "request", "--from", "50", store: "other")
        #expect(request.status == 0)
    }

    @Test func `a backup that is put in place of the store is missed by the witness and by who noted a checkpoint`()
        async throws
    {
        expect(try await accrue("backup", folder["backup"]), 0)
        expect(try await accrue("append", Self.story), 0)
        let noted = try await sign().output
        expect(try await witness(from: 0), 0)
        expect(try await accrue("restore", folder["backup"], store: "restored"), 0)
        // It goes on from there, as if nothing had been.
        let line = """
            {"id":"00000000-0000-4000-8000-0000000000aa","kind":"learner-introduced","effective":"2026-01-01",\
            "identifier":"nobody","actor":"a-registrar"}
            """
        expect(try await accrue("append", "-", store: "restored", input: line), 0)
        expect(try await sign("restored"), 0)
        expect(try await verify(noted, beside: "restored"), 7, "E-PRF-003")
        expect(try await accrue("checkpoint", "request", "--from", "244", store: "restored"), 4, "E-PRF-004")
        expect(try await witness(from: 0, "restored"), 4, "E-PRF-004")
    }

    // MARK: A thief of the key

    @Test func `who has stolen the key can sign, and cannot have it witnessed`() async throws {
        expect(try await sign(), 0)
        let seen = try await witness(from: 0)
        expect(seen, 0)
        // Without the store, anything can be signed.
        let thief = try NoteSigner(String(contentsOfFile: folder["log.key"], encoding: .utf8).trimmed)
        var note = try SignedNote(
            Checkpoint(origin: "school.example/log", size: 60, root: .sha256(of: [UInt8(7)].span.bytes))
        )
        try note.sign(thief)
        let signatures = ["checkpoint", "verify", "-", "--signatures", "--log", folder["log.pub"]]
        func alone(_ note: String, _ arguments: [String] = []) async throws -> AccrueProcess {
            try await RunningAccrue(signatures + arguments, store: folder["nowhere"], input: note).ended()
        }
        expect(try await alone("\(note)"), 0)
        // A policy of witnesses tells, and so does the store.
        let policy = ["--witness", folder["witness.pub"]]
        expect(try await alone("\(note)", policy), 7, "0 of 1")
        expect(try await alone(seen.output, policy), 0)
        expect(try await verify("\(note)"), 7, "E-PRF-003")
        let request = WitnessRequest(from: 49, hashes: [.emptyTree], checkpoint: note)
        let asked = try await RunningAccrue(
            [
                "witness", "-", "--key", folder["witness.key"], "--log", folder["log.pub"], "--seen", folder["seen"],
            ],
            store: folder["nowhere"],
            input: "\(request)"
        ).ended()
        expect(asked, 7)
        #expect(try String(contentsOfFile: folder["seen"], encoding: .utf8) == seen.output)
    }

    @Test func `a key that was handed over signs no longer, and who has the old one follows it`() async throws {
        let first = try await sign().output
        expect(try await witness(from: 0), 0)
        let rotated = try await accrue("key", "rotate", folder["log.key"], folder["next.key"])
        expect(rotated, 0, "as position 50")
        expect(try await sign(), 6, "E-PRF-006")
        let second = try await sign(by: "next").output
        #expect(second.hasPrefix("school.example/log\n51\n"))
        // The witness is given the new key, and goes on from what it saw.
        expect(try await witness(from: 49), 7)
        expect(try await witness(from: 49, log: "next"), 0)
        for (note, key, status) in [
            (first, "log", 0), (second, "log", 0), (second, "next", 0), (first, "next", 7),
        ] as [(String, String, Int32)] {
            expect(try await verify(note, by: key), status)
        }
        // A thief of the old key signs the same state.
        let thief = try NoteSigner(String(contentsOfFile: folder["log.key"], encoding: .utf8).trimmed)
        var stolen = try SignedNote(Checkpoint(text: SignedNote(second).text))
        try stolen.sign(thief)
        expect(try await verify("\(stolen)"), 7, "E-PRF-001")
        expect(try await accrue("check"), 0)
        expect(try await accrue("key", "rotate", folder["log.key"], folder["witness.key"]), 7, "E-PRF-001")
    }

    // MARK: Keys at rest

    @Test func `a key protected by a passphrase is of no use without it`() async throws {
        func run(_ arguments: [String], _ passphrase: String?) async throws -> AccrueProcess {
            try await RunningAccrue(
                arguments,
                store: folder["store"],
                environment: passphrase.map { ["ACCRUE_KEY_PASSPHRASE": $0] } ?? [:]
            ).ended()
        }
        let (plain, safe) = (folder["log.key"], folder["safe.key"])
        expect(try await run(["key", "protect", plain, safe], "pravo geslo ž"), 0)
        let text = try String(contentsOfFile: safe, encoding: .utf8)
        #expect(text.hasPrefix("accrue encrypted key v1 scrypt 17 8 1\nschool.example/log+"))
        #expect(!text.contains("PRIVATE"))
        let mode = try FileManager.default.attributesOfItem(atPath: safe)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // What others need of it is no secret.
        expect(
            try await run(["key", "show", safe], nil),
            0,
            try String(contentsOfFile: folder["log.pub"], encoding: .utf8)
        )
        expect(try await run(["checkpoint", "sign", "--key", safe], "pravo geslo z"), 6, "E-PRF-007")
        expect(try await run(["checkpoint", "sign", "--key", safe], "pravo geslo ž"), 0, "school.example/log\n49\n")
        expect(try await run(["key", "new", folder["x.key"], "--name", "x", "--passphrase"], ""), 6, "E-PRF-007")
        #expect(!FileManager.default.fileExists(atPath: folder["x.key"]))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: safe)
        expect(try await run(["checkpoint", "sign", "--key", safe], "pravo geslo ž"), 6, "E-PRF-002")
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
