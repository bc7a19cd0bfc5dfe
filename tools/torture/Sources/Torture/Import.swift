import Accrue
import Credit
import EventLog
import Foundation

/// A long import of lines through the façade, in batches that are all there or not at all.
struct Import {
    /// What the lines say, in the order of positions.
    private let commands: [Command]
    /// The position at the end of each batch.
    private let ends: [Int]
    /// Where the lines are.
    let file: String

    private static let learners = 150
    private static let batchSize = 40

    /// Invents a history, and writes its lines to a file in `folder`.
    init(seed: UInt64, in folder: String) async throws {
        commands = Array(HistoryGenerator(seed: seed, learners: Self.learners))
        file = "\(folder)/lines-\(seed).ndjson"
        let scratch = "\(folder)/lines-\(seed)"
        try LMDBEventLog.create(at: scratch)
        let log = try LMDBEventLog(path: scratch)
        let ledger = Ledger(log)
        try await ledger.append(commands)
        var lines: [[UInt8]] = []
        try ledger.read { (view) throws(AccrueError) in
            try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) { (event) throws(AccrueError) in
                lines.append(try view.line(of: event) + [10])
            }
        }
        try log.close()
        try FileManager.default.removeItem(atPath: scratch)
        try Data(lines.joined()).write(to: URL(fileURLWithPath: file))
        ends = Self.batches(of: lines).reduce(into: []) { $0.append(($0.last ?? 0) + $1.count) }
    }

    /// Some lines each; one begins where a learner is introduced, so that what belongs together stays so.
    private static func batches(of lines: [[UInt8]]) -> [[[UInt8]]] {
        let introduction = Array("\"learner-introduced\"".utf8)
        var batches: [[[UInt8]]] = [[]]
        for line in lines {
            if batches[batches.count - 1].count >= batchSize, line.firstRange(of: introduction) != nil {
                batches.append([])
            }
            batches[batches.count - 1].append(line)
        }
        return batches
    }

    // MARK: In the worker

    /// Imports what lies in a file, from where the store is on, and acknowledges each batch when it is durable.
    static func work(_ file: String, store: String, last: Int, _ speaker: Speaker) async throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        let batches = batches(of: bytes.split(separator: 10).map { $0 + [10] })
        try await Worker.persisting(speaker) {
            if access(store, F_OK) != 0 {
                speaker.say("making")
                try LMDBEventLog.create(at: store, options: Worker.options)
            }
            speaker.say("opening")
            let log = try LMDBEventLog(path: store, options: Worker.options)
            defer { try? log.close() }
            var (number, lines) = (0, try log.read { Int($0.position.rawValue) })
            while number < batches.count, lines >= batches[number].count {
                lines -= batches[number].count
                number += 1
            }
            guard lines == 0 else { throw Finding("half a batch is there") }
            speaker.say("open", number)
            let ledger = Ledger(log)
            for batch in batches.prefix(last).dropFirst(number) {
                number += 1
                speaker.say("begin", number)
                let report = try await ledger.append(EventLines(Array(batch.joined())))
                if let fault = report.faults.first { throw Finding("line \(fault.line): \(fault.error)") }
                speaker.say("done", number)
                if number % 4 == 3 {
                    speaker.say("projecting", number)
                    try await Projecting.work(log)
                }
            }
            speaker.say("closing", number)
            try log.close()
            speaker.say(behind: log)
            speaker.say("closed", number)
        }
    }

    // MARK: After it

    /// - Returns: The last batch that is there.
    func require(of store: String, _ said: Acknowledged, writes: Bool = true) async throws -> Int {
        let log = try LMDBEventLog(path: store, writes: writes, options: Worker.options)
        defer { try? log.close() }
        try await Projecting.require(log)
        if let finding = log.check().findings.first { throw Finding("check: \(finding)") }
        return try log.read { (snapshot) throws(AccrueError) in
            let count = Int(snapshot.position.rawValue)
            guard let found = count == 0 ? 0 : ends.firstIndex(of: count).map({ $0 + 1 }) else {
                throw AccrueError(.positionsMissing, "half a batch is there, to \(count)")
            }
            guard (said.done...said.begun).contains(found) else {
                throw AccrueError(.positionsMissing, "\(said.done) acknowledged, \(said.begun) begun, \(found) found")
            }
            try snapshot.forEachEvent(from: Position(rawValue: 1), through: snapshot.position) {
                (event) throws(AccrueError) in
                guard event.command == commands[Int(event.position.rawValue) - 1] else {
                    throw AccrueError(.recordDamaged, "\(event.position) is not what its line says")
                }
            }
            return found
        }
    }
}
