internal import Credit
internal import EventLog

extension StoreExamination.Observation {
    /// What was seen, in a sentence.
    var text: String {
        switch self {
        case .storeFound: "There is a store here."
        case .storeMissing: "There is no store here."
        case .storeUnreadable(let error): "The store cannot be read: \(Self.told(error))"
        case .writable: "This process may write to it."
        case .readOnly: "This process may only read here: questions are answered, nothing can be appended."
        case .localFileSystem: "It lies on a local file system."
        case .networkFileSystem:
            "It lies on a network file system, where neither locks nor maps can be trusted; Accrue refuses to use it."
        case .format(let version): "Its format is version \(version), which this program reads."
        case .formatNewer(let error): "A newer version of Accrue wrote it: \(error.subject)"
        case .openHere: "This process has it open already."
        case .noWriter: "Nobody appends to it now."
        case .writer(let process?): "Process \(process) appends to it."
        case .writer: "Another process appends to it."
        case .readers(let count, let maximum): "\(count.counted("reader place")) of \(maximum) in use."
        case .deadReaders(let count):
            "\(count.counted("reader")) had died without a word; the places are free again, by this very look."
        default: logText
        }
    }

    private var logText: String {
        switch self {
        case .dataFile(let bytes): "The data file is whole: \(Self.size(bytes))."
        case .dataFileDamaged(let error): "The data file is damaged or cut short: \(error.subject)"
        case .dataFileMissing: "The data file, which is the log, is gone; other files of the store are here."
        case .headLost:
            "The file head is gone, which says how far the log went: an older log in its place would not be noticed."
        case .headMissing: "It was never sealed or closed, so that no head says how far the log went."
        case .head(let position): "The log holds what it held when it was last sealed or closed, at \(position)."
        case .headOfOtherLog: "The file head is of another log, so that it tells nothing of this one."
        case .headUnreadable: "The file head, which says how far the log went, cannot be understood."
        case .logShorter(let end, let held):
            "The log ends at position \(end), and once held \(held): an older copy took its place, or its end is lost."
        case .logReplaced(let position):
            "At position \(position) there is another event than before: the log was replaced by another copy."
        case .records(let events, let learners):
            "All \(events.counted("event")) of \(Int(learners).counted("learner")) are as they were written."
        case .recordDamaged(let error, let position?): "Position \(position): \(Self.told(error))"
        case .recordDamaged(let error, nil): Self.told(error)
        case .moreDamaged(let count): "\(count) more findings in the log are not listed."
        default: derivedText
        }
    }

    private var derivedText: String {
        switch self {
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
        default: surroundingsText
        }
    }

    private var surroundingsText: String {
        switch self {
        case .diskSpace(let free, _): "\(Self.size(free)) are free on the disk."
        case .diskShort(let free, let log):
            "Only \(Self.size(free)) are free on the disk, less than the log takes (\(Self.size(log))): make room soon."
        case .clock(let last): "The clock goes on from the last event, of \(last)."
        case .clockBehind(let now, let last):
            "The clock shows \(now), before the last event of \(last): new events will bear that instant, with a flag."
        case .clockFar(let now, let last):
            "The clock shows \(now), far from the last event of \(last): appending is refused until that is explained."
        default: ""
        }
    }

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
            .dataFileDamaged(let error), .headUnreadable(let error), .runUnreadable(let error),
            .recordDamaged(let error, _), .indexDiffers(let error, _):
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

    private static func told(_ error: AccrueError) -> String { Language.preferred.text(of: error) }

    private static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<10_000: "\(bytes) bytes"
        case ..<10_000_000: "\(bytes / 1_000) kB"
        case ..<10_000_000_000: "\(bytes / 1_000_000) MB"
        default: "\(bytes / 1_000_000_000) GB"
        }
    }
}

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
        case .headOfOtherLog: return ["mv \(path) \(path).other   # it is written anew when the log is next closed"]
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
        case .clockBehind, .clockFar: return ["date --utc   # set the clock right before anything is appended"]
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
