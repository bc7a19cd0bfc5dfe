import Accrue
import Foundation

/// Strikes the worker at each of its calls on files in turn: it is killed there, or the call fails with each error that it
/// can give.
struct Strikes {
    /// The errors of each call; a call that has none here is not made to fail.
    private static let errors: [String: [Int32]] = [
        "open": [EACCES, EMFILE, ENFILE, ENOSPC, EIO, EROFS], "pread": [EIO], "pwrite": [ENOSPC, EDQUOT, EIO, EFBIG],
        "fsync": [EIO, ENOSPC, EDQUOT], "ftruncate": [EIO, ENOSPC], "rename": [ENOSPC, EIO, EACCES, EROFS],
        "unlink": [EIO, EBUSY, EACCES], "mkdir": [ENOSPC, EDQUOT, EIO, EACCES], "rmdir": [EIO, EBUSY],
        "opendir": [EMFILE, EIO, EACCES, ENOMEM], "flock": [ENOLCK], "sendfile": [EIO, ENOSPC],
    ]
    /// Calls before which a process is killed: those that change something.
    private static let deadly = ["open", "pwrite", "fsync", "ftruncate", "rename", "unlink", "mkdir", "rmdir"]

    private struct Strike {
        var work: Int
        var call: String
        var number: Int
        /// 0 to kill.
        var error: Int32
    }

    let folder: String
    let seed: UInt64
    /// Whether the worker is killed, or its calls fail.
    let kills: Bool

    private var name: String { kills ? "points" : "faults" }

    /// - Returns: How many strikes there were of how many that there are, and at what.
    func run(
        _ progress: Progress,
        until isOver: (Int) -> Bool
    ) async throws -> (done: Int, all: Int, moments: Moments) {
        let works = [
            try await Work(in: "\(folder)/\(name)-work", seed: seed, imports: false, last: 90),
            try await Work(in: "\(folder)/\(name)-import", seed: seed, imports: true, last: 12),
        ]
        var strikes: [Strike] = []
        for (index, work) in works.enumerated() { strikes += try await self.strikes(at: work, index) }
        var random = SeededRandom(seed: seed)
        var (done, moments) = (0, Moments())
        for strike in Self.mixed(strikes, &random) {
            if isOver(done) { break }
            try await play(strike, works[strike.work], &moments)
            done += 1
            progress.advance(name, done)
        }
        return (done, strikes.count, moments)
    }

    /// In a random order, each call as often as others while it lasts: a short run sees all sorts of places.
    private static func mixed(_ strikes: [Strike], _ random: inout SeededRandom) -> [Strike] {
        let groups = Dictionary(grouping: strikes) { $0.call }.sorted { $0.key < $1.key }
        let shuffled = groups.map { $0.value.shuffled(using: &random) }
        return (0..<(shuffled.map(\.count).max() ?? 0)).flatMap { round in
            shuffled.compactMap { round < $0.count ? $0[round] : nil }
        }
    }

    /// All that a worker can be struck at, by a run in which it is not.
    private func strikes(at work: Work, _ index: Int) async throws -> [Strike] {
        let counts = try await run(work, nil).compactMap { words in Int(words.last ?? "").map { (words[0], $0) } }
        return counts.flatMap { call, count in
            let errors = kills ? (Self.deadly.contains(call) ? [0] : []) : Self.errors[call] ?? []
            return errors.flatMap { error in
                (0..<count).map { Strike(work: index, call: call, number: $0 + 1, error: error) }
            }
        }
    }

    private func play(_ strike: Strike, _ work: Work, _ moments: inout Moments) async throws {
        let told: [[String]]
        do {
            told = try await run(work, strike)
        } catch {
            let how = strike.error == 0 ? "killed at" : "error \(strike.error) of"
            let what = "\(how) \(strike.call) \(strike.number) of \(work.arguments[0]), seed \(seed)"
            throw Finding("\(what): \(error) [\(work.folder)]")
        }
        // Threads take turns as they like, so that the last ones may not come up.
        guard let path = told.first(where: { $0[0] == "struck" })?.dropFirst().joined(separator: " ") else {
            return moments.take("none: fewer calls than before")
        }
        moments.take("\(strike.call) of \(Self.kind(of: path, in: work.folder))")
    }

    /// Lets the worker work, and gives what the recorder told.
    private func run(_ work: Work, _ strike: Strike?) async throws -> [[String]] {
        work.clear()
        let file = work.folder + ".struck"
        try? FileManager.default.removeItem(atPath: file)
        var recording = ["RECORDER_FOLDER": work.folder + "/store", "RECORDER_STRUCK": file]
        if let strike {
            recording["RECORDER_CALL"] = strike.call
            recording["RECORDER_NUMBER"] = "\(strike.number)"
            recording["RECORDER_ERROR"] = "\(strike.error)"
        }
        var said = Acknowledged()
        said.take(try WorkerProcess(work.arguments, recording: recording).end(isKilled: kills))
        try await work.require(&said)
        let told = try String(contentsOfFile: file, encoding: .utf8)
        return told.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    /// What a path is in a store.
    private static func kind(of path: String, in folder: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let part = name.hasSuffix(".part") ? ", unfinished" : ""
        return switch true {
        case path.contains("store-copy"): "a backup"
        case path.contains("store.part-"): "a new store"
        case path.hasSuffix("/store"): "the folder of the store"
        case path.contains("/store/log"): "the log"
        case path.hasSuffix("/runs"): "the folder of runs"
        case path.contains("/runs/"): "a run\(part)"
        case path.contains("/tree"): "the tree\(part)"
        case path.contains("/head"): "the head\(part)"
        case path.contains("writer.lock"): "the lock"
        default: path.hasPrefix(folder) ? "another file" : path
        }
    }
}
