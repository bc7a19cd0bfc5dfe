internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection check`: whether a slot is, byte for byte, what the log gives.
struct ProjectionCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Fold every row of a slot again and compare it byte for byte, and each summary with their sum.",
        discussion: "Exit codes: 0 all rows and summaries are what the log gives, 1 some are not."
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
        let faults = try await SlotBuilding(slots, workers: work.workers).faults(of: slot) { progress.advance($0) }
        progress.finish()
        let state = try slot.state()
        var answer = Answer(
            .object([
                "miscounted": .integer(faults.cohorts.count),
                "slot": state.document(number: slot.number),
                "unequal": .array(faults.learners.map { .integer($0) }),
            ])
        )
        if faults.isEmpty {
            answer.say("All \(state.built.counted("row")) of slot \(slot.number) are what the log gives.")
        }
        if !faults.learners.isEmpty {
            let learners = faults.learners.prefix(10).map { "\($0)" }.joined(separator: ", ")
            let rest = faults.learners.count > 10 ? " …" : ""
            answer.say(
                "\(faults.learners.count.counted("row")) of slot \(slot.number) differ from what the log gives: learners \(learners)\(rest)",
                .bad
            )
        }
        if !faults.cohorts.isEmpty {
            answer.say(
                "The summaries of \(faults.cohorts.count.counted("cohort")) are not the sums of what the log gives.",
                .bad
            )
        }
        if !faults.isEmpty { answer.say("Rebuild: accrue projection rebuild") }
        try answer.write(json: global.json)
        if !faults.isEmpty { throw EndedWith(.no) }
    }
}
