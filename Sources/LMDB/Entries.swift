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
    /// Looks at the memory of every value, each where no other look waits for it, and gives something of what lies there,
    /// so that no compiler leaves it out. Of a long value, at its beginning.
    @discardableResult
    public func glance() -> UInt8 {
        var seen: UInt8 = 0
        for index in 0..<count {
            let value = self[index].value
            let end = min(value.byteCount, 4 * Self.cacheLine)
            for offset in stride(from: 0, to: end, by: Self.cacheLine) {
                seen ^= value.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            }
            if end > 0 { seen ^= value.unsafeLoad(fromByteOffset: end - 1, as: UInt8.self) }
        }
        return seen
    }

    private static var cacheLine: Int { 64 }

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
