internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog
import Foundation
import Glibc
internal import Transparency

/// Files that hold a secret key.
enum KeyFile {
    /// Writes a key to a file that is new, and that only its owner may read.
    ///
    /// - Parameter passphrase: What the key is protected by, if by anything.
    static func write(
        _ signer: NoteSigner,
        to file: String,
        protectedBy passphrase: String? = nil
    ) throws(AccrueError) {
        let text = try passphrase.map { (passphrase) throws(AccrueError) in
            try ProtectedKey(signer, by: passphrase).description
        }
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AccrueError(file: file, errno: errno) }
        defer { close(descriptor) }
        let bytes = Array((text ?? "\(signer.secret)\n").utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let error = AccrueError(file: file, errno: errno)
            unlink(file)
            throw error
        }
    }

    /// Reads a key, and asks for its passphrase where it is protected by one.
    ///
    /// - Throws: ``Credit/ErrorCode/keyUnusable`` where it is none, or others may read it;
    ///   ``Credit/ErrorCode/passphraseWrong``.
    static func read(_ file: String) throws(AccrueError) -> NoteSigner {
        let text = try content(of: file)
        if let protected = ProtectedKey(text) { return try protected.signer(by: try Passphrase.read(for: file), file) }
        do throws(TransparencyError) {
            return try NoteSigner(text.trimmingCharacters(in: .newlines))
        } catch {
            throw AccrueError(.keyUnusable, file, field: "key")
        }
    }

    /// Reads what others need of a key, for which no passphrase is needed.
    static func readKey(_ file: String) throws(AccrueError) -> NoteKey {
        if let protected = ProtectedKey(try content(of: file)) { return protected.key }
        return try read(file).key
    }

    private static func content(of file: String) throws(AccrueError) -> String {
        var status = stat()
        if file != "-", stat(file, &status) == 0, status.st_mode & 0o077 != 0 {
            throw AccrueError(.keyUnusable, "\(file), which others may read; chmod 600", field: "key")
        }
        return String(decoding: try InputFiles.read(file), as: UTF8.self)
    }

    static func answer(_ key: NoteKey) -> Answer {
        var answer = Answer(
            .present([
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
