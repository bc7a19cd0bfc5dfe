public import EventCoding

extension Tile {
    /// The tile of a tree in which the hash of a subtree is, or from whose hashes it follows; and which hashes those are.
    ///
    /// - Precondition: The subtree is full in a tree of that size.
    public static func tile(
        of subtree: Subtree,
        inTreeOf size: UInt64
    ) -> (tile: Tile, places: Range<Int>) {
        let (level, index, places) = hashes(of: subtree)
        let rest = (size >> UInt64(level * height)) - index * UInt64(width)
        precondition(rest >= UInt64(places.upperBound), "The tree has no such subtree.")
        return (Tile(level: level, index: index, count: Int(min(rest, UInt64(width)))), places)
    }

    /// The bytes of a tile: its hashes one after the other.
    public static func bytes(of hashes: some Sequence<Digest>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * Digest.byteCount)
        for hash in hashes { hash.append(to: &bytes) }
        return bytes
    }

    /// Reads the bytes of this tile.
    ///
    /// They are not verified: a root or a proof that is made of them is.
    ///
    /// - Throws: ``TransparencyError`` where there are not exactly as many as its hashes have.
    public func hashes(from bytes: RawSpan) throws(TransparencyError) -> [Digest] {
        let end = count * Digest.byteCount
        guard bytes.byteCount == end else { throw TransparencyError(.malformed, byte: min(bytes.byteCount, end)) }
        return stride(from: 0, to: end, by: Digest.byteCount).compactMap {
            Digest(bytes: bytes.extracting($0..<$0 + Digest.byteCount))
        }
    }
}
