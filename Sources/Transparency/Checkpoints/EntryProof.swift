public import EventCoding

/// That an entry is in a log, to be kept by whom it concerns and verified without the log (C2SP tlog-proof).
public struct EntryProof: Hashable, Sendable, CustomStringConvertible {
    /// The first line.
    public static let heading = "c2sp.org/tlog-proof@v1"

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
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first.map(String.init) == Self.heading else { throw TransparencyError(.malformed, "line 1") }
        var next = 1
        var extra: [UInt8] = []
        if lines.count > next, lines[next].hasPrefix("extra ") {
            guard let bytes = Base64.bytes(from: lines[next].dropFirst(6)) else {
                throw TransparencyError(.malformed, "line 2")
            }
            extra = bytes
            next += 1
        }
        guard lines.count > next, lines[next].hasPrefix("index "), let index = UInt64(lines[next].dropFirst(6)),
            "index \(index)" == lines[next]
        else { throw TransparencyError(.malformed, "line \(next + 1)") }
        next += 1
        var hashes: [Digest] = []
        while next < lines.count, !lines[next].isEmpty {
            guard hashes.count < 64, let bytes = Base64.bytes(from: lines[next]),
                let hash = Digest(bytes: bytes.span.bytes)
            else { throw TransparencyError(.malformed, "line \(next + 1)") }
            hashes.append(hash)
            next += 1
        }
        guard next < lines.count else { throw TransparencyError(.malformed, "the checkpoint") }
        let note = lines[(next + 1)...].joined(separator: "\n")
        self.init(extra: extra, index: index, hashes: hashes, checkpoint: try SignedNote(note))
    }

    /// The proof as it is kept.
    public var description: String {
        let extra = extra.isEmpty ? "" : "extra \(Base64.text(of: extra))\n"
        return "\(Self.heading)\n\(extra)index \(index)\n" + Self.lines(of: hashes) + "\n\(checkpoint)"
    }

    static func lines(of hashes: [Digest]) -> String { hashes.map { "\(Base64.text(of: $0.bytes))\n" }.joined() }

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
