import EventLog
import Foundation

/// The process that is mistreated: it appends batch after batch, and acknowledges each when it is durable.
struct Worker {
    let store: String
    let seed: UInt64
    /// It ends after so many batches.
    let last: Int
    /// Where it writes what is acknowledged.
    let acknowledgements: Int32

    /// Small, so that sealing and merging happen all the time.
    static var options: StoreOptions {
        var options = StoreOptions()
        options.sealInterval = 32
        options.mapSize = 1 << 20
        return options
    }

    func run() async throws {
        if access(store, F_OK) != 0 { try LMDBEventLog.create(at: store, options: Self.options) }
        let log = try LMDBEventLog(path: store, options: Self.options)
        var number = try log.read { Int($0.learnerCount) }
        say("open \(number)")
        while number < last {
            number += 1
            say("begin \(number)")
            try await Batch(number, seed: seed).append(to: log)
            say("done \(number)")
            let copy = "\(store)-copy-\(number)"
            if number % 25 == 0, access(copy, F_OK) != 0 { try log.backup(to: copy) }
        }
        try log.close()
        say("closed \(number)")
    }

    private func say(_ words: String) {
        let line = Array("\(words)\n".utf8)
        precondition(write(acknowledgements, line, line.count) == line.count)
    }
}

/// What a worker said.
struct Acknowledged {
    /// Whether the store was open once.
    private(set) var isOpened = false
    private(set) var begun = 0
    private(set) var done = 0

    /// Takes in what was said; a line that was cut off does not count.
    mutating func take(_ said: some StringProtocol) {
        for line in said.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { continue }
            switch words[0] {
            case "begin": begun = max(begun, number)
            case "open", "done", "closed":
                isOpened = true
                done = max(done, number)
                begun = max(begun, done)
            default: break
            }
        }
    }
}
