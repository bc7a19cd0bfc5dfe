/// What can be read inside a transaction, whether it also writes or not.
///
/// **Spans live in the map.** A value is not copied out: the span points into the file's memory, and the compiler
/// refuses to let it outlive the transaction, or, in a write transaction, the next change. Why: the page may be
/// reused the moment the transaction ends. What if it were not so: yesterday's balance would silently be made of
/// tomorrow's bytes.
public protocol Transaction: ~Copyable {
    /// The state behind the transaction, opaque outside this module.
    var base: TransactionBase { get }
}

/// The state behind a transaction.
@frozen
public struct TransactionBase {
    @usableFromInline let handle: OpaquePointer
    @usableFromInline let calls: Calls
    /// The kernel's number of the thread it began on, where LMDB's writer lock belongs.
    @usableFromInline let thread: Int32

    init(handle: OpaquePointer, calls: Calls, thread: Int32) {
        self.handle = handle
        self.calls = calls
        self.thread = thread
    }

    /// Refuses the database of another environment.
    @inlinable
    func check(_ database: Database, _ call: Call) throws(LMDBError) {
        guard database.owner == ObjectIdentifier(calls) else {
            throw calls.error(LMDBError.Code.foreignDatabase.rawValue, call, "the database is another environment's")
        }
    }
}

extension Transaction where Self: ~Copyable {
    /// The value of a key, or nil when there is none. O(log n). The corresponding C function is `mdb_get`.
    @inlinable
    @_lifetime(borrow self)
    public func get<Key: StoredBytes & ~Copyable & ~Escapable>(
        _ key: borrowing Key,
        in database: Database
    ) throws(LMDBError) -> RawSpan? {
        let base = self.base
        try base.check(database, .get)
        var value = Region()
        let code = key.withStoredBytes { base.calls.get(base.handle, database.index, $0, &value) }
        if code == 0 {
            return _overrideLifetime(value.span, borrowing: self)
        }
        guard code == LMDBError.Code.notFound.rawValue else { throw base.calls.error(code, .get) }
        return nil
    }

    /// How many keys the database holds. O(1). The corresponding C function is `mdb_stat`.
    @inlinable
    public func entryCount(of database: Database) throws(LMDBError) -> Int {
        let base = self.base
        try base.check(database, .databaseStatistics)
        var count = 0
        let code = base.calls.entryCount(base.handle, database.index, &count)
        guard code == 0 else { throw base.calls.error(code, .databaseStatistics) }
        return count
    }

    /// A cursor over the database, before its first entry. The corresponding C function is `mdb_cursor_open`.
    @inlinable
    @_lifetime(borrow self)
    public func cursor(_ database: Database) throws(LMDBError) -> Cursor {
        let base = self.base
        try base.check(database, .cursorOpen)
        var handle: OpaquePointer?
        let code = base.calls.openCursor(base.handle, database.index, &handle)
        guard code == 0, let handle else { throw base.calls.error(code, .cursorOpen) }
        return _overrideLifetime(Cursor(handle: handle, calls: base.calls), borrowing: self)
    }
}

/// A view of one committed state, which nobody's writes change while it lasts.
///
/// Only ``Environment/read(_:)`` makes one. It cannot be copied, kept, handed to another task or held across an
/// `await`; each of these is refused by the compiler.
@frozen
public struct ReadTransaction: ~Copyable, Transaction {
    /// The state behind the transaction, opaque outside this module.
    public let base: TransactionBase

    @usableFromInline
    init(_ base: TransactionBase) {
        self.base = base
    }
}
