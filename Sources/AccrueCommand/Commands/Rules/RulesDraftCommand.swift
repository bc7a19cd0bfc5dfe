internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Interchange
internal import Rules

/// `accrue rules draft`: an author brings a document into the log.
struct RulesDraftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft",
        abstract: "Draft a version of a rule set or of a qualification; somebody else publishes it.",
        discussion: """
            The document is looked through as by lint; with an error in it nothing is drafted. Its words are kept in the \
            log from then on, and act on nothing before it is published and in force.
            """
    )

    @Argument(help: "A file of YAML, or of JSON if it ends in .json.", completion: .file())
    var file: String

    @OptionGroup var who: ActorOption

    @Option(help: "The day of the draft.", transform: { try CivilDate($0) })
    var effective: CivilDate

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let read = try RuleDocument.readSound(file)
        let document = read.document
        var event = try RuleEvent(document.draftKind, of: document.drafted, effective: effective, actor: who.actor)
        event.add(.document, document.drafted)
        let position = try await event.append(to: global.store, from: read, file)
        try RuleEvent.answer(document.identifier, "is drafted", at: position).write(json: global.json)
    }
}
