/// A place in a database that moves from key to key, in the order of their bytes.
///
/// ```swift
/// var cursor = try transaction.cursor(log)
/// while let entry = try cursor.next() {
///     fold(entry.value)
/// }
/// ```
///
/// An ``Entry`` is valid until the cursor moves; to use one after `next()` is refused by the compiler. The cursor
/// itself cannot outlive its transaction, and while one exists in a write transaction, nothing can be written.
///
/// Swift 6.3.1 overlooks one way out: to assign a cursor to a `Cursor?` declared outside the transaction's closure.
/// Do not; it would move in a transaction that is gone.
@frozen
public struct Cursor: ~Copyable, ~Escapable {
    @usableFromInline let handle: OpaquePointer
    @usableFromInline let calls: Calls
    /// Memory for where several entries lie, once they were asked for.
    @usableFromInline var places: UnsafeMutablePointer<Entries.Place>?

    @inlinable
    @_lifetime(immortal)
    init(handle: OpaquePointer, calls: Calls) {
        self.handle = handle
        self.calls = calls
    }

    deinit {
        calls.closeCursor(handle)
        places?.deallocate()
    }

    /// A key and its value, in the map.
    @frozen
    public struct Entry: ~Escapable {
        /// The key's bytes.
        public let key: RawSpan
        /// The value's bytes.
        public let value: RawSpan

        @inlinable
        @_lifetime(copy key, copy value)
        init(key: RawSpan, value: RawSpan) {
            self.key = key
            self.value = value
        }
    }

    /// Moves to the last entry; nil when there is none. C: `MDB_LAST`.
    @inlinable
    @_lifetime(&self)
    public mutating func last() throws(LMDBError) -> Entry? {
        try move(.last, from: Region())
    }

    /// Moves to the next entry, at first to the first one; nil after the last. C: `MDB_NEXT`.
    @inlinable
    @_lifetime(&self)
    public mutating func next() throws(LMDBError) -> Entry? {
        try move(.next, from: Region())
    }

    /// Moves to the first entry whose key is not less than `key`; nil when there is none. O(log n).
    /// C: `MDB_SET_RANGE`.
    @inlinable
    @_lifetime(&self)
    public mutating func seek<Key: StoredBytes & ~Copyable & ~Escapable>(
        to key: borrowing Key
    ) throws(LMDBError) -> Entry? {
        var found = Region()
        var value = Region()
        let code = key.withStoredBytes { bytes in
            found = Region(bytes)
            return calls.move(handle, .seek, &found, &value)
        }
        guard try isFound(code) else { return nil }
        return _overrideLifetime(Entry(key: found.span, value: value.span), mutating: &self)
    }

    @inlinable
    @_lifetime(&self)
    mutating func move(_ move: CursorMove, from start: Region) throws(LMDBError) -> Entry? {
        var key = start
        var value = Region()
        guard try isFound(calls.move(handle, move, &key, &value)) else { return nil }
        return _overrideLifetime(Entry(key: key.span, value: value.span), mutating: &self)
    }

    @inlinable
    func isFound(_ code: Int32) throws(LMDBError) -> Bool {
        if code == 0 { return true }
        guard code == LMDBError.Code.notFound.rawValue else { throw calls.error(code, .cursorGet) }
        return false
    }
}
