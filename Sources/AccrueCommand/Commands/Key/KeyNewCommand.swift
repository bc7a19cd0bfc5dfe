internal import ArgumentParser
internal import Credit
internal import EventLog
internal import Transparency

/// `accrue key new`.
struct KeyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a key in a new file that only its owner may read.",
        discussion: """
            Whoever has the file can sign as this log or witness: keep it away from the store and its backups. What \
            is printed is for everybody; give it to auditors by a way of its own, such as a printed page.

            A passphrase is taken from ACCRUE_KEY_PASSPHRASE, or asked for on the terminal.
            """
    )

    @Argument(help: "The new file.", completion: .file())
    var file: String

    @Option(help: "The name of the log or witness, like an address without a scheme: school.example/log.")
    var name: String

    @Flag(help: "A witness's key, which cosigns checkpoints of others.")
    var witness = false

    @Flag(help: "Protect the file by a passphrase.")
    var passphrase = false

    @OptionGroup var output: JSONOption

    func run() throws {
        let seed = StoreOptions.systemRandomBytes(32)
        guard let signer = NoteSigner(name: name, kind: witness ? .cosignature : .log, seed: seed) else {
            throw ValidationError("A name has neither spaces nor plus signs: \(name)")
        }
        let secret = passphrase ? try Passphrase.new(for: file) : nil
        try KeyFile.write(signer, to: file, protectedBy: secret)
        try KeyFile.answer(signer.key).write(json: output.json)
    }
}
