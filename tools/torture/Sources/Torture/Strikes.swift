import Accrue
import Foundation

/// Strikes the worker at each of its calls on files in turn: it is killed there, or the call fails with each error that it
/// can give.
struct Strikes {
    /// The errors of each call on a local file; a call that has none here is not made to fail.
    private static let errors: [String: [Int32]] = [
        "open": [EACCES, EMFILE, ENFILE, ENOMEM, ENOSPC, EDQUOT, EIO, EROFS, EINTR], "pread": [EIO, EINTR],
        "pwrite": [ENOSPC, EDQUOT, EIO, EFBIG, EINTR], "fsync": [EIO, ENOSPC, EDQUOT, EINTR],
        "ftruncate": [EIO, EFBIG, EINTR], "rename": [ENOSPC, EDQUOT, EIO, EACCES, EROFS, ENOMEM],
        "unlink": [EIO, EBUSY, EACCES, EROFS, ENOMEM], "mkdir": [ENOSPC, EDQUOT, EIO, EACCES, EROFS, ENOMEM],
        "rmdir": [EIO, EBUSY, EACCES, EROFS, ENOMEM], "opendir": [EMFILE, ENFILE, EIO, EACCES, ENOMEM],
        "readdir": [EIO], "flock": [ENOLCK, EINTR], "sendfile": [EIO, ENOSPC, ENOMEM], "close": [EIO, EINTR],
        "mmap": [ENOMEM, EAGAIN, ENODEV], "fstat": [EIO, ENOMEM], "fcntl": [ENOLCK, EINTR],
        "access": [EACCES, EIO, ENOMEM], "statfs": [EIO, ENOMEM, EINTR], "malloc": [ENOMEM],
    ]
    /// Calls before which a process is killed: those that change something.
    private static let deadly = ["open", "pwrite", "fsync", "ftruncate", "rename", "unlink", "mkdir", "rmdir"]
    /// So many workers are struck at the same time.
    private static let lanes = 2
    /// A call that did not come up is waited for in so many runs.
    private static let attempts = 3

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
        until isOver: @escaping @Sendable (Int) -> Bool
    ) async throws -> (done: Int, all: Int, moments: Moments) {
        var lanes: [[Work]] = []
        for lane in 0..<Self.lanes { lanes.append(try await works(lane)) }
        var strikes: [Strike] = []
        for (index, work) in lanes[0].enumerated() { strikes += try await self.strikes(at: work, index) }
        var random = SeededRandom(seed: seed)
        let mixed = Self.mixed(strikes, &random)
        return try await withThrowingTaskGroup(of: (Int, Moments).self) { group in
            for (lane, works) in lanes.enumerated() {
                group.addTask {
                    var (done, moments) = (0, Moments())
                    for index in stride(from: lane, to: mixed.count, by: Self.lanes) {
                        if isOver(done * Self.lanes) || Task.isCancelled { break }
                        try await play(mixed[index], works[mixed[index].work], &moments)
                        done += 1
                        if lane == 0 { progress.advance(name, done * Self.lanes) }
                    }
                    return (done, moments)
                }
            }
            var (done, moments) = (0, Moments())
            for try await (count, seen) in group {
                done += count
                moments.take(seen)
            }
            return (done, mixed.count, moments)
        }
    }

    /// One makes a store; the others begin with one, so that few calls come before all that they do: the first tile of the
    /// tree, a copy, a statement, closing, rebuilding.
    private func works(_ lane: Int) async throws -> [Work] {
        [
            try await Work(in: "\(folder)/\(name)-begin-\(lane)", seed: seed, imports: false, last: 12),
            try await Work(in: "\(folder)/\(name)-go-on-\(lane)", seed: seed, imports: false, from: 50, last: 84),
            try await Work(in: "\(folder)/\(name)-import-\(lane)", seed: seed, imports: true, from: 1, last: 3),
        ]
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
        // Threads take turns as they like, so that the last calls may not come up.
        for _ in 1...Self.attempts {
            let told: [[String]]
            do {
                told = try await run(work, strike)
            } catch {
                let how = strike.error == 0 ? "killed at" : "error \(strike.error) of"
                let what =
                    "\(how) \(strike.call) \(strike.number) of \(work.arguments[0]) from \(work.from), seed \(seed)"
                throw Finding("\(what): \(error) [\(work.folder)]")
            }
            if let path = told.first(where: { $0[0] == "struck" })?.dropFirst().joined(separator: " ") {
                return moments.take("\(strike.call) of \(Self.kind(of: path, in: work.folder))")
            }
        }
        moments.take("none: fewer calls than before")
    }

    /// Lets the worker work, and gives what the recorder told.
    private func run(_ work: Work, _ strike: Strike?) async throws -> [[String]] {
        try work.begin()
        let file = work.folder + ".struck"
        try? FileManager.default.removeItem(atPath: file)
        var recording = ["RECORDER_FOLDER": work.folder + "/store", "RECORDER_STRUCK": file]
        if let strike {
            recording["RECORDER_CALL"] = strike.call
            recording["RECORDER_NUMBER"] = "\(strike.number)"
            recording["RECORDER_ERROR"] = "\(strike.error)"
        }
        var said = work.beginning
        let words = try WorkerProcess(work.arguments, recording: recording).end(isKilled: kills)
        // A call that failed says nothing of what is stored.
        if let place = words.range(of: "failed-E-INT") {
            throw Finding("told as damage: \(words[place.lowerBound...])")
        }
        said.take(words)
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
        case path.contains("store-restored"): "a restored store"
        case path.contains("store.part-"): "a new store"
        case path.hasSuffix("/store"): "the folder of the store"
        case path.contains("/projections"): "a projection"
        case path.contains("/store/log"): "the log"
        case path.contains("/runs.part"): "runs being rebuilt"
        case path.hasSuffix("/runs"): "the folder of runs"
        case path.contains("/runs/"): "a run\(part)"
        case path.contains("/tree"): "the tree\(part)"
        case path.contains("/head"): "the head\(part)"
        case path.contains("writer.lock"): "the lock"
        case path == "memory": "LMDB"
        default: path.hasPrefix(folder) ? "another file" : path
        }
    }
}
