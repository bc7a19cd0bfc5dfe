public import EventCoding

/// Verifies proofs about Merkle trees, without the tree.
public enum TreeProof {
    /// Requires that a leaf is in a tree (RFC 9162, section 2.1.3.2).
    ///
    /// - Parameters:
    ///   - leaf: The hash of the leaf.
    ///   - index: Its number, counted from 0.
    ///   - size: How many leaves the tree has.
    ///   - root: The root of the tree.
    ///   - proof: Hashes from the leaf up to the root.
    /// - Throws: ``TransparencyError`` where the proof does not lead from the leaf to the root.
    public static func verifyInclusion(
        of leaf: Digest,
        at index: UInt64,
        in size: UInt64,
        root: Digest,
        _ proof: [Digest]
    ) throws(TransparencyError) {
        guard index < size else { throw TransparencyError(.indexBeyondSize) }
        var (node, last) = (index, size - 1)
        var hash = leaf
        for sibling in proof {
            guard last > 0 else { throw TransparencyError(.proofLength) }
            if node & 1 == 1 || node == last {
                hash = .node(sibling, hash)
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw TransparencyError(.proofLength) }
        guard hash == root else { throw TransparencyError(.rootDiffers) }
    }

    /// Requires that a tree is a beginning of another (RFC 9162, section 2.1.4.2).
    ///
    /// - Parameters:
    ///   - earlier: The size and root of the smaller tree.
    ///   - later: Those of the greater one.
    ///   - proof: The hashes.
    /// - Throws: ``TransparencyError`` where the proof does not lead to both roots, or the later tree is smaller.
    public static func verifyConsistency(
        from earlier: (size: UInt64, root: Digest),
        to later: (size: UInt64, root: Digest),
        _ proof: [Digest]
    ) throws(TransparencyError) {
        guard earlier.size <= later.size else { throw TransparencyError(.shrunk) }
        guard earlier.size > 0, earlier.size < later.size else {
            guard proof.isEmpty else { throw TransparencyError(.proofLength) }
            // Without leaves there is one root; from such a tree, every other grows.
            guard earlier.size > 0 || earlier.root == .emptyTree,
                earlier.size < later.size || earlier.root == later.root
            else { throw TransparencyError(.rootDiffers) }
            return
        }
        var rest = proof[...]
        // A full tree stands for itself.
        let isPower = earlier.size & (earlier.size - 1) == 0
        guard let start = isPower ? earlier.root : rest.popFirst() else { throw TransparencyError(.proofLength) }
        var (node, last) = (earlier.size - 1, later.size - 1)
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var (first, second) = (start, start)
        for hash in rest {
            guard last > 0 else { throw TransparencyError(.proofLength) }
            if node & 1 == 1 || node == last {
                (first, second) = (.node(hash, first), .node(hash, second))
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                second = .node(second, hash)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw TransparencyError(.proofLength) }
        guard first == earlier.root, second == later.root else { throw TransparencyError(.rootDiffers) }
    }
}
