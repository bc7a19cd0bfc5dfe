public import EventCoding

/// The entries over which a tile of level 0 is, as a log publishes them: each behind its length in two bytes, the most
/// significant first (C2SP tlog-tiles).
public struct EntryBundle: Hashable, Sendable {
    /// An entry has at most so many bytes: two bytes count no more.
    public static let longestEntry = 65_535

    /// The entries, in their order.
    public let entries: [[UInt8]]

    /// A bundle of some entries, 1…256 of them.
    ///
    /// - Throws: ``TransparencyError`` where an entry has more than ``longestEntry`` bytes, or there are none or too many.
    public init(entries: [[UInt8]]) throws(TransparencyError) {
        guard (1...Tile.width).contains(entries.count) else {
            throw TransparencyError(.malformed, "\(entries.count) entries")
        }
        if let place = entries.firstIndex(where: { $0.count > Self.longestEntry }) {
            throw TransparencyError(.tooLong, "entry \(place)")
        }
        self.entries = entries
    }

    /// Reads the bundle of a tile. O(*n*) in the bytes.
    ///
    /// - Parameters:
    ///   - tile: The tile of level 0 over the same leaves.
    ///   - bytes: The bytes of the bundle.
    /// - Throws: ``TransparencyError`` with the byte at which an entry begins that is not there in full, or that is one
    ///   too many.
    public init(of tile: Tile, bytes: RawSpan) throws(TransparencyError) {
        var entries: [[UInt8]] = []
        entries.reserveCapacity(tile.count)
        var start = 0
        while entries.count < tile.count {
            guard bytes.byteCount - start >= 2 else { throw TransparencyError(.malformed, byte: start) }
            let length = bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt16.self)
            let end = start + 2 + Int(UInt16(bigEndian: length))
            guard end <= bytes.byteCount else { throw TransparencyError(.malformed, byte: start) }
            entries.append(bytes.extracting(start + 2..<end).bytes)
            start = end
        }
        guard start == bytes.byteCount else { throw TransparencyError(.malformed, byte: start) }
        self.entries = entries
    }

    /// The bytes of the bundle.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes.append(UInt8(truncatingIfNeeded: entry.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: entry.count))
            bytes += entry
        }
        return bytes
    }

    /// The leaf hashes of the entries: what the tile over them must hold.
    public var leaves: [Digest] { entries.map { Digest.leaf($0.span.bytes) } }
}
