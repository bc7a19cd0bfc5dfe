internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding

/// `accrue history`: what happened to a learner.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "What happened to a learner, in the order in which it was recorded.",
        discussion: "Events of other identities that were merged into the learner's are part of the history."
    )

    @Argument(help: "The learner's pseudonym.")
    var learner: String

    @OptionGroup var known: KnownOption

    @Option(
        help: ArgumentHelp("Leave out what does not act on this day.", valueName: "date"),
        transform: { try CivilDate($0) }
    )
    var on: CivilDate?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: known.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let learner = try view.learner(learner)
            let history = try view.history(of: learner)
            var documents: [JSONValue] = []
            var table = Table([
                .number("At"), .text("Date"), .text("Recorded"), .text("Event"), .text("Unit"), .text("Outcome"),
                .text("Institution", shrinks: true), .text("About", shrinks: true),
            ])
            var recorded: CivilDate?
            // What is removed from the start, or corrected, was so on every day, however late it came to light.
            let events = history.events(of: learner.position)
            for event in on.map({ Standing(of: events, on: $0).events }) ?? events {
                // The day on which the log learned of it, once for all that follows.
                let day = event.recordedAt.date
                defer { recorded = day }
                documents.append(try wording.document(event))
                table.append([
                    "\(event.position)", wording.day(event), day == recorded ? "" : "\(day)", wording.kind(event),
                    wording.unit(event)?.code ?? "", try wording.outcome(event),
                    try wording.name(event.institution), try wording.details(event),
                ])
            }
            var answer = Answer(
                .present([
                    "events": .array(documents), "knownAt": .integer(view.known.rawValue),
                    "learner": .string(learner.identifier), "on": .text(on),
                ])
            )
            let until = on.map { " up to \($0)" } ?? ""
            answer.say("History of \(learner.identifier)\(until), as known at \(try wording.state())", .strong)
            answer.skip()
            answer.show(table)
            if let survivor = try wording.survivor(of: learner) {
                answer.skip()
                answer.say("Merged into \(survivor), whose history goes on.")
            }
            return answer
        }
        try answer.write(json: global.json)
    }
}
