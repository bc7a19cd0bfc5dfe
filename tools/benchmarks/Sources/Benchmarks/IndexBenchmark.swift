import EventLog

/// How fast all that is derived is made again from the log: runs, tree and heads.
struct IndexBenchmark {
    func run(_ table: inout ResultTable, _ store: String) throws {
        let count = try Floor.ofStore(store).recordCount
        let time = try ContinuousClock().measure { _ = try LMDBEventLog.rebuildIndices(at: store) }
        table.rate("indices, tree and heads made again", count, time, floor: nil)
    }
}
