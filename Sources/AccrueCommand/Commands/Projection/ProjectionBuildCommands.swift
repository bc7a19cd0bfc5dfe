internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection rebuild`: fills a slot beside the one that serves.
struct ProjectionRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build a slot beside the one that serves.",
        discussion: """
            Readers keep their answers and events may be appended meanwhile. A rebuild that was cut off, by Ctrl-C or by \
            a power cut, goes on where it was when the same command is given again. It stops at an event that cannot be \
            read and names its position; nothing is skipped. The first slot of a store serves at once; any other is \
            switched to.

            Exit codes: 0 built, 1 stopped by Ctrl-C.
            """
    )

    @OptionGroup var day: DayOption

    @Option(
        help: ArgumentHelp(
            "Judge under this published rule set instead of those in force; may be given several times; none: formation alone.",
            valueName: "id@version"
        )
    )
    var rules: [String] = []

    @OptionGroup var work: ProjectionWork
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let slots = try global.slots()
        let progress = ProgressLine("Rebuilding", "learners", between: .seconds(5))
        defer { progress.finish() }
        let wanted = ProjectionDefinition(
            on: day.date,
            under: try RulesArgument(rules).ofSlot
        )
        let building = SlotBuilding(slots, workers: work.workers)
        let built = try await Interrupt.cancels { try await building.build(wanted) { progress.advance($0) } }
        progress.finish()
        guard let slot = built else {
            Console.standard.note(try remainder(of: wanted, slots))
            throw EndedWith(.no)
        }
        let state = try slot.state()
        let unjudged = try slot.unjudged()
        try slot.close()
        let isFirst = try slots.pointer() == nil
        if isFirst { try slots.point(to: slot.number) }
        var answer = Answer(
            .object([
                "serves": .bool(isFirst), "slot": state.document(number: slot.number), "unjudged": .integer(unjudged),
            ])
        )
        let definition = state.definition
        answer.say(
            "Slot \(slot.number) holds \(state.learners.counted("learner")) as of position \(state.position), on \(definition.on), \(definition.rules.phrase)."
        )
        if unjudged > 0 {
            answer.say("\(Int(unjudged).counted("enrolment")) could not be judged: accrue projection summary", .bad)
        }
        answer.say(
            isFirst
                ? "It is the first, and serves."
                : "Compare it: accrue projection compare; switch to it: accrue projection switch \(slot.number)"
        )
        try answer.write(json: global.json)
    }
}

extension ProjectionRebuildCommand {
    /// What is left to do of a build that was cut off, and how to do it or not.
    private func remainder(
        of definition: ProjectionDefinition,
        _ slots: SlotFolder
    ) throws(AccrueError) -> String {
        for number in try slots.numbers.reversed() {
            let state = try slots.slot(number).state()
            guard state.definition == definition else { continue }
            let done =
                state.isReady
                ? "only the newest events" : "\(state.learners - state.built) of \(state.learners) learners"
            let rules = definition.rules == .inForce ? [] : definition.rules.words
            let command = (["accrue projection rebuild --on \(definition.on)"] + rules.map { "--rules \($0)" })
                .joined(separator: " ")
            return
                "Stopped: slot \(number) lacks \(done). Go on: \(command); remove it: accrue projection drop \(number)"
        }
        return "Stopped before there was a slot."
    }
}

/// `accrue projection update`: brings the slot that serves to the end of the log.
struct ProjectionUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Bring a slot to the end of the log: only learners with new events are folded again.",
        discussion: "Exit codes: 0 it is there, 1 stopped by Ctrl-C."
    )

    @Argument(help: "The slot; the one that serves without it.")
    var slot: Int?

    @OptionGroup var work: ProjectionWork
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let slots = try global.slots()
        let slot = try slots.finishedSlot(orServing: self.slot)
        let before = try slot.state()
        let progress = ProgressLine("Making rows anew", "learners", between: .seconds(5))
        defer { progress.finish() }
        let building = SlotBuilding(slots, workers: work.workers)
        try await Interrupt.cancels { try await building.bringForward(slot) { progress.advance($0) } }
        progress.finish()
        let state = try slot.state()
        if let following = try slot.following() {
            Console.standard.note(
                "Stopped: \(following.built) of \(following.learners) rows are made anew; the same command goes on there. Slot \(slot.number) still speaks for position \(state.position)."
            )
            throw EndedWith(.no)
        }
        var answer = Answer(state.document(number: slot.number))
        let count = state.position.rawValue - before.position.rawValue
        answer.say("Slot \(slot.number) took in \(count.counted("event")) and speaks for position \(state.position).")
        try answer.write(json: global.json)
    }
}

/// `accrue projection check`: whether a slot is, byte for byte, what the log gives.
struct ProjectionCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Fold every row of a slot again and compare it byte for byte.",
        discussion: "Exit codes: 0 all rows are what the log gives, 1 some are not."
    )

    @Argument(help: "The slot; the one that serves without it.")
    var slot: Int?

    @OptionGroup var work: ProjectionWork
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let slots = try global.slots()
        let slot = try slots.finishedSlot(orServing: self.slot)
        let progress = ProgressLine("Checking", "learners", between: .seconds(5))
        defer { progress.finish() }
        let unequal = try await SlotBuilding(slots, workers: work.workers).unequalRows(of: slot) {
            progress.advance($0)
        }
        progress.finish()
        let state = try slot.state()
        var answer = Answer(
            .object([
                "slot": state.document(number: slot.number),
                "unequal": .array(unequal.map { .integer($0) }),
            ])
        )
        if unequal.isEmpty {
            answer.say("All \(state.built.counted("row")) of slot \(slot.number) are what the log gives.")
        } else {
            let learners = unequal.prefix(10).map { "\($0)" }.joined(separator: ", ")
            let rest = unequal.count > 10 ? " …" : ""
            answer.say(
                "\(unequal.count.counted("row")) of slot \(slot.number) differ from what the log gives: learners \(learners)\(rest)",
                .bad
            )
            answer.say("Rebuild: accrue projection rebuild")
        }
        try answer.write(json: global.json)
        if !unequal.isEmpty { throw EndedWith(.no) }
    }
}

extension SlotFolder {
    /// The slot of this number, or the one that serves where none is named; finished either way.
    func finishedSlot(orServing number: Int?) throws(AccrueError) -> Slot {
        if let number { try finishedSlot(number) } else { try current() }
    }
}

extension SlotState {
    /// The state as JSON.
    ///
    /// - Parameter following: The state that is being made of all rows anew.
    func document(number: Int, following: SlotState? = nil) -> JSONValue {
        .record([
            "following": following?.document(number: number),
            "learners": .integer(learners),
            "number": .integer(number),
            "on": .string(definition.on.description),
            "position": .integer(position.rawValue),
            "ready": .bool(isReady),
            "rows": .integer(built),
            "rules": .array(definition.rules.words.map { .string($0) }),
            "version": .integer(definition.version),
        ])
    }
}

extension ProjectionDefinition.RuleChoice {
    /// The rules, as a sentence has them.
    var phrase: String {
        switch self {
        case .inForce: "under the rules in force"
        case .formationAlone: "by formation rules alone"
        case .published(let names): "under \(names.joined(separator: ", "))"
        }
    }
}
