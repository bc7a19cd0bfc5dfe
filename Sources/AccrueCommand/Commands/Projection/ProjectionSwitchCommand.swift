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
            Every row of the slot is folded again from the log, and a slot with a row or summary that the log does not \
            give is refused. Before, both slots are brought to the same position and compared, so that it is told where \
            the one that serves is wrong; it may be damaged, of another version of Accrue or of another log. Readers see \
            the old slot or the new one, never anything between.
            """
    )

    @Argument(help: "The slot.")
    var slot: Int

    @OptionGroup var work: ProjectionWork
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let slots = try global.slots()
        let earlier = try slots.pointer()
        let fault = try await prove(slots, earlier)
        try slots.point(to: slot)
        let now = try slots.pointer()
        var answer = Answer(
            .present([
                "current": .integer(slot), "fault": fault.map { .string($0) },
                "previous": now?.previous.map { .integer($0) },
            ])
        )
        if earlier?.current == slot {
            answer.say("Slot \(slot) serves already.")
        } else {
            answer.say("Slot \(slot) serves now.")
            if let previous = now?.previous {
                if let fault { answer.say(fault, .bad) }
                answer.say(
                    fault == nil
                        ? "Back to slot \(previous): accrue projection rollback"
                        : "Remove slot \(previous): accrue projection drop \(previous)"
                )
            }
        }
        try answer.write(json: global.json)
    }

    /// Requires that the slot is what the log gives, and says what is wrong with the one that serves, if anything is. That
    /// both hold the same is no proof: they may be wrong alike.
    private func prove(_ slots: SlotFolder, _ pointer: SlotFolder.Pointer?) async throws(AccrueError) -> String? {
        guard pointer?.current != slot else { return nil }
        let progress = ProgressLine("Proving", "learners", between: .seconds(5))
        defer { progress.finish() }
        let building = try SlotBuilding(slots, workers: work.workers)
        let candidate = try slots.finishedSlot(slot, writes: true)
        defer { try? candidate.close() }
        var fault: String?
        if let serving = pointer?.current {
            do throws(AccrueError) {
                let comparison = try await building.compare(slots.finishedSlot(serving, writes: true), candidate) {
                    progress.advance($0)
                }
                try require(learners(wrongIn: slot, comparison), !comparison.miscounted.contains(slot))
                fault = self.fault(of: serving, comparison)
            } catch {
                guard Self.obstacles.contains(error.code) else { throw error }
                fault = "Slot \(serving) could not be compared: \(error.subject)"
            }
        }
        try await building.bringForward(candidate) { progress.advance($0) }
        let faults = try await building.faults(of: candidate) { progress.advance($0) }
        try require(faults.learners, faults.cohorts.isEmpty)
        return fault
    }

    /// What is wrong with the slot that serves, if anything is: that is what another one is built for.
    private func fault(of serving: Int, _ comparison: SlotComparison) -> String? {
        let wrong = learners(wrongIn: serving, comparison).count
        if wrong > 0 { return "Slot \(serving) has \(wrong.counted("row")) that the log does not give." }
        return comparison.miscounted.contains(serving)
            ? "The summaries of slot \(serving) are not the sums of its rows." : nil
    }

    /// What makes a slot impossible to compare with, though another one may be all right.
    private static let obstacles: Set<ErrorCode> = [.slotDamaged, .slotMissing, .slotOfOtherLog, .slotOutdated]

    private func learners(wrongIn slot: Int, _ comparison: SlotComparison) -> [UInt32] {
        comparison.differences.filter { $0.unexplained.contains(slot) }.map(\.learner)
    }

    /// Requires that no row of the slot is wrong, and its summaries are the sums.
    private func require(_ wrong: [UInt32], _ isCountedRight: Bool) throws(AccrueError) {
        if let first = wrong.first {
            throw AccrueError(.slotsDiffer, "slot \(slot), \(wrong.count.counted("learner")), first number \(first)")
        }
        guard isCountedRight else {
            throw AccrueError(.slotsDiffer, "slot \(slot), whose summaries are not the sums of its rows")
        }
    }
}
