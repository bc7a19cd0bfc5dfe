public import EventCoding

/// The ends of all streams of a log, and the Merkle tree over them: leaf *n* is stream *n* (RFC 9162).
///
/// It follows the log: each event moves the end of its stream. Only what lies above changed leaves is hashed again, so
/// that a root costs O(*k* log *n*) after *k* changed streams. 8 bytes a stream are held, and 4 for the hashes above them.
public struct HeadsTree: Sendable {
    /// Where each stream ends; the first one is the registry.
    public private(set) var heads: [StreamHead]
    /// The hashes of full subtrees over 2^4 leaves, over 2^5, and so on, left to right. Lower ones are made when needed.
    private var levels: [[Digest]]
    /// Groups of 2^4 leaves in which something changed since their hashes were made.
    private var changed: [Int] = []
    private var isChanged: [Bool]
    /// How many groups were kept elsewhere and are compared with their hashes before they are relied on.
    private let keptGroups: Int

    private static let groupLevel = 4
    private static let groupSize = 1 << groupLevel

    /// The registry without events, and no learners.
    public init() {
        (heads, levels, isChanged, keptGroups) = ([.none], [[]], [false], 0)
    }

    /// A tree that was kept, of ``heads`` and the hashes of each 16 of them. Compare its ``root()`` with the one that is known.
    ///
    /// - Throws: ``TransparencyError`` where there are not as many groups as the leaves fill.
    public init(heads: [StreamHead], groups: [Digest]) throws(TransparencyError) {
        guard !heads.isEmpty, groups.count == heads.count / Self.groupSize else {
            throw TransparencyError(.malformed, "\(heads.count) streams, \(groups.count) groups")
        }
        self.heads = heads
        isChanged = Array(repeating: false, count: (heads.count + Self.groupSize - 1) / Self.groupSize)
        keptGroups = groups.count
        levels = [groups]
        while let below = levels.last, below.count > 1 {
            levels.append(stride(from: 1, to: below.count, by: 2).map { .node(below[$0 - 1], below[$0]) })
        }
    }

    /// How many streams there are.
    public var count: UInt32 { UInt32(heads.count) }

    /// The hashes of full groups of sixteen leaves: enough to keep beside ``heads``.
    public mutating func groups() -> [Digest] {
        rehash()
        return levels[0]
    }

    /// Takes the next event of a stream; a stream is new where it is the next one.
    ///
    /// - Throws: ``TransparencyError`` where the event does not follow the last one of its stream, or the hash of a kept
    ///   group is not that of its leaves.
    public mutating func take(stream: UInt32, version: UInt32, position: UInt32) throws(TransparencyError) {
        let number = Int(stream)
        guard number <= heads.count else { throw TransparencyError(.indexBeyondSize, "stream \(stream)") }
        let last = number < heads.count ? heads[number] : .none
        guard version == last.version &+ 1, position > last.position else {
            throw TransparencyError(.malformed, "version \(version) of stream \(stream) after \(last.version)")
        }
        let group = number / Self.groupSize
        if group == isChanged.count { isChanged.append(false) }
        if !isChanged[group] {
            if group < keptGroups { try verify(group) }
            isChanged[group] = true
            changed.append(group)
        }
        if number == heads.count { heads.append(.none) }
        heads[number] = StreamHead(version: version, position: position)
    }

    /// The root over all ends.
    public mutating func root() -> Digest {
        rehash()
        return tree.root()
    }

    /// That a stream ends where it does.
    ///
    /// - Throws: ``TransparencyError`` where there is no such stream, or the hash of a kept group is not that of its
    ///   leaves.
    public mutating func proof(of stream: UInt32) throws(TransparencyError) -> HeadProof {
        guard stream < count else { throw TransparencyError(.indexBeyondSize, "stream \(stream)") }
        rehash()
        let group = Int(stream) / Self.groupSize
        if group < keptGroups { try verify(group) }
        let hashes = tree.inclusionProof(of: UInt64(stream))
        return HeadProof(stream: stream, head: heads[Int(stream)], hashes: hashes)
    }

    private var tree: MerkleTree<Never> {
        let (heads, levels) = (heads, levels)
        return MerkleTree(size: UInt64(heads.count)) { subtree in
            if subtree.level >= Self.groupLevel {
                return levels[subtree.level - Self.groupLevel][Int(subtree.index)]
            }
            return Self.hash(of: heads[Int(subtree.start)..<Int(subtree.start + subtree.count)])
        }
    }

    private static func hash(of heads: ArraySlice<StreamHead>) -> Digest { Tile.root(of: heads.map(\.leaf)[...]) }

    private func hash(ofGroup group: Int) -> Digest {
        Self.hash(of: heads[group * Self.groupSize..<(group + 1) * Self.groupSize])
    }

    private func verify(_ group: Int) throws(TransparencyError) {
        guard hash(ofGroup: group) == levels[0][group] else {
            throw TransparencyError(.rootDiffers, "streams from \(group * Self.groupSize)")
        }
    }

    /// Makes the hashes of full subtrees again where leaves below them changed.
    private mutating func rehash() {
        changed.sort()
        for group in changed { isChanged[group] = false }
        // A group is only new at the end, and all groups before it are full.
        var dirty = changed.filter { ($0 + 1) * Self.groupSize <= heads.count }
        changed.removeAll(keepingCapacity: true)
        for group in dirty { put(hash(ofGroup: group), at: group, level: 0) }
        var level = 1
        while !dirty.isEmpty {
            var parents: [Int] = []
            for child in dirty where child / 2 != parents.last && child | 1 < levels[level - 1].count {
                parents.append(child / 2)
            }
            if level == levels.count, !parents.isEmpty { levels.append([]) }
            for parent in parents {
                put(.node(levels[level - 1][2 * parent], levels[level - 1][2 * parent + 1]), at: parent, level: level)
            }
            (dirty, level) = (parents, level + 1)
        }
    }

    private mutating func put(_ hash: Digest, at index: Int, level: Int) {
        if index == levels[level].count { levels[level].append(hash) } else { levels[level][index] = hash }
    }
}
