import Accrue
import Credit
import EventLog
import Projections

/// Appends and questions while projections are rebuilt on both cores, against the same without, in pairs.
struct LoadBenchmark {
    private static let pairs = 5
    private static let batch = 1_000
    private static let events = 200_000
    private static let questions = 1_000
    private static let day = CivilDate(rawValue: 20_000)

    func run(_ table: inout ResultTable, _ store: String) async throws {
        let log = try LMDBEventLog(path: store)
        let catalogue = try Benchmarks.catalogue(of: log)
        let learners = Int(try log.read { $0.learnerCount })
        var workload = Workload(
            catalogue,
            learners: 2_000,
            after: try log.read { $0.position },
            seed: 2,
            named: "later"
        )
        var (appends, questions): ([(Duration, Duration)], [(Duration, Duration)]) = ([], [])
        for _ in 0..<Self.pairs {
            let (alone, beside) = (batches(&workload), batches(&workload))
            let time = try await append(alone, to: log)
            appends.append((time, try await whileRebuilding(log) { try await append(beside, to: log) }))
            let latency = try ask(log, learners)
            questions.append((latency, try await whileRebuilding(log) { try ask(log, learners) }))
        }
        try log.close()
        let (alone, beside) = (Self.median(appends.map(\.0)), Self.median(appends.map(\.1)))
        table.rate("appends in batches of 1 000, alone", Self.events, alone, floor: nil)
        table.rate("  while projections are rebuilt", Self.events, beside, floor: nil)
        table.ratio("  ratio, median of \(Self.pairs) pairs", Self.medianRatio(appends.map { $0.0 / $0.1 }))
        table.add("balance of one learner, median, alone", ResultTable.text(Self.median(questions.map(\.0))))
        table.add("  while projections are rebuilt", ResultTable.text(Self.median(questions.map(\.1))))
        table.ratio("  ratio, median of \(Self.pairs) pairs", Self.medianRatio(questions.map { $0.0 / $0.1 }))
    }

    private static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

    private static func medianRatio(_ ratios: [Double]) -> Double { ratios.sorted()[ratios.count / 2] }

    /// Runs work while projections are rebuilt, again and again until it is done.
    private func whileRebuilding<Result: Sendable>(
        _ log: LMDBEventLog,
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        let slots = SlotFolder(of: log)
        let rebuilding = Task {
            while !Task.isCancelled {
                _ = try await SlotBuilding(slots, workers: 2).build(
                    ProjectionDefinition(on: Self.day, under: .formationAlone)
                )?.close()
                for number in try slots.numbers { try slots.drop(number) }
            }
        }
        // Until it is under way.
        try await Task.sleep(for: .milliseconds(100))
        let result = try await work()
        rebuilding.cancel()
        try await rebuilding.value
        return result
    }

    private func batches(_ workload: inout Workload) -> [[Command]] {
        (0..<Self.events / Self.batch).map { _ in workload.commands(Self.batch) }
    }

    private func append(_ batches: [[Command]], to log: LMDBEventLog) async throws -> Duration {
        try await ContinuousClock().measure {
            for commands in batches {
                _ = try await log.append { (turn) throws(AccrueError) in
                    for command in commands { _ = try turn.append(command) }
                    return .keep(true)
                }
            }
        }
    }

    /// The median time of a balance.
    private func ask(_ log: LMDBEventLog, _ learners: Int) throws -> Duration {
        let clock = ContinuousClock()
        var random = SeededRandom(seed: 7)
        var times: [Duration] = []
        try Ledger(log).read { (view) throws(AccrueError) in
            for _ in 0..<Self.questions {
                let name = "learner-\(random.next() % UInt64(learners))"
                let start = clock.now
                let balance = try view.balance(of: view.learner(name), on: Self.day)
                times.append(clock.now - start)
                precondition(balance.lines.count >= 0)
            }
        }
        return Self.median(times)
    }
}
