/// A full subtree of a Merkle tree: the one over 2^`level` leaves that is the `index`-th of its level.
///
/// Every hash that a proof or a root is made of comes from full subtrees, and those never change while the tree grows.
public struct Subtree: Hashable, Sendable {
    /// Its height, 0…63: 0 is a leaf.
    public let level: Int
    /// How many of its level lie left of it.
    public let index: UInt64

    /// Makes a subtree.
    public init(level: Int, index: UInt64) {
        (self.level, self.index) = (level, index)
    }

    /// How many leaves it has.
    public var count: UInt64 { 1 << UInt64(level) }
    /// The number of its first leaf, counted from 0.
    public var start: UInt64 { index << UInt64(level) }

    /// The full subtrees that lie side by side over a range of leaves, left to right, as few as there may be.
    ///
    /// - Precondition: `range.lowerBound` is a multiple of the greatest power of two that is not greater than its length.
    static func covering(_ range: Range<UInt64>) -> [Subtree] {
        var subtrees: [Subtree] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let level = 63 - (range.upperBound - start).leadingZeroBitCount
            subtrees.append(Subtree(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return subtrees
    }
}
