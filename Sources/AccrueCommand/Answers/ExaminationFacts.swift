internal import Credit
internal import EventLog

extension StoreExamination.Observation {
    /// A name for programs: `run-unreadable`.
    var name: String {
        let label = "\(self)".prefix { $0 != "(" }
        return label.reduce(into: "") { name, letter in
            name += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)"
        }
    }

    /// The error behind it.
    var error: AccrueError? {
        switch self {
        case .storeUnreadable(let error), .networkFileSystem(let error), .formatNewer(let error), .openHere(let error),
            .dataFileDamaged(let error), .freePagesDamaged(let error), .headUnreadable(let error),
            .runUnreadable(let error),
            .recordDamaged(let error, _), .indexDiffers(let error, _), .checkpointDamaged(let error),
            .checkpointDiverges(let error), .slotUnfinished(_, let error), .slotOutdated(_, let error),
            .slotDamaged(_, _, let error), .pointerDamaged(let error), .hidden(let error):
            error
        default: nil
        }
    }

    /// The position that it is about.
    var position: Position? {
        switch self {
        case .recordDamaged(_, let position), .indexDiffers(_, let position): position
        case .head(let position), .logReplaced(let position): position
        case .logShorter(let end, _): end
        case .slot(_, _, let position): position
        default: nil
        }
    }

    /// The code with which every other command refuses such a store; nil where it is used.
    var refusal: ErrorCode? {
        switch self {
        case .storeMissing: .storeMissing
        case .storeUnreadable(let error), .formatNewer(let error), .openHere(let error), .networkFileSystem(let error):
            error.code
        default: nil
        }
    }

    /// Whether it is about what `accrue projection` makes again.
    var isOfSlots: Bool {
        switch self {
        case .slotDamaged, .pointerDamaged: true
        default: false
        }
    }
}
