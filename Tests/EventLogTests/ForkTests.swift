import AccrueTestKit
import Credit
import Foundation
import Testing

@testable import EventLog

/// What a child of `fork` may do with its parent's log: nothing, and at once.
@Suite struct ForkTests {
    @Test func `a forked child is refused, and takes nothing from its parent`() async {
        await #expect(processExitsWith: .exitCode(42)) {
            let store = try TemporaryLog()
            // It is not to be removed by the child.
            _ = Unmanaged.passRetained(store.folder)
            var log: LMDBEventLog? = try store.open()
            try await log?.append(learners: 1...2)
            // Swift hides `fork`, with good reason; a library of this process may call it all the same.
            let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> Int32).self)
            let child = fork()
            guard child != 0 else {
                // What waits for ever ends by a signal.
                alarm(20)
                var refusals = 0
                do { try await log?.append(learners: 3...3) } catch { refusals += error.isClosed ? 1 : 0 }
                do { _ = try log?.read { $0.position } } catch { refusals += error.isClosed ? 1 : 0 }
                do { try log?.close() } catch { refusals += error.isClosed ? 1 : 0 }
                log = nil
                _exit(refusals == 3 ? 42 : 1)
            }
            var status: Int32 = 0
            waitpid(child, &status, 0)
            guard status & 0x7F == 0 else { _exit(2) }
            // Neither process may have let go of the lock, and the parent goes on.
            let folder = StoreFolder(path: store.path)
            do throws(AccrueError) {
                _ = try WriterLock(folder)
                _exit(3)
            } catch {
                guard error.code == .logLocked else { _exit(4) }
            }
            try await log?.append(learners: 3...3)
            try log?.close()
            try WriterLock(folder).release()
            try FileManager.default.removeItem(atPath: store.folder.path)
            _exit(status >> 8 & 0xFF)
        }
    }
}

extension Error {
    fileprivate var isClosed: Bool { (self as? AccrueError)?.code == .logClosed }
}
