import Accrue
import Credit
import EventLog

/// Decisions judged by the façade: of learners at random, whose states it holds or must first read; and generated histories
/// as lines of JSON.
struct LedgerBenchmark {
    private static let batch = 1_000

    let events: Int
    let folder: ScratchFolder

    func run(_ table: inout ResultTable) async throws {
        try await measureCommands(&table)
        try await measureLines(&table)
    }

    private func measureCommands(_ table: inout ResultTable) async throws {
        let store = folder.path + "/judged"
        let catalogue = try await Benchmarks.makeStore(store)
        // A learner has some 50 events.
        let learners = events / 50 + 1
        var log = try LMDBEventLog(path: store)
        var workload = Workload(catalogue, learners: learners, after: try log.read { $0.position })
        let held = try await append(workload.commands(events), to: log)
        table.rate("judged commands of \(learners) learners at random, states held", events, held, floor: nil)
        log = try LMDBEventLog(path: store)
        let some = min(learners / 2, 10_000)
        let read = try await append(workload.commands(some), to: log)
        table.rate("  states not held: the first \(some) after opening", some, read, floor: nil)
    }

    /// Until the last run is sealed.
    private func append(_ commands: [Command], to log: LMDBEventLog) async throws -> Duration {
        let ledger = Ledger(log)
        return try await ContinuousClock().measure {
            for start in stride(from: 0, to: commands.count, by: Self.batch) {
                _ = try await ledger.append(Array(commands[start..<min(start + Self.batch, commands.count)]))
            }
            try log.close()
        }
    }

    private func measureLines(_ table: inout ResultTable) async throws {
        let commands = Array(HistoryGenerator(seed: 1, learners: events / 50 + 1))
        let store = folder.path + "/generated"
        try LMDBEventLog.create(at: store)
        let log = try LMDBEventLog(path: store)
        let ledger = Ledger(log)
        for start in stride(from: 0, to: commands.count, by: Self.batch) {
            _ = try await ledger.append(Array(commands[start..<min(start + Self.batch, commands.count)]))
        }
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
        let time = try await ContinuousClock().measure {
            let report = try await Ledger(importing).append(input)
            guard report.appended == commands.count else { throw FloorError(code: -3) }
            try importing.close()
        }
        table.rate("import of lines (\(lines.count / commands.count) bytes each)", commands.count, time, floor: nil)
    }
}
