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
            "Why the day may be past: \(ReasonCode.words.all.joined(separator: ", ")).",
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
        try global.read { (view) throws(AccrueError) in try view.registry.ruleSetTerms(name) }
    }
}

/// `accrue rules activate`: a published version comes into force.
struct RulesActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Bring a published rule set into force, from a day on.",
        discussion: """
            See first who gains and who loses: accrue rules impact. Earlier versions stay in force beside it, for the \
            cases that are theirs by date. A day that is past needs a reason, since it changes answers already given.
            """
    )

    @OptionGroup var options: ForceOptions

    func run() async throws {
        let terms = try options.terms()
        let cancelled = terms.periods.count { $0.from == options.effective && $0.end == $0.from }
        try await options.append(
            .ruleSetActivated,
            answering: terms.position,
            cancelled: cancelled,
            "is in force from"
        )
    }
}

/// `accrue rules deactivate`: a version is in force no longer.
struct RulesDeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate",
        abstract: "Take a rule set out of force, from a day on.",
        discussion: "See first who gains and who loses: accrue rules impact --without."
    )

    @OptionGroup var options: ForceOptions

    func run() async throws {
        guard let period = try options.terms().periods.last else {
            throw AccrueError(.notFound, "\(options.name), never in force", field: "rules")
        }
        try await options.append(.ruleSetDeactivated, answering: period.activation, "is out of force from")
    }
}

/// `accrue rules list`: the published rule sets, and when each is in force.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the published rule sets, and when each is in force."
    )

    @OptionGroup var query: QueryOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            var answer = Answer(
                .object([
                    "knownAt": .integer(view.known.rawValue), "on": .string("\(query.date)"),
                    "ruleSets": .array(view.registry.ruleSets.map { document($0) }),
                ])
            )
            answer.say("Rule sets on \(query.date), as known at \(try Wording(view).state())", .strong)
            answer.skip()
            guard !view.registry.ruleSets.isEmpty else {
                answer.say("None is published.")
                return answer
            }
            var table = Table([
                .text("Version"), .text("Title", shrinks: true), .text("State"), .text("In force"), .number("Position"),
            ])
            for terms in view.registry.ruleSets {
                let periods = terms.periods.map { "\($0.from) – \($0.end.map { "before \($0)" } ?? "")" }
                table.append(
                    [
                        terms.text.identifier, terms.text.title, state(terms), periods.joined(separator: ", "),
                        "\(terms.position)",
                    ],
                    terms.isInForce(on: query.date) ? .good : nil
                )
            }
            answer.show(table)
            return answer
        }
        try answer.write(json: global.json)
    }

    private func state(_ terms: RuleSetTerms) -> String {
        if terms.isInForce(on: query.date) { return "in force" }
        return terms.periods.contains { $0.from > query.date } ? "to come" : "not in force"
    }

    private func document(_ terms: RuleSetTerms) -> JSONValue {
        .record([
            "identifier": .string(terms.text.identifier), "inForce": .bool(terms.isInForce(on: query.date)),
            "periods": .array(
                terms.periods.map { period in
                    .record([
                        "activation": .integer(period.activation.rawValue), "end": .text(period.end),
                        "from": .string("\(period.from)"),
                    ])
                }
            ),
            "position": .integer(terms.position.rawValue), "title": .string(terms.text.title),
        ])
    }
}
