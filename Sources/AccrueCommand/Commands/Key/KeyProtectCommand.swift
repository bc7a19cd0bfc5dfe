internal import ArgumentParser
internal import Credit
internal import Transparency

/// `accrue key protect`.
struct KeyProtectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect",
        abstract: "Protect a key by a passphrase, in a new file.",
        discussion: """
            The passphrase is taken from ACCRUE_KEY_PASSPHRASE, or asked for on the terminal. Remove the old file \
            when the new one was tried.
            """
    )

    @Argument(help: "The file of the key.", completion: .file())
    var file: String

    @Argument(help: "The new file.", completion: .file())
    var to: String

    @OptionGroup var output: JSONOption

    func run() throws {
        let signer = try KeyFile.read(file)
        try KeyFile.write(signer, to: to, protectedBy: try Passphrase.new(for: to))
        try KeyFile.answer(signer.key).write(json: output.json)
    }
}
