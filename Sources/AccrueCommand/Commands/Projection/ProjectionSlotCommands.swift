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
            .record([
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

/// `accrue projection switch`: lets another slot serve.
struct ProjectionSwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch",
        abstract: "Let another slot serve, once it is proven to be what the log gives.",
        discussion: """
            Both slots are brought to the same position and compared; where they differ, the log decides. A slot with a \
            row that the log does not give is refused. Readers see the old slot or the new one, never anything between.
            """
    )

    @Argument(help: "The slot.")
    var slot: Int

    @OptionGroup var work: ProjectionWork
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let slots = try global.slots()
        let earlier = try slots.pointer()
        try await prove(slots, earlier)
        try slots.point(to: slot)
        let now = try slots.pointer()
        var answer = Answer(
            .record(["current": .integer(slot), "previous": now?.previous.map { .integer($0) }])
        )
        if earlier?.current == slot {
            answer.say("Slot \(slot) serves already.")
        } else {
            answer.say("Slot \(slot) serves now.")
            if let previous = now?.previous { answer.say("Back to slot \(previous): accrue projection rollback") }
        }
        try answer.write(json: global.json)
    }

    private func prove(_ slots: SlotFolder, _ pointer: SlotFolder.Pointer?) async throws(AccrueError) {
        guard pointer?.current != slot else { return }
        let building = SlotBuilding(slots, workers: work.workers)
        let candidate = try slots.finishedSlot(slot)
        var wrong: [UInt32]
        if let serving = pointer?.current {
            let comparison = try await building.compare(slots.finishedSlot(serving), candidate)
            // A row of the slot that serves may be wrong: that is what another is built for.
            wrong = comparison.differences.filter { $0.unexplained.contains(slot) }.map(\.learner)
        } else {
            wrong = try await building.unequalRows(of: candidate)
        }
        try candidate.close()
        if let first = wrong.first {
            throw AccrueError(.slotsDiffer, "slot \(slot), \(wrong.count.counted("learner")), first number \(first)")
        }
    }
}

/// `accrue projection rollback`: lets the slot serve that served before.
struct ProjectionRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Let the slot serve again that served before."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let number = try slots.pointBack()
        let position = try slots.slot(number).state().position
        let end = try slots.log.read { (snapshot) throws(AccrueError) in snapshot.position }
        var answer = Answer(.object(["current": .integer(number)]))
        answer.say("Slot \(number) serves again.")
        if position < end {
            answer.say("It speaks for position \(position), and the log ends at \(end): accrue projection update")
        }
        try answer.write(json: global.json)
    }
}

/// `accrue projection drop`: removes a slot.
struct ProjectionDropCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Remove a slot that does not serve."
    )

    @Argument(help: "The slot.")
    var slot: Int

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try global.slots().drop(slot)
        var answer = Answer(.object(["dropped": .integer(slot)]))
        answer.say("Slot \(slot) is removed.")
        try answer.write(json: global.json)
    }
}
