internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue catalogue`: everything that events may refer to by name, but for learners and what belongs to them.
struct CatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "List what events may refer to: schemes, scales, actors, institutions, qualifications, memoranda."
    )

    private static let spaces: [(space: ReferenceSpace, word: String)] = [
        (.scheme, "scheme"), (.scale, "scale"), (.actor, "actor"), (.institution, "institution"),
        (.qualification, "qualification"), (.memorandum, "memorandum"),
    ]

    @Argument(help: "Only these: \(Self.spaces.map(\.word).joined(separator: ", ")).")
    var what: String?

    @OptionGroup var known: KnownOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard what.map({ what in Self.spaces.contains { $0.word == what } }) ?? true else {
            throw ValidationError("Name one of \(Self.spaces.map(\.word).joined(separator: ", ")), or none.")
        }
    }

    func run() throws {
        let answer = try global.read(known: known.knownAt) { (view) throws(AccrueError) in
            var table = Table([.text("What"), .text("Identifier"), .text("Name", shrinks: true), .number("Position")])
            var documents: [JSONValue] = []
            for (space, word) in Self.spaces where what == nil || what == word {
                for (identifier, position) in view.registry.entries(in: space) {
                    let name = view.registry.document(at: position)?.name ?? ""
                    table.append([word, identifier, name, "\(position)"])
                    documents.append(
                        .object([
                            "identifier": .string(identifier), "name": .string(name),
                            "position": .integer(position.rawValue), "what": .string(word),
                        ])
                    )
                }
            }
            var answer = Answer(
                .object(["entries": .array(documents), "knownAt": .integer(view.known.rawValue)])
            )
            answer.say("The catalogue, as known at \(try Wording(view).state())", .strong)
            answer.skip()
            if table.isEmpty { answer.say("There is nothing yet.") } else { answer.show(table) }
            return answer
        }
        try answer.write(json: global.json)
    }
}

extension Document {
    /// What a person calls it.
    fileprivate var name: String {
        switch self {
        case .scheme(let scheme): scheme.name
        case .scale(let scale): "\(scale.name): \(scale.grades.map(\.code).joined(separator: " "))"
        case .actor(let actor): actor.role
        case .institution(let institution): institution.name
        case .qualification(let qualification): qualification.title
        case .memorandum(let memorandum): memorandum.parties.joined(separator: ", ")
        default: ""
        }
    }
}
