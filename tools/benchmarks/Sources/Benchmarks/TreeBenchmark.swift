import Credit
import EventLog
import Foundation

/// What the Merkle tree costs beside appends of 1,000 events: the same events with it and without it, in turns, until
/// the last run is sealed.
struct TreeBenchmark {
    let options: Options
    let folder: ScratchFolder
    let catalogue: Workload.Catalogue
    /// A store with nothing but the catalogue.
    let store: String

    private static let pairs = 3

    func run(_ table: inout ResultTable) async throws {
        var ratios: [Double] = []
        for pair in 0..<Self.pairs {
            // Whatever comes second may find a fuller disk or another machine: both orders count alike.
            let order = pair.isMultiple(of: 2) ? [true, false] : [false, true]
            var times: [Bool: Duration] = [:]
            for hasTree in order { times[hasTree] = try await append(hasTree: hasTree, pair) }
            guard let with = times[true], let without = times[false] else { continue }
            table.add(
                "append beside the tree, batches of 1000",
                "\(ResultTable.grouped(Double(options.events) / (with / .seconds(1))))/s",
                "\(ResultTable.grouped(Double(options.events) / (without / .seconds(1))))/s without"
            )
            ratios.append(with / without)
        }
        table.ratio("  cost, beside one without the tree, median", ratios.sorted()[ratios.count / 2])
    }

    private func append(hasTree: Bool, _ pair: Int) async throws -> Duration {
        let path = try folder.folder("tree") + "/store"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.copyItem(atPath: store, toPath: path)
        var storeOptions = StoreOptions()
        storeOptions.keepsTree = hasTree
        let log = try LMDBEventLog(path: path, options: storeOptions)
        var workload = Workload(catalogue, learners: options.learners, after: try log.read { $0.position })
        let clock = ContinuousClock()
        var time = Duration.zero
        for _ in 0..<options.events / 1_000 {
            let commands = workload.commands(1_000)
            time += try await clock.measure {
                _ = try await log.append { (turn) throws(AccrueError) in
                    for command in commands { _ = try turn.append(command) }
                    return .keep(true)
                }
            }
        }
        time += try clock.measure { try log.close() }
        return time
    }
}
