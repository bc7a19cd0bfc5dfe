import Foundation
import Glibc
import Synchronization
import Testing

@testable import LMDB

/// What the threads of a test tell each other.
private final class Signals: Sendable {
    let isReading = Atomic<Bool>(false)
    let hasGrown = Atomic<Bool>(false)
    let isDone = Atomic<Bool>(false)
    let reads = Atomic<Int>(0)
}

@Suite struct EnvironmentTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `a reader sees the state it began with while others commit`() throws {
        let environment = try folder.open()
        let database = try environment.database()
        try environment.append(1...3, to: database)
        let seen = try environment.read { (transaction) throws(LMDBError) in
            let before = try transaction.entryCount(of: database)
            try environment.append(4...9, to: database)
            return [before, try transaction.entryCount(of: database)]
        }
        #expect(seen == [3, 3])
        #expect(try environment.keys(of: database) == Array(1...9))
    }

    @Test func `a second open in the process is refused, whatever path leads to the file`() throws {
        let environment = try folder.open()
        #expect(throws: LMDBError(.alreadyOpen, operation: "", path: "")) { _ = try folder.open() }
        let link = folder.path + "-link"
        defer { unlink(link) }
        #expect(symlink(folder.path, link) == 0)
        #expect(throws: LMDBError(.alreadyOpen, operation: "", path: "")) { _ = try Environment(path: link) }
        try environment.close()
        try folder.open().close()
    }

    @Test func `an environment that is let go is closed`() throws {
        var environment: Environment? = try folder.open()
        #expect(throws: LMDBError(.alreadyOpen, operation: "", path: "")) { _ = try folder.open() }
        _ = environment?.path
        environment = nil
        // Nobody holds its files any more, and they can be opened again.
        #expect(throws: Never.self) { try folder.open().close() }
    }

    @Test func `a read-only environment reads and refuses to write`() throws {
        let writable = try folder.open()
        try writable.append(1...3, to: try writable.database())
        try writable.close()
        for access in [Environment.Options.Access.readOnly, .immutable] {
            let environment = try folder.open { $0.access = access }
            let database = try environment.database()
            #expect(try environment.keys(of: database) == [1, 2, 3])
            #expect(throws: LMDBError(.readOnly, operation: "", path: "")) {
                try environment.append([4], to: database)
            }
            try environment.close()
        }
    }

    @Test func `an immutable file needs no lock file, in a folder nobody may write to`() throws {
        let lock = folder.path + "/lock.mdb"
        let writable = try folder.open()
        try writable.append(1...3, to: try writable.database())
        try writable.close()
        #expect(unlink(lock) == 0)
        let environment = try folder.open { $0.access = .immutable }
        #expect(try environment.keys(of: try environment.database()) == [1, 2, 3])
        #expect(!FileManager.default.fileExists(atPath: lock))
    }

    @Test func `a missing file is created only when that is wanted`() throws {
        for change: (inout Environment.Options) -> Void in [
            { $0.createsFile = false }, { $0.access = .readOnly }, { $0.access = .immutable },
        ] {
            #expect(throws: LMDBError(.noSuchFile, operation: "", path: "")) { _ = try folder.open(change) }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.dataFile))
        #expect(throws: LMDBError(.noSuchFile, operation: "", path: "")) {
            _ = try Environment(path: folder.path + "/no/such/folder")
        }
    }

    @Test func `a closed environment refuses every call, and to close it twice is harmless`() throws {
        let environment = try folder.open()
        let database = try environment.database()
        try environment.close()
        try environment.close()
        let closed = LMDBError(.closed, operation: "", path: "")
        #expect(throws: closed) { try environment.append([1], to: database) }
        #expect(throws: closed) { _ = try environment.keys(of: database) }
        #expect(throws: closed) { _ = try environment.database() }
        #expect(throws: closed) { _ = try environment.information() }
        #expect(throws: closed) { try environment.grow(to: 1 << 30) }
        #expect(throws: closed) { try environment.sync() }
    }

    @Test func `what would wait for the thread's own transaction is refused instead`() throws {
        let environment = try folder.open()
        let database = try environment.database()
        let active = LMDBError(.transactionActive, operation: "", path: "")
        try environment.read { (_) throws(LMDBError) in
            #expect(throws: active) { try environment.close() }
            #expect(throws: active) { try environment.grow(to: 1 << 30) }
        }
        try environment.write { (_) throws(LMDBError) in
            let error = #expect(throws: LMDBError.self) { try environment.append([1], to: database) }
            #expect(error == active)
        }
        try environment.append([1], to: database)
    }

    @Test func `no descriptor of the store is inherited by a program this process starts`() throws {
        let environment = try folder.open()
        var found = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            guard let target, target.hasPrefix(folder.path), let descriptor = Int32(name) else { continue }
            found += 1
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0, "\(target)")
        }
        #expect(found >= 2)
        try environment.close()
    }

    @Test func `network file systems are known by their numbers`() {
        #expect(FileSystemKind.network(0x6969) == "NFS")
        #expect(FileSystemKind.network(0xFF53_4D42) == "CIFS")
        #expect(FileSystemKind.network(0x6573_5546) == "FUSE")
        #expect(FileSystemKind.network(0xEF53) == nil)
    }

    @Test(arguments: [false, true])
    func `copies, plain and compacted, hold the state and open`(compacting: Bool) throws {
        let environment = try folder.open()
        let database = try environment.database()
        try environment.append(1...2_000, to: database)
        let copies = try TemporaryFolder()
        let file = copies.dataFile
        try environment.copy(toFile: file, compacting: compacting)
        #expect(throws: LMDBError(.fileExists, operation: "", path: "")) {
            try environment.copy(toFile: file, compacting: compacting)
        }
        let copy = try copies.open()
        #expect(try copy.keys(of: try copy.database()) == Array(1...2_000))
    }

    @Test func `a write after the map was found full grows it`() throws {
        let environment = try folder.open { $0.mapSize = 1 << 20 }
        let database = try environment.database()
        let large = [UInt8](repeating: 1, count: 2 << 20)
        #expect(throws: LMDBError(.mapFull, operation: "", path: "")) {
            try environment.write { (transaction) throws(LMDBError) in
                // The body hides the failure; nothing may be committed all the same.
                do throws(LMDBError) { try transaction.put([1], large, in: database) } catch {}
            }
        }
        var attempts = 0
        while try environment.value([1], in: database) == nil, attempts < 4 {
            attempts += 1
            try? environment.write { (transaction) throws(LMDBError) in
                try transaction.put([1], large, in: database)
            }
        }
        #expect(try environment.value([1], in: database) == large)
        #expect(try environment.information().mapSize == 4 << 20)
    }

    @Test func `the map grows at four fifths while readers check every byte they see`() async throws {
        let environment = try folder.open { $0.mapSize = 1 << 20 }
        let database = try environment.database()
        let signals = Signals()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    while !signals.isDone.load(ordering: .relaxed) {
                        let keys = try environment.keys(of: database)
                        #expect(keys == Array(1..<UInt64(keys.count + 1)))
                        signals.reads.add(1, ordering: .relaxed)
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                defer { signals.isDone.store(true, ordering: .relaxed) }
                for batch in 0..<60 as Range<UInt64> {
                    try environment.append((batch * 1_000 + 1)...(batch * 1_000 + 1_000), to: database)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        let information = try environment.information()
        #expect(information.mapSize >= 2 << 20)
        #expect(information.usedBytes <= information.mapSize / 5 * 4 + (256 << 10))
        let count = signals.reads.load(ordering: .relaxed)
        #expect(count > 0)
        #expect(try environment.keys(of: database).count == 60_000)
    }

    @Test func `growing waits for a reader on another thread`() async throws {
        let environment = try folder.open()
        let database = try environment.database()
        try environment.append(1...1_000, to: database)
        let size = try environment.information().mapSize
        let signals = Signals()
        let reader = Thread {
            try? environment.read { (transaction) throws(LMDBError) in
                signals.isReading.store(true, ordering: .sequentiallyConsistent)
                usleep(200_000)
                let grown = signals.hasGrown.load(ordering: .sequentiallyConsistent)
                #expect(!grown)
                #expect(try transaction.entryCount(of: database) == 1_000)
            }
        }
        reader.start()
        while !signals.isReading.load(ordering: .sequentiallyConsistent) { usleep(1_000) }
        try environment.grow(to: size * 4)
        signals.hasGrown.store(true, ordering: .sequentiallyConsistent)
        #expect(try environment.information().mapSize == size * 4)
    }

    @Test func `while a copy is made, appends go on beyond where the map would have to grow`() async throws {
        let environment = try folder.open { $0.mapSize = 1 << 20 }
        let database = try environment.database()
        var next: UInt64 = 1
        func append() throws {
            try environment.append(next...next + 99, to: database)
            next += 100
        }
        while try environment.information().usedBytes * 10 < (1 << 20) * 7 { try append() }
        let copied = Int(next - 1)
        // A pipe that nobody reads holds the copy up.
        let pipe = Pipe()
        let output = pipe.fileHandleForWriting.fileDescriptor
        let signals = Signals()
        let copying = Thread {
            #expect(throws: Never.self) { try environment.copy(toDescriptor: output) }
            try? pipe.fileHandleForWriting.close()
        }
        copying.start()
        let first = try #require(try pipe.fileHandleForReading.read(upToCount: 4_096))
        let appending = Thread { [next] in
            #expect(throws: Never.self) {
                for start in stride(from: next, to: next + 4_000, by: 100) {
                    try environment.append(start...start + 99, to: database)
                }
            }
            signals.isDone.store(true, ordering: .sequentiallyConsistent)
        }
        appending.start()
        for _ in 0..<500 where !signals.isDone.load(ordering: .sequentiallyConsistent) { usleep(10_000) }
        let isDone = signals.isDone.load(ordering: .sequentiallyConsistent)
        #expect(isDone, "appends wait for the copy")
        let rest = try #require(try pipe.fileHandleForReading.readToEnd())
        while !signals.isDone.load(ordering: .sequentiallyConsistent) { usleep(1_000) }
        #expect(try environment.information().usedBytes * 5 > (1 << 20) * 4)
        let copies = try TemporaryFolder()
        try (first + rest).write(to: URL(fileURLWithPath: copies.dataFile))
        let copy = try copies.open()
        #expect(try copy.keys(of: try copy.database()).count == copied)
        #expect(try environment.keys(of: database).count == copied + 4_000)
    }

    @Test func `a database made after others were read is readable, also by readers that are used again`() throws {
        let environment = try folder.open { $0.maximumDatabases = 2 }
        let first = try environment.database(named: "first", creating: true)
        #expect(try environment.keys(of: first) == [])
        let second = try environment.database(named: "second", creating: true)
        try environment.append([1], to: second)
        #expect(try environment.keys(of: second) == [1])
        let error = try environment.read { (_) throws(LMDBError) in
            #expect(throws: LMDBError.self) { _ = try environment.database(named: "second") }
        }
        #expect(error?.code == .transactionActive)
    }

    @Test
    func `a write transaction that would end on another thread ends nowhere, and nothing more is written`() throws {
        let environment = try folder.open()
        let database = try environment.database()
        let transaction = try environment.beginWriting()
        let base = transaction.base
        let moved = TransactionBase(handle: base.handle, calls: base.calls, thread: base.thread + 1)
        #expect(throws: LMDBError(.wrongThread, operation: "", path: "")) {
            try environment.commit(WriteTransaction(moved))
        }
        environment.abort(transaction)
        #expect(throws: LMDBError(.outcomeUnknown, operation: "", path: "")) {
            try environment.append([1], to: database)
        }
        #expect(try environment.keys(of: database) == [])
    }

    @Test func `a forked child is refused`() async {
        await #expect(processExitsWith: .exitCode(42)) {
            let environment = try TemporaryFolder().open()
            // Swift hides `fork`, with good reason; a library of this process may call it all the same.
            let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> Int32).self)
            let child = fork()
            guard child != 0 else {
                do throws(LMDBError) {
                    _ = try environment.information()
                    _exit(1)
                } catch {
                    _exit(error.code == .forked ? 42 : 2)
                }
            }
            var status: Int32 = 0
            waitpid(child, &status, 0)
            try environment.close()
            exit(status >> 8 & 0xFF)
        }
    }
}
