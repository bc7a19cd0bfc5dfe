internal import ArgumentParser
internal import EventCoding
internal import Glibc
internal import Transparency

/// Files that are read whole.
enum Input {
    /// The bytes of a file; `-` is standard input.
    static func bytes(of file: String) throws -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(file) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw unreadable(file) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    private static func unreadable(_ file: String) -> ValidationError {
        ValidationError("\(file): \(String(cString: strerror(errno)))")
    }

    /// A key as an argument, or a file that holds one.
    static func key(_ argument: String) throws -> NoteKey {
        var text = argument
        if access(argument, R_OK) == 0 { text = String(decoding: try bytes(of: argument), as: UTF8.self) }
        while text.last?.isWhitespace == true { text.removeLast() }
        do throws(TransparencyError) {
            return try NoteKey(verifierKey: text)
        } catch {
            throw ValidationError("\(argument): no verifier key, name+hash+key")
        }
    }

    /// A signed checkpoint.
    static func note(_ file: String) throws -> SignedNote {
        let bytes = try bytes(of: file)
        do throws(TransparencyError) {
            return try SignedNote(bytes: bytes)
        } catch {
            throw ValidationError("\(file): \(error)")
        }
    }
}

/// Lines that are written.
enum Output {
    static func write(_ document: JSONValue) throws {
        write(String(decoding: try CanonicalJSON.bytes(of: document), as: UTF8.self))
    }

    static func write(_ line: String, to descriptor: Int32 = STDOUT_FILENO) {
        let bytes = Array("\(line)\n".utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            start += count
        }
    }
}
