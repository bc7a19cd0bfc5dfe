internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Transparency

/// `accrue key rotate`.
struct KeyRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Hand the log's key over to another one, and record it in the log.",
        discussion: """
            Both keys sign it, and have the same name. From then on the new key signs checkpoints, and the old one \
            does not; whoever was given the old one can follow it to the new one. Sign a checkpoint at once, have it \
            witnessed, and give the new verifier key to witnesses and auditors.
            """
    )

    @Argument(help: "The file of the key that has signed so far.", completion: .file())
    var from: String

    @Argument(help: "The file of the key that signs from now on.", completion: .file())
    var to: String

    @Option(help: "Who does it: the identifier of an actor.")
    var actor: String?

    @OptionGroup var writing: WritingOptions

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let (old, new) = (try KeyFile.read(from), try KeyFile.read(to))
        let log = try writing.open(global.store)
        let ledger = Ledger(log)
        let position = try actor.map { (actor) in
            try ledger.read { (view) throws(AccrueError) in try view.entry(actor, in: .actor).position }
        }
        let checkpoints = Checkpoints(ofStore: global.store)
        let event = try await ledger.rotate(old, to: new, by: position, after: checkpoints)
        try log.closeTelling()
        var answer = Answer(
            .object([
                "from": .string("\(old.key)"), "position": .integer(event.position.rawValue),
                "to": .string("\(new.key)"),
            ])
        )
        answer.say("The key was handed over, as position \(event.position). From now on this one signs:")
        answer.say("\(new.key)", .strong)
        answer.say("Sign with it at once, have it witnessed, and give it to witnesses and auditors.")
        try answer.write(json: global.json)
    }
}
