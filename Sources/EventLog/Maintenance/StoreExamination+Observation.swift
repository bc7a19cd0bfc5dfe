public import Credit

extension StoreExamination {
    /// What can be seen of a store.
    public enum Observation: Hashable, Sendable {
        // The folder
        /// There is a store.
        case storeFound
        /// There is none.
        case storeMissing
        /// It may not be read, or the operating system fails to.
        case storeUnreadable(AccrueError)
        /// This process may write to it.
        case writable
        /// This process may only read it.
        case readOnly
        /// Its file system is a local one.
        case localFileSystem
        /// It lies on a network file system.
        case networkFileSystem(AccrueError)
        /// Its format is one that this version reads.
        case format(UInt32)
        /// A newer version wrote it.
        case formatNewer(AccrueError)
        /// Another part of this process has it open.
        case openHere(AccrueError)

        // Who uses it
        /// Nobody appends.
        case noWriter
        /// A process appends; it is nil where it did not say which it is.
        case writer(process: Int32?)
        /// Readers are registered, of at most so many.
        case readers(Int, maximum: Int)
        /// So many registered readers had died, and were removed by looking.
        case deadReaders(Int)

        // The log
        /// The data file has all pages that its meta pages speak of.
        case dataFile(bytes: Int)
        /// The data file is damaged or cut short.
        case dataFileDamaged(AccrueError)
        /// The list of free pages is damaged, and nothing else of the log: it can be read and copied, and not appended to.
        case freePagesDamaged(AccrueError)
        /// The data file is gone, and other files of the store are there.
        case dataFileMissing
        /// No head was written yet.
        case headMissing
        /// There is no head, and there are runs: one was written and is gone.
        case headLost
        /// The log holds what the head says, through this position.
        case head(Position)
        /// The head is that of another log.
        case headOfOtherLog
        /// The head says nothing.
        case headUnreadable(AccrueError)
        /// The log ends before the position that the head says it held.
        case logShorter(end: Position, held: Position)
        /// The log has another event than before where the head points.
        case logReplaced(Position)
        /// Every record is as it was written.
        case records(events: Int, learners: UInt32)
        /// A record, or what it says of others, is not as it was written.
        case recordDamaged(AccrueError, at: Position?)
        /// So many more are damaged that are not listed.
        case moreDamaged(Int)

        // What is derived
        /// A run covers these positions.
        case run(from: UInt32, to: UInt32)
        /// A run cannot be read.
        case runUnreadable(AccrueError)
        /// A run of another log.
        case runOfOtherLog
        /// A run of a state that the log is not in: the log was replaced.
        case runOfOtherState(from: UInt32, to: UInt32)
        /// A run of what others cover too, or that no others lead up to.
        case runUnused(from: UInt32, to: UInt32)
        /// An index has not what the log gives.
        case indexDiffers(AccrueError, at: Position?)
        /// There is no folder for runs.
        case runsFolderMissing
        /// So many events are in no run, and are read when the store is opened.
        case unsealed(UInt32)
        /// The same, where there should be runs.
        case runsMissing(UInt32)
        /// A file that was never finished, or that does not belong here.
        case leftover
        /// The same while a process appends, which may be writing it.
        case unfinished
        /// A store that was never finished, beside this one.
        case unfinishedStore

        // What lies beside the log
        /// So many checkpoints are of this log; the last is over so many events.
        case checkpoints(Int, last: UInt64)
        /// There is none.
        case noCheckpoints
        /// A checkpoint cannot be read, or is not the one that its name says.
        case checkpointDamaged(AccrueError)
        /// A checkpoint was signed over events that are not those of this log, or are no longer in it.
        case checkpointDiverges(AccrueError)
        /// A slot holds the rows of so many learners at a position.
        case slot(Int, learners: UInt32, position: Position)
        /// A slot is built to a part only.
        case slotUnfinished(Int, AccrueError)
        /// A slot has rows of an earlier version of Accrue.
        case slotOutdated(Int, AccrueError)
        /// A slot cannot be read, or is of another log or another state of it.
        case slotDamaged(Int, serves: Bool, AccrueError)
        /// What says which slot serves cannot be read, or names one that is not there.
        case pointerDamaged(AccrueError)
        /// The operating system refuses to show what is there.
        case hidden(AccrueError)
        /// What was begun and never finished, or is being written now.
        case unfinishedWork
        /// What is not of a store.
        case strange

        // The surroundings
        /// There is room for the log to be copied.
        case diskSpace(free: Int, log: Int)
        /// There is less room than the log takes.
        case diskShort(free: Int, log: Int)
        /// The clock goes on from the last event.
        case clock(last: Instant)
        /// The clock is behind the last event, but not far.
        case clockBehind(now: Instant, last: Instant)
        /// The clock is so far from the last event that appending is refused.
        case clockFar(now: Instant, last: Instant)

        /// How bad it is.
        public var severity: Severity {
            switch self {
            case .storeFound, .writable, .localFileSystem, .format, .noWriter, .writer, .readers, .dataFile,
                .headMissing, .head, .records, .run, .unsealed, .unfinished, .diskSpace, .clock, .checkpoints,
                .noCheckpoints, .slot:
                .fine
            case .storeMissing, .storeUnreadable, .readOnly, .networkFileSystem, .formatNewer, .openHere, .deadReaders,
                .headLost, .unfinishedStore, .diskShort, .clockBehind, .clockFar,
                .slotUnfinished, .slotOutdated, .hidden, .unfinishedWork, .strange:
                .warning
            case .runUnreadable, .runOfOtherLog, .runOfOtherState, .runUnused, .indexDiffers, .runsFolderMissing,
                .runsMissing, .leftover, .slotDamaged, .pointerDamaged:
                .derived
            case .checkpointDamaged:
                .lost
            case .dataFileDamaged, .freePagesDamaged, .dataFileMissing, .headUnreadable, .headOfOtherLog, .logShorter,
                .logReplaced,
                .recordDamaged,
                .moreDamaged, .checkpointDiverges:
                .damage
            }
        }
    }
}
