/// What a log states of the ends of its streams, as of just before the event that states it.
public struct HeadsText: Hashable, Sendable {
    /// How many streams there are: the registry and all learners.
    public var streams: UInt32
    /// The root of the Merkle tree over their ends, in 64 lower-case hexadecimal digits.
    public var root: String

    /// Makes a statement.
    public init(streams: UInt32, root: String) {
        self.streams = streams
        self.root = root
    }
}

/// A key of the log that hands over to the next, signed by both. The domain keeps the words; who proves reads them.
public struct KeyRotationText: Hashable, Sendable {
    /// The verifier key that has signed so far.
    public var from: String
    /// The verifier key that signs from now on.
    public var to: String
    /// The signature of the first, in base64.
    public var fromSignature: String
    /// The signature of the second, in base64.
    public var toSignature: String

    /// Makes a rotation from what is written.
    public init(from: String, to: String, fromSignature: String, toSignature: String) {
        self.from = from
        self.to = to
        self.fromSignature = fromSignature
        self.toSignature = toSignature
    }
}
