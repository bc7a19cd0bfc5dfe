internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue agreement`: the learning agreements, or a version of one.
struct AgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement",
        abstract: "List the learning agreements, or show a version of one.",
        aliases: ["agreements"]
    )

    @Argument(help: "A version, such as la-ana@2; all versions without it.")
    var version: String?

    @Option(help: "Only those of this learner.")
    var learner: String?

    @OptionGroup var known: KnownOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if version != nil, learner != nil { throw ValidationError("Name a version, or a --learner.") }
    }

    func run() throws {
        let answer = try global.read(known: known.knownAt) { (view) throws(AccrueError) in
            if let version { try show(version, view) } else { try list(view) }
        }
        try answer.write(json: global.json)
    }

    private func list(_ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> Answer {
        let wording = Wording(view)
        var table = Table([
            .text("Version"), .text("Learner"), .text("Home", shrinks: true), .text("Host", shrinks: true),
            .text("From"), .text("Until"), .number("Units"),
        ])
        var documents: [JSONValue] = []
        for event in try agreements(view) {
            guard case .agreement(let agreement) = event.details.document else { continue }
            table.append([
                try wording.event(event.position), try wording.name(event.learner),
                try wording.name(event.institution), agreement.host, "\(agreement.from)",
                "\(agreement.until)", "\(agreement.units.count)",
            ])
            documents.append(try wording.document(event))
        }
        var answer = Answer(
            .object(["agreements": .array(documents), "knownAt": .integer(view.known.rawValue)])
        )
        answer.say("The learning agreements, as known at \(try wording.state())", .strong)
        answer.skip()
        if table.isEmpty { answer.say("There are none.") } else { answer.show(table) }
        return answer
    }

    private func agreements(_ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> [Event] {
        if let learner {
            let learner = try view.learner(learner)
            return try view.history(of: learner).events(of: learner.position).filter(\.kind.isAgreementVersion)
        }
        var events: [Event] = []
        guard view.known > .none else { return events }
        try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) { event in
            if event.kind.isAgreementVersion { events.append(event) }
        }
        return events
    }

    private func show(_ identifier: String, _ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> Answer {
        let wording = Wording(view)
        guard let position = try view.log.position(of: identifier, in: .agreement), position <= view.known else {
            let hint = identifier.contains("@") ? "" : "; name a version, such as \(identifier)@1"
            throw AccrueError(.notFound, identifier + hint, field: "agreement")
        }
        let event = try view.log.event(at: position)
        guard case .agreement(let agreement) = event.details.document else {
            throw AccrueError(.notFound, identifier, field: "agreement")
        }
        let host = view.registry.position(of: agreement.host, in: .institution)
        var answer = Answer(
            .object(["event": try wording.document(event), "knownAt": .integer(view.known.rawValue)])
        )
        answer.say("Learning agreement \(identifier) of \(try wording.name(event.learner))", .strong)
        answer.say("As known at \(try wording.state())")
        answer.skip()
        answer.say("Home        \(try wording.institution(event.institution))")
        answer.say("Host        \(try wording.institution(host))")
        answer.say("Stay        \(agreement.from) to \(agreement.until)")
        answer.say("Memorandum  \(agreement.memorandum)")
        let signatures = agreement.signatures
        for (party, day) in [("home", signatures.home), ("host", signatures.host), ("learner", signatures.learner)] {
            answer.say("Signed      \(day.map { "\($0)" } ?? "not yet") by \(party)")
        }
        if let replaces = event.replaces { answer.say("Replaces    \(try wording.event(replaces))") }
        let history = try view.history(of: view.learner(wording.name(event.learner)))
        if let withdrawal = Standing(of: history.events).withdrawal(ofAgreement: position) {
            answer.say("Withdrawn   \(withdrawal.effective)")
        }
        answer.skip()
        var table = Table([
            .text("Host unit"), .text("Title", shrinks: true), .text("Of", shrinks: true), .number("Points"),
            .text("Recognised as"),
        ])
        for planned in agreement.units {
            let version = view.registry.qualification(
                at: view.registry.position(of: planned.hostQualification, in: .qualification)
            )
            let unit = version?.units.first { $0.code == planned.hostUnit }
            table.append([
                planned.hostUnit, unit?.title ?? "", planned.hostQualification,
                unit?.points.map { "\($0) \(version?.scheme ?? "")" } ?? "–", planned.homeUnit,
            ])
        }
        answer.show(table)
        return answer
    }
}
