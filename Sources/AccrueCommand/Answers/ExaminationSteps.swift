internal import EventLog

extension StoreExamination.Finding {
    /// What to do, as commands with a word on each.
    func steps(store: String) -> [String] {
        let (store, path) = (Self.quoted(store), Self.quoted(path))
        let keep = "cp -a \(store) COPY   # first keep what is there"
        let restore =
            "accrue restore BACKUP --store NEW-FOLDER   # the newest backup; then append what came after it again"
        let look = "ls -ld \(path)   # and ask its owner for permission, or look at the disk: dmesg | tail"
        let verify = "accrue checkpoint verify COPY --log KEY --store \(store)"
        let rebuild = "accrue projection rebuild --store \(store)"
        return switch observation {
        // The folder
        case .storeMissing:
            ["accrue init --store \(store)   # if it shall be new; else name the right folder with --store"]
        case .storeUnreadable, .hidden: [look]
        case .readOnly: ["ls -ld \(path)   # to append, run as its owner or mount it for writing"]
        case .networkFileSystem:
            ["cp -a \(store) LOCAL-FOLDER   # while nobody has it open; then name that with --store"]
        case .formatNewer: ["accrue --version   # use the version that wrote it, or a later one"]
        case .openHere: ["accrue doctor --store \(store)   # in a process of its own"]
        case .deadReaders:
            ["accrue log stat --store \(store)   # nothing to do; if it grows daily, find out what kills readers"]

        // The log
        case .headLost:
            [
                "accrue checkpoint verify CHECKPOINT --log KEY --store \(store)   # the newest that others have; "
                    + "head is written anew when the log is next opened to be appended to"
            ]
        case .headOfOtherLog:
            [
                keep, restore,
                "mv \(path) \(path).other   # only if the log was put here on purpose; a new head is written",
            ]
        case .headUnreadable:
            ["accrue check --store \(store)   # compare the end with your newest backup; then remove the file"]
        case .dataFileMissing: ["ls -l \(path)   # put it back if it was moved away", restore]
        case .freePagesDamaged:
            [
                keep, "accrue backup NEW-BACKUP --store \(store)   # it has all events, and no list",
                "accrue restore NEW-BACKUP --store NEW-FOLDER   # it goes on; take the folder checkpoints over, too",
                "accrue restore BACKUP --store NEW-FOLDER   # only if no new one can be made; append what came after it again",
            ]
        case .dataFileDamaged, .recordDamaged, .moreDamaged: [keep, restore]
        case .logShorter, .logReplaced: ["\(keep); if a newer copy is at hand, put that back", restore]

        // What is derived
        case .runUnreadable, .runOfOtherLog, .runOfOtherState, .runUnused, .indexDiffers, .runsFolderMissing,
            .runsMissing, .leftover:
            ["accrue doctor --rebuild --store \(store)"]
        case .unfinishedStore:
            ["rm -r \(path)   # unless a process in another container is making it now: none is seen from here"]

        // What lies beside the log
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
        case .slotDamaged(let number, serves: false, _):
            ["accrue projection drop \(number) --store \(store)", rebuild]
        case .slotOutdated(let number, _), .slotDamaged(let number, serves: true, _):
            ["\(rebuild)   # a new one; then accrue projection switch, and accrue projection drop \(number)"]
        case .pointerDamaged: ["rm \(path)   # then accrue projection switch SLOT"]
        case .unfinishedWork: ["rm -r \(path)   # if nothing is signed or built now"]
        case .strange: ["mv \(path) ELSEWHERE   # after a look"]

        // The surroundings
        case .diskShort: ["df -h \(path)   # make room, or move the store with accrue backup and restore"]
        case .clockBehind: ["date --utc   # set the clock right before anything is appended"]
        case .clockFar:
            [
                "date --utc   # if this clock is wrong, set it right before anything is appended",
                "accrue append --accept-clock FILE   # if it is right, and was wrong when the last event was recorded",
            ]

        // As it must be
        case .storeFound, .writable, .localFileSystem, .format, .noWriter, .writer, .readers, .dataFile, .headMissing,
            .head, .records, .run, .unsealed, .unfinished, .checkpoints, .noCheckpoints, .slot, .diskSpace, .clock:
            []
        }
    }

    /// A path as a shell takes it.
    private static func quoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return plain && !path.isEmpty ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
