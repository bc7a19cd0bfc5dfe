import AccrueTestKit
import Credit
import LMDB
import Testing

@testable import EventLog

/// A new store in a folder of its own.
struct TemporaryLog {
    let folder: TemporaryFolder
    var options = StoreOptions()

    var path: String { folder["store"] }

    init(sealInterval: Int = 1 << 18) throws {
        folder = try TemporaryFolder()
        options.mapSize = 32 << 20
        options.sealInterval = sealInterval
        try LMDBEventLog.create(at: path, options: options)
    }

    func open(writes: Bool = true, _ change: (inout StoreOptions) -> Void = { _ in }) throws -> LMDBEventLog {
        var options = options
        change(&options)
        return try LMDBEventLog(path: path, writes: writes, options: options)
    }

    /// Gives `body` the open log of a new store, closes it, and says how many runs it has then.
    @discardableResult
    static func with(
        sealInterval: Int = 1 << 18,
        _ body: (LMDBEventLog) async throws -> Void
    ) async throws -> Int {
        let store = try TemporaryLog(sealInterval: sealInterval)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await body(log)
        try log.close()
        return store.runs.count
    }

    /// Opens, appends so many learners with four events each, one learner a turn, and closes.
    func fill(learners: ClosedRange<Int>) async throws {
        let log = try open()
        try await log.append(learners: learners)
        try log.close()
    }

    var runs: [String] { (try? Files().names(in: StoreFolder(path: path).runs)) ?? [] }
}

extension LMDBEventLog {
    func append(learners: ClosedRange<Int>) async throws {
        for number in learners {
            _ = try await append { (turn) throws(AccrueError) in
                let learner = try turn.append(.learner(number)).event
                for index in 1...3 { _ = try turn.append(.note(number, index, of: learner.position)) }
                return .keep(true)
            }
        }
    }
}

/// Waits until something comes true that is done behind the log.
func until(_ isTrue: () throws -> Bool) async throws {
    // A minute, as others may keep the cores busy.
    for _ in 0..<6_000 {
        if try isTrue() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("It never came true.")
}
