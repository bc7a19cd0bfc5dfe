internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Transparency

/// `accrue checkpoint sign`.
struct CheckpointSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign the root over all events of the log, and print the checkpoint.",
        discussion: """
            Before, the log states in an event where the history of each learner ends, so that nobody can leave out the \
            last events of one; then every event since the last checkpoint is read again from the log. Nothing is stated \
            or signed if the log is not a continuation of what was signed last. Publish what is printed: who holds it can \
            tell a log that is rewritten.
            """
    )

    @Option(help: ArgumentHelp("The file of the log's key.", valueName: "file"), completion: .file())
    var key: String

    @OptionGroup var writing: WritingOptions

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let signer = try KeyFile.read(key)
        let checkpoints = Checkpoints(ofStore: global.store)
        let log = try writing.open(global.store)
        let note = try await Ledger(log).sign(signer, in: checkpoints)
        try checkpoints.keep(note)
        try log.closeTelling()
        try Answer(checkpoint: note).write(json: global.json)
    }
}
