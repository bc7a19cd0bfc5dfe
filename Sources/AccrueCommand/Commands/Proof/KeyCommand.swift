internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
import Foundation
import Glibc
internal import Transparency

/// `accrue key`: keys that sign checkpoints, and keys that witnesses cosign with.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key, or show the part of it that others need to verify.",
        subcommands: [New.self, Show.self]
    )

    /// `accrue key new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key in a new file that only its owner may read.",
            discussion: """
                Whoever has the file can sign as this log or witness: keep it away from the store and its backups. What \
                is printed is for everybody; give it to auditors by a way of its own, such as a printed page.
                """
        )

        @Argument(help: "The new file.", completion: .file())
        var file: String

        @Option(help: "The name of the log or witness, like an address without a scheme: school.example/log.")
        var name: String

        @Flag(help: "A witness's key, which cosigns checkpoints of others.")
        var witness = false

        @Flag(help: "Answer with one JSON document.")
        var json = false

        func run() throws {
            let seed = StoreOptions.systemRandomBytes(32)
            guard let signer = NoteSigner(name: name, kind: witness ? .cosignature : .log, seed: seed) else {
                throw ValidationError("A name has neither spaces nor plus signs: \(name)")
            }
            try KeyFile.write(signer, to: file)
            try KeyFile.answer(signer.key).write(json: json)
        }
    }

    /// `accrue key show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what others need to verify a key's signatures.")

        @Argument(help: "The file of the key.", completion: .file())
        var file: String

        @Flag(help: "Answer with one JSON document.")
        var json = false

        func run() throws {
            try KeyFile.answer(try KeyFile.read(file).key).write(json: json)
        }
    }
}

/// Files that hold a secret key.
enum KeyFile {
    /// Writes a key to a file that is new, and that only its owner may read.
    static func write(_ signer: NoteSigner, to file: String) throws(AccrueError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw AccrueError(.storeExists, file) }
            throw AccrueError(.inputOutput, "\(file): \(String(cString: strerror(errno)))", field: "file")
        }
        defer { close(descriptor) }
        let bytes = Array("\(signer.secret)\n".utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw AccrueError(.inputOutput, "\(file): \(String(cString: strerror(errno)))", field: "file")
        }
    }

    /// Reads a key.
    ///
    /// - Throws: ``Credit/ErrorCode/keyUnusable`` where it is none, or others may read it.
    static func read(_ file: String) throws(AccrueError) -> NoteSigner {
        var status = stat()
        if file != "-", stat(file, &status) == 0, status.st_mode & 0o077 != 0 {
            throw AccrueError(.keyUnusable, "\(file), which others may read; chmod 600", field: "key")
        }
        let text = String(decoding: try InputFiles.read(file), as: UTF8.self)
        do throws(TransparencyError) {
            return try NoteSigner(text.trimmingCharacters(in: .newlines))
        } catch {
            throw AccrueError(.keyUnusable, file, field: "key")
        }
    }

    static func answer(_ key: NoteKey) -> Answer {
        var answer = Answer(
            .record([
                "kind": key.kind == .log ? "log" : "witness", "name": .string(key.name), "verifier": .string("\(key)"),
            ])
        )
        answer.say("\(key)")
        return answer
    }
}

extension NoteKey {
    /// A verifier key as an argument, or a file that holds one.
    init(argument: String) throws {
        let isFile = FileManager.default.fileExists(atPath: argument)
        let text = isFile ? String(decoding: try InputFiles.read(argument), as: UTF8.self) : argument
        do throws(TransparencyError) {
            try self.init(verifierKey: text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw AccrueError(.keyUnusable, argument, field: "key")
        }
    }
}
