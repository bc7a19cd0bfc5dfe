internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection status`: the slots, and which one serves.
struct ProjectionStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the slots: of which day and rules, for which position they speak, and which one serves."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let pointer = try slots.pointer()
        let end = try slots.log.read { (snapshot) throws(AccrueError) in snapshot.position }
        var table = Table([
            .number("Slot"), .text("State"), .text("Day"), .text("Rules", shrinks: true), .number("Learners"),
            .number("Position"), .number("Behind"),
        ])
        var documents: [JSONValue] = []
        for number in try slots.numbers {
            let slot = try slots.slot(number)
            let (state, following) = (try slot.state(), try slot.following())
            var role =
                if state.isOutdated { "outdated" } else if pointer?.current == number {
                    "serves"
                } else if !state.isReady {
                    "\(state.built) of \(state.learners)"
                } else if pointer?.previous == number { "served before" } else { "ready" }
            if let following { role += ", \(following.built) of \(following.learners) anew" }
            let behind = end.rawValue - min(end.rawValue, state.position.rawValue)
            table.append([
                "\(number)", role, "\(state.definition.on)", state.definition.rules.words.joined(separator: ", "),
                "\(state.built)", "\(state.position)", "\(behind)",
            ])
            documents.append(state.document(number: number, following: following))
        }
        var answer = Answer(
            .present([
                "current": pointer.map { .integer($0.current) },
                "position": .integer(end.rawValue),
                "previous": pointer?.previous.map { .integer($0) },
                "slots": .array(documents),
            ])
        )
        if table.isEmpty {
            answer.say("There are no slots yet; make one with accrue projection rebuild.")
        } else {
            answer.show(table)
        }
        try answer.write(json: global.json)
    }
}
