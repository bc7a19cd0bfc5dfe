public import EventCoding

/// A Merkle tree that only grows: the roots of the full subtrees that make it up, from which its root follows.
///
/// O(log *n*) memory. To append costs one hash on average.
public struct TreeFrontier: Hashable, Sendable {
    /// How many leaves it has.
    public private(set) var size: UInt64 = 0
    /// The full subtrees, left to right: one for each one in the binary number of the size.
    private var roots: [Digest] = []

    /// An empty tree.
    public init() {}

    /// The tree of a size, made of the roots of its full subtrees.
    public init<Failure: Error>(size: UInt64, hash: (Subtree) throws(Failure) -> Digest) throws(Failure) {
        self.size = size
        for subtree in Subtree.covering(0..<size) { roots.append(try hash(subtree)) }
    }

    /// Adds a leaf by its hash.
    ///
    /// - Parameters:
    ///   - leaf: The hash.
    ///   - completed: Told every full subtree that the leaf completes, itself first.
    public mutating func append(_ leaf: Digest, _ completed: (Subtree, Digest) -> Void = { _, _ in }) {
        var hash = leaf
        var level = 0
        completed(Subtree(level: 0, index: size), hash)
        while size >> UInt64(level) & 1 == 1, let left = roots.popLast() {
            hash = .node(left, hash)
            level += 1
            completed(Subtree(level: level, index: size >> UInt64(level)), hash)
        }
        roots.append(hash)
        size += 1
    }

    /// The root over all leaves; the hash of nothing where there are none.
    public var root: Digest {
        guard var root = roots.last else { return .emptyTree }
        for left in roots.dropLast().reversed() { root = .node(left, root) }
        return root
    }
}
