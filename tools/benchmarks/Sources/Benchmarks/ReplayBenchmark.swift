import Credit
import EventCoding
import EventLog

/// Every event folded into the points of each learner and unit, beside a cursor of LMDB with the same fold in C.
struct ReplayBenchmark {
    private static let units = 64
    private static let rounds = 3
    private static let kind = EventKind.recognitionDecided.rawValue

    let learners: Int

    func run(_ table: inout ResultTable, _ store: String) async throws {
        let log = try LMDBEventLog(path: store, writes: false)
        let last = try log.read { $0.position.rawValue }
        let floor = try Floor.ofStore(store)
        var times: (one: [Duration], two: [Duration], floor: [Duration]) = ([], [], [])
        // Once before, so that all read from memory that they have touched; then by turns.
        try measure(log, floor, last, into: &times.one, &times.floor)
        times = ([], [], [])
        for _ in 0..<Self.rounds {
            try measure(log, floor, last, into: &times.one, &times.floor)
            try await times.two.append(measureTwo(log, last))
        }
        let (one, two, other) = (Self.median(times.one), Self.median(times.two), Self.median(times.floor))
        table.rate("replay with a fold, one core", Int(last), one, floor: other)
        table.rate("replay with a fold, two cores", Int(last), two, floor: other)
        table.ratio("  two cores against one", one / two)
        try measureMemory(log, last, &table)
        try log.close()
    }

    private static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

    /// Both folds, which must come to the same.
    private func measure(
        _ log: LMDBEventLog,
        _ floor: Floor,
        _ last: UInt32,
        into times: inout [Duration],
        _ floorTimes: inout [Duration]
    ) throws {
        let clock = ContinuousClock()
        var (sums, expected) = (Sums(learners), Sums(learners))
        times.append(try clock.measure { try fold(log, 1...last, into: &sums) })
        floorTimes.append(
            try clock.measure {
                try floor.fold(
                    1...last,
                    kind: Self.kind,
                    learners: learners + 1,
                    units: Self.units,
                    into: &expected.points
                )
            }
        )
        guard sums.points == expected.points else { throw FloorError(code: -2) }
    }

    private func measureTwo(_ log: LMDBEventLog, _ last: UInt32) async throws -> Duration {
        let middle = last / 2
        return try await ContinuousClock().measure {
            async let first = sums(log, 1...middle)
            async let second = sums(log, middle + 1...last)
            var both = try await first
            both.add(try await second)
        }
    }

    /// What a replay takes beside its result.
    private func measureMemory(_ log: LMDBEventLog, _ last: UInt32, _ table: inout ResultTable) throws {
        var sums = Sums(learners)
        for index in sums.points.indices { sums.points[index] = 1 }
        let before = Memory.anonymous
        try fold(log, 1...last, into: &sums)
        let size = sums.points.count * MemoryLayout<Int64>.size
        table.add("  memory beside its sums of \(size >> 20) MB", "\((Memory.anonymous - before) >> 10) kB")
    }

    private func sums(_ log: LMDBEventLog, _ range: ClosedRange<UInt32>) throws -> Sums {
        var sums = Sums(learners)
        try fold(log, range, into: &sums)
        return sums
    }

    private func fold(_ log: LMDBEventLog, _ range: ClosedRange<UInt32>, into sums: inout Sums) throws {
        try log.read { (snapshot) throws(AccrueError) in
            try snapshot.replay(
                from: Position(rawValue: range.lowerBound),
                through: Position(rawValue: range.upperBound)
            ) { event in
                if event.kindNumber == Self.kind, let points = event.points {
                    sums.points[Int(event.learnerNumber) * Self.units + Int(event.unit)] += points.rawValue
                }
            }
        }
    }

    /// Points by learner and unit.
    private struct Sums: Sendable {
        var points: [Int64]

        init(_ learners: Int) {
            points = Array(repeating: 0, count: (learners + 1) * ReplayBenchmark.units)
        }

        mutating func add(_ other: Sums) {
            for index in points.indices { points[index] += other.points[index] }
        }
    }
}
