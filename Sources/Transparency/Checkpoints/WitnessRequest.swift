public import EventCoding

/// What a log asks of a witness: to cosign a checkpoint that extends the one that the witness saw last (the body of
/// `add-checkpoint`, C2SP tlog-witness).
public struct WitnessRequest: Hashable, Sendable, CustomStringConvertible {
    /// How many entries the log had when the witness saw it last; 0 the first time.
    public var earlier: UInt64
    /// That the checkpoint extends that state.
    public var hashes: [Digest]
    /// The checkpoint, signed by the log.
    public var checkpoint: SignedNote

    /// Makes a request.
    public init(from earlier: UInt64, hashes: [Digest], checkpoint: SignedNote) {
        (self.earlier, self.hashes, self.checkpoint) = (earlier, hashes, checkpoint)
    }

    /// Reads a request.
    ///
    /// - Throws: ``TransparencyError`` with the line that is not as the specification asks for.
    public init(_ text: String) throws(TransparencyError) {
        var lines = try ProofLines(text)
        let earlier = try lines.number(after: "old")
        let (hashes, checkpoint) = try lines.hashesAndNote(most: 63)
        self.init(from: earlier, hashes: hashes, checkpoint: checkpoint)
    }

    /// The request as it is sent.
    public var description: String { "old \(earlier)\n\(ProofLines.text(of: hashes))\n\(checkpoint)" }

    /// Requires that the log signed the checkpoint, and that it extends what the witness saw last; answers it.
    ///
    /// - Parameters:
    ///   - key: The log's key.
    ///   - seen: The checkpoint that the witness saw last; nil the first time.
    /// - Throws: ``TransparencyError``: ``TransparencyError/Reason/otherState`` where the request begins elsewhere.
    public func verify(_ key: NoteKey, after seen: Checkpoint?) throws(TransparencyError) -> Checkpoint {
        let state = try Checkpoint(checkpoint, signedBy: key)
        guard earlier == seen?.size ?? 0 else { throw TransparencyError(.otherState, "\(seen?.size ?? 0)") }
        try TreeProof.verifyConsistency(
            from: (earlier, seen?.root ?? .emptyTree),
            to: (state.size, state.root),
            hashes
        )
        return state
    }
}
