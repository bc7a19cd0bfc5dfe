internal import EventLog

extension StoreExamination.Finding {
    /// What to do, as commands with a word on each.
    func steps(store: String) -> [String] {
        let (store, path) = (Self.quoted(store), Self.quoted(path))
        let restore =
            "accrue restore BACKUP --store NEW-FOLDER   # the newest backup; then append what came after it again"
        switch observation {
        case .storeMissing:
            return ["accrue init --store \(store)   # if it shall be new; else name the right folder with --store"]
        case .storeUnreadable:
            return ["ls -ld \(path)   # and ask its owner for permission, or look at the disk: dmesg | tail"]
        case .readOnly: return ["ls -ld \(path)   # to append, run as its owner or mount it for writing"]
        case .networkFileSystem:
            return ["cp -a \(store) LOCAL-FOLDER   # while nobody has it open; then name that with --store"]
        case .formatNewer: return ["accrue --version   # use the version that wrote it, or a later one"]
        case .openHere: return ["accrue doctor --store \(store)   # in a process of its own"]
        case .deadReaders:
            return [
                "accrue log stat --store \(store)   # nothing to do; if it grows daily, find out what kills readers"
            ]
        case .headLost:
            return [
                "accrue checkpoint verify CHECKPOINT --log KEY --store \(store)   # the newest that others have; "
                    + "head is written anew when the log is next closed"
            ]
        case .dataFileMissing: return ["ls -l \(path)   # put it back if it was moved away", restore]
        case .headOfOtherLog:
            return [
                "cp -a \(store) COPY   # first keep what is there", restore,
                "mv \(path) \(path).other   # only if the log was put here on purpose; a new head is written",
            ]
        case .headUnreadable:
            return ["accrue check --store \(store)   # compare the end with your newest backup; then remove the file"]
        case .dataFileDamaged, .recordDamaged, .moreDamaged:
            return ["cp -a \(store) COPY   # first keep what is there", restore]
        case .logShorter, .logReplaced:
            return [
                "cp -a \(store) COPY   # first keep what is there; if a newer copy is at hand, put that back", restore,
            ]
        case .unfinishedStore: return ["rm -r \(path)"]
        case .diskShort: return ["df -h \(path)   # make room, or move the store with accrue backup and restore"]
        case .clockBehind: return ["date --utc   # set the clock right before anything is appended"]
        case .clockFar:
            return [
                "date --utc   # if this clock is wrong, set it right before anything is appended",
                "accrue append --accept-clock FILE   # if it is right, and was wrong when the last event was recorded",
            ]
        case .checkpointDamaged, .checkpointDiverges, .slotUnfinished, .slotOutdated, .slotDamaged, .pointerDamaged,
            .hidden,
            .unfinishedWork, .strange:
            return stepsBeside(store: store, path: path)
        default: return severity == .derived ? ["accrue doctor --rebuild --store \(store)"] : []
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
