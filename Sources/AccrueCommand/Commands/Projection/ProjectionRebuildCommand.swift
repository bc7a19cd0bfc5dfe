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
        let building = try SlotBuilding(slots, workers: work.workers)
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
        if isFirst {
            answer.say("It is the first, and serves.")
        } else {
            // What serves may be of another version, damaged or of another log.
            let compares = (try? slots.current()) != nil
            let comparison = compares ? "Compare it: accrue projection compare; switch" : "Switch"
            answer.say("\(comparison) to it: accrue projection switch \(slot.number)")
        }
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
            guard let state = try? slots.slot(number).state(), state.definition == definition else { continue }
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
