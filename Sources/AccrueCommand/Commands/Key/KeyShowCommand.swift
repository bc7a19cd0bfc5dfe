internal import ArgumentParser
internal import Credit

/// `accrue key show`.
struct KeyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what others need to verify a key's signatures."
    )

    @Argument(help: "The file of the key.", completion: .file())
    var file: String

    @OptionGroup var output: JSONOption

    func run() throws {
        try KeyFile.answer(try KeyFile.readKey(file)).write(json: output.json)
    }
}
