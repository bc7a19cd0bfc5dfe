import CLMDB
import Glibc
import Synchronization

/// An open LMDB file: many readers, one writer, and readers never wait for the writer.
///
/// ```swift
/// let environment = try Environment(path: "store", options: Environment.Options())
/// let log = try environment.database()
/// try environment.write { (transaction) throws(LMDBError) in
///     try transaction.put(UInt64(1), record, in: log, .append)
/// }
/// ```
///
/// ## Rule 1: open a file only once in a process
/// A second open is refused with ``LMDBError/Code/alreadyOpen``, whatever path or link leads to the file.
/// *Why:* to close one of two environments releases the file locks of both. *Advice:* make one environment and pass
/// it on. *What if not:* another process thinks this one's readers are gone and reuses the pages they are reading.
///
/// ## Rule 2: nothing of an environment crosses `fork`
/// Each call in a forked child is refused with ``LMDBError/Code/forked``. *Why:* the child shares the map and the
/// lock table's slots without owning them. *Advice:* start programs with `posix_spawn`, or open in the child.
///
/// ## Rule 3: transactions are short
/// A reader keeps every page of the state it sees from being reused; one forgotten reader made a file grow a
/// hundredfold. *Advice:* read in chunks, one transaction each, below a position that was noted once.
///
/// Sendable: LMDB's environment functions may be called from any thread; the map moves and closes only behind
/// `Gate`; everything else that changes lies in a `Mutex`.
public final class Environment: Sendable {
    /// The path it was opened with.
    public let path: String
    /// The options it was opened with.
    let options: Options
    /// The slots of readers that had died, which were freed when it was opened.
    public let deadReaders: Int
    /// Whether LMDB notes where this process reads, so that no writer uses those pages again. It cannot on a read-only file
    /// system; then every transaction looks at its end whether a writer came too far meanwhile.
    @usableFromInline let notesReaders: Bool

    nonisolated(unsafe) let handle: OpaquePointer
    let calls: Calls
    let gate = Gate()
    private let identity: FileIdentity
    private let process: Int32
    let state = Mutex(State())
    /// Held by the one transaction that may open databases; always taken before the gate.
    let databaseOpening = Mutex(())

    /// What changes while the environment is open.
    struct State {
        /// Reset read transactions, each keeping its slot in the reader table, ready to be renewed.
        var idleReaders: [Handle] = []
        /// The commit whose outcome is unknown.
        var poison: LMDBError?
        /// Whether the last write found the map full.
        var foundMapFull = false
        /// The thread that is writing.
        var writer: Int32?
    }

    /// A C handle that may change threads.
    ///
    /// `@unchecked Sendable`: a reset read transaction opened with `MDB_NOTLS` belongs to no thread.
    struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Opens a file, or makes one.
    ///
    /// Before anything is mapped the file system, both meta pages and the file's length are checked, so that a
    /// damaged or shortened file is an error here and not the end of the process later. Then those pages are looked at
    /// where its databases end; and before a file is written to, that none is listed as free that is in use.
    ///
    /// - Parameters:
    ///   - path: an existing folder for `data.mdb` and `lock.mdb`.
    ///   - options: how it is opened.
    /// - Throws: ``LMDBError/Code/alreadyOpen``, ``LMDBError/Code/networkFileSystem``,
    ///   ``LMDBError/Code/corrupted``, ``LMDBError/Code/versionMismatch``, ``LMDBError/Code/noSuchFile``, or what
    ///   LMDB or the operating system says.
    public init(path: String, options: Options = Options()) throws(LMDBError) {
        let calls = Calls(path: path, faults: options.faults)
        (self.handle, self.identity, self.deadReaders) = try OpenFiles.identities.withLock {
            (identities) throws(LMDBError) -> (Opened) in
            try Self.open(path, options, calls, &identities)
        }.parts
        self.path = path
        self.options = options
        self.calls = calls
        self.process = getpid()
        notesReaders = calls.notesReaders(handle)
        guard options.access != .immutable else { return }
        do throws(LMDBError) {
            try checkPages(options.access == .readWrite ? .branches : .ends)
        } catch {
            try? close()
            throw error
        }
    }

    deinit {
        if process == getpid() {
            _ = gate.alone(clmdb_thread()) { release() }
        }
    }

    /// Waits for all transactions of this process, then closes. Every later call is refused with
    /// ``LMDBError/Code/closed``; to close twice is harmless. A transaction's own body cannot close it.
    public func close() throws(LMDBError) {
        try refuseForked(.environmentOpen)
        if case .wouldWaitForItself = gate.alone(clmdb_thread(), { release() }) {
            throw calls.error(LMDBError.Code.transactionActive.rawValue, .environmentOpen, Self.insideTransaction)
        }
    }

    /// Maps the file anew; only when nobody is inside. Where that fails LMDB has let go of the old map already, and whoever
    /// touched it would end the process: so it is closed.
    func map(_ size: Int) -> Int32 {
        let code = calls.grow(handle, to: size)
        if code != 0 { release() }
        return code
    }

    /// Closes the C handle; only when nobody is inside, and nobody may enter afterwards.
    @discardableResult
    private func release() -> Bool {
        OpenFiles.identities.withLock { identities in
            let idle = state.withLock { state in
                defer { state.idleReaders = [] }
                return state.idleReaders
            }
            for reader in idle {
                mdb_txn_abort(reader.pointer)
            }
            mdb_env_close(handle)
            identities.remove(identity)
        }
        return true
    }

    static let insideTransaction = "this thread is inside a transaction, which would have to end first"

    /// Refuses the child of a `fork`.
    func refuseForked(_ call: Call) throws(LMDBError) {
        guard process == getpid() else {
            throw calls.error(
                LMDBError.Code.forked.rawValue,
                call,
                "opened by process \(process), used in its child \(getpid())"
            )
        }
    }

    /// Enters the gate, or says why not.
    func enter(_ thread: Int32, _ call: Call) throws(LMDBError) {
        try refuseForked(call)
        guard case .passed = gate.enter(thread) else {
            throw calls.error(LMDBError.Code.closed.rawValue, call, "the environment is closed")
        }
    }
}
