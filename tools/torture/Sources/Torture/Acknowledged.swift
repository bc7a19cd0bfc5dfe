import EventLog
import Foundation

/// What a worker says of itself, one line at a time: a word, and the number of the batch.
struct Speaker {
    let descriptor: Int32

    func say(_ word: String, _ number: Int = 0) {
        let line = Array("\(word) \(number)\n".utf8)
        precondition(write(descriptor, line, line.count) == line.count)
    }
}

extension Speaker {
    /// Says what failed behind a log that was closed.
    func say(behind log: LMDBEventLog) {
        for failure in log.failures.values { say("behind-\(failure.code.rawValue)") }
    }
}

/// What a worker said.
struct Acknowledged {
    /// Whether the store was open once.
    private(set) var isOpened = false
    private(set) var begun = 0
    private(set) var done = 0
    /// The last word, which tells what it was doing.
    private(set) var last: String?

    /// Takes in what was said; a line that was cut off does not count.
    mutating func take(_ said: some StringProtocol) {
        last = nil
        for line in said.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { continue }
            last = String(words[0])
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
