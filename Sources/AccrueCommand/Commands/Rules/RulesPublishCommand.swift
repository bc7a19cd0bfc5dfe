internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Interchange
internal import Rules

/// `accrue rules publish`: publishes what another actor drafted, or a qualification that was designed elsewhere.
struct RulesPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a version of a rule set or of a qualification: immutable from then on.",
        discussion: """
            What is published is what somebody else drafted, word for word (four eyes): give the same document. A \
            qualification that was designed and approved elsewhere needs no draft here, if that is said: \
            --designed-elsewhere. Units that rules name must be published. A rule set that is published is not in force \
            yet: accrue rules activate. To publish the same again changes nothing.
            """
    )

    @Argument(help: "A file of YAML, or of JSON if it ends in .json.", completion: .file())
    var file: String

    @OptionGroup var who: ActorOption

    @Option(
        help: "The day of the publication; of a qualification, the first day of enrolments in it.",
        transform: { try CivilDate($0) }
    )
    var effective: CivilDate

    @Flag(help: "Publish a qualification without a draft, since it was designed and approved elsewhere.")
    var designedElsewhere = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let published = try global.read { (view) throws(AccrueError) in view.registry.publishedQualifications }
        let read = try RuleDocument.readSound(file, beside: published)
        let document = read.document
        let draft = try RuleEvent(document.draftKind, of: document.drafted, effective: effective, actor: who.actor).id
        let isDrafted = try global.read { (view) throws(AccrueError) in try view.log.position(ofEvent: draft) != nil }
        var event = try RuleEvent(
            document.publicationKind,
            of: document.drafted,
            effective: effective,
            actor: who.actor
        )
        event.add(.identifier, .string(document.identifier))
        if isDrafted {
            event.add(.answers, .string("\(draft)"))
        } else if designedElsewhere, case .standard = document {
            event.add(.document, document.drafted)
        } else {
            let subject =
                "no draft with these words; its author says: accrue rules draft \(file) --effective … --actor …"
            throw read.refusal(AccrueError(.notFound, subject, field: "draft"), of: file)
        }
        let position = try await event.append(to: global.store, from: read, file)
        try RuleEvent.answer(document.identifier, "is published", at: position).write(json: global.json)
    }
}
