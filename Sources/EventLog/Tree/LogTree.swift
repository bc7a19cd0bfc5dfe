public import Credit
public import EventCoding
internal import Synchronization
public import Transparency

/// The Merkle tree over the entries of a log, at a state: leaf *n* is the entry at position *n* + 1.
///
/// Full tiles are read from their files; the leaves behind them are hashed once, when the tree is made.
final class LogTree: Sendable {
    private let store: TreeStore
    /// The hashes of the leaves that no full tile holds.
    private let rest: [Digest]
    /// The tile that was read last: most questions are about neighbours.
    private let last = Mutex<(level: Int, index: UInt64, hashes: [Digest])?>(nil)

    init(_ store: TreeStore, _ records: RecordStore, size: UInt32) throws(AccrueError) {
        self.store = store
        var rest: [Digest] = []
        if size > store.size {
            rest.reserveCapacity(Int(size - store.size))
            try records.forEachRecord(
                from: Position(rawValue: store.size + 1),
                through: Position(rawValue: size)
            ) { (_, record) throws(AccrueError) in rest.append(try Run.leaf(of: record)) }
        }
        self.rest = rest
    }

    /// The hash of a full subtree within the size.
    func hash(of subtree: Subtree) throws(AccrueError) -> Digest {
        let stored = UInt64(store.size)
        if subtree.start >= stored {
            let start = Int(subtree.start - stored)
            return Tile.root(of: rest[start..<start + Int(subtree.count)])
        }
        if subtree.start + subtree.count <= stored {
            let (level, index, places) = Tile.hashes(of: subtree)
            if store.holds(level: level, index: index) {
                return Tile.root(of: try hashes(level: level, index: index)[places])
            }
            // No full tile has it yet, and the one below it is full.
            if places.count == 1, level > 0 {
                return Tile.root(of: try hashes(level: level - 1, index: subtree.index)[...])
            }
        }
        let left = Subtree(level: subtree.level - 1, index: 2 * subtree.index)
        let right = Subtree(level: subtree.level - 1, index: 2 * subtree.index + 1)
        return .node(try hash(of: left), try hash(of: right))
    }

    private func hashes(level: Int, index: UInt64) throws(AccrueError) -> [Digest] {
        if let last = last.withLock({ $0 }), last.level == level, last.index == index { return last.hashes }
        let hashes = try store.hashes(level: level, index: index)
        last.withLock { $0 = (level, index, hashes) }
        return hashes
    }
}

extension LMDBEventLog {
    /// The Merkle tree over the entries up to a state. O(*n*) in the events that are not sealed yet.
    ///
    /// The tree throws ``Credit/ErrorCode/indexDiffers`` where a tile is not as it was written.
    public func tree(through position: Position) throws(AccrueError) -> MerkleTree<AccrueError> {
        let last = try read { $0.position }
        guard position <= last else { throw AccrueError(.notFound, "position \(position)") }
        var store = try TreeStore(folder, records, through: last)
        if store.size > position.rawValue { store.limit(to: position.rawValue) }
        let tree = try LogTree(store, records, size: position.rawValue)
        return MerkleTree(size: UInt64(position.rawValue)) { (subtree) throws(AccrueError) in
            try tree.hash(of: subtree)
        }
    }

    /// The root at a state, every entry after an earlier one read again from the log. O(*n*) in those.
    public func root(
        through position: Position,
        extending earlier: (size: UInt64, root: Digest)?
    ) throws(AccrueError) -> Digest {
        let tree = try tree(through: position)
        var frontier = TreeFrontier()
        if let earlier {
            guard earlier.size <= tree.size else {
                throw AccrueError(.positionsMissing, "signed at \(earlier.size), and the log ends at \(position)")
            }
            frontier = try TreeFrontier(size: earlier.size, hash: tree.hash)
            guard frontier.root == earlier.root else {
                throw AccrueError(.checkpointDiverges, "the first \(earlier.size) events")
            }
        }
        if frontier.size < tree.size {
            try records.forEachRecord(
                from: Position(rawValue: UInt32(frontier.size) + 1),
                through: position
            ) { (_, record) throws(AccrueError) in frontier.append(try Run.leaf(of: record)) }
        }
        guard try tree.root() == frontier.root else {
            throw AccrueError(.indexDiffers, "the stored tree has another root; accrue doctor --rebuild makes it again")
        }
        return frontier.root
    }
}
