import Accrue
import Credit
import EventLog

/// Generated histories through the façade, every decision judged: as commands, and as lines of JSON.
struct LedgerBenchmark {
    private static let batch = 1_000

    let events: Int
    let folder: ScratchFolder

    func run(_ table: inout ResultTable) async throws {
        let clock = ContinuousClock()
        // A learner has some 50 events.
        let commands = Array(HistoryGenerator(seed: 1, learners: events / 50 + 1))
        let store = folder.path + "/judged"
        try LMDBEventLog.create(at: store)
        let log = try LMDBEventLog(path: store)
        let ledger = Ledger(log)
        var time = try await clock.measure {
            for start in stride(from: 0, to: commands.count, by: Self.batch) {
                _ = try await ledger.append(Array(commands[start..<min(start + Self.batch, commands.count)]))
            }
        }
        table.rate("judged commands, batches of 1 000", commands.count, time, floor: nil)
        var lines: [UInt8] = []
        try ledger.read { (view) throws(AccrueError) in
            try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) { event throws(AccrueError) in
                lines += try view.line(of: event)
                lines.append(UInt8(ascii: "\n"))
            }
        }
        try log.close()
        let target = folder.path + "/imported"
        try LMDBEventLog.create(at: target)
        let importing = try LMDBEventLog(path: target)
        let input = EventLines(lines)
        time = try await clock.measure {
            let report = try await Ledger(importing).append(input)
            guard report.appended == commands.count else { throw FloorError(code: -3) }
            try importing.close()
        }
        table.rate("import of lines (\(lines.count / commands.count) bytes each)", commands.count, time, floor: nil)
    }
}
