internal import Credit
internal import EventLog

extension StoreExamination.Observation {
    /// What was seen beside the log, in a sentence.
    var besideText: String {
        switch self {
        case .checkpoints(let count, let last):
            "\(count.counted("checkpoint")) fit the log, the last over \(Int(clamping: last).counted("event"))."
        case .checkpointDamaged(let error): "A checkpoint is not as it was signed: \(error.subject)"
        case .checkpointDiverges(let error):
            "A checkpoint was signed over another log than this: \(error.subject). One of the two was changed."
        case .slot(let number, let learners, let position):
            "Slot \(number) holds \(Int(learners).counted("learner")) as of position \(position)."
        case .slotUnfinished(let number, let error): "Slot \(number) is not built to its end: \(error.subject)"
        case .slotOutdated(let number, let error): "Slot \(number) is of an earlier version of Accrue: \(error.subject)"
        // What the code of a damaged store tells to do is for a log.
        case .slotDamaged(let number, _, let error) where error.code == .storeDamaged:
            "Slot \(number) is damaged: \(error.subject)"
        case .slotDamaged(let number, _, let error): "Slot \(number) cannot be used: \(Self.told(error))"
        case .pointerDamaged(let error): "Which slot serves cannot be told: \(error.subject)"
        case .hidden(let error): "It cannot be looked at: \(Self.told(error))"
        case .unfinishedWork: "Something that was begun and never finished, or is being written now."
        case .strange: "This is not of Accrue, and nothing uses it."
        default: surroundingsText
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

extension StoreExamination.Finding {
    /// What to do about what lies beside the log; both paths as a shell takes them.
    func stepsBeside(store: String, path: String) -> [String] {
        let verify = "accrue checkpoint verify COPY --log KEY --store \(store)"
        let rebuild = "accrue projection rebuild --store \(store)"
        return switch observation {
        case .checkpointDamaged:
            [
                "\(verify)   # COPY from a witness, an auditor, a bundle or a backup of the folder",
                "cp COPY \(path)   # if it holds; without one, move the file away: what it proved is lost",
            ]
        case .checkpointDiverges:
            [
                "cp -a \(store) KEPT   # first keep what is there",
                "\(verify)   # with what others noted: if theirs holds, this file was changed, else the log",
            ]
        case .slotUnfinished: ["\(rebuild)   # goes on with the same options"]
        case .slotOutdated(let number, _):
            ["\(rebuild)   # a new one; then accrue projection switch, and accrue projection drop \(number)"]
        case .slotDamaged(let number, serves: false, _):
            ["accrue projection drop \(number) --store \(store)", rebuild]
        case .slotDamaged(_, serves: true, _):
            ["rm -r \(path) \(store)/projections/current   # all of it is computed from the log", rebuild]
        case .pointerDamaged: ["rm \(path)   # then accrue projection switch SLOT"]
        case .hidden: ["ls -ld \(path)   # and ask its owner for permission, or look at the disk: dmesg | tail"]
        case .unfinishedWork: ["rm -r \(path)   # if nothing is signed or built now"]
        case .strange: ["mv \(path) ELSEWHERE   # after a look"]
        default: []
        }
    }
}
