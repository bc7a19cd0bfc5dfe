public import Credit
public import Evidence
public import Transparency

/// What somebody wants evidence of.
public struct EvidenceRequest: Sendable {
    /// What goes into the bundle beside the events of learners.
    public enum Extent: Sendable {
        /// For an auditor: the whole registry, and verdicts under the rules in force.
        case audit
        /// For a learner to keep: what the learner's events refer to, pseudonyms, and what counts in words.
        case learner
    }

    /// Whom it is about.
    public var scope = EvidenceScope()
    /// The day of which balances and verdicts speak.
    public var on: CivilDate
    /// What goes into it.
    public var extent = Extent.audit
    /// Whether texts and pseudonyms in the events of learners are shown.
    public var withTexts = false
    /// Checkpoints signed earlier, of which the log is to be proved a continuation.
    public var earlier: [SignedNote] = []

    /// Asks for all learners, on a day.
    public init(on: CivilDate) {
        self.on = on
    }
}
