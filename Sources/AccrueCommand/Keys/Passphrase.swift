internal import Credit
import Foundation
import Glibc

/// Where passphrases of keys come from: the environment, or the terminal, on which they are not shown.
enum Passphrase {
    /// The variable that is looked up first.
    static let variable = "ACCRUE_KEY_PASSPHRASE"

    /// The passphrase of a key that is there.
    static func read(for file: String) throws(AccrueError) -> String {
        if let known = ProcessInfo.processInfo.environment[variable] { return known }
        return try onTerminal(file) { (terminal) throws(AccrueError) in
            try ask("Passphrase of \(file): ", on: terminal, file)
        }
    }

    /// A passphrase for a new key, which is typed twice.
    static func new(for file: String) throws(AccrueError) -> String {
        let known = ProcessInfo.processInfo.environment[variable]
        let chosen =
            if let known { known } else {
                try onTerminal(file) { (terminal) throws(AccrueError) in
                    let first = try ask("New passphrase for \(file): ", on: terminal, file)
                    guard try ask("Once more: ", on: terminal, file) == first else {
                        throw AccrueError(.passphraseWrong, "\(file), typed differently", field: "key")
                    }
                    return first
                }
            }
        guard !chosen.isEmpty else { throw AccrueError(.passphraseWrong, "\(file), empty", field: "key") }
        return chosen
    }

    private static func onTerminal(
        _ file: String,
        _ body: (Int32) throws(AccrueError) -> String
    ) throws(AccrueError) -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw AccrueError(.passphraseWrong, file, field: "key") }
        defer { close(terminal) }
        return try body(terminal)
    }

    /// Asks on a terminal, without showing what is typed.
    static func ask(_ question: String, on terminal: Int32, _ file: String) throws(AccrueError) -> String {
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw AccrueError(.passphraseWrong, file, field: "key") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else {
            throw AccrueError(.passphraseWrong, file, field: "key")
        }
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        say(question, on: terminal)
        defer { say("\n", on: terminal) }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while Glibc.read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func say(_ text: String, on terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(terminal, bytes, bytes.count)
    }
}
