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

    @OptionGroup var known: KnownOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: known.knownAt) { (view) throws(AccrueError) in
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
        for authority in view.registry.authorities(of: entry.position) {
            let word = CompetentFunction.words.word(of: authority.function)
            let (qualifications, last) = (authority.scope.qualifications, authority.lastDay)
            table.append([
                "\(authority.position)", word, "\(authority.from)", last.map { "\($0)" } ?? "open",
                qualifications.isEmpty ? "all" : qualifications.joined(separator: ", "),
            ])
            grants.append(
                .present([
                    "event": .string(try wording.name(authority.position)), "from": .string("\(authority.from)"),
                    "function": .string(word), "qualifications": .array(qualifications.map { .string($0) }),
                    "until": .text(last),
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
            "country": .string(institution.country), "identifier": .string(identifier),
            "name": .string(institution.name),
        ])
    }
}
