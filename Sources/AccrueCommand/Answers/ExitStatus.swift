internal import Credit

/// How the process ends: the one place where errors become exit codes.
enum ExitStatus: Int32 {
    /// Done; yes.
    case success = 0
    /// Looked at; the answer is no.
    case no = 1
    /// The command line was not understood.
    case usage = 2
    /// Input was refused.
    case input = 3
    /// Something else is there already, or has moved on.
    case conflict = 4
    /// There is no such thing.
    case notFound = 5
    /// The operating system or the rules forbid it.
    case notPermitted = 6
    /// Data are not as they were written.
    case integrity = 7
    /// The store is locked, full, or cannot be used now.
    case unavailable = 8
    /// A mistake in Accrue.
    case internalError = 70

    /// The status for an error.
    init(_ code: ErrorCode) {
        self =
            switch code {
            case .notFound, .storeMissing, .noSuchState, .slotMissing, .noSlotServes: .notFound
            case .versionConflict, .positionConflict, .contentDiffers, .storeExists, .fileExists, .storeNotEmpty,
                .slotUnfinished,
                .slotOfOtherLog, .slotOutdated, .slotServes, .witnessElsewhere:
                .conflict
            case .notPermitted, .keyUnusable, .keyNotInForce, .passphraseWrong: .notPermitted
            case .logLocked, .logFull, .logClosed, .diskFull, .commitUncertain, .clockFar, .formatNewer, .inputOutput,
                .networkFileSystem, .readOvertaken, .slotBusy:
                .unavailable
            case .recordDamaged, .storeDamaged, .indexDiffers, .backupDamaged, .positionsMissing, .slotsDiffer,
                .slotDamaged,
                .proofInvalid, .checkpointDiverges, .headsDiffer:
                .integrity
            default: .input
            }
    }
}
