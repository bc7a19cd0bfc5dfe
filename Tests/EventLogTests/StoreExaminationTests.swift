import AccrueTestKit
import Credit
import EventCoding
import Foundation
import LMDB
import Testing

@testable import EventLog

/// What an examination says of real stores, each with one thing made wrong.
@Suite struct StoreExaminationTests {
    private let store: TemporaryLog
    private var folder: StoreFolder { StoreFolder(path: store.path) }

    init() async throws {
        store = try TemporaryLog(sealInterval: 8)
        try await store.fill(learners: 1...4)
    }

    private func examine(_ change: (inout StoreOptions) -> Void = { _ in }) -> StoreExamination {
        var options = store.options
        change(&options)
        return StoreExamination(of: store.path, options: options)
    }

    private func observed(_ change: (inout StoreOptions) -> Void = { _ in }) -> [StoreExamination.Observation] {
        examine(change).findings.map(\.observation)
    }

    /// What is worse than fine.
    private func wrong(_ change: (inout StoreOptions) -> Void = { _ in }) -> [StoreExamination.Observation] {
        observed(change).filter { $0.severity > .fine }
    }

    private func content(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    private func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: .init(filePath: path)) }

    // MARK: What is fine

    @Test func `of a sound store everything is fine, and no byte of the data file changes`() throws {
        let before = try content(folder.data)
        let examination = examine()
        #expect(examination.severity == .fine)
        let observed = examination.findings.map(\.observation)
        for expected: StoreExamination.Observation in [
            .storeFound, .writable, .noWriter, .localFileSystem, .format(1), .head(Position(rawValue: 16)),
            .records(events: 16, learners: 4),
        ] {
            #expect(observed.contains(expected), "\(expected)")
        }
        #expect(observed.contains { if case .dataFile = $0 { true } else { false } })
        #expect(observed.contains { if case .diskSpace = $0 { true } else { false } })
        #expect(observed.contains { if case .clock = $0 { true } else { false } })
        #expect(observed.contains { if case .run(from: 1, to: _) = $0 { true } else { false } })
        #expect(try content(folder.data) == before)
        // Looking leaves nothing open.
        try store.open().close()
    }

    @Test func `an empty store is sound`() throws {
        let empty = try TemporaryLog()
        defer { withExtendedLifetime(empty) {} }
        let examination = StoreExamination(of: empty.path, options: empty.options)
        #expect(examination.severity == .fine)
        #expect(examination.findings.map(\.observation).contains(.headMissing))
        #expect(examination.findings.map(\.observation).contains(.records(events: 0, learners: 0)))
    }

    // MARK: The folder and who uses it

    @Test func `where no store is, that is all there is to say`() throws {
        let missing = StoreExamination(of: store.folder["other"])
        #expect(missing.findings.map(\.observation) == [.storeMissing])
        #expect(missing.severity == .warning)
    }

    @Test func `a store that was begun beside this one by a process that is gone is told`() throws {
        let begun = store.path + ".part-2147483646"
        try FileManager.default.createDirectory(atPath: begun, withIntermediateDirectories: false)
        #expect(wrong() == [.unfinishedStore])
        #expect(examine().findings.contains { $0.path == begun })
        // The one that is being made is none.
        try FileManager.default.moveItem(atPath: begun, toPath: store.path + ".part-\(getpid())")
        #expect(wrong() == [])
    }

    @Test(arguments: [LMDBError.Code.accessDenied, .inputOutput])
    func `what the operating system refuses is no damage`(code: LMDBError.Code) {
        let plan = FaultPlan()
        plan.fail(.fileOpen, with: code)
        let wrong = wrong { $0.faults = plan }
        #expect(wrong == [.storeUnreadable(AccrueError(code == .accessDenied ? .notPermitted : .inputOutput))])
    }

    @Test(arguments: [LMDBError.Code.accessDenied, .inputOutput])
    func `whichever call the operating system refuses, nothing is called damaged or to be made again`(
        code: LMDBError.Code
    ) {
        let quiet = FaultPlan()
        _ = examine { $0.faults = quiet }
        #expect(quiet.calls.count > 100)
        for (index, call) in quiet.calls.enumerated() {
            let plan = FaultPlan()
            plan.fail(number: index + 1, with: code)
            let wrong = examine { $0.faults = plan }.findings.filter { $0.severity > .warning }
            #expect(wrong == [], "call \(index + 1), \(call.rawValue)")
        }
    }

    @Test func `a network file system is a warning, and the rest is looked at all the same`() {
        let plan = FaultPlan()
        plan.fail(.fileSystemStatus, with: .networkFileSystem)
        let observed = observed { $0.faults = plan }
        #expect(observed.filter { $0.severity > .fine } == [.networkFileSystem(AccrueError(.networkFileSystem))])
        #expect(observed.contains(.records(events: 16, learners: 4)))
    }

    @Test func `a newer format is told, and nothing is guessed beyond it`() throws {
        try change { (transaction, meta, _) throws(LMDBError) in
            try transaction.put(Array("format".utf8), UInt32(2), in: meta)
        }
        #expect(wrong() == [.formatNewer(AccrueError(.formatNewer))])
    }

    @Test func `who appends is told, and what it may be writing is not called a leftover`() throws {
        try write("", to: folder.runs + "/x.run.part")
        let lock = try WriterLock(folder)
        let observed = observed()
        #expect(observed.contains(.writer(process: getpid())) && observed.contains(.unfinished))
        #expect(observed.allSatisfy { $0.severity == .fine })
        lock.release()
        #expect(wrong() == [.leftover])
        // To look takes no lock that stays.
        try WriterLock(folder).release()
    }

    @Test func `what a writer makes that comes after the first look is no leftover`() throws {
        var lock: WriterLock?
        var examiner = StoreExaminer(folder, store.options) { [folder] _ in
            lock = try? WriterLock(folder)
            try? Data().write(to: URL(fileURLWithPath: folder.runs + "/x.run.part"))
            return nil
        }
        examiner.run { _ in }
        let observed = examiner.findings.map(\.observation)
        #expect(observed.contains(.noWriter) && observed.contains(.unfinished))
        #expect(observed.allSatisfy { $0.severity == .fine })
        lock?.release()
    }

    @Test func `a store that this process has open is not opened twice`() throws {
        let log = try store.open()
        #expect(wrong() == [.openHere(AccrueError(.logLocked))])
        try log.close()
    }

    // MARK: The log

    @Test(arguments: [20_000, 9_000, 4_096, 100, 0])
    func `a data file that was cut short is damage`(size: Int) throws {
        try content(folder.data).prefix(size).write(to: URL(fileURLWithPath: folder.data))
        #expect(wrong() == [.dataFileDamaged(AccrueError(.storeDamaged))])
        #expect(examine().severity == .damage)
    }

    @Test func `a head that says nothing is damage, and so is one of another log`() throws {
        try write("nothing", to: folder.head)
        #expect(wrong() == [.headUnreadable(AccrueError(.storeDamaged))])
        try write("\(String(repeating: "0", count: 32)) 4 \(String(repeating: "0", count: 64))", to: folder.head)
        #expect(wrong() == [.headOfOtherLog])
        #expect(examine().severity == .damage)
        #expect(throws: AccrueError(.positionsMissing)) { try store.open() }
    }

    @Test func `a data file that is gone is not taken for a store that never was`() throws {
        try FileManager.default.removeItem(atPath: folder.data)
        #expect(wrong() == [.dataFileMissing])
        #expect(examine().severity == .damage)
    }

    @Test func `a head that is gone is missed where the log was sealed`() throws {
        try FileManager.default.removeItem(atPath: folder.head)
        #expect(wrong() == [.headLost])
        #expect(examine().severity == .warning)
    }

    @Test func `an older copy of the log is told by the head`() async throws {
        let older = try content(folder.data)
        try await store.fill(learners: 5...5)
        try older.write(to: URL(fileURLWithPath: folder.data))
        let wrong = wrong()
        #expect(wrong.contains(.logShorter(end: Position(rawValue: 16), held: Position(rawValue: 20))))
        #expect(examine().severity == .damage)
    }

    @Test func `another future of the log is told by the head, and its runs by what they state`() async throws {
        let (data, head) = (try content(folder.data), try content(folder.head))
        try await store.fill(learners: 5...8)
        let (future, run) = (try content(folder.head), try #require(store.runs.last))
        let kept = try content(folder.runs + "/" + run)
        try data.write(to: URL(fileURLWithPath: folder.data))
        try head.write(to: URL(fileURLWithPath: folder.head))
        try await store.fill(learners: 9...12)
        try future.write(to: URL(fileURLWithPath: folder.head))
        for name in store.runs { try FileManager.default.removeItem(atPath: folder.runs + "/" + name) }
        try kept.write(to: URL(fileURLWithPath: folder.runs + "/" + run))
        let wrong = wrong()
        #expect(wrong.contains(.logReplaced(Position(rawValue: 32))))
        #expect(wrong.contains { if case .runOfOtherState = $0 { true } else { false } }, "\(wrong)")
    }

    @Test func `a damaged record is told with its position`() throws {
        try change { (transaction, _, events) throws(LMDBError) in
            try transaction.put(UInt64(6), [1, 2, 3] as [UInt8], in: events)
        }
        #expect(wrong().contains(.recordDamaged(AccrueError(.recordDamaged), at: Position(rawValue: 6))))
        #expect(!observed().contains(.records(events: 15, learners: 4)))
        #expect(examine().severity == .damage)
    }

    @Test func `of very many damaged records the rest is counted`() throws {
        try change { (transaction, _, events) throws(LMDBError) in
            for key in 1...UInt64(1_100) { try transaction.put(key, [1, 2, 3] as [UInt8], in: events) }
        }
        let observed = observed()
        #expect(observed.contains { if case .moreDamaged(let count) = $0 { count >= 100 } else { false } })
        #expect(observed.count < 1_100)
    }

    // MARK: Indices

    @Test func `a run that is no run, of another log, or under another name is told`() async throws {
        let other = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(other) {} }
        try await other.fill(learners: 1...4)
        let run = try #require(store.runs.first)
        let foreign = StoreFolder(path: other.path).runs + "/" + (try #require(other.runs.first))
        try FileManager.default.copyItem(atPath: foreign, toPath: folder.runs + "/foreign.run")
        try FileManager.default.copyItem(atPath: folder.runs + "/" + run, toPath: folder.runs + "/copy.run")
        try write("nothing", to: folder.runs + "/nothing.run")
        let wrong = wrong()
        #expect(wrong.count == 3, "\(wrong)")
        #expect(wrong.contains(.runOfOtherLog))
        #expect(wrong.contains(.runUnreadable(AccrueError(.indexDiffers))))
        #expect(wrong.contains { if case .runUnused(from: 1, to: _) = $0 { true } else { false } })
        #expect(examine().severity == .derived)
    }

    @Test func `a run of what a longer one covers is told`() throws {
        try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
        do {
            let records = try RecordStore(folder, access: .readOnly, store.options)
            var tail = Tail()
            try records.forEachRecord(from: Position(rawValue: 1), through: Position(rawValue: 4)) {
                (_, record) throws(AccrueError) in tail.append(try IndexEntry(record: record))
            }
            _ = try Run.seal(tail, of: records, in: folder.runs, folder.files)
            try records.environment.close()
        }
        #expect(wrong() == [.runUnused(from: 1, to: 4)])
    }

    @Test func `a run that lacks an entry is told with the event`() throws {
        let run = folder.runs + "/" + (try #require(store.runs.first))
        // The least id is that of the first event.
        try Run.plant("gone", in: .ids, of: run)
        let wrong = wrong()
        #expect(wrong.contains(.indexDiffers(AccrueError(.indexDiffers), at: Position(rawValue: 1))), "\(wrong)")
        #expect(examine().severity == .derived)
    }

    @Test func `a damaged block is told once, however many events it has`() throws {
        let run = folder.runs + "/" + (try #require(store.runs.first))
        var bytes = try content(run)
        bytes[20] ^= 1
        try bytes.write(to: URL(fileURLWithPath: run))
        let position = Position(rawValue: 1)
        #expect(wrong() == [.indexDiffers(AccrueError(.indexDiffers), at: position)])
    }

    @Test func `runs that are gone are missed where there should be some`() async throws {
        try await store.fill(learners: 5...10)
        for name in store.runs { try FileManager.default.removeItem(atPath: folder.runs + "/" + name) }
        #expect(wrong() == [.runsMissing(40)])
        #expect(observed { $0.sealInterval = 1 << 18 }.contains(.unsealed(40)))
        try FileManager.default.removeItem(atPath: folder.runs)
        #expect(wrong { $0.sealInterval = 1 << 18 } == [.runsFolderMissing])
    }

    @Test func `leftovers are told one by one`() throws {
        for path in [folder.runs + "/x.run.part", folder.runs + "/x.run.part-lock", folder.head + ".part"] {
            try write("", to: path)
        }
        #expect(wrong() == [.leftover, .leftover, .leftover])
        #expect(examine().severity == .derived)
    }

    // MARK: The surroundings

    @Test func `less room than the log takes is a warning`() {
        var examiner = StoreExaminer(folder, store.options) { _ in 5_000 }
        examiner.run { _ in }
        let wrong = examiner.findings.map(\.observation).filter { $0.severity > .fine }
        #expect(wrong.count == 1)
        #expect(wrong.contains { if case .diskShort(free: 5_000, log: _) = $0 { true } else { false } })
    }

    @Test func `the clock is compared with the last event`() throws {
        let last = try #require(
            observed().lazy.compactMap { if case .clock(let last) = $0 { last } else { nil } }.first
        )
        let hour: Int64 = 3_600_000_000
        let behind = Instant(rawValue: last.rawValue - hour)
        #expect(wrong { $0.clock = { behind } } == [.clockBehind(now: behind, last: last)])
        for far in [Instant(rawValue: last.rawValue - 48 * hour), Instant(rawValue: .min), Instant(rawValue: .max)] {
            #expect(wrong { $0.clock = { far } } == [.clockFar(now: far, last: last)])
        }
    }

    /// Writes into the log as no writer does.
    private func change(
        _ body: (inout WriteTransaction, _ meta: Database, _ events: Database) throws(LMDBError) -> Void
    ) throws {
        var settings = Environment.Options()
        settings.maximumDatabases = 2
        let environment = try Environment(path: folder.log, options: settings)
        let (meta, events) = (try environment.database(named: "meta"), try environment.database(named: "events"))
        try environment.write { (transaction) throws(LMDBError) in try body(&transaction, meta, events) }
        try environment.close()
    }
}
