internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding

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
                table.append(
                    [
                        terms.text.identifier, terms.text.title, state(terms), terms.periodText,
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
        .present([
            "identifier": .string(terms.text.identifier), "inForce": .bool(terms.isInForce(on: query.date)),
            "periods": terms.periodDocuments, "position": .integer(terms.position.rawValue),
            "title": .string(terms.text.title),
        ])
    }
}
