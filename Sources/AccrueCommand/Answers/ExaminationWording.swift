internal import Credit
internal import EventLog

extension StoreExamination.Observation {
    /// What was seen, in a sentence.
    var text: String {
        switch self {
        // The folder
        case .storeFound: "There is a store here."
        case .storeMissing: "There is no store here."
        case .storeUnreadable(let error): "The store cannot be read: \(told(error))"
        case .writable: "This process may write to it."
        case .readOnly: "This process may only read here: questions are answered, nothing can be appended."
        case .localFileSystem: "It lies on a local file system."
        case .networkFileSystem:
            "It lies on a network file system, where neither locks nor maps can be trusted; Accrue refuses to use it."
        case .format(let version): "Its format is version \(version), which this program reads."
        case .formatNewer(let error): "A newer version of Accrue wrote it: \(error.subject)"
        case .openHere: "This process has it open already."

        // Who uses it
        case .noWriter: "Nobody appends to it now."
        case .writer(let process?): "Process \(process) appends to it."
        case .writer(nil): "Another process appends to it."
        case .readers(let count, let maximum): "\(count.counted("reader place")) of \(maximum) in use."
        case .deadReaders(let count):
            "\(count.counted("reader")) had died without a word; the places are free again, by this very look."

        // The log
        case .dataFile(let bytes): "The data file has all its pages: \(size(bytes))."
        case .dataFileDamaged(let error): "The data file is damaged or cut short: \(error.subject)"
        case .freePagesDamaged(let error):
            "The list of free pages is damaged, so that nothing may be appended; all events can be kept: \(error.subject)"
        case .dataFileMissing: "The data file, which is the log, is gone; other files of the store are here."
        case .headMissing: "It was never sealed or closed, so that no head says how far the log went."
        case .headLost:
            "The file head is gone, which says how far the log went: an older log in its place would not be noticed."
        case .head(let position): "The log holds what it held when it was last sealed or closed, at \(position)."
        case .headOfOtherLog:
            "The file head is of another log: either the log was replaced, or its identity is damaged."
        case .headUnreadable: "The file head, which says how far the log went, cannot be understood."
        case .logShorter(let end, let held):
            "The log ends at position \(end), and once held \(held): an older copy took its place, or its end is lost."
        case .logReplaced(let position):
            "At position \(position) there is another event than before: the log was replaced by another copy."
        case .records(let events, let learners):
            "All \(events.counted("event")) of \(Int(learners).counted("learner")) are as they were written."
        case .recordDamaged(let error, let position?): "Position \(position): \(told(error))"
        case .recordDamaged(let error, nil): told(error)
        case .moreDamaged(let count): "\(count) more findings in the log are not listed."

        // What is derived
        case .run(let from, let to): "An index run covers positions \(from) to \(to)."
        case .runUnreadable(let error): "An index run cannot be read: \(error.subject)"
        case .runOfOtherLog: "An index run was made from another log."
        case .runOfOtherState(let from, let to):
            "An index run of positions \(from) to \(to) was made from a state that this log is not in."
        case .runUnused(let from, let to):
            "An index run of positions \(from) to \(to) is not used: others take its place."
        case .indexDiffers(let error, let position?):
            "Position \(position): an index is not what the log gives: \(error.subject)"
        case .indexDiffers(let error, nil): "An index is not what the log gives: \(error.subject)"
        case .runsFolderMissing: "The folder of index runs is gone."
        case .unsealed(let count):
            "\(Int(count).counted("event")) wait in no index run, and are read when the store is opened."
        case .runsMissing(let count):
            "\(Int(count).counted("event")) should be in index runs and are not: opening is slow."
        case .leftover: "A leftover of unfinished work, which nothing uses."
        case .unfinished: "A file that the process that appends may be writing."
        case .unfinishedStore: "A store beside this one was begun and never finished; nothing uses it."

        // What lies beside the log
        case .checkpoints(let count, let last):
            "\(count.counted("checkpoint")) fit the log, the last over \(Int(clamping: last).counted("event"))."
        case .noCheckpoints:
            "There are no checkpoints: nothing was signed here, or the folder was not put back beside a backup."
        case .checkpointDamaged(let error): "A checkpoint is not as it was signed: \(error.subject)"
        case .checkpointDiverges(let error):
            "A checkpoint was signed over another log than this: \(error.subject). One of the two was changed."
        case .slot(let number, let learners, let position):
            "Slot \(number) holds \(Int(learners).counted("learner")) as of position \(position)."
        case .slotUnfinished(let number, let error): "Slot \(number) is not built to its end: \(error.subject)"
        case .slotOutdated(let number, let error): "Slot \(number) is of an earlier version of Accrue: \(error.subject)"
        // What the code tells to do follows as steps.
        case .slotDamaged(let number, _, let error) where error.code == .slotDamaged:
            "Slot \(number) is damaged: \(error.subject)"
        case .slotDamaged(let number, _, let error): "Slot \(number) cannot be used: \(told(error))"
        case .pointerDamaged(let error): "Which slot serves cannot be told: \(error.subject)"
        case .hidden(let error): "It cannot be looked at: \(told(error))"
        case .unfinishedWork: "Something that was begun and never finished, or is being written now."
        case .strange: "This is not of Accrue, and nothing uses it."

        // The surroundings
        case .diskSpace(let free, _): "\(size(free)) are free on the disk."
        case .diskShort(let free, let log):
            "Only \(size(free)) are free on the disk, less than the log takes (\(size(log))): make room soon."
        case .clock(let last): "The clock goes on from the last event, of \(last)."
        case .clockBehind(let now, let last):
            "The clock shows \(now), before the last event of \(last): new events will bear that instant, with a flag."
        case .clockFar(let now, let last):
            "The clock shows \(now), far from the last event of \(last): appending is refused until that is explained."
        }
    }

    private func told(_ error: AccrueError) -> String {
        // What to do follows as steps.
        if error.code == .recordDamaged { return "\(error.code.rawValue) a record is damaged: \(error.subject)" }
        return Language.preferred.text(of: error)
    }

    private func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<10_000: "\(bytes) bytes"
        case ..<10_000_000: "\(bytes / 1_000) kB"
        case ..<10_000_000_000: "\(bytes / 1_000_000) MB"
        default: "\(bytes / 1_000_000_000) GB"
        }
    }
}
