import Credit
import EventCoding
import EventLog
import Foundation

/// The process that is mistreated: it appends batch after batch, and acknowledges each when it is durable. Between them it
/// copies the store and restores the copy, states where streams end, closes and opens it, and rebuilds its indices. All the
/// while its clock jumps.
struct Worker {
    let store: String
    let seed: UInt64
    /// It ends after so many batches.
    let last: Int
    let speaker: Speaker
    private let clock = JumpingClock()

    /// Small, so that sealing and merging happen all the time.
    static var options: StoreOptions {
        var options = StoreOptions()
        options.sealInterval = 32
        options.mapSize = 1 << 20
        return options
    }

    /// Works to its end, again from the store as it is where something failed.
    func run() async throws {
        try await Self.persisting(speaker) {
            if access(store, F_OK) != 0 {
                speaker.say("making")
                try LMDBEventLog.create(at: store, options: Self.options)
            }
            while try await live() < last {}
        }
    }

    /// Runs `body` again where the system failed it; but not for ever.
    static func persisting(_ speaker: Speaker, _ body: () async throws -> Void) async throws {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let error as AccrueError {
                speaker.say("failed-\(error.code.rawValue)")
                failures += 1
                guard failures < 4 else { throw error }
            }
        }
    }

    /// Runs `body` again while the clock is refused.
    private static func waiting<Result>(_ body: () async throws -> Result) async throws -> Result {
        while true {
            do {
                return try await body()
            } catch let error as AccrueError where error.code == .clockFar {
                continue
            }
        }
    }

    /// Opens the store, appends some batches, and closes it; gives the last batch.
    private func live() async throws -> Int {
        speaker.say("opening")
        var options = Self.options
        options.clock = clock.read
        let log = try await Self.waiting { [options] in try LMDBEventLog(path: store, options: options) }
        defer { try? log.close() }
        var number = try log.read { Int($0.learnerCount) }
        if number > 0 { clock.jumpFar() }
        speaker.say("open", number)
        repeat {
            guard number < last else { break }
            number += 1
            speaker.say("begin", number)
            try await Self.waiting { try await Batch(number, seed: seed).append(to: log) }
            clock.jumpFar()
            speaker.say("done", number)
            let copy = "\(store)-copy-\(number)"
            if number % 25 == 0, access(copy, F_OK) != 0 {
                speaker.say("copying", number)
                try log.backup(to: copy)
                speaker.say("restoring", number)
                try LMDBEventLog.restore(from: copy, to: "\(store)-restored-\(number)", options: Self.options)
            }
            if number % 15 == 0 {
                speaker.say("stating", number)
                try await state(log, number)
            }
        } while number % 40 != 0
        speaker.say("closing", number)
        try log.close()
        speaker.say(behind: log)
        speaker.say("closed", number)
        if number % 80 == 0 {
            speaker.say("rebuilding", number)
            try LMDBEventLog.rebuildIndices(at: store, options: Self.options)
        }
        return number
    }

    /// The log states where its streams end, and keeps it.
    private func state(_ log: LMDBEventLog, _ number: Int) async throws {
        let last = try log.read { $0.position }
        var tree = try log.heads(through: last)
        var command = Command(
            id: EventID(high: seed &+ 100, low: UInt64(last.rawValue)),
            kind: .headsRecorded,
            effective: CivilDate(rawValue: 19_000)
        )
        command.details.document = .heads(HeadsText(streams: tree.count, root: "\(tree.root())"))
        let statement = command
        try await Self.waiting {
            _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(statement).event) }
        }
        try log.keep(tree, through: last)
    }
}
