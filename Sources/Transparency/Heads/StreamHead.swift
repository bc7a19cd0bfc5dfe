public import EventCoding

/// Where a stream of a log ends: its last event, and how many it has.
public struct StreamHead: Hashable, Sendable {
    /// The version of its last event; 0 where it has none.
    public let version: UInt32
    /// The position of its last event; 0 where it has none.
    public let position: UInt32

    /// Makes an end.
    public init(version: UInt32, position: UInt32) {
        (self.version, self.position) = (version, position)
    }

    /// The end of a stream that has no events.
    public static let none = StreamHead(version: 0, position: 0)

    /// The leaf that stands for it: the hash of version and position, four bytes each, the least significant first.
    public var leaf: Digest {
        withUnsafeBytes(of: (version.littleEndian, position.littleEndian)) { Digest.leaf($0.bytes) }
    }
}

/// That a stream ended somewhere when the log stated where all of them do, to be verified without the log.
///
/// With it, events of the stream up to there are complete: none was left out at the end.
public struct HeadProof: Hashable, Sendable {
    /// The number of the stream: 0 is the registry, others are learners.
    public let stream: UInt32
    /// Where it ended.
    public let head: StreamHead
    /// From its leaf up to the root that the log stated.
    public let hashes: [Digest]

    /// Makes a proof.
    public init(stream: UInt32, head: StreamHead, hashes: [Digest]) {
        (self.stream, self.head, self.hashes) = (stream, head, hashes)
    }

    /// Requires that the stream ended there.
    ///
    /// - Parameters:
    ///   - streams: How many streams the log stated.
    ///   - root: The root that it stated.
    /// - Throws: ``TransparencyError`` where the proof does not lead from the end to the root.
    public func verify(streams: UInt32, root: Digest) throws(TransparencyError) {
        try TreeProof.verifyInclusion(of: head.leaf, at: UInt64(stream), in: UInt64(streams), root: root, hashes)
    }
}
