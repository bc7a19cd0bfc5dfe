import Accrue
import Credit
import EventLog

/// The balance and history of one learner among many, by a fold over the learner's events, beside a C loop that only gets
/// the same records from the log.
struct LearnerBenchmark {
    private static let questions = 2_000

    let learners: Int

    func run(_ table: inout ResultTable, _ store: String) throws {
        let clock = ContinuousClock()
        let log = try LMDBEventLog(path: store, writes: false)
        let ledger = Ledger(log)
        var random = SeededRandom(seed: 7)
        var positions: [[UInt32]] = []
        var times: [Duration] = []
        let date = CivilDate(rawValue: 20_000)
        try ledger.read { (view) throws(AccrueError) in
            for _ in 0..<Self.questions {
                let name = "learner-\(random.next() % UInt64(learners))"
                let start = clock.now
                let learner = try view.learner(name)
                let history = try view.history(of: learner)
                let balance = Balance(
                    of: learner.position,
                    in: history,
                    registry: view.registry,
                    on: date,
                    known: view.known
                )
                times.append(clock.now - start)
                precondition(balance.lines.count > 0)
                positions.append(history.events.map(\.position.rawValue))
            }
        }
        try log.close()
        let events = positions.reduce(0) { $0 + $1.count } / positions.count
        // A process that has just opened the file touches each page of its map for the first time, which is dear; one that
        // runs for long does not.
        let (first, later) = (try get(positions, store), try get(positions, store, scansBefore: true))
        table.latency("balance and history of one learner (\(events) events)", times, floor: later)
        table.latency("  beside C that has just opened the log", times, floor: first)
        try measureOpening(&table, store, date)
    }

    /// How long C takes to get records of the log.
    private func get(_ positions: [[UInt32]], _ store: String, scansBefore: Bool = false) throws -> [Duration] {
        let floor = try Floor.ofStore(store)
        if scansBefore { try floor.scan(1...UInt32(floor.recordCount)) }
        var sum: Int64 = 0
        return try positions.map { positions in
            try ContinuousClock().measure { sum += try floor.sum(positions) }
        }
    }

    /// What a process pays before its first answer.
    private func measureOpening(_ table: inout ResultTable, _ store: String, _ date: CivilDate) throws {
        let clock = ContinuousClock()
        var log = try LMDBEventLog(path: store, writes: false)
        try log.close()
        let reading = try clock.measure {
            log = try LMDBEventLog(path: store, writes: false)
            try Ledger(log).read { (view) throws(AccrueError) in
                let balance = try view.balance(of: view.learner("learner-0"), on: date)
                precondition(balance.lines.count > 0)
            }
            try log.close()
        }
        let writing = try clock.measure { log = try LMDBEventLog(path: store) }
        try log.close()
        table.add("opening, one balance, closing", ResultTable.text(reading))
        table.add("opening for writing", ResultTable.text(writing))
    }
}
