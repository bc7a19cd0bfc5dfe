public import EventCoding

extension Tile {
    /// Reads the path of a tile of hashes, as ``path`` writes it.
    ///
    /// - Throws: ``TransparencyError`` where it is none, or not written the one way that it is (C2SP tlog-tiles).
    public init(path: String) throws(TransparencyError) {
        let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "tile", let level = Int(parts[1]), (0...63).contains(level),
            let tile = Self.named(parts[2], level: level), tile.path == path
        else { throw TransparencyError(.malformed, path) }
        self = tile
    }

    /// Reads the path of a bundle of entries, as ``entriesPath`` writes it; the answer is the tile of their hashes.
    ///
    /// - Throws: ``TransparencyError`` where it is none, or not written the one way that it is (C2SP tlog-tiles).
    public init(entriesPath path: String) throws(TransparencyError) {
        let prefix = "tile/entries/"
        guard path.hasPrefix(prefix), let tile = Self.named(path.dropFirst(prefix.count), level: 0),
            tile.entriesPath == path
        else { throw TransparencyError(.malformed, path) }
        self = tile
    }

    /// The tile of a name such as `x001/234.p/5`; whether it is written the one way, whoever calls finds out.
    private static func named(_ name: Substring, level: Int) -> Tile? {
        var groups = name.split(separator: "/", omittingEmptySubsequences: false)
        var count = width
        if groups.count > 1, groups[groups.count - 2].hasSuffix(".p") {
            guard let partial = groups.popLast().flatMap({ Int($0) }), (1..<width).contains(partial) else { return nil }
            count = partial
            groups[groups.count - 1].removeLast(2)
        }
        // Six groups hold 2^56, the number of tiles of level 0 over all leaves that can be counted.
        guard groups.count <= 6 else { return nil }
        var index: UInt64 = 0
        for group in groups {
            guard let digits = UInt64(group.drop { $0 == "x" }), digits < 1_000 else { return nil }
            index = index * 1_000 + digits
        }
        guard index <= UInt64.max >> UInt64(height) else { return nil }
        return Tile(level: level, index: index, count: count)
    }

    /// Whether a tree of a size has this tile, or had it on its way to that size.
    public func isWithin(treeOf size: UInt64) -> Bool {
        let hashes = level * Self.height < UInt64.bitWidth ? size >> UInt64(level * Self.height) : 0
        let (full, rest) = (hashes / UInt64(Self.width), hashes % UInt64(Self.width))
        return index < full || index == full && UInt64(count) <= rest
    }

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
        return Digest.sideBySide(in: bytes)
    }
}
