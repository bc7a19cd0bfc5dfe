import Accrue
import Credit
import Foundation

/// Requires of what a worker did to its files that it promised nothing too early: what it acknowledged, and what it gave its
/// final name, was synced; and a call that failed before was told, and nothing acknowledged instead.
struct Durability {
    /// The calls on which it rests that something is durable. Others are told, too, or made again; what became of them is
    /// seen by looking at the store.
    private static let calls: Set<String> = ["fsync", "pwrite", "ftruncate", "rename", "mkdir", "sendfile"]

    /// Files on which a call may fail without a word, and why.
    private static let passedOver = [
        "store/writer.lock": "what stands in it says who appends, for whoever looks; the lock itself is the system's"
    ]

    private let recording: Recording
    /// Where the worker says what it does.
    private let said: String
    private var disk: Disk
    /// The threads that speak; others work behind them, and what fails there is tried again and acknowledges nothing.
    private let speakers: Set<Int>
    /// What failed since the last word; and of it, what the next one must tell.
    private var recent: [(path: String, failure: Recording.Failure)] = []
    private var untold: [(path: String, failure: Recording.Failure)] = []
    /// Whether a call on the log failed since the batch was begun.
    private var logFailed = false

    init(_ recording: Recording, said: String, on disk: Disk) {
        (self.recording, self.said, self.disk) = (recording, said, disk)
        speakers = Set(
            zip(recording.operations, recording.threads).compactMap { operation, thread in
                if case .write(said, _, _, _) = operation { thread } else { nil }
            }
        )
    }

    /// - Throws: ``Finding``.
    mutating func require() throws {
        for (operation, thread) in zip(recording.operations, recording.threads) {
            switch operation {
            case .failure(let path, let failure): note(path, failure, thread)
            case .rename(let path, let new): try requireDurable(path, as: new)
            default: break
            }
            disk.apply(operation)
            if case .write(said, _, let bytes, _) = operation {
                try hear(String(decoding: bytes, as: UTF8.self).split(separator: " ").first.map(String.init) ?? "")
            }
        }
        if let (path, failure) = untold.first { throw Finding("\(failure.call) of \(path) failed and was not told") }
    }

    private mutating func note(_ path: String, _ failure: Recording.Failure, _ thread: Int) {
        recent.append((path, failure))
        // What a signal interrupts is done again.
        guard Self.calls.contains(failure.call), failure.error != EINTR, Self.passedOver[path] == nil else { return }
        if path == "store/log/data.mdb" { logFailed = true }
        if speakers.contains(thread) || Self.isForemost(path) { untold.append((path, failure)) }
    }

    /// Whether nothing is done to a file behind the worker's back.
    private static func isForemost(_ path: String) -> Bool {
        path.contains("/log/") || path.contains("/projections") || path.hasPrefix("store-")
            || path.hasPrefix("store.part")
    }

    private func requireDurable(_ path: String, as new: String) throws {
        guard disk.isDurable(path) else { throw Finding("\(path) was renamed to \(new) before it was durable") }
        // It speaks of the tiles beside it.
        guard new.hasSuffix("tree/statement") else { return }
        let folder = new.dropLast("/statement".count)
        for level in 0..<8 where !disk.isDurable("\(folder)/\(level)") {
            throw Finding("\(new) was written before \(folder)/\(level) was durable")
        }
    }

    private mutating func hear(_ word: String) throws {
        if word == "begin" { logFailed = false }
        if word == "done" {
            if logFailed { throw Finding("a batch was acknowledged after a call on the log had failed") }
            guard disk.isSynced("store/log/data.mdb") else {
                throw Finding("a batch was acknowledged before it was synced")
            }
        }
        defer { (recent, untold) = ([], []) }
        guard let (path, failure) = untold.first else { return }
        // Whoever closes a log seals it, too; what fails there is told as what fails behind it.
        let isTold = word.hasPrefix("failed-") || word.hasPrefix("behind-")
        let told = isTold ? ErrorCode(rawValue: String(word.dropFirst(7))) : nil
        guard let told else {
            throw Finding("\(failure.call) of \(path) failed with \(failure.error), and then: \(word)")
        }
        // Where more than one call failed, the first is told, and the other happened while clearing up.
        guard recent.contains(where: { Self.isRight(told, for: $0.failure, of: $0.path) }) else {
            throw Finding("\(failure.call) of \(path) failed with \(failure.error), told as \(told.rawValue)")
        }
    }

    private static func isRight(_ code: ErrorCode, for failure: Recording.Failure, of path: String) -> Bool {
        // What became of the commit, nobody knows.
        if code == .commitUncertain { return path.contains("/log/") || path == "memory" }
        switch failure.error {
        case ENOSPC, EDQUOT: return code == .diskFull
        case EACCES, EPERM, EROFS: return code == .notPermitted
        default: return code == .inputOutput
        }
    }
}
