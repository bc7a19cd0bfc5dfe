import Credit
import EventLog

/// Durable appends by one client in batches of several sizes, and by many clients of one event each; beside C loops that
/// write the same records: the log alone, and the log with the same indices in its transactions.
struct AppendBenchmark {
    let options: Options
    let folder: ScratchFolder
    let catalogue: Workload.Catalogue

    func run(_ table: inout ResultTable, _ store: String) async throws {
        let log = try LMDBEventLog(path: store, writes: false)
        var workload = Workload(catalogue, learners: options.learners, after: try log.read { $0.position })
        try log.close()
        if options.runs("append") {
            for (batch, count) in [(1, 5_000), (100, options.events / 10), (1_000, options.events)] {
                try await measure(batch, count, &workload, &table, store)
            }
        } else {
            try await fill(store, &workload)
        }
        if options.runs("clients") { try await measureClients(16, 20_000, &workload, &table, store) }
    }

    /// The events that the other groups read, where their append is not measured.
    private func fill(_ store: String, _ workload: inout Workload) async throws {
        let log = try LMDBEventLog(path: store)
        for _ in 0..<options.events / 10_000 { try await Self.append(workload.commands(10_000), to: log) }
        try log.close()
    }

    private func measure(
        _ batch: Int,
        _ count: Int,
        _ workload: inout Workload,
        _ table: inout ResultTable,
        _ store: String
    ) async throws {
        let log = try LMDBEventLog(path: store)
        let start = workload.next
        let clock = ContinuousClock()
        var slowest = Duration.zero
        var time = Duration.zero
        for _ in 0..<count / batch {
            let commands = workload.commands(batch)
            let took = try await clock.measure { try await Self.append(commands, to: log) }
            time += took
            slowest = max(slowest, took)
        }
        // Until every run is sealed.
        time += try clock.measure { try log.close() }
        let floorTime = try floor(store, from: start, count: count, batch: batch, indexed: false)
        table.rate("append, 1 client, batches of \(batch)", count, time, floor: floorTime)
        table.add("  slowest batch", ResultTable.text(slowest))
        guard batch == 1_000 else { return }
        let some = min(count, 200_000)
        let indexed = try floor(store, from: start, count: some, batch: batch, indexed: true)
        table.rate("  C with the same indices in its transactions, first \(some)", some, indexed, floor: nil)
    }

    private func measureClients(
        _ clients: Int,
        _ count: Int,
        _ workload: inout Workload,
        _ table: inout ResultTable,
        _ store: String
    ) async throws {
        let before = try Floor(store + "/log").transactions
        let log = try LMDBEventLog(path: store)
        let start = workload.next
        let commands = workload.commands(count)
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<clients {
                    group.addTask {
                        for index in stride(from: client, to: count, by: clients) {
                            try await Self.append([commands[index]], to: log)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try log.close()
        let source = try Floor(store + "/log")
        let own = source.transactions - before
        let records = try source.records(from: start, count: count)
        let target = try Floor(folder.folder("floor-clients"))
        var commits = 0
        let floorTime = try ContinuousClock().measure {
            commits = try target.groupAppend(records, at: start, clients: clients)
        }
        table.rate("append, \(clients) clients of one event each", count, time, floor: floorTime)
        table.add("  events a transaction", "\(count / max(own, 1))", "\(count / max(commits, 1))")
    }

    private static func append(_ commands: [Command], to log: LMDBEventLog) async throws {
        _ = try await log.append { (turn) throws(AccrueError) in
            if commands.count > 1 { turn.foresee(commands.map { ($0.id, $0.learner) }) }
            for command in commands { _ = try turn.append(command) }
            return .keep(true)
        }
    }

    /// The same records written by C.
    private func floor(_ store: String, from first: UInt32, count: Int, batch: Int, indexed: Bool) throws -> Duration {
        let source = try Floor(store + "/log")
        let target = try Floor(folder.folder("floor-\(batch)-\(indexed)"), indexed: indexed)
        var time = Duration.zero
        var next = first
        let end = first + UInt32(count)
        while next < end {
            let records = try source.records(from: next, count: min(100_000, Int(end - next)))
            time += try ContinuousClock().measure { try target.append(records, at: next, batch: batch) }
            next += UInt32(records.lengths.count)
        }
        return time
    }
}
