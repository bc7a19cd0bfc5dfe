import Credit
import EventLog

/// Durable appends by many clients, each of one event after the other; beside a group commit in C of the same records, by
/// turns.
struct ClientsBenchmark {
    private static let clients = 16
    private static let rounds = 5
    private static let events = 8_000

    let store: String

    func run(_ workload: inout Workload, _ floor: Floor, _ table: inout ResultTable) async throws {
        var (time, floorTime) = (Duration.zero, Duration.zero)
        var (commits, floorCommits) = (0, 0)
        for _ in 0..<Self.rounds {
            let start = workload.next
            let commands = workload.commands(Self.events)
            let before = try Floor.ofStore(store).transactions
            time += try await append(commands)
            let source = try Floor.ofStore(store)
            commits += source.transactions - before
            let records = try source.records(from: start, count: Self.events)
            floorTime += try ContinuousClock().measure {
                floorCommits += try floor.groupAppend(records, at: start, clients: Self.clients)
            }
        }
        let count = Self.rounds * Self.events
        table.rate("append, \(Self.clients) clients of one event each", count, time, floor: floorTime)
        table.add("  events a transaction", "\(count / max(commits, 1))", "\(count / max(floorCommits, 1))")
    }

    private func append(_ commands: [Command]) async throws -> Duration {
        let log = try LMDBEventLog(path: store)
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<Self.clients {
                    group.addTask {
                        for index in stride(from: client, to: commands.count, by: Self.clients) {
                            _ = try await log.append { (turn) throws(AccrueError) in
                                .keep(try turn.append(commands[index]).event.position)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try log.close()
        return time
    }
}
