import Accrue
import Credit
import EventCoding
import EventLog
import Foundation

/// Measures the log beside C on the same liblmdb, in one run on one machine, so that the figures are ratios.
@main
struct Benchmarks {
    static func main() async throws {
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch let error as UsageError {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(2)
        }
        let folder = try ScratchFolder(in: options.folder)
        defer { folder.remove() }
        var table = ResultTable()
        let store = folder.path + "/store"
        let catalogue = try await makeStore(store)
        if options.runs("tree") {
            try await TreeBenchmark(options: options, folder: folder, catalogue: catalogue, store: store).run(&table)
        }
        if options.runs("heads") { try await HeadsBenchmark(folder: folder).run(&table) }
        if options.readsStore {
            try await measureAppends(options, folder, catalogue, store, &table)
        }
        if options.runs("replay") { try await ReplayBenchmark(learners: options.learners).run(&table, store) }
        if options.runs("learner") { try LearnerBenchmark(learners: options.learners).run(&table, store) }
        // Last, as the runs are not merged then.
        if options.runs("indices") { try IndexBenchmark().run(&table, store) }
        if options.runs("ledger") {
            try await LedgerBenchmark(events: options.events / 10, folder: folder).run(&table)
        }
        try await RuleBenchmarks(options: options, folder: folder).run(&table)
        table.print()
    }

    /// Fills the store, and measures how, where that is asked for.
    private static func measureAppends(
        _ options: Options,
        _ folder: ScratchFolder,
        _ catalogue: Workload.Catalogue,
        _ store: String,
        _ table: inout ResultTable
    ) async throws {
        let log = try LMDBEventLog(path: store, writes: false)
        var workload = Workload(catalogue, learners: options.learners, after: try log.read { $0.position })
        try log.close()
        let appends = AppendBenchmark(options: options, folder: folder, store: store)
        let floor = try Floor(folder.folder("floor"))
        if options.runs("append") {
            try await appends.run(&workload, floor, &table)
        } else {
            try await appends.fill(&workload)
        }
        if options.runs("clients") { try await ClientsBenchmark(store: store).run(&workload, floor, &table) }
        if options.runs("command") {
            let commands = CommandBenchmark(events: options.events / 10, folder: folder)
            try await commands.measureBalances(&workload, options.learners, store, &table)
            try commands.measureLines(&table)
        }
    }

    /// A store with the bundled catalogue, and where everything is in it.
    static func makeStore(_ path: String) async throws -> Workload.Catalogue {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("fixtures/catalogue.ndjson")
        try LMDBEventLog.create(at: path)
        let log = try LMDBEventLog(path: path)
        _ = try await Ledger(log).append(EventLines([UInt8](Data(contentsOf: fixture))))
        let catalogue = try catalogue(of: log)
        try log.close()
        return catalogue
    }

    /// Where everything is in a store with the bundled catalogue.
    static func catalogue(of log: LMDBEventLog) throws -> Workload.Catalogue {
        try Ledger(log).read { view throws(AccrueError) in
            do { return try Workload.Catalogue(view) } catch let error as AccrueError { throw error } catch {
                throw AccrueError(.notFound, "\(error)")
            }
        }
    }
}
