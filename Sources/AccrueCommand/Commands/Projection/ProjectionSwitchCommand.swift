internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection switch`: lets another slot serve.
struct ProjectionSwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch",
        abstract: "Let another slot serve, once it is proven to be what the log gives.",
        discussion: """
            Both slots are brought to the same position and compared; where they differ, the log decides. A slot with a \
            row or summary that the log does not give is refused. Readers see the old slot or the new one, never anything between.
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
            .present(["current": .integer(slot), "previous": now?.previous.map { .integer($0) }])
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
        let building = try SlotBuilding(slots, workers: work.workers)
        let candidate = try slots.finishedSlot(slot, writes: true)
        let (wrong, isMiscounted): ([UInt32], Bool)
        if let serving = pointer?.current {
            let comparison = try await building.compare(slots.finishedSlot(serving, writes: true), candidate)
            // A row of the slot that serves may be wrong: that is what another is built for.
            wrong = comparison.differences.filter { $0.unexplained.contains(slot) }.map(\.learner)
            isMiscounted = comparison.miscounted.contains(slot)
        } else {
            let faults = try await building.faults(of: candidate)
            (wrong, isMiscounted) = (faults.learners, !faults.cohorts.isEmpty)
        }
        try candidate.close()
        if let first = wrong.first {
            throw AccrueError(.slotsDiffer, "slot \(slot), \(wrong.count.counted("learner")), first number \(first)")
        }
        if isMiscounted {
            throw AccrueError(.slotsDiffer, "slot \(slot), whose summaries are not the sums of its rows")
        }
    }
}
