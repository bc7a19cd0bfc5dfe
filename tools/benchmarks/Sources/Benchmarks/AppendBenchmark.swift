import Credit
import EventLog

/// Durable appends by one client, beside C loops that write the same records: the log alone, and the log with the same
/// indices in its transactions.
struct AppendBenchmark {
    let options: Options
    let folder: ScratchFolder
    let catalogue: Workload.Catalogue

    func run(_ table: inout ResultTable, _ store: String) async throws {
        let log = try LMDBEventLog(path: store)
        let start = try log.read { $0.position }
        var workload = Workload(catalogue, learners: options.learners, after: start)
        let clock = ContinuousClock()
        var slowest = Duration.zero
        var time = Duration.zero
        for _ in 0..<options.events / 1_000 {
            let commands = workload.commands(1_000)
            let took = try await clock.measure { try await append(commands, to: log) }
            time += took
            slowest = max(slowest, took)
        }
        time += try clock.measure { try log.close() }
        let floorTime = try floor(store, from: start.rawValue + 1, batch: 1_000, indexed: false)
        table.rate("append, 1 client, batches of 1 000", options.events, time, floor: floorTime)
        table.add("  slowest batch", "\(slowest)")
    }

    private func append(_ commands: [Command], to log: LMDBEventLog) async throws {
        _ = try await log.append { (turn) throws(AccrueError) in
            for command in commands { _ = try turn.append(command) }
            return .keep(true)
        }
    }

    /// The same records written by C.
    private func floor(_ store: String, from first: UInt32, batch: Int, indexed: Bool) throws -> Duration {
        let source = try Floor(store + "/log")
        let target = try Floor(folder.folder("floor-\(batch)-\(indexed)"), indexed: indexed)
        var time = Duration.zero
        var next = first
        let end = first + UInt32(options.events)
        while next < end {
            let records = try source.records(from: next, count: min(100_000, Int(end - next)))
            time += try ContinuousClock().measure { try target.append(records, at: next, batch: batch) }
            next += UInt32(records.lengths.count)
        }
        return time
    }
}
