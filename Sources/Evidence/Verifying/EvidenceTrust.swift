public import Transparency

/// What an auditor knows from elsewhere than the bundle.
public struct EvidenceTrust: Sendable {
    /// The log's key.
    public var log: NoteKey
    /// Which witnesses must have cosigned.
    public var witnesses: WitnessPolicy
    /// Checkpoints that were noted earlier, each with how it is called in messages.
    public var earlier: [(name: String, note: SignedNote)]

    /// Makes it.
    public init(
        log: NoteKey,
        witnesses: WitnessPolicy = WitnessPolicy(),
        earlier: [(name: String, note: SignedNote)] = []
    ) {
        (self.log, self.witnesses, self.earlier) = (log, witnesses, earlier)
    }
}
