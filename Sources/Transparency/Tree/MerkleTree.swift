public import EventCoding

/// A Merkle tree of a size, whose hashes of full subtrees are read from elsewhere: roots and proofs as RFC 6962 and
/// RFC 9162 define them.
///
/// O(log *n*) hashes are read for each question.
public struct MerkleTree<Failure: Error> {
    /// How many leaves it has.
    public let size: UInt64
    /// The hash of a full subtree within the size.
    public let hash: (Subtree) throws(Failure) -> Digest

    /// A tree of so many leaves.
    ///
    /// - Parameters:
    ///   - size: How many.
    ///   - hash: Gives the hash of a full subtree that lies within the size.
    public init(size: UInt64, hash: @escaping (Subtree) throws(Failure) -> Digest) {
        (self.size, self.hash) = (size, hash)
    }

    /// The root over all leaves (RFC 9162, section 2.1.1); the hash of nothing where there are none.
    public func root() throws(Failure) -> Digest {
        guard size > 0 else { return .emptyTree }
        return try hash(of: 0..<size)
    }

    /// The proof that a leaf is in the tree (RFC 9162, section 2.1.3.1): hashes from the leaf up to the root.
    ///
    /// - Precondition: `index` is less than the size.
    public func inclusionProof(of index: UInt64) throws(Failure) -> [Digest] {
        precondition(index < size, "The tree has no leaf \(index).")
        var proof: [Digest] = []
        var range = 0..<size
        // From the root down; the proof is written from the leaf up.
        while range.upperBound - range.lowerBound > 1 {
            let middle = Self.middle(of: range)
            if index < middle {
                proof.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return proof.reversed()
    }

    /// The proof that the tree of a smaller size is a beginning of this one (RFC 9162, section 2.1.4.1); nothing where it
    /// has no leaves or as many.
    ///
    /// - Precondition: `earlier` is not greater than the size.
    public func consistencyProof(from earlier: UInt64) throws(Failure) -> [Digest] {
        precondition(earlier <= size, "The tree has fewer leaves than \(earlier).")
        guard earlier > 0, earlier < size else { return [] }
        var proof: [Digest] = []
        var range = 0..<size
        while earlier < range.upperBound {
            let middle = Self.middle(of: range)
            if earlier <= middle {
                proof.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        // What remains is a full subtree of the earlier tree, whose root is known where it is all of it.
        if range.lowerBound > 0 { proof.append(try hash(of: range)) }
        return proof.reversed()
    }

    /// Where a range of more than one leaf is parted: after the greatest power of two that is smaller than its length.
    static func middle(of range: Range<UInt64>) -> UInt64 {
        range.lowerBound + 1 << UInt64(63 - (range.upperBound - range.lowerBound - 1).leadingZeroBitCount)
    }

    func hash(of range: Range<UInt64>) throws(Failure) -> Digest {
        let subtrees = Subtree.covering(range)
        var root = try hash(subtrees[subtrees.count - 1])
        for subtree in subtrees.dropLast().reversed() { root = .node(try hash(subtree), root) }
        return root
    }
}

extension Digest {
    /// The root of a tree without leaves: the SHA-256 of nothing (RFC 9162, section 2.1.1).
    public static let emptyTree = Digest.sha256(of: [UInt8]().span.bytes)
}
