internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection`: stored answers across learners, in slots.
struct ProjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projection",
        abstract: "Store answers across learners in slots: rebuild, compare, switch, roll back.",
        discussion: """
            A slot holds a row for each learner (balance, and progress by rules) and a summary of each cohort, of one \
            day, and states for which position of the log it speaks. One slot serves; another is built beside it while events are appended, compared with \
            it, and switched to. Slots are computed from the log and may be dropped at any time.
            """,
        subcommands: [
            ProjectionRebuildCommand.self, ProjectionUpdateCommand.self, ProjectionStatusCommand.self,
            ProjectionCheckCommand.self, ProjectionCompareCommand.self, ProjectionSwitchCommand.self,
            ProjectionRollbackCommand.self, ProjectionDropCommand.self, ProjectionSummaryCommand.self,
        ]
    )
}

/// Options of the commands that read many learners.
struct ProjectionWork: ParsableArguments {
    @Option(help: ArgumentHelp("How many threads work side by side.", valueName: "count"))
    var workers: Int = 2

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers takes 1 to 64.") }
    }
}

extension GlobalOptions {
    /// The slots of the store, which is opened for reading only: others may append meanwhile.
    func slots() throws(AccrueError) -> SlotFolder {
        SlotFolder(of: try LMDBEventLog(path: store, writes: false))
    }
}

extension ProgressLine {
    /// Takes note of how far the work on a slot is.
    func advance(_ progress: SlotBuilding.Progress) {
        advance(
            to: Int(progress.done),
            of: Int(progress.learners),
            note: "log \(progress.lag.counted("event")) ahead  \(progress.unjudged) unjudged"
        )
    }
}

extension UInt32 {
    /// The number with what is counted.
    func counted(_ noun: String) -> String { Int(self).counted(noun) }
}
