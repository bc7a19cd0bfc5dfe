internal import CLMDB

/// Some entries that follow each other, in the order of their keys.
///
/// To have several at hand lets the processor wait for the memory of all of them at once. Like a ``Cursor/Entry`` they
/// are valid until the cursor moves.
@frozen
public struct Entries: ~Escapable {
    /// There are never more than so many.
    @inlinable
    public static var capacity: Int { 32 }

    /// Where an entry lies in the map.
    @frozen @usableFromInline
    struct Place {
        @usableFromInline var key = Region()
        @usableFromInline var value = Region()

        @inlinable
        init() {}
    }

    @usableFromInline let places: UnsafePointer<Place>
    /// How many there are; none after the last entry of the database.
    public let count: Int

    @inlinable
    @_lifetime(immortal)
    init(_ places: UnsafePointer<Place>, count: Int) {
        self.places = places
        self.count = count
    }

    /// The entry at an index from 0 on.
    ///
    /// - Precondition: `index` is less than ``count``.
    @inlinable
    public subscript(index: Int) -> Cursor.Entry {
        @_lifetime(copy self)
        get {
            precondition(index >= 0 && index < count)
            let place = places + index
            let entry = Cursor.Entry(key: place.pointee.key.span, value: place.pointee.value.span)
            return _overrideLifetime(entry, copying: self)
        }
    }
}

extension Entries {
    /// Two pages: some 40 entries of 180 bytes, so that what was asked for is there when it is read.
    private static var foresight: UInt { 8_192 }

    /// Asks for the memory that is likely to hold values further on, and waits for nothing.
    ///
    /// The pages of a database that is only appended to follow each other, so that such values lie a fixed way behind this
    /// one. Where it is not so, nothing but time is lost.
    public func foresee(from index: Int) {
        self[index].value.withUnsafeBytes { bytes in
            clmdb_foresee(UInt(bitPattern: bytes.baseAddress) &+ Self.foresight, min(bytes.count, 256))
        }
    }

    /// The first of them.
    ///
    /// - Precondition: `count` is not more than there are.
    @_lifetime(copy self)
    public func prefix(_ count: Int) -> Entries {
        precondition(count >= 0 && count <= self.count)
        return _overrideLifetime(Entries(places, count: count), copying: self)
    }
}

extension Cursor {
    /// Moves on by up to `limit` entries, at first from the first one, and gives all of them.
    ///
    /// - Parameters:
    ///   - limit: At most ``Entries/capacity``.
    ///   - key: Where to begin instead: the first entry is that whose key is not less.
    @_lifetime(&self)
    public mutating func next(atMost limit: Int, from key: UInt64? = nil) throws(LMDBError) -> Entries {
        precondition(limit > 0 && limit <= Entries.capacity)
        let places = self.places ?? UnsafeMutablePointer.allocate(capacity: Entries.capacity)
        self.places = places
        var count = 0
        if let key {
            var place = Entries.Place()
            let code = key.withStoredBytes { bytes in
                place.key = Region(bytes)
                return calls.move(handle, .seek, &place.key, &place.value)
            }
            if try isFound(code) {
                places.initialize(to: place)
                count = 1
            }
        }
        while count < limit, key == nil || count > 0 {
            var place = Entries.Place()
            guard try isFound(calls.move(handle, .next, &place.key, &place.value)) else { break }
            (places + count).initialize(to: place)
            count += 1
        }
        return _overrideLifetime(Entries(places, count: count), mutating: &self)
    }
}
