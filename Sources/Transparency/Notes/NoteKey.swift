internal import Crypto
internal import EventCoding

/// What signs notes: a name, and a key by which its signatures are verified (C2SP signed-note).
public struct NoteKey: Hashable, Sendable, CustomStringConvertible {
    /// What a signature says.
    public enum Kind: UInt8, Hashable, Sendable {
        /// The text as it is: a log's own signature, Ed25519.
        case log = 1
        /// That the signer saw the checkpoint at a time, and that it extends what it saw before (C2SP tlog-cosignature).
        case cosignature = 4
    }

    /// The name, without spaces and plus signs; by custom like an address without a scheme.
    public let name: String
    /// What its signatures say.
    public let kind: Kind
    /// The public key of Ed25519 (RFC 8032), 32 bytes.
    public let publicKey: [UInt8]

    /// Makes a key; nil where the name or the key is not of its form.
    init?(name: String, kind: Kind, publicKey: [UInt8]) {
        guard Self.isName(name), publicKey.count == 32 else { return nil }
        (self.name, self.kind, self.publicKey) = (name, kind, publicKey)
    }

    /// Reads a verifier key, `name+hash+key`.
    ///
    /// - Throws: ``TransparencyError`` where it is none, or its hash is not that of its name and key.
    public init(verifierKey text: String) throws(TransparencyError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.bytes(from: parts[2]), let first = bytes.first,
            let kind = Kind(rawValue: first),
            let key = NoteKey(name: String(parts[0]), kind: kind, publicKey: Array(bytes.dropFirst())),
            key.hashText == parts[1]
        else { throw TransparencyError(.keyMalformed, text) }
        self = key
    }

    /// The verifier key, as it is given to others: `name+hash+key`.
    public var description: String { "\(name)+\(hashText)+\(Base64.text(of: [kind.rawValue] + publicKey))" }

    /// The first four bytes of the SHA-256 of name, line feed, kind and key: by it a signature names its key.
    public var hash: [UInt8] {
        let bytes = Array(name.utf8) + [UInt8(ascii: "\n"), kind.rawValue] + publicKey
        return Array(Digest.sha256(of: bytes.span.bytes).bytes.prefix(4))
    }

    fileprivate var hashText: String {
        hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    static func isName(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0 == "+" || $0.properties.isWhitespace || $0.value < 0x20 }
    }

    /// Whether a signature of Ed25519 is over a message.
    func isValid(_ signature: some Sequence<UInt8>, over message: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(Array(signature), for: message)
    }
}

/// A key that can sign. Who has it can speak for the log, or the witness.
public struct NoteSigner: Sendable {
    /// By what its signatures are verified.
    public let key: NoteKey
    private let seed: [UInt8]

    /// Makes a signer from 32 secret random bytes; nil where the name or the seed is not of its form.
    public init?(name: String, kind: NoteKey.Kind, seed: [UInt8]) {
        guard let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let key = NoteKey(name: name, kind: kind, publicKey: Array(secret.publicKey.rawRepresentation))
        else { return nil }
        (self.key, self.seed) = (key, seed)
    }

    /// Reads a signer's key as ``secret`` writes it.
    ///
    /// - Throws: ``TransparencyError`` where it is none.
    public init(_ text: String) throws(TransparencyError) {
        let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", let bytes = Base64.bytes(from: parts[4]),
            let kind = bytes.first.flatMap({ NoteKey.Kind(rawValue: $0) }),
            let signer = NoteSigner(name: String(parts[2]), kind: kind, seed: Array(bytes.dropFirst())),
            signer.key.hashText == parts[3]
        else { throw TransparencyError(.keyMalformed) }
        self = signer
    }

    /// The secret, `PRIVATE+KEY+name+hash+seed`, to be kept by its owner alone.
    public var secret: String {
        "PRIVATE+KEY+\(key.name)+\(key.hashText)+\(Base64.text(of: [key.kind.rawValue] + seed))"
    }

    /// The signature of Ed25519 over a message, 64 bytes. The same message always has the same one.
    func signature(over message: [UInt8]) throws(TransparencyError) -> [UInt8] {
        do {
            return Array(try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: message))
        } catch {
            throw TransparencyError(.keyMalformed, key.name)
        }
    }
}
