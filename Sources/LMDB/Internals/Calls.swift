import CLMDB
import Glibc

/// Every call to C that is made on a store, by this module or on behalf of its other files, by its C name.
@usableFromInline
package enum Call: String, CaseIterable, Sendable {
    case environmentCreate = "mdb_env_create"
    case environmentConfigure = "mdb_env_set_*"
    case environmentOpen = "mdb_env_open"
    case environmentInformation = "mdb_env_info"
    case environmentStatistics = "mdb_env_stat"
    case environmentSync = "mdb_env_sync"
    case environmentCopy = "mdb_env_copyfd2"
    case environmentGrow = "mdb_env_set_mapsize"
    case readerCheck = "mdb_reader_check"
    case transactionBegin = "mdb_txn_begin"
    case transactionRenew = "mdb_txn_renew"
    case transactionCommit = "mdb_txn_commit"
    case databaseOpen = "mdb_dbi_open"
    case databaseStatistics = "mdb_stat"
    case databaseEmpty = "mdb_drop"
    case get = "mdb_get"
    case put = "mdb_put"
    case delete = "mdb_del"
    case cursorOpen = "mdb_cursor_open"
    case cursorGet = "mdb_cursor_get"
    case fileOpen = "open"
    case fileRead = "pread"
    case fileStatus = "fstat"
    case fileControl = "fcntl"
    case fileSync = "fsync"
    case fileSystemStatus = "statfs"
    case fileAccess = "access"
    case fileWrite = "pwrite"
    case fileCopy = "sendfile"
    case fileTruncate = "ftruncate"
    case fileAllocate = "fallocate"
    case fileLock = "flock"
    case fileRename = "rename"
    case fileRemove = "unlink"
    case folderMake = "mkdir"
    case folderRead = "readdir"
    case folderRemove = "rmdir"
    case threadStart = "pthread_create"
}

/// A stretch of memory in the map, or one handed to LMDB.
@frozen @usableFromInline
struct Region {
    @usableFromInline var start: UnsafeRawPointer?
    @usableFromInline var count: Int

    @inlinable
    init() {
        self.start = nil
        self.count = 0
    }

    @inlinable
    init(_ bytes: UnsafeRawBufferPointer) {
        self.start = bytes.baseAddress
        self.count = bytes.count
    }

    /// The memory as a span that nothing ties to a lifetime yet; the caller must.
    @inlinable
    var span: RawSpan {
        @_lifetime(immortal)
        get {
            let span = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count))
            return _overrideLifetime(span, borrowing: ())
        }
    }

    init(_ value: MDB_val) {
        self.start = UnsafeRawPointer(value.mv_data)
        self.count = value.mv_size
    }

    /// LMDB takes mutable pointers but writes through none of them.
    var value: MDB_val {
        MDB_val(mv_size: count, mv_data: UnsafeMutableRawPointer(mutating: start))
    }
}

/// The one funnel through which this module calls LMDB and the file system on behalf of an environment.
///
/// Each function calls the C function it is named after and returns its result code, zero for success; system
/// calls give `errno`. Here, and only here, a test can make a chosen call fail (``FaultPlan``); what a call had made
/// before it was made to fail is let go.
@usableFromInline
final class Calls: Sendable {
    /// The path of the environment, for errors.
    let path: String
    let faults: FaultPlan?

    init(path: String, faults: FaultPlan?) {
        self.path = path
        self.faults = faults
    }

    @inline(__always)
    func run(_ call: Call, _ body: () -> Int32) -> Int32 {
        guard let faults else { return body() }
        return faults.run(call, body)
    }

    /// The error for a result code.
    @inline(never)
    @usableFromInline
    func error(_ code: Int32, _ call: Call, _ reason: String? = nil) -> LMDBError {
        LMDBError(LMDBError.Code(rawValue: code), operation: call.rawValue, path: path, reason: reason)
    }

    /// Throws unless the result code says success.
    @inline(__always)
    func check(_ code: Int32, _ call: Call) throws(LMDBError) {
        guard code == 0 else { throw error(code, call) }
    }
}

// MARK: Environment

extension Calls {
    func createEnvironment(_ handle: inout OpaquePointer?) -> Int32 {
        let code = run(.environmentCreate) { mdb_env_create(&handle) }
        if code != 0, let created = handle.take() { mdb_env_close(created) }
        return code
    }

    func configure(_ handle: OpaquePointer, _ options: Environment.Options) -> Int32 {
        run(.environmentConfigure) {
            var code = mdb_env_set_maxreaders(handle, Environment.Options.maximumReaders)
            if code == 0 { code = mdb_env_set_maxdbs(handle, options.maximumDatabases) }
            if code == 0 { code = mdb_env_set_mapsize(handle, options.mapSize) }
            // A page that is not what LMDB takes it for would end the process as a mistake in a program does (`SIGABRT`); so it
            // ends as by a page that is not there.
            if code == 0 { code = mdb_env_set_assert(handle) { _, _ in _ = raise(SIGBUS) } }
            return code
        }
    }

    func openEnvironment(_ handle: OpaquePointer, _ path: String, flags: UInt32) -> Int32 {
        run(.environmentOpen) { mdb_env_open(handle, path, flags, 0o640) }
    }

    func information(_ handle: OpaquePointer, _ information: inout MDB_envinfo) -> Int32 {
        run(.environmentInformation) { mdb_env_info(handle, &information) }
    }

    func statistics(_ handle: OpaquePointer, _ statistics: inout MDB_stat) -> Int32 {
        run(.environmentStatistics) { mdb_env_stat(handle, &statistics) }
    }

    func sync(_ handle: OpaquePointer) -> Int32 {
        run(.environmentSync) { mdb_env_sync(handle, 1) }
    }

    func copy(_ handle: OpaquePointer, descriptor: Int32, compacting: Bool) -> Int32 {
        run(.environmentCopy) { mdb_env_copyfd2(handle, descriptor, compacting ? UInt32(MDB_CP_COMPACT) : 0) }
    }

    func grow(_ handle: OpaquePointer, to size: Int) -> Int32 {
        run(.environmentGrow) { mdb_env_set_mapsize(handle, size) }
    }

    /// Whether there is a table of readers.
    func notesReaders(_ handle: OpaquePointer) -> Bool {
        var isMissing = false
        withUnsafeMutablePointer(to: &isMissing) { isMissing in
            _ = mdb_reader_list(
                handle,
                { line, isMissing in
                    let isTold = line.map { String(cString: $0).contains("no reader locks") } ?? false
                    if isTold { isMissing?.storeBytes(of: true, as: Bool.self) }
                    return 0
                },
                isMissing
            )
        }
        return !isMissing
    }

    func checkReaders(_ handle: OpaquePointer, _ dead: inout Int32) -> Int32 {
        run(.readerCheck) { mdb_reader_check(handle, &dead) }
    }
}

// MARK: Transactions

extension Calls {
    func begin(_ environment: OpaquePointer, flags: UInt32, _ handle: inout OpaquePointer?) -> Int32 {
        let code = run(.transactionBegin) { mdb_txn_begin(environment, nil, flags, &handle) }
        if code != 0, let begun = handle.take() { mdb_txn_abort(begun) }
        return code
    }

    func renew(_ handle: OpaquePointer) -> Int32 {
        run(.transactionRenew) { mdb_txn_renew(handle) }
    }

    /// The transaction is gone afterwards whatever the result, as with the C function.
    func commit(_ handle: OpaquePointer) -> Int32 {
        var isGone = false
        let code = run(.transactionCommit) {
            isGone = true
            return mdb_txn_commit(handle)
        }
        if !isGone { mdb_txn_abort(handle) }
        return code
    }

    /// The state that a transaction reads, as the number of the transaction that made it.
    func state(_ transaction: OpaquePointer) -> Int {
        mdb_txn_id(transaction)
    }
}

// MARK: Databases

extension Calls {
    func openDatabase(_ transaction: OpaquePointer, _ name: String?, flags: UInt32, _ index: inout UInt32) -> Int32 {
        run(.databaseOpen) { mdb_dbi_open(transaction, name, flags, &index) }
    }

    @usableFromInline
    func entryCount(_ transaction: OpaquePointer, _ database: UInt32, _ count: inout Int) -> Int32 {
        run(.databaseStatistics) {
            var statistics = MDB_stat()
            let code = mdb_stat(transaction, database, &statistics)
            count = statistics.ms_entries
            return code
        }
    }

    @usableFromInline
    func empty(_ transaction: OpaquePointer, _ database: UInt32) -> Int32 {
        run(.databaseEmpty) { mdb_drop(transaction, database, 0) }
    }

    @usableFromInline
    func get(
        _ transaction: OpaquePointer,
        _ database: UInt32,
        _ key: UnsafeRawBufferPointer,
        _ value: inout Region
    ) -> Int32 {
        run(.get) {
            var keyValue = Region(key).value
            var found = MDB_val()
            let code = mdb_get(transaction, database, &keyValue, &found)
            value = Region(found)
            return code
        }
    }

    @usableFromInline
    func put(
        _ transaction: OpaquePointer,
        _ database: UInt32,
        _ key: UnsafeRawBufferPointer,
        _ value: inout Region,
        flags: UInt32
    ) -> Int32 {
        run(.put) {
            var keyValue = Region(key).value
            var stored = value.value
            let code = mdb_put(transaction, database, &keyValue, &stored, flags)
            value = Region(stored)
            return code
        }
    }

    @usableFromInline
    func delete(_ transaction: OpaquePointer, _ database: UInt32, _ key: UnsafeRawBufferPointer) -> Int32 {
        run(.delete) {
            var keyValue = Region(key).value
            return mdb_del(transaction, database, &keyValue, nil)
        }
    }
}

// MARK: Cursors

/// Where a cursor is to move.
@frozen @usableFromInline
enum CursorMove {
    case last, next, seek

    /// LMDB's operation.
    @inline(__always)
    var operation: MDB_cursor_op {
        switch self {
        case .last: MDB_LAST
        case .next: MDB_NEXT
        case .seek: MDB_SET_RANGE
        }
    }
}

extension Calls {
    @usableFromInline
    func openCursor(_ transaction: OpaquePointer, _ database: UInt32, _ handle: inout OpaquePointer?) -> Int32 {
        let code = run(.cursorOpen) { mdb_cursor_open(transaction, database, &handle) }
        if code != 0, let opened = handle.take() { mdb_cursor_close(opened) }
        return code
    }

    @usableFromInline
    func closeCursor(_ handle: OpaquePointer) {
        mdb_cursor_close(handle)
    }

    @usableFromInline
    func move(_ handle: OpaquePointer, _ move: CursorMove, _ key: inout Region, _ value: inout Region) -> Int32 {
        guard let faults else { return Self.get(handle, move.operation, &key, &value) }
        return faults.run(.cursorGet) { Self.get(handle, move.operation, &key, &value) }
    }

    @inline(__always)
    private static func get(
        _ handle: OpaquePointer,
        _ operation: MDB_cursor_op,
        _ key: inout Region,
        _ value: inout Region
    ) -> Int32 {
        var keyValue = key.value
        var found = MDB_val()
        let code = mdb_cursor_get(handle, &keyValue, &found, operation)
        key = Region(keyValue)
        value = Region(found)
        return code
    }
}
