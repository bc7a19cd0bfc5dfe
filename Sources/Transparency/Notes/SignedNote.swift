/// A text with signatures below it (C2SP signed-note): what checkpoints are written as.
///
/// ```
/// example.org/log
/// 42
/// Tz0fX…=
///
/// — example.org/log Az3grl…=
/// ```
public struct SignedNote: Hashable, Sendable, CustomStringConvertible {
    /// A line of a signature.
    public struct Signature: Hashable, Sendable {
        /// The name of the key that made it.
        public let name: String
        /// Four bytes that name the key, and what the key made.
        public let bytes: [UInt8]

        /// Whether two are the same byte for byte: names that only look alike are of different keys.
        public static func == (left: Signature, right: Signature) -> Bool {
            left.name.utf8.elementsEqual(right.name.utf8) && left.bytes == right.bytes
        }
    }

    /// A note has at most so many bytes.
    public static let longest = 1 << 20
    /// A note has at most so many signatures.
    public static let mostSignatures = 100

    /// The text, which ends with a line feed.
    public let text: String
    /// The signatures in their order.
    public private(set) var signatures: [Signature]

    /// A text that nobody has signed.
    ///
    /// - Throws: ``TransparencyError`` with the line that has a control character, or no line feed.
    public init(text: String) throws(TransparencyError) {
        try Self.requireLines(text)
        (self.text, signatures) = (text, [])
    }

    /// Reads a note.
    ///
    /// - Throws: ``TransparencyError`` with the line that is not as the specification asks for. Signatures are not
    ///   verified here.
    public init(_ note: String) throws(TransparencyError) {
        guard note.utf8.count <= Self.longest else { throw TransparencyError(.tooLong, "the note") }
        try Self.requireLines(note)
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        // The last empty line parts text and signatures; the last line feed makes one more.
        guard let gap = lines.dropLast().lastIndex(where: \.isEmpty), gap > 0 else {
            throw TransparencyError(.malformed, line: lines.count)
        }
        try self.init(text: lines[..<gap].map { "\($0)\n" }.joined())
        let rows = lines[(gap + 1)..<(lines.count - 1)]
        guard !rows.isEmpty else { throw TransparencyError(.malformed, line: lines.count) }
        guard rows.count <= Self.mostSignatures else {
            throw TransparencyError(.malformed, line: gap + 2 + Self.mostSignatures)
        }
        for (offset, row) in rows.enumerated() {
            let words = row.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "—", NoteKey.isName(words[1]), let bytes = Base64.bytes(from: words[2]),
                bytes.count > 4
            else { throw TransparencyError(.malformed, line: gap + 2 + offset) }
            signatures.append(Signature(name: String(words[1]), bytes: bytes))
        }
    }

    /// Requires that a text is made of lines, each ended by a line feed, without other control characters.
    static func requireLines(_ text: String) throws(TransparencyError) {
        var line = 1
        for byte in text.utf8 where byte < 0x20 {
            guard byte == UInt8(ascii: "\n") else { throw TransparencyError(.malformed, line: line) }
            line += 1
        }
        guard text.utf8.last == UInt8(ascii: "\n") else { throw TransparencyError(.malformed, line: line) }
    }

    /// The note as it is kept and sent.
    public var description: String {
        text + "\n" + signatures.map { "— \($0.name) \(Base64.text(of: $0.bytes))\n" }.joined()
    }

    /// Requires that a log's key has signed the text.
    ///
    /// - Throws: ``TransparencyError`` where it has not, or a signature that claims to be its own is not.
    public func verify(_ key: NoteKey) throws(TransparencyError) {
        for bytes in try signatures(of: key) {
            guard key.kind == .log, key.isValid(bytes, over: Array(text.utf8)) else {
                throw TransparencyError(.signatureInvalid, key.name)
            }
        }
    }

    /// Requires that a witness has cosigned the text (C2SP tlog-cosignature), and tells when it did so, in seconds since
    /// 1970-01-01T00:00:00Z; the last time where it did so more than once.
    ///
    /// - Throws: ``TransparencyError`` where it has not, or a signature that claims to be its own is not.
    public func cosigned(by key: NoteKey) throws(TransparencyError) -> UInt64 {
        var latest: UInt64 = 0
        for bytes in try signatures(of: key) {
            let time = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard key.kind == .cosignature, bytes.count == 72, time <= Self.latestTime,
                key.isValid(bytes.dropFirst(8), over: cosignedMessage(at: time))
            else { throw TransparencyError(.signatureInvalid, key.name) }
            latest = max(latest, time)
        }
        return latest
    }

    /// Adds a log's signature over the text; one that the key has made before is replaced.
    ///
    /// - Throws: ``TransparencyError`` where the key is a witness's, or the note could not be read with one more.
    public mutating func sign(_ signer: NoteSigner) throws(TransparencyError) {
        guard signer.key.kind == .log else { throw TransparencyError(.keyMalformed, signer.key.name) }
        try put(try signer.signature(over: Array(text.utf8)), of: signer.key)
    }

    /// Adds a witness's signature over the text and a time, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// - Parameters:
    ///   - signer: The witness.
    ///   - time: At most 2^63 − 1.
    /// - Throws: ``TransparencyError`` where the key is a log's, the time is beyond that, or the note could not be read
    ///   with one more: a log that fills its note must not make the witness lose what it saw.
    public mutating func cosign(_ signer: NoteSigner, at time: UInt64) throws(TransparencyError) {
        guard signer.key.kind == .cosignature else { throw TransparencyError(.keyMalformed, signer.key.name) }
        guard time <= Self.latestTime else { throw TransparencyError(.malformed, "time \(time)") }
        let stamp = (0..<8).reversed().map { UInt8(truncatingIfNeeded: time >> UInt64(8 * $0)) }
        try put(stamp + (try signer.signature(over: cosignedMessage(at: time))), of: signer.key)
    }

    /// Takes over a signature from another copy of the same note.
    ///
    /// - Throws: ``TransparencyError`` where the note could not be read with one more.
    public mutating func add(_ signature: Signature) throws(TransparencyError) {
        if !signatures.contains(signature) { try put(signatures + [signature]) }
    }

    private func cosignedMessage(at time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }

    /// What a key has made, without the four bytes that name it.
    ///
    /// All of it is verified, not only what stands first: the order of signatures means nothing.
    private func signatures(of key: NoteKey) throws(TransparencyError) -> [[UInt8]] {
        let own = signatures.filter { $0.claims(key) }.map { Array($0.bytes.dropFirst(4)) }
        guard !own.isEmpty else { throw TransparencyError(.signatureMissing, key.name) }
        return own
    }

    private mutating func put(_ bytes: [UInt8], of key: NoteKey) throws(TransparencyError) {
        var changed = signatures
        let place = changed.firstIndex { $0.claims(key) } ?? changed.count
        changed.removeAll { $0.claims(key) }
        changed.insert(Signature(name: key.name, bytes: key.hash + bytes), at: place)
        try put(changed)
    }

    /// - Throws: ``TransparencyError`` where there would be more signatures, or bytes, than can be read again.
    private mutating func put(_ changed: [Signature]) throws(TransparencyError) {
        let before = signatures
        signatures = changed
        guard signatures.count <= Self.mostSignatures, description.utf8.count <= Self.longest else {
            signatures = before
            throw TransparencyError(.tooLong, "the note")
        }
    }

    /// The greatest time of a cosignature (C2SP tlog-cosignature): it fits a signed number.
    private static let latestTime = UInt64(Int64.max)
}

extension SignedNote.Signature {
    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
        hasher.combine(bytes)
    }

    /// Whether it says that it is of a key: by name, byte for byte, and by the four bytes.
    func claims(_ key: NoteKey) -> Bool {
        name.utf8.elementsEqual(key.name.utf8) && bytes.starts(with: key.hash)
    }
}
