public import EventCoding

/// The proof that many leaves are in a tree: the hashes of what lies between them, each once.
///
/// The tree is walked from its root as RFC 9162 builds it, left before right. A range without any of the leaves gives one
/// hash, unless a smaller tree ends within it: so the roots of smaller trees follow from the same hashes.
public struct MultiProof: Hashable, Sendable {
    /// How many leaves the tree has.
    public let size: UInt64
    /// The numbers of the leaves that are proved, counted from 0, ascending.
    public let leaves: [UInt64]
    /// Sizes of smaller trees whose roots are to follow as well, ascending.
    public let cuts: [UInt64]

    /// The ranges of which hashes are given, and the leaves, left to right.
    private let pieces: [Range<UInt64>]
    private let isHidden: [Bool]

    /// The proof of leaves, whose hashes are still to be found.
    ///
    /// O((*m* + *c*) log *n*) for *m* leaves and *c* cuts.
    ///
    /// - Throws: ``TransparencyError`` where leaves or cuts are not ascending or lie beyond the size.
    public init(of leaves: [UInt64], in size: UInt64, cuts: [UInt64] = []) throws(TransparencyError) {
        for (numbers, limit) in [(leaves, size), (cuts, size &+ 1)] {
            guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }), numbers.last.map({ $0 < limit }) ?? true
            else { throw TransparencyError(.indexBeyondSize) }
        }
        (self.size, self.leaves, self.cuts) = (size, leaves, cuts)
        var walk = Walk()
        if size > 0 { walk.visit(0..<size, leaves[...], cuts[...]) }
        (pieces, isHidden) = (walk.pieces, walk.isHidden)
    }

    /// The ranges of which hashes are given, left to right.
    public var hidden: [Range<UInt64>] { zip(pieces, isHidden).filter(\.1).map(\.0) }

    /// The roots of trees to which the leaves and hashes lead.
    ///
    /// O(*m* + *h*) hashes are made, for *m* leaves and *h* given hashes.
    ///
    /// - Parameters:
    ///   - sizes: The sizes of these trees.
    ///   - leafHashes: The hashes of the leaves.
    ///   - hashes: What was given.
    /// - Returns: A root for each size; none for one that ends within a range of which only the whole is known.
    /// - Throws: ``TransparencyError`` where there are too many or too few hashes.
    public func roots(
        at sizes: [UInt64],
        leafHashes: [Digest],
        hashes: [Digest]
    ) throws(TransparencyError) -> [UInt64: Digest] {
        guard leafHashes.count == leaves.count, hashes.count == pieces.count - leaves.count else {
            throw TransparencyError(.proofLength, "\(hashes.count) of \(pieces.count - leaves.count)")
        }
        let wanted = Set(sizes)
        var roots: [UInt64: Digest] = wanted.contains(0) ? [0: .emptyTree] : [:]
        var stack: [(range: Range<UInt64>, hash: Digest)] = []
        var (nextLeaf, nextHash) = (0, 0)
        for (piece, isHidden) in zip(pieces, isHidden) {
            var top = (range: piece, hash: isHidden ? hashes[nextHash] : leafHashes[nextLeaf])
            if isHidden { nextHash += 1 } else { nextLeaf += 1 }
            while let left = stack.last, Self.areSiblings(left.range, top.range) {
                stack.removeLast()
                top = (left.range.lowerBound..<top.range.upperBound, .node(left.hash, top.hash))
            }
            stack.append(top)
            guard wanted.contains(piece.upperBound), var root = stack.last?.hash else { continue }
            for left in stack.dropLast().reversed() { root = .node(left.hash, root) }
            roots[piece.upperBound] = root
        }
        return roots
    }

    /// Whether two ranges that lie side by side are the halves of a full subtree.
    private static func areSiblings(_ left: Range<UInt64>, _ right: Range<UInt64>) -> Bool {
        let count = left.upperBound - left.lowerBound
        return count == right.upperBound - right.lowerBound && count & (count - 1) == 0
            && left.lowerBound & (2 * count - 1) == 0
    }

    /// Goes from a range to its halves until it meets a leaf that is proved, or nothing that is asked for.
    private struct Walk {
        var pieces: [Range<UInt64>] = []
        var isHidden: [Bool] = []

        mutating func visit(_ range: Range<UInt64>, _ leaves: ArraySlice<UInt64>, _ cuts: ArraySlice<UInt64>) {
            // A tree that ends where the range begins or ends does not part it.
            let parting = cuts.drop { $0 <= range.lowerBound }.prefix { $0 < range.upperBound }
            if range.upperBound - range.lowerBound == 1 || leaves.isEmpty && parting.isEmpty {
                pieces.append(range)
                isHidden.append(leaves.isEmpty)
                return
            }
            let middle = MerkleTree<Never>.middle(of: range)
            let split = leaves.partitioningIndex { $0 >= middle }
            visit(range.lowerBound..<middle, leaves[..<split], parting)
            visit(middle..<range.upperBound, leaves[split...], parting)
        }
    }
}

extension ArraySlice<UInt64> {
    /// Where the elements begin for which a condition holds, which it does from some place on. O(log *n*).
    fileprivate func partitioningIndex(_ isBehind: (UInt64) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension MerkleTree {
    /// The hashes of a proof.
    public func hashes(of proof: MultiProof) throws(Failure) -> [Digest] {
        precondition(proof.size == size, "The proof is of another tree.")
        var hashes: [Digest] = []
        for range in proof.hidden { hashes.append(try hash(of: range)) }
        return hashes
    }
}
