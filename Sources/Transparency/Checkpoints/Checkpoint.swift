public import EventCoding

/// What a log says of itself at a size: the root over all its entries (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
    /// The log's name, the same for all its life.
    public var origin: String
    /// How many entries it has.
    public var size: UInt64
    /// The root of the Merkle tree over them.
    public var root: Digest
    /// Further lines, opaque here; none where there are none.
    public var extensions: [String]

    /// Makes a checkpoint.
    public init(origin: String, size: UInt64, root: Digest, extensions: [String] = []) {
        (self.origin, self.size, self.root, self.extensions) = (origin, size, root, extensions)
    }

    /// Reads the text of a note.
    ///
    /// - Throws: ``TransparencyError`` with the line that is not as the specification asks for.
    public init(text: String) throws(TransparencyError) {
        try SignedNote.requireLines(text)
        // One empty line more, behind the last line feed.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if let empty = lines.firstIndex(where: \.isEmpty) { throw TransparencyError(.malformed, line: empty + 1) }
        guard lines.count >= 3 else { throw TransparencyError(.malformed, line: lines.count + 1) }
        // Decimal without leading zeros, so that one number has one text.
        guard let size = UInt64(lines[1]), "\(size)" == lines[1] else { throw TransparencyError(.malformed, line: 2) }
        guard let bytes = Base64.bytes(from: lines[2]), let root = Digest(bytes: bytes.span.bytes) else {
            throw TransparencyError(.malformed, line: 3)
        }
        let extensions = lines[3...]
        self.init(origin: String(lines[0]), size: size, root: root, extensions: extensions.map(String.init))
    }

    /// Reads a signed checkpoint, and requires the signature of the log, whose key's name is the origin.
    public init(_ note: SignedNote, signedBy key: NoteKey) throws(TransparencyError) {
        try note.verify(key)
        try self.init(text: note.text)
        // Byte for byte: texts that only look alike name different logs.
        guard origin.utf8.elementsEqual(key.name.utf8) else { throw TransparencyError(.otherOrigin, origin) }
    }

    /// The text of its note.
    public var text: String {
        ([origin, "\(size)", Base64.text(of: root.bytes)] + extensions).map { "\($0)\n" }.joined()
    }
}
