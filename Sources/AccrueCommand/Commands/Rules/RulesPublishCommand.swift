internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
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

    @Option(help: "The day of the draft (default: today, UTC).", transform: { try CivilDate($0) })
    var effective: CivilDate?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let read = try RuleDocument.readSound(file)
        let document = read.document
        let day = effective ?? StoreOptions.systemClock().date
        var event = try RuleEvent(document.draftKind, of: document.drafted, effective: day, actor: who.actor)
        event.add(.document, document.drafted)
        let position = try await event.append(to: global.store, from: read, file)
        try RuleEvent.answer(document.identifier, "is drafted", at: position).write(json: global.json)
    }
}

/// `accrue rules publish`: publishes what another actor drafted, or a qualification that was designed elsewhere.
struct RulesPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a version of a rule set or of a qualification: immutable from then on.",
        discussion: """
            What is published is what somebody else drafted, word for word (four eyes): give the same document. A \
            qualification that nobody drafted here is taken as designed elsewhere, and published as it is. A rule set \
            that is published is not in force yet: accrue rules activate. To publish the same again changes nothing.
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

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let read = try RuleDocument.readSound(file)
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
        } else if case .standard = document {
            event.add(.document, document.drafted)
        } else {
            throw read.refusal(
                AccrueError(
                    .notFound,
                    "no draft with these words; its author says: accrue rules draft \(file)",
                    field: "draft"
                ),
                of: file
            )
        }
        let position = try await event.append(to: global.store, from: read, file)
        try RuleEvent.answer(document.identifier, "is published", at: position).write(json: global.json)
    }
}

extension RuleDocument {
    /// `id@version`.
    fileprivate var identifier: String {
        switch self {
        case .ruleSet(let set): set.identifier
        case .standard(let standard): standard.qualification.identifier
        }
    }

    /// The document as events carry it.
    fileprivate var drafted: JSONValue {
        switch self {
        case .ruleSet(let set): Document.ruleSet(set.text).json
        case .standard(let standard): Document.qualification(standard.published).json
        }
    }

    fileprivate var draftKind: EventKind {
        if case .ruleSet = self { .ruleSetDrafted } else { .qualificationDrafted }
    }

    fileprivate var publicationKind: EventKind {
        if case .ruleSet = self { .ruleSetPublished } else { .qualificationPublished }
    }
}

extension RuleEvent {
    /// Appends it; what the log refuses is told with its place in the file.
    fileprivate func append(to store: String, from read: RuleFile, _ file: String) async throws -> Position? {
        do {
            return try await append(to: store)
        } catch let error as AccrueError {
            throw read.refusal(error, of: file)
        }
    }
}
