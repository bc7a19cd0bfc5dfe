import Credit
import Dispatch
import Testing
import Transparency

@testable import AccrueCommand

/// Keys that a passphrase protects.
@Suite struct ProtectedKeyTests {
    /// Cheap, so that many can be made.
    private static let cost = 10

    private static func signer() throws -> NoteSigner {
        try #require(NoteSigner(name: "school.example/log", kind: .log, seed: [UInt8](repeating: 7, count: 32)))
    }

    @Test func `what was protected is read with its passphrase, and with no other`() throws {
        let signer = try Self.signer()
        let text = try ProtectedKey(signer, by: "geslo", cost: Self.cost).description
        let read = try #require(ProtectedKey(text))
        #expect(read.key == signer.key && read.description == text)
        #expect(try read.signer(by: "geslo", "f").secret == signer.secret)
        for wrong in ["", "gesl", "geslo ", "Geslo"] {
            #expect(throws: AccrueError(.passphraseWrong)) { try read.signer(by: wrong, "f") }
        }
        // The same key is never written twice alike.
        #expect(try ProtectedKey(signer, by: "geslo", cost: Self.cost).description != text)
    }

    @Test func `any changed character is refused`() throws {
        let text = try ProtectedKey(Self.signer(), by: "geslo", cost: Self.cost).description
        for (place, character) in text.enumerated() {
            var other = Array(text)
            other[place] = character == "B" ? "C" : "B"
            guard let read = ProtectedKey(String(other)) else { continue }
            #expect(throws: AccrueError.self, "\(place)") { try read.signer(by: "geslo", "f") }
        }
        for other in ["", "x", String(text.dropLast()), text + "\n", text.replacing("scrypt 10", with: "scrypt 40")] {
            #expect(ProtectedKey(other) == nil)
        }
    }

    @Test func `a passphrase that is typed is not shown`() async throws {
        let terminal = try PseudoTerminal(columns: 80)
        async let typed = Self.ask(on: terminal.terminal)
        var shown = ""
        while !shown.hasSuffix("Passphrase: ") { shown += terminal.written() }
        terminal.type("geslo ž\n")
        #expect(try await typed == "geslo ž")
        #expect(terminal.written() == "\r\n")
        // Afterwards what is typed is shown again.
        terminal.type("a\n")
        #expect(terminal.written() == "a\r\n")
    }

    @Test func `where there is no terminal, nothing is asked`() throws {
        let pipe = try Pipe()
        #expect(throws: AccrueError(.passphraseWrong)) { try Passphrase.ask("?", on: pipe.reading, "f") }
    }

    /// On a thread that may wait.
    private static func ask(on terminal: Int32) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Passphrase.ask("Passphrase: ", on: terminal, "f") })
            }
        }
    }
}
