internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// What `activate` and `deactivate` share.
struct ForceOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The published version.", valueName: "id@version"))
    var name: String

    @Option(help: ArgumentHelp("From which day on.", valueName: "date"), transform: { try CivilDate($0) })
    var effective: CivilDate

    @OptionGroup var who: ActorOption

    @Option(
        help: ArgumentHelp(
            "Why the day may be past, beside a legal basis: \(ReasonCode.words.all.joined(separator: ", ")).",
            valueName: "word"
        ),
        transform: { try ReasonCode.words.read($0) }
    )
    var reason: ReasonCode?

    @Option(help: ArgumentHelp("The law or decision on which it rests.", valueName: "text"))
    var legalBasis: String?

    @OptionGroup var global: GlobalOptions

    /// Appends an event that answers another.
    ///
    /// - Parameter cancelled: How many such events of that day were taken back, so that this is another one.
    func append(
        _ kind: EventKind,
        answering position: Position,
        cancelled: Int = 0,
        _ done: String
    ) async throws {
        let id = try global.read { (view) throws(AccrueError) in try view.log.event(at: position).id }
        let subject: [JSONValue] = [.string("\(id)"), .string("\(effective)")]
        var event = try RuleEvent(
            kind,
            of: .array(cancelled > 0 ? subject + [.integer(cancelled)] : subject),
            effective: effective,
            actor: who.actor
        )
        event.add(.answers, .string("\(id)"))
        event.add(.reason, reason.map { .string(ReasonCode.words.word(of: $0)) })
        event.add(.legalBasis, legalBasis.map { .string($0) })
        let appended = try await event.append(to: global.store)
        try RuleEvent.answer(name, "\(done) \(effective)", at: appended).write(json: global.json)
    }

    /// The version, and when it is in force.
    func terms() throws -> RuleSetTerms {
        try global.read { (view) throws(AccrueError) in try view.registry.ruleSet(published: name) }
    }
}
