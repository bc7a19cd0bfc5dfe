import Credit
import EventCoding
import EventLog

/// Every event folded into the points of each learner and unit, beside a cursor of LMDB with the same fold in C.
struct ReplayBenchmark {
    private static let units = 64
    private static let kind = EventKind.recognitionDecided.rawValue

    let learners: Int

    func run(_ table: inout ResultTable, _ store: String) async throws {
        let clock = ContinuousClock()
        let log = try LMDBEventLog(path: store, writes: false)
        let last = try log.read { $0.position }
        _ = try fold(log, 1...last.rawValue)
        var one = Sums(learners)
        let time = try clock.measure { one = try fold(log, 1...last.rawValue) }
        let middle = last.rawValue / 2
        var both = Sums(learners)
        let timeOfTwo = try await clock.measure {
            async let first = fold(log, 1...middle)
            async let second = fold(log, middle + 1...last.rawValue)
            both = try await first
            both.add(try await second)
        }
        try log.close()
        let floor = try Floor(store + "/log")
        var expected: [Int64] = []
        let floorTime = try clock.measure {
            expected = try floor.fold(1...last.rawValue, kind: Self.kind, learners: learners + 1, units: Self.units)
        }
        guard one.points == expected, both.points == expected else { throw FloorError(code: -2) }
        let count = Int(last.rawValue)
        table.rate("replay with a fold, one core", count, time, floor: floorTime)
        table.rate("replay with a fold, two cores", count, timeOfTwo, floor: floorTime)
        table.ratio("  two cores against one", time / timeOfTwo)
    }

    private func fold(_ log: LMDBEventLog, _ range: ClosedRange<UInt32>) throws -> Sums {
        var sums = Sums(learners)
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
        return sums
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
