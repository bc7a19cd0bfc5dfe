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
    /// - Throws: ``TransparencyError`` where the text does not end with a line feed or has control characters.
    public init(text: String) throws(TransparencyError) {
        guard text.hasSuffix("\n"), !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" }) else {
            throw TransparencyError(.malformed, "the note's text")
        }
        (self.text, signatures) = (text, [])
    }

    /// Reads a note.
    ///
    /// - Throws: ``TransparencyError`` with the line that is not as the specification asks for. Signatures are not
    ///   verified here.
    public init(_ note: String) throws(TransparencyError) {
        guard note.utf8.count <= Self.longest else { throw TransparencyError(.malformed, "the note's length") }
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        // The last empty line parts text and signatures; the last line feed makes one more.
        guard lines.last?.isEmpty == true, let gap = lines.dropLast().lastIndex(where: \.isEmpty), gap > 0 else {
            throw TransparencyError(.malformed, "the note's end")
        }
        try self.init(text: lines[..<gap].map { "\($0)\n" }.joined())
        let rows = lines[(gap + 1)..<(lines.count - 1)]
        guard (1...Self.mostSignatures).contains(rows.count) else {
            throw TransparencyError(.malformed, "\(rows.count) signatures")
        }
        for (offset, row) in rows.enumerated() {
            let words = row.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "—", NoteKey.isName(words[1]), let bytes = Base64.bytes(from: words[2]),
                bytes.count > 4
            else { throw TransparencyError(.malformed, "line \(gap + 2 + offset)") }
            signatures.append(Signature(name: String(words[1]), bytes: bytes))
        }
    }

    /// The note as it is kept and sent.
    public var description: String {
        text + "\n" + signatures.map { "— \($0.name) \(Base64.text(of: $0.bytes))\n" }.joined()
    }

    /// Requires that a log's key has signed the text.
    ///
    /// - Throws: ``TransparencyError`` where it has not, or a signature that claims to be its own is not.
    public func verify(_ key: NoteKey) throws(TransparencyError) {
        guard let bytes = signature(of: key) else { throw TransparencyError(.signatureMissing, key.name) }
        guard key.kind == .log, key.isValid(bytes, over: Array(text.utf8)) else {
            throw TransparencyError(.signatureInvalid, key.name)
        }
    }

    /// Requires that a witness has cosigned the text (C2SP tlog-cosignature), and tells when it did so, in seconds since
    /// 1970-01-01T00:00:00Z.
    ///
    /// - Throws: ``TransparencyError`` where it has not, or a signature that claims to be its own is not.
    public func cosigned(by key: NoteKey) throws(TransparencyError) -> UInt64 {
        guard let bytes = signature(of: key) else { throw TransparencyError(.signatureMissing, key.name) }
        guard key.kind == .cosignature, bytes.count == 72 else { throw TransparencyError(.signatureInvalid, key.name) }
        let time = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard key.isValid(bytes.dropFirst(8), over: cosignedMessage(at: time)) else {
            throw TransparencyError(.signatureInvalid, key.name)
        }
        return time
    }

    /// Adds a log's signature over the text; one that the key has made before is replaced.
    public mutating func sign(_ signer: NoteSigner) throws(TransparencyError) {
        guard signer.key.kind == .log else { throw TransparencyError(.keyMalformed, signer.key.name) }
        put(try signer.signature(over: Array(text.utf8)), of: signer.key)
    }

    /// Adds a witness's signature over the text and a time, in seconds since 1970-01-01T00:00:00Z.
    public mutating func cosign(_ signer: NoteSigner, at time: UInt64) throws(TransparencyError) {
        guard signer.key.kind == .cosignature else { throw TransparencyError(.keyMalformed, signer.key.name) }
        let stamp = (0..<8).reversed().map { UInt8(truncatingIfNeeded: time >> UInt64(8 * $0)) }
        put(stamp + (try signer.signature(over: cosignedMessage(at: time))), of: signer.key)
    }

    /// Takes over a signature from another copy of the same note.
    public mutating func add(_ signature: Signature) {
        if !signatures.contains(signature) { signatures.append(signature) }
    }

    private func cosignedMessage(at time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }

    /// What a key has made, without the four bytes that name it.
    private func signature(of key: NoteKey) -> [UInt8]? {
        signatures.first { $0.name == key.name && $0.bytes.starts(with: key.hash) }.map { Array($0.bytes.dropFirst(4)) }
    }

    private mutating func put(_ bytes: [UInt8], of key: NoteKey) {
        let signature = Signature(name: key.name, bytes: key.hash + bytes)
        if let index = signatures.firstIndex(where: { $0.name == key.name && $0.bytes.starts(with: key.hash) }) {
            signatures[index] = signature
        } else {
            signatures.append(signature)
        }
    }
}
