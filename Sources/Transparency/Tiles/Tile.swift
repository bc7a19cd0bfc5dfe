public import EventCoding

/// A tile of a Merkle tree: up to 256 hashes that lie side by side on one level (C2SP tlog-tiles).
///
/// A tile of level *t* holds the roots of full subtrees of height 8 *t*. A full tile never changes.
public struct Tile: Hashable, Sendable {
    /// How many levels of the tree a tile spans.
    public static let height = 8
    /// How many hashes a full tile has.
    public static let width = 256

    /// Its level: 0 holds leaf hashes.
    public let level: Int
    /// How many of its level lie left of it.
    public let index: UInt64
    /// How many hashes it has, 1…256.
    public let count: Int

    /// Makes a tile; full where nothing else is said.
    public init(level: Int, index: UInt64, count: Int = Self.width) {
        (self.level, self.index, self.count) = (level, index, count)
    }

    /// True if it has all its hashes, and never changes.
    public var isFull: Bool { count == Self.width }

    /// How many leaves of the tree there are up to its last one.
    public var end: UInt64 {
        let last = subtree(at: count - 1)
        return last.start + last.count
    }

    /// The subtree of the hash at a place.
    public func subtree(at place: Int) -> Subtree {
        Subtree(level: level * Self.height, index: index * UInt64(Self.width) + UInt64(place))
    }

    /// The path below the log's address: `tile/0/x001/234`, or `tile/0/x001/234.p/5` for a partial one.
    public var path: String { "tile/\(level)/\(Self.name(of: index))\(isFull ? "" : ".p/\(count)")" }

    /// The path of the bundle of the entries over which a tile of level 0 is: `tile/entries/x001/234`.
    public var entriesPath: String { "tile/entries/\(Self.name(of: index))\(isFull ? "" : ".p/\(count)")" }

    /// Groups of three digits, all but the last marked by an `x`.
    private static func name(of index: UInt64) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = "\(rest % 1_000)"
            let group = String(repeating: "0", count: 3 - digits.utf8.count) + digits
            groups.insert(groups.isEmpty ? group : "x" + group, at: 0)
            rest /= 1_000
        } while rest > 0
        return groups.joined(separator: "/")
    }

    /// The tiles of a tree of a size, each level from left to right, the partial one of each level last.
    public static func tiles(ofTreeOf size: UInt64) -> [Tile] {
        var tiles: [Tile] = []
        var (level, hashes) = (0, size)
        while hashes > 0 {
            let full = hashes / UInt64(width)
            for index in 0..<full { tiles.append(Tile(level: level, index: index)) }
            let rest = Int(hashes % UInt64(width))
            if rest > 0 { tiles.append(Tile(level: level, index: full, count: rest)) }
            (level, hashes) = (level + 1, full)
        }
        return tiles
    }

    /// The full tile in which the hash of a subtree is, or from whose hashes it follows; and which hashes those are.
    public static func hashes(of subtree: Subtree) -> (level: Int, index: UInt64, places: Range<Int>) {
        let level = subtree.level / height
        let count = 1 << (subtree.level % height)
        let first = subtree.index * UInt64(count)
        let place = Int(first % UInt64(width))
        return (level, first / UInt64(width), place..<place + count)
    }

    /// The root over some hashes of a tile, a power of two of them.
    public static func root(of hashes: ArraySlice<Digest>) -> Digest {
        var level = Array(hashes)
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { .node(level[$0], level[$0 + 1]) }
        }
        return level[0]
    }
}
