internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue qualification`: the qualification versions, or one of them with its units.
struct QualificationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qualification",
        abstract: "List the qualification versions, or show one and its units.",
        aliases: ["qualifications"]
    )

    @Argument(help: "A version, such as tehnik-mehatronike@2020; all versions without it.")
    var version: String?

    @OptionGroup var known: KnownOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: known.knownAt) { (view) throws(AccrueError) in
            if let version { try show(version, view) } else { try list(view) }
        }
        try answer.write(json: global.json)
    }

    private func list(_ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> Answer {
        var table = Table([
            .text("Version"), .text("Title", shrinks: true), .text("From"), .text("EQF"), .number("Points"),
            .number("Units"),
        ])
        var documents: [JSONValue] = []
        for (identifier, position) in view.registry.entries(in: .qualification) {
            guard let version = view.registry.qualification(at: position) else { continue }
            let from = view.registry.effective(at: position)
            let points = version.points.map { "\($0) \(version.scheme)" } ?? "–"
            table.append([
                identifier, version.title, from.map { "\($0)" } ?? "", version.eqfLevel.map { "\($0)" } ?? "",
                points, "\(version.units.count)",
            ])
            documents.append(
                .present([
                    "country": .string(version.country), "eqfLevel": version.eqfLevel.map { .integer($0) },
                    "from": .text(from), "identifier": .string(identifier), "points": .text(version.points),
                    "scheme": .string(version.scheme), "title": .string(version.title),
                    "units": .integer(version.units.count),
                ])
            )
        }
        var answer = Answer(
            .object(["knownAt": .integer(view.known.rawValue), "qualifications": .array(documents)])
        )
        answer.say("The qualification versions, as known at \(try Wording(view).state())", .strong)
        answer.skip()
        if table.isEmpty { answer.say("There are none yet.") } else { answer.show(table) }
        return answer
    }

    private func show(_ identifier: String, _ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> Answer {
        let wording = Wording(view)
        let event = try view.entry(identifier, in: .qualification)
        guard let version = view.registry.qualification(at: event.position) else {
            throw AccrueError(.notFound, identifier, field: "qualification")
        }
        var answer = Answer(
            .object(["event": try wording.document(event), "knownAt": .integer(view.known.rawValue)])
        )
        answer.say("\(version.title) (\(identifier), \(version.country))", .strong)
        answer.say("As known at \(try wording.state())")
        answer.skip()
        answer.say("In force from    \(event.effective)")
        if let until = version.validUntil { answer.say("Enrolment until  \(until)") }
        if let end = version.transitionEnd { answer.say("Completion until \(end)") }
        if let level = version.eqfLevel { answer.say("EQF level        \(level)") }
        if let level = version.nationalLevel { answer.say("National level   \(level)") }
        if let points = version.points { answer.say("Points           \(points) \(version.scheme)") }
        if let days = version.appealDays { answer.say("Appeal within    \(days) days") }
        answer.skip()
        var table = Table([
            .text("Unit"), .text("Title", shrinks: true), .number(version.scheme), .text("Part of"),
            .number("Outcomes"),
        ])
        for unit in version.units {
            table.append([
                unit.code, unit.title, unit.points.map { "\($0)" } ?? "–", unit.parent ?? "", "\(unit.outcomes.count)",
            ])
        }
        answer.show(table)
        if version.document.formation != nil {
            answer.skip()
            answer.say("How units form it: accrue rules show \(identifier)")
        }
        return answer
    }
}
