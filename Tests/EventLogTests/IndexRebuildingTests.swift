import AccrueTestKit
import Credit
import Foundation
import LMDB
import Testing

@testable import EventLog

/// Indices that are made again from the log.
@Suite struct IndexRebuildingTests {
    private let store: TemporaryLog
    private var folder: StoreFolder { StoreFolder(path: store.path) }

    init() async throws {
        store = try TemporaryLog(sealInterval: 8)
        try await store.fill(learners: 1...10)
    }

    private func data() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.data)) }

    @Test(arguments: [1, 3, 8, 40, 1 << 18])
    func `what is made has every entry of the log, and the data file stays byte for byte`(interval: Int) async throws {
        let before = try data()
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: folder.runs + "/x.run"))
        try Data().write(to: URL(fileURLWithPath: folder.head + ".part"))
        try FileManager.default.createDirectory(
            atPath: folder.path + "/runs.part",
            withIntermediateDirectories: false
        )
        var options = store.options
        options.sealInterval = interval
        let rebuild = try LMDBEventLog.rebuildIndices(at: store.path, options: options)
        #expect(rebuild.position == Position(rawValue: 40) && rebuild.runs == store.runs.count)
        #expect(rebuild.removed.contains(folder.runs + "/x.run"))
        #expect(rebuild.removed.contains(folder.head + ".part"))
        #expect(try data() == before)
        #expect(StoreExamination(of: store.path, options: options).severity == .fine)
        try expectRuns()
        let report = try LMDBEventLog.check(at: store.path, options: options)
        #expect(report.findings == [] && report.runs == rebuild.runs)
        // The store goes on from there.
        try await store.fill(learners: 11...12)
        #expect(try store.open().check().findings == [])
    }

    /// The runs lie end to end; a check compares what they have with the records.
    private func expectRuns() throws {
        let runs = try store.runs.map { try Run(folder.runs + "/" + $0, folder.files) }
        #expect(runs.first?.statement.from == 1 && runs.last?.statement.to == 40)
        #expect(runs.last?.statement.learnerCount == 10)
        for (before, after) in zip(runs, runs.dropFirst()) {
            #expect(before.statement.to + 1 == after.statement.from)
        }
    }

    @Test func `runs of a state that the log is not in are removed, and a missing folder is made`() throws {
        try FileManager.default.removeItem(atPath: folder.runs)
        let rebuild = try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
        #expect(rebuild.runs > 0 && rebuild.removed == [])
        #expect(StoreExamination(of: store.path, options: store.options).severity == .fine)
    }

    @Test func `an empty log has no runs`() throws {
        let empty = try TemporaryLog()
        defer { withExtendedLifetime(empty) {} }
        #expect(try LMDBEventLog.rebuildIndices(at: empty.path, options: empty.options).runs == 0)
        #expect(StoreExamination(of: empty.path, options: empty.options).severity == .fine)
    }

    /// Enough events for a tile of the tree.
    @Test(arguments: [Call.fileRemove, .fileRename])
    func `what is cut off while it takes its place leaves all that was`(call: Call) async throws {
        try await store.fill(learners: 11...70)
        // The first one may have more to remove than those that are counted.
        try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
        let counting = FaultPlan()
        var options = store.options
        options.faults = counting
        try LMDBEventLog.rebuildIndices(at: store.path, options: options)
        let count = counting.calls.count { $0 == call }
        #expect(count > 3)
        for number in 1...count {
            let plan = FaultPlan()
            plan.fail(call, number: number, with: .accessDenied)
            options.faults = plan
            #expect(throws: AccrueError.self) { try LMDBEventLog.rebuildIndices(at: store.path, options: options) }
            #expect(try LMDBEventLog.check(at: store.path, options: store.options).findings == [], "\(number)")
        }
    }

    @Test func `while somebody appends nothing is made`() throws {
        let lock = try WriterLock(folder)
        #expect(throws: AccrueError(.logLocked)) {
            try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
        }
        lock.release()
        #expect(throws: AccrueError(.storeMissing)) { try LMDBEventLog.rebuildIndices(at: store.folder["other"]) }
    }

    @Test func `of a damaged log nothing is made, and what was stays`() throws {
        var content = try data()
        while let place = content.firstRange(of: Data(Command.learner(3).id.bytes)) { content[place.lowerBound] ^= 1 }
        try content.write(to: URL(fileURLWithPath: folder.data))
        let before = store.runs
        #expect(throws: AccrueError(.recordDamaged)) {
            try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
        }
        #expect(store.runs == before)
        #expect(try !Files().names(in: store.path).contains("runs.part"))
        try WriterLock(folder).release()
    }

    /// The last event of the first run (8), one within it (3), and a learner's introduction (9).
    @Test(arguments: [3, 8, 9, 40] as [UInt32], [8, 1 << 18])
    func `an event that cannot be read is one finding, and its run none`(position: UInt32, interval: Int) throws {
        var options = store.options
        options.sealInterval = interval
        try LMDBEventLog.rebuildIndices(at: store.path, options: options)
        let log = try store.open()
        let id = try log.read { (view) throws(AccrueError) in try view.event(at: Position(rawValue: position)).id }
        try log.close()
        var content = try data()
        while let place = content.firstRange(of: Data(id.bytes)) { content[place.lowerBound] ^= 1 }
        try content.write(to: URL(fileURLWithPath: folder.data))
        let findings = try LMDBEventLog.check(at: store.path, options: options).findings
        #expect(findings.map(\.position) == [Position(rawValue: position)], "\(findings)")
        #expect(findings.first?.error.code == .recordDamaged)
    }
}
