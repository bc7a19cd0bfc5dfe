import AccrueTestKit
import Credit
import Foundation
import LMDB
import Synchronization
import Testing

@testable import EventLog

/// How a log is closed: by several at a time, and when not all of it can be done.
@Suite struct ClosingTests {
    private let store: TemporaryLog

    init() throws {
        store = try TemporaryLog()
    }

    @Test func `who closes a log while another does returns when it is closed`() async throws {
        let log = try store.open()
        let isRunning = Mutex(false)
        let closed = Mutex(0)
        let mayEnd = DispatchSemaphore(value: 0)
        async let answer: Bool = log.append { (turn) throws(AccrueError) in
            isRunning.withLock { $0 = true }
            mayEnd.wait()
            _ = try turn.append(.learner(1))
            return .keep(true)
        }
        try await until { isRunning.withLock { $0 } }
        for _ in 0..<2 {
            Thread.detachNewThread {
                #expect(throws: Never.self) { try log.close() }
                closed.withLock { $0 += 1 }
            }
        }
        try await Task.sleep(for: .milliseconds(200))
        let early = closed.withLock { $0 }
        #expect(early == 0)
        mayEnd.signal()
        #expect(try await answer)
        try await until { closed.withLock { $0 } == 2 }
        let again = try store.open()
        #expect(try again.read { $0.position } == Position(rawValue: 1))
        try again.close()
    }

    @Test func `a last record that cannot be read is told by who closes, and the log is closed all the same`()
        async throws
    {
        let plan = FaultPlan()
        let log = try store.open { $0.faults = plan }
        try await log.append(learners: 1...2)
        plan.fail(.get, with: .inputOutput)
        #expect(throws: AccrueError(.inputOutput)) { try log.close() }
        #expect(plan.fired == [.get])
        try log.close()
        let folder = StoreFolder(path: store.path)
        #expect(try HeadAnchor.read(folder) == nil)
        try store.open().close()
        #expect(try HeadAnchor.read(folder)?.position == Position(rawValue: 8))
    }

    @Test func `of two things that fail at the close both are told, and it may be closed again`() async throws {
        let plan = FaultPlan()
        let log = try store.open { $0.faults = plan }
        try await log.append(learners: 1...2)
        plan.fail(.fileRename, with: .inputOutput)
        let error = #expect(throws: AccrueError(.inputOutput)) {
            try log.records.inTransaction { (_) throws(AccrueError) in try log.close() }
        }
        #expect(error?.subject.contains("rename") == true && error?.subject.contains("TRANSACTION_ACTIVE") == true)
        // It is still the one that may write.
        #expect(throws: AccrueError(.logLocked)) { try WriterLock(StoreFolder(path: store.path)) }
        try log.close()
        try store.open().close()
    }

    @Test(arguments: 1...4)
    func `without a thread the log is not opened, and nothing of it stays`(number: Int) throws {
        let plan = FaultPlan()
        plan.fail(.threadStart, number: number, with: LMDBError.Code(rawValue: EAGAIN))
        let error = #expect(throws: AccrueError(.inputOutput)) { try store.open { $0.faults = plan } }
        #expect(error?.subject.contains("pthread_create") == true)
        try store.open().close()
    }
}
