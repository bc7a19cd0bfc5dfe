/// The changes that become one commit: all of them, or none.
///
/// Only ``Environment/write(_:)`` makes one, and only it ends one: it commits when its body returns and aborts when
/// its body throws. While a span or a cursor of this transaction is in use nothing can be written, because a change
/// may move what they point at; the compiler refuses it.
///
/// A call that fails with anything but ``LMDBError/Code/keyExists`` or ``LMDBError/Code/badValueSize`` dooms the
/// transaction: even if the body catches the error and returns, nothing is committed and `write` throws it again.
public struct WriteTransaction: ~Copyable, Transaction {
    /// The state behind the transaction, opaque outside this module.
    public let base: TransactionBase
    /// Whether a call found the map full; the next write then grows it.
    var foundMapFull = false
    /// The failure after which nothing may be committed.
    var failure: LMDBError?

    init(_ base: TransactionBase) {
        self.base = base
    }

    /// How a value is put.
    public struct PutOptions: OptionSet, Sendable {
        /// The options' bits, as LMDB defines them.
        public let rawValue: UInt32

        /// Options from LMDB's bits.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The key is greater than every other: fills pages to the brim and skips the search. Otherwise refused
        /// with ``LMDBError/Code/keyExists``. C: `MDB_APPEND`.
        public static let append = PutOptions(rawValue: 0x20000)
    }

    /// Stores a value under a key. O(log n). The corresponding C function is `mdb_put`.
    @inlinable
    public mutating func put<Key: StoredBytes & ~Copyable & ~Escapable, Value: StoredBytes & ~Copyable & ~Escapable>(
        _ key: borrowing Key,
        _ value: borrowing Value,
        in database: Database,
        _ options: PutOptions = []
    ) throws(LMDBError) {
        try prepare(database, .put)
        let code = key.withStoredBytes { keyBytes in
            value.withStoredBytes { valueBytes in
                var region = Region(valueBytes)
                return base.calls.put(base.handle, database.index, keyBytes, &region, flags: options.rawValue)
            }
        }
        try record(code, .put)
    }

    /// Removes a key, and says whether it was there. O(log n). The corresponding C function is `mdb_del`.
    ///
    /// Deleted is not gone: the bytes stay in the file until their page is used again.
    @discardableResult
    public mutating func delete<Key: StoredBytes & ~Copyable & ~Escapable>(
        _ key: borrowing Key,
        in database: Database
    ) throws(LMDBError) -> Bool {
        try prepare(database, .delete)
        let code = key.withStoredBytes { base.calls.delete(base.handle, database.index, $0) }
        if code == LMDBError.Code.notFound.rawValue { return false }
        try record(code, .delete)
        return true
    }

    /// Removes every key. The freed pages stay in the file and burden later commits. C: `mdb_drop`.
    public mutating func removeAll(from database: Database) throws(LMDBError) {
        try prepare(database, .databaseEmpty)
        try record(base.calls.empty(base.handle, database.index), .databaseEmpty)
    }

    @usableFromInline
    func prepare(_ database: Database, _ call: Call) throws(LMDBError) {
        if let failure { throw failure }
        try base.check(database, call)
    }

    /// Throws the failure of a call, and remembers it if nothing may be committed after it.
    @usableFromInline
    mutating func record(_ code: Int32, _ call: Call) throws(LMDBError) {
        guard code != 0 else { return }
        let error = base.calls.error(code, call)
        switch error.code {
        case .keyExists, .badValueSize: break
        case .mapFull: (foundMapFull, failure) = (true, error)
        default: failure = error
        }
        throw error
    }
}
