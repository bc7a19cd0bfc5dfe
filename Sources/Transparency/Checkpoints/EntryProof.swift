public import EventCoding

/// That an entry is in a log, to be kept by whom it concerns and verified without the log (C2SP tlog-proof).
public struct EntryProof: Hashable, Sendable, CustomStringConvertible {
    /// The first line.
    static let heading = "c2sp.org/tlog-proof@v1"

    /// What whoever made the proof adds to it, opaque here; Accrue puts the entry itself.
    public var extra: [UInt8]
    /// The number of the entry, counted from 0: its position less one.
    public var index: UInt64
    /// From the entry up to the root.
    public var hashes: [Digest]
    /// The signed checkpoint.
    public var checkpoint: SignedNote

    /// Makes a proof.
    public init(extra: [UInt8] = [], index: UInt64, hashes: [Digest], checkpoint: SignedNote) {
        (self.extra, self.index, self.hashes, self.checkpoint) = (extra, index, hashes, checkpoint)
    }

    /// Reads a proof.
    ///
    /// - Throws: ``TransparencyError`` with the line that is not as the specification asks for.
    public init(_ text: String) throws(TransparencyError) {
        var lines = try ProofLines(text)
        try lines.read(Self.heading)
        // Without anything to add there is no such line, so that one proof has one text.
        let extra = try lines.value(after: "extra") { Base64.bytes(from: $0).flatMap { $0.isEmpty ? nil : $0 } }
        let index = try lines.number(after: "index")
        let (hashes, checkpoint) = try lines.hashesAndNote(most: 64)
        self.init(extra: extra ?? [], index: index, hashes: hashes, checkpoint: checkpoint)
    }

    /// The proof as it is kept.
    public var description: String {
        let extra = extra.isEmpty ? "" : "extra \(Base64.text(of: extra))\n"
        return "\(Self.heading)\n\(extra)index \(index)\n" + ProofLines.text(of: hashes) + "\n\(checkpoint)"
    }

    /// Requires that an entry is in the log of a key, and that enough witnesses saw it; tells in which state.
    ///
    /// - Parameters:
    ///   - leaf: The leaf hash of the entry.
    ///   - key: The log's key.
    ///   - policy: Which witnesses must have cosigned.
    @discardableResult
    public func verify(
        _ leaf: Digest,
        log key: NoteKey,
        _ policy: WitnessPolicy = WitnessPolicy()
    ) throws(TransparencyError) -> Checkpoint {
        let state = try Checkpoint(checkpoint, signedBy: key)
        try policy.verify(checkpoint)
        try TreeProof.verifyInclusion(of: leaf, at: index, in: state.size, root: state.root, hashes)
        return state
    }
}
