import Credit
import EventLog
import Foundation

/// Durable appends by one client: a store is filled in batches of 1,000, and goes on in smaller ones; beside a C loop that
/// writes the same records to a log alone, which is as full, and one that keeps the same indices in its transactions.
struct AppendBenchmark {
    private static let rounds = 5

    let options: Options
    let folder: ScratchFolder
    let store: String

    func run(_ workload: inout Workload, _ floor: Floor, _ table: inout ResultTable) async throws {
        try await fill(&workload, floor, &table)
        try bytes(&table)
        for (batch, count) in [(100, options.events / 100), (1, 1_000)] {
            try await measureInTurns(batch, count, &workload, floor, &table)
        }
    }

    /// The events that the other groups read, where their append is not measured.
    func fill(_ workload: inout Workload) async throws {
        let log = try LMDBEventLog(path: store)
        for _ in 0..<options.events / 10_000 { try await Self.append(workload.commands(10_000)[...], to: log) }
        try log.close()
    }

    private func fill(_ workload: inout Workload, _ floor: Floor, _ table: inout ResultTable) async throws {
        let (batch, count, start) = (1_000, options.events, workload.next)
        // Made before, as sealing and merging would otherwise go on while the clock stands.
        let commands = workload.commands(count)
        let log = try LMDBEventLog(path: store)
        let clock = ContinuousClock()
        var times: [Duration] = []
        for start in stride(from: 0, to: count, by: batch) {
            let end = min(start + batch, count)
            times.append(try await clock.measure { try await Self.append(commands[start..<end], to: log) })
        }
        // Until every run is sealed.
        let time = times.reduce(try clock.measure { try log.close() }, +)
        let floorTime = try append(start, count, batch, to: floor)
        table.rate("append, 1 client, batches of 1 000", count, time, floor: floorTime)
        table.add("  slowest batch", ResultTable.text(times.max() ?? .zero))
        let tenth = max(1, times.count / 10)
        let (first, last) = (times.prefix(tenth).reduce(.zero, +), times.suffix(tenth).reduce(.zero, +))
        table.ratio("  rate of the last tenth beside that of the first", first / last)
        let some = min(count, 200_000)
        let indexed = try append(start, some, batch, to: Floor(folder.folder("floor-indexed"), indexed: true))
        table.rate(
            "  C with the same indices in its transactions, \(some) into an empty file",
            some,
            indexed,
            floor: nil
        )
    }

    /// What the store takes on its disk.
    private func bytes(_ table: inout ResultTable) throws {
        let count = try Floor.ofStore(store).recordCount
        for (name, part) in [("log", "log"), ("runs", "runs"), ("tree", "tree")] {
            let files = FileManager.default.enumerator(atPath: "\(store)/\(part)")?.compactMap { $0 as? String } ?? []
            let size = try files.reduce(0) { size, file in
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(store)/\(part)/\(file)")
                return size
                    + (attributes[.type] as? FileAttributeType == .typeRegular ? attributes[.size] as? Int ?? 0 : 0)
            }
            table.add("  bytes an event, \(name)", "\(size / max(count, 1))")
        }
    }

    /// Both sides by turns, so that each meets the same disk.
    private func measureInTurns(
        _ batch: Int,
        _ count: Int,
        _ workload: inout Workload,
        _ floor: Floor,
        _ table: inout ResultTable
    ) async throws {
        let clock = ContinuousClock()
        var (time, floorTime, slowest) = (Duration.zero, Duration.zero, Duration.zero)
        for _ in 0..<Self.rounds {
            let start = workload.next
            let commands = workload.commands(count)
            let log = try LMDBEventLog(path: store)
            for start in stride(from: 0, to: count, by: batch) {
                let took = try await clock.measure {
                    try await Self.append(commands[start..<min(start + batch, count)], to: log)
                }
                time += took
                slowest = max(slowest, took)
            }
            time += try clock.measure { try log.close() }
            floorTime += try append(start, count, batch, to: floor)
        }
        table.rate("append, 1 client, batches of \(batch)", Self.rounds * count, time, floor: floorTime)
        table.add("  slowest batch", ResultTable.text(slowest))
    }

    static func append(_ commands: ArraySlice<Command>, to log: LMDBEventLog) async throws {
        _ = try await log.append { (turn) throws(AccrueError) in
            for (index, command) in commands.enumerated() {
                if commands.count > 1, index.isMultiple(of: LMDBTurn.foreseenAtOnce) {
                    let some = commands.dropFirst(index).prefix(LMDBTurn.foreseenAtOnce)
                    turn.foresee(some.map { (id: $0.id, learner: $0.learner) })
                }
                _ = try turn.append(command)
            }
            return .keep(true)
        }
    }

    /// The same records written by C.
    private func append(_ first: UInt32, _ count: Int, _ batch: Int, to floor: Floor) throws -> Duration {
        let source = try Floor.ofStore(store)
        var time = Duration.zero
        var next = first
        let end = first + UInt32(count)
        while next < end {
            let records = try source.records(from: next, count: min(100_000, Int(end - next)))
            time += try ContinuousClock().measure { try floor.append(records, at: next, batch: batch) }
            next += UInt32(records.lengths.count)
        }
        return time
    }
}
