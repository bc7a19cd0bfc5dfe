import AccrueTestKit
import Credit
import Foundation
import LMDB
import Testing

@testable import EventLog

/// Where stores are made: what others have there stays, and who looks keeps nobody out.
@Suite struct StorePlaceTests {
    private let store: TemporaryLog
    private var folder: StoreFolder { StoreFolder(path: store.path) }

    init() throws {
        store = try TemporaryLog()
    }

    @Test func `what a process of the same number began there is neither in the way nor removed`() throws {
        let (log, made) = (try store.open(writes: false), store.folder["made"])
        for name in ["made", "backup", "restored"] {
            let begun = "\(store.folder[name]).part-\(getpid())/log"
            try FileManager.default.createDirectory(atPath: begun, withIntermediateDirectories: true)
        }
        try LMDBEventLog.create(at: made, options: store.options)
        try log.backup(to: store.folder["backup"])
        try LMDBEventLog.restore(from: store.folder["backup"], to: store.folder["restored"])
        let parts = ["backup", "made", "restored"].map { "\($0).part-\(getpid())" }
        #expect(try Files().names(in: store.folder.path).filter { $0.contains(".part") } == parts)
        for part in parts { #expect(try Files().names(in: store.folder[part]) == ["log"]) }
        try log.close()
    }

    @Test func `of many that make a store in one place at a time one does, and leaves nothing else`() async throws {
        let (path, options) = (store.folder["made"], store.options)
        let outcomes = await withTaskGroup(of: AccrueError?.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do throws(AccrueError) {
                        try LMDBEventLog.create(at: path, options: options)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.allSatisfy { $0.map { $0.code == .storeExists } ?? true }, "\(outcomes)")
        #expect(try Files().names(in: store.folder.path) == ["made", "store"])
        try LMDBEventLog(path: path, options: options).close()
    }

    @Test func `what the system refuses to tell is not taken for there being none`() throws {
        let plan = FaultPlan()
        let files = Files(faults: plan)
        for code in [LMDBError.Code.accessDenied, .inputOutput, .tooManyOpenFiles] {
            plan.fail(.fileAccess, with: code)
            #expect(throws: AccrueError.self) { try files.has(store.path) }
            plan.fail(.fileOpen, with: code)
            #expect(throws: AccrueError.self) { try files.isFolder(store.path) }
        }
        plan.fail(.fileAccess, with: .accessDenied)
        #expect(try !files.mayWrite(store.path))
        plan.fail(.fileAccess, with: .inputOutput)
        #expect(throws: AccrueError(.inputOutput)) { try files.mayWrite(store.path) }
        #expect(try files.has(store.path) && files.isFolder(store.path) && files.mayWrite(store.path))
        #expect(try !files.has(folder.data + "/in a file") && !files.isFolder(folder.data))

        // So an empty folder that cannot be looked at is no store.
        var options = store.options
        options.faults = plan
        try files.makeFolder(store.folder["empty"])
        plan.fail(.fileOpen, with: .tooManyOpenFiles)
        #expect(throws: AccrueError(.inputOutput)) {
            try LMDBEventLog.create(at: store.folder["empty"], options: options)
        }
        // Nor is a folder of which nothing can be told none.
        try FileManager.default.removeItem(atPath: folder.data)
        plan.fail(.fileAccess, number: 2, with: .inputOutput)
        #expect(throws: AccrueError(.inputOutput)) {
            try LMDBEventLog(path: store.path, writes: false, options: options)
        }
    }

    @Test func `who looks whether somebody appends keeps no writer out`() throws {
        try store.open().close()
        let looking = try folder.files.open(folder.lock, O_RDONLY)
        #expect(try looking.lock(LOCK_SH))
        Thread.detachNewThread {
            usleep(20_000)
            looking.unlock()
        }
        try store.open().close()
        let end = Date(timeIntervalSinceNow: 0.3)
        let looks = Thread { [folder] in
            while Date() < end { #expect(throws: Never.self) { _ = try WriterLock.holder(folder) } }
        }
        looks.start()
        while Date() < end { try WriterLock(folder).release() }
        while !looks.isFinished { usleep(1_000) }
    }
}
