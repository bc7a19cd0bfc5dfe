/// A key of a log that hands over to the next, signed by both: from then on the next one signs.
///
/// Whoever was given the first key out of band follows the rotations that the log holds to the one that signed last.
public struct KeyRotation: Hashable, Sendable {
    /// The key that has signed so far.
    public let from: NoteKey
    /// The key that signs from now on.
    public let to: NoteKey
    /// The signature of the first, in base64.
    public let fromSignature: String
    /// The signature of the second, in base64, which shows that it is somebody's.
    public let toSignature: String

    /// Hands over.
    ///
    /// - Throws: ``TransparencyError`` where the two are not keys of one log.
    public init(from: NoteSigner, to: NoteSigner) throws(TransparencyError) {
        let text = Self.text(from: from.key, to: to.key)
        try self.init(
            from: "\(from.key)",
            to: "\(to.key)",
            fromSignature: Base64.text(of: try from.signature(over: text)),
            toSignature: Base64.text(of: try to.signature(over: text))
        )
    }

    /// Reads a rotation from its texts, and verifies both signatures.
    ///
    /// - Throws: ``TransparencyError`` where a key is none of a log, the two have other names or are the same, or a
    ///   signature is not over both.
    public init(
        from: String,
        to: String,
        fromSignature: String,
        toSignature: String
    ) throws(TransparencyError) {
        let (first, second) = (try NoteKey(verifierKey: from), try NoteKey(verifierKey: to))
        guard first.kind == .log, second.kind == .log, first.publicKey != second.publicKey else {
            throw TransparencyError(.keyMalformed, to)
        }
        guard first.name.utf8.elementsEqual(second.name.utf8) else {
            throw TransparencyError(.otherOrigin, second.name)
        }
        let text = Self.text(from: first, to: second)
        for (key, signature) in [(first, fromSignature), (second, toSignature)] {
            guard let bytes = Base64.bytes(from: signature), key.isValid(bytes, over: text) else {
                throw TransparencyError(.signatureInvalid, "\(key)")
            }
        }
        (self.from, self.to) = (first, second)
        (self.fromSignature, self.toSignature) = (fromSignature, toSignature)
    }

    /// What both sign. No checkpoint reads like it, whose second line is a number.
    private static func text(from: NoteKey, to: NoteKey) -> [UInt8] {
        Array("accrue key rotation v1\n\(from)\n\(to)\n".utf8)
    }

    /// The key that signs after rotations, which follow each other, where the first one was given.
    ///
    /// - Parameters:
    ///   - key: The key that was given out of band; rotations before it are left aside.
    ///   - rotations: The rotations of a log in its order.
    public static func key(following key: NoteKey, through rotations: [KeyRotation]) -> NoteKey {
        rotations.reduce(key) { $1.from == $0 ? $1.to : $0 }
    }
}
