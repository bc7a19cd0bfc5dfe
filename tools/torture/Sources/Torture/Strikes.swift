import Accrue
import Foundation

/// Strikes the worker at each of its calls on files in turn: it is killed there, or the call fails with each error that it
/// can give.
struct Strikes {
    /// Not an error: the call is done to a half, and says so.
    private static let halves: Int32 = -2
    /// The errors of each call on a local file; a call that has none here is not made to fail.
    private static let errors: [String: [Int32]] = [
        "open": [EACCES, EMFILE, ENFILE, ENOMEM, ENOSPC, EDQUOT, EIO, EROFS, EINTR, EPERM, ELOOP, ENXIO],
        "pread": [EIO, EINTR], "pwrite": [ENOSPC, EDQUOT, EIO, EFBIG, EINTR, halves],
        "fsync": [EIO, ENOSPC, EDQUOT, EINTR, EROFS], "ftruncate": [EIO, EFBIG, EINTR],
        "fallocate": [ENOSPC, EDQUOT, EIO, EINTR, EOPNOTSUPP],
        "rename": [ENOSPC, EDQUOT, EIO, EACCES, EROFS, ENOMEM, EPERM, EBUSY],
        "unlink": [EIO, EBUSY, EACCES, EROFS, ENOMEM, EPERM],
        "mkdir": [ENOSPC, EDQUOT, EIO, EACCES, EROFS, ENOMEM, EMLINK],
        "rmdir": [EIO, EBUSY, EACCES, EROFS, ENOMEM], "opendir": [EMFILE, ENFILE, EIO, EACCES, ENOMEM],
        "readdir": [EIO], "flock": [ENOLCK, EINTR],
        "sendfile": [EIO, ENOSPC, ENOMEM, EINTR, EDQUOT, EFBIG, EAGAIN, halves], "close": [EIO, EINTR],
        "mmap": [ENOMEM, EAGAIN, ENODEV, EACCES, EPERM, ENFILE], "fstat": [EIO, ENOMEM],
        "fcntl": [ENOLCK, EINTR, EAGAIN, EDEADLK], "access": [EACCES, EIO, ENOMEM],
        "statfs": [EIO, ENOMEM, EINTR, EACCES], "lseek": [EINVAL, EOVERFLOW], "munmap": [EINVAL, ENOMEM],
        "madvise": [EAGAIN, ENOMEM, EIO], "malloc": [ENOMEM],
    ]
    /// Calls before which a process is killed: those that change something.
    private static let deadly = [
        "open", "pwrite", "fsync", "ftruncate", "rename", "unlink", "mkdir", "rmdir", "sendfile",
    ]
    /// Calls that may be done to a half: there a process is killed between the halves, too.
    private static let divisible = ["pwrite", "sendfile"]
    /// After one of so many failed calls, one of the next so many calls fails as well: what clears up may fail.
    private static let (sharedBySecond, reach) = (4, 6)
    /// So many workers are struck at the same time.
    private static let lanes = 2
    /// A call that did not come up is waited for in so many runs.
    private static let attempts = 3

    private struct Strike {
        var work: Int
        var call: String
        var number: Int
        /// 0 to kill before it, -1 to kill after a half of it.
        var error: Int32
        /// How many calls after it one more fails; 0 for none.
        var second = 0
    }

    /// What came of strikes.
    struct Outcome {
        /// How many there are.
        var all = 0
        var struck = 0
        /// Calls that did not come up again, so that nothing was struck.
        var missed = 0
        /// States of the disk after a failed sync or write that were opened.
        var images = 0
        var moments = Moments()

        mutating func take(_ other: Outcome) {
            struck += other.struck
            missed += other.missed
            images += other.images
            moments.take(other.moments)
        }
    }

    let folder: String
    let seed: UInt64
    /// Whether the worker is killed, or its calls fail.
    let kills: Bool

    private var name: String { kills ? "points" : "faults" }

    func run(
        _ progress: Progress,
        until isOver: @escaping @Sendable (Int) -> Bool
    ) async throws -> Outcome {
        var lanes: [[Work]] = []
        for lane in 0..<Self.lanes { lanes.append(try await works(lane)) }
        var strikes: [Strike] = []
        for (index, work) in lanes[0].enumerated() { strikes += try await self.strikes(at: work, index) }
        var random = SeededRandom(seed: seed)
        var mixed = Self.mixed(strikes, &random)
        for index in mixed.indices where mixed[index].error > 0 && random.next() % UInt64(Self.sharedBySecond) == 0 {
            mixed[index].second = 1 + Int(random.next() % UInt64(Self.reach))
        }
        return try await withThrowingTaskGroup(of: Outcome.self) { [mixed] group in
            for (lane, works) in lanes.enumerated() {
                group.addTask {
                    var outcome = Outcome()
                    for (round, index) in stride(from: lane, to: mixed.count, by: Self.lanes).enumerated() {
                        if isOver(round * Self.lanes) || Task.isCancelled { break }
                        try await play(mixed[index], works[mixed[index].work], &outcome)
                        if lane == 0 { progress.advance(name, round * Self.lanes) }
                    }
                    return outcome
                }
            }
            var all = Outcome(all: mixed.count)
            for try await outcome in group { all.take(outcome) }
            return all
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
            let deaths: [Int32] = Self.deadly.contains(call) ? (Self.divisible.contains(call) ? [0, -1] : [0]) : []
            let errors = kills ? deaths : Self.errors[call] ?? []
            return errors.flatMap { error in
                (0..<count).map { Strike(work: index, call: call, number: $0 + 1, error: error) }
            }
        }
    }

    private func play(_ strike: Strike, _ work: Work, _ outcome: inout Outcome) async throws {
        // Threads take turns as they like, so that the last calls may not come up.
        for _ in 1...Self.attempts {
            let told: [[String]]
            do {
                told = try await run(work, strike)
                if !kills { outcome.images += try await lookAfterFailure(work, strike) }
            } catch {
                let how =
                    switch strike.error {
                    case 0: "killed at"
                    case -1: "killed in the middle of"
                    case Self.halves: "half of"
                    default: "error \(strike.error)\(strike.second > 0 ? " and \(strike.second) later EIO" : "") of"
                    }
                let what =
                    "\(how) \(strike.call) \(strike.number) of \(work.arguments[0]) from \(work.from), seed \(seed)"
                throw Finding("\(what): \(error) [\(work.folder)]")
            }
            if let path = told.first(where: { $0[0] == "struck" })?.dropFirst().joined(separator: " ") {
                outcome.struck += 1
                return outcome.moments.take("\(strike.call) of \(Self.kind(of: path, in: work.folder))")
            }
        }
        outcome.missed += 1
    }

    /// Lets the worker work, and gives what the recorder told.
    private func run(_ work: Work, _ strike: Strike?) async throws -> [[String]] {
        try work.begin()
        let file = work.folder + ".struck"
        let log = operations(of: work)
        for old in [file, log] { try? FileManager.default.removeItem(atPath: old) }
        let voice = work.folder + "/" + Work.said
        var recording = ["RECORDER_FOLDER": work.store, "RECORDER_STRUCK": file, "RECORDER_SAID": voice]
        if !kills { recording["RECORDER_LOG"] = log }
        if let strike {
            recording["RECORDER_CALL"] = strike.call
            recording["RECORDER_NUMBER"] = "\(strike.number)"
            recording["RECORDER_ERROR"] = "\(strike.error)"
            recording["RECORDER_SECOND"] = "\(strike.second)"
        }
        _ = try WorkerProcess(work.arguments + [voice], recording: recording).end(isKilled: kills)
        let words = (try? String(contentsOfFile: voice, encoding: .utf8)) ?? ""
        // A call that failed says nothing of what is stored.
        if let place = words.range(of: "failed-E-INT") {
            throw Finding("told as damage: \(words[place.lowerBound...].prefix(20))")
        }
        var said = work.beginning
        said.take(words)
        try await work.require(&said)
        let told = try String(contentsOfFile: file, encoding: .utf8)
        return told.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    private func operations(of work: Work) -> String { work.folder + ".operations" }

    /// Requires that the worker promised nothing too early, and opens what a power cut leaves of the disk soon after the call
    /// failed and at the end: what was written before a sync that failed is lost then.
    ///
    /// - Returns: How many states of the disk were opened.
    private func lookAfterFailure(_ work: Work, _ strike: Strike) async throws -> Int {
        let recording = try Recording(operations(of: work), in: work.folder)
        var disk = try work.disk()
        var durability = Durability(recording, said: Work.said, on: disk)
        try durability.require()
        let failures = recording.operations.indices.filter { index in
            if case .failure(_, let failure) = recording.operations[index] {
                ["fsync", "pwrite", "sendfile", "rename"].contains(failure.call)
            } else {
                false
            }
        }
        guard let first = failures.first else { return 0 }
        var random = SeededRandom(seed: seed &+ UInt64(strike.number))
        let end = recording.operations.count - 1
        let looks: Set<Int> = [first, min(end, first + Int(random.next() % 40)), end]
        let image = work.folder + ".image"
        for (index, operation) in recording.operations.enumerated() {
            disk.apply(operation)
            guard looks.contains(index) else { continue }
            try disk.crash(into: image, index == first ? .journal : .nothing, &random)
            var said = work.beginning
            said.take(disk.text(of: Work.said))
            do {
                try await work.at(image).require(&said)
            } catch {
                throw Finding("after a power cut \(index - first) operations later: \(error) [\(image)]")
            }
        }
        return looks.count
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
        case path == folder: "the folder that holds the store"
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
