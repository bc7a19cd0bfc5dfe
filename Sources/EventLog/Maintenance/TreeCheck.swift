internal import Credit
internal import EventCoding
internal import Transparency

/// Compares the stored tiles of the Merkle tree with the entries of the log, as these come one after the other.
struct TreeCheck {
    private let store: TreeStore
    private var frontier = TreeFrontier()

    init(_ store: TreeStore) {
        self.store = store
    }

    /// Takes the leaf hash of the next entry. A tile is compared by its root, when the last leaf below it is there.
    mutating func take(_ leaf: Digest, at position: Position, _ report: inout CheckReport) {
        var completed: [(level: Int, index: UInt64, root: Digest)] = []
        frontier.append(leaf) { subtree, hash in
            guard subtree.level > 0, subtree.level.isMultiple(of: Tile.height) else { return }
            completed.append((subtree.level / Tile.height - 1, subtree.index, hash))
        }
        for tile in completed where store.holds(level: tile.level, index: tile.index) {
            do throws(AccrueError) {
                guard Tile.root(of: try store.hashes(level: tile.level, index: tile.index)[...]) == tile.root else {
                    throw AccrueError(.indexDiffers, "tile \(tile.index) of level \(tile.level) of the tree")
                }
            } catch {
                report.noteOnce(error, at: position)
            }
        }
    }
}
