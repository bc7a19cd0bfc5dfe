internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

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
        let slot = try slots.finishedSlot(orServing: self.slot, writes: true)
        let before = try slot.state()
        let progress = ProgressLine("Making rows anew", "learners", between: .seconds(5))
        defer { progress.finish() }
        let building = try SlotBuilding(slots, workers: work.workers)
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
