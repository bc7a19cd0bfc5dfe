import Accrue
import Foundation

/// What is to be done, and for how long.
struct Plan {
    /// First those that may come to their end, so that the others have the rest of the time.
    private static let allKinds = ["full", "points", "faults", "kill", "images", "flips", "reads"]
    /// Strikes need no disk, as what the system holds in memory outlives a process; here nothing waits for one.
    private static let memory = "/dev/shm"

    private var kinds: [String] = []
    private var minutes = 1.0
    private var rounds: Int?
    private var seed = UInt64.random(in: 1...UInt64(UInt32.max))
    private var folder = FileManager.default.currentDirectoryPath

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--minutes": minutes = Double(rest.popFirst() ?? "") ?? minutes
            case "--rounds": rounds = Int(rest.popFirst() ?? "")
            case "--seed": seed = UInt64(rest.popFirst() ?? "") ?? seed
            case "--folder": folder = rest.popFirst() ?? folder
            case "all": kinds = Self.allKinds
            case _ where Self.allKinds.contains(word): kinds.append(word)
            default: throw Finding("usage: \(word) is unknown; see the first lines of tools/torture/run")
            }
        }
        if kinds.isEmpty { kinds = Self.allKinds }
    }

    func run() async throws {
        let name = "/torture-\(getpid())"
        let scratch = folder + name
        let quick = (access(Self.memory, W_OK) == 0 ? Self.memory : folder) + name
        for place in [scratch, quick] {
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        }
        let progress = Progress()
        var notPlayed: [String] = []
        let last = Date().addingTimeInterval(60 * minutes)
        for (index, kind) in kinds.enumerated() {
            let end = Date().addingTimeInterval(last.timeIntervalSinceNow / Double(kinds.count - index))
            let isOver = { @Sendable [rounds] (round: Int) in rounds.map { round >= $0 } ?? (Date() >= end) }
            tell("\(kind): seed \(seed)")
            switch kind {
            case "kill":
                let (count, moments) = try await KillRounds(folder: scratch, seed: seed).run(progress, until: isOver)
                tell("kill: \(count) rounds, nothing lost\(moments.text)")
            case "points", "faults":
                let outcome = try await Strikes(folder: quick, seed: seed, kills: kind == "points")
                    .run(progress, until: isOver)
                let images = outcome.images > 0 ? ", \(outcome.images) images after a failure" : ""
                tell(
                    "\(kind): \(outcome.struck) of \(outcome.all) calls struck, \(outcome.missed) did not come up again"
                        + "\(images), nothing lost\(outcome.moments.text)"
                )
            case "images":
                let count = try await CrashImages(folder: scratch, seed: seed).run(progress, until: isOver)
                tell("images: \(count) images, nothing lost")
            case "flips":
                let outcome = try await BitFlips(folder: quick, seed: seed).run(progress, until: isOver)
                tell(
                    "flips: \(outcome.smallDone) of \(outcome.small) damages of the small store, \(outcome.othersDone) of "
                        + "\(outcome.others) of others, no wrong answer\(outcome.moments.text)"
                )
            case "reads":
                let outcome = try await Reading(folder: scratch, quick: quick, seed: seed).run(progress, until: isOver)
                tell(
                    "reads: \(outcome.looks) looks while another process appended, all of them right; "
                        + "\(outcome.copies) copies, \(outcome.refused) of them refused, the others sound; the log grew by "
                        + "\(outcome.growth.beside) bytes beneath a stopped reader, by \(outcome.growth.alone) without"
                )
            default:
                if let played = try await FullDisk(folder: scratch, seed: seed).run() {
                    tell("full: \(played)")
                } else {
                    notPlayed.append("full, as a file system can only be mounted as root")
                }
            }
        }
        for kind in notPlayed { tell("NOT PLAYED: \(kind)") }
        // What a finding left is kept for a look.
        for place in [scratch, quick] { try? FileManager.default.removeItem(atPath: place) }
    }
}

/// Writes a line at once, also where a file takes it.
private func tell(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// Says on a terminal how far it is.
struct Progress {
    func advance(_ kind: String, _ count: Int) {
        guard isatty(2) == 1, count % 10 == 0 else { return }
        FileHandle.standardError.write(Data("\r\(kind): \(count)".utf8))
    }
}
