internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue institution`: the institutions, or one of them with what it may do.
struct InstitutionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "institution",
        abstract: "List the institutions, or show one and its authority.",
        aliases: ["institutions"]
    )

    @Argument(help: "The institution's identifier; all institutions without it.")
    var institution: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read { (view) throws(AccrueError) in
            if let institution { try show(institution, view) } else { try list(view) }
        }
        try answer.write(json: global.json)
    }

    private func list(_ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> Answer {
        var table = Table([.text("Institution"), .text("Name", shrinks: true), .text("Country")])
        var documents: [JSONValue] = []
        for (identifier, position) in view.registry.entries(in: .institution) {
            guard let institution = view.registry.institution(at: position) else { continue }
            table.append([identifier, institution.name, institution.country])
            documents.append(Self.document(identifier, institution))
        }
        var answer = Answer(
            .object(["institutions": .array(documents), "knownAt": .integer(view.known.rawValue)])
        )
        answer.say("The institutions, as known at \(try Wording(view).state())", .strong)
        answer.skip()
        if table.isEmpty { answer.say("There are none yet.") } else { answer.show(table) }
        return answer
    }

    private func show(_ identifier: String, _ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> Answer {
        let wording = Wording(view)
        let entry = try view.entry(identifier, in: .institution)
        guard let institution = view.registry.institution(at: entry.position) else {
            throw AccrueError(.notFound, identifier, field: "institution")
        }
        var table = Table([
            .number("At"), .text("Function"), .text("From"), .text("Until"), .text("Qualifications", shrinks: true),
        ])
        var grants: [JSONValue] = []
        let events = try view.log.events(ofLearner: 0)
        for event in events where event.kind == .authorityGranted && event.institution == entry.position {
            guard case .authority(let scope) = event.details.document, let function = event.function else { continue }
            let end = events.last { $0.kind == .authorityEnded && $0.answers == event.position }?.effective
            let until = [scope.until, end].compactMap(\.self).min()
            let word = CompetentFunction.words.word(of: function)
            let qualifications = scope.qualifications.isEmpty ? "all" : scope.qualifications.joined(separator: ", ")
            table.append([
                "\(event.position)", word, "\(event.effective)", until.map { "\($0)" } ?? "open", qualifications,
            ])
            grants.append(
                .record([
                    "event": .string(try wording.name(event.position)), "from": .string("\(event.effective)"),
                    "function": .string(word), "qualifications": .array(scope.qualifications.map { .string($0) }),
                    "until": .text(until),
                ])
            )
        }
        var answer = Answer(
            .object([
                "authority": .array(grants), "institution": Self.document(identifier, institution),
                "knownAt": .integer(view.known.rawValue),
            ])
        )
        answer.say("\(institution.name) (\(identifier), \(institution.country))", .strong)
        answer.say("As known at \(try wording.state())")
        answer.skip()
        if table.isEmpty { answer.say("It was given no authority.") } else { answer.show(table) }
        return answer
    }

    private static func document(_ identifier: String, _ institution: Institution) -> JSONValue {
        .object([
            "country": .string(institution.country), "id": .string(identifier), "name": .string(institution.name),
        ])
    }
}
