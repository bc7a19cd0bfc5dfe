public import Credit

/// What a bundle speaks of: of which log, how far, on which day.
public struct EvidenceHeader: Hashable, Sendable {
    /// The format that this code writes and reads.
    public static let format = "accrue-evidence/1"

    /// The log's name.
    public var origin: String
    /// How many events the log had when the checkpoint was signed.
    public var size: UInt32
    /// The last event that is taken into account.
    public var known: Position
    /// The event that states where all streams ended; nil where every event of the log is there.
    public var heads: Position?
    /// Whether every event of the registry is there, or only those that others refer to.
    public var hasWholeRegistry: Bool
    /// The day of which balances and verdicts speak.
    public var on: CivilDate
    /// What was asked for.
    public var scope: EvidenceScope

    /// Makes a header.
    public init(
        origin: String,
        size: UInt32,
        known: Position,
        heads: Position?,
        hasWholeRegistry: Bool,
        on: CivilDate,
        scope: EvidenceScope
    ) {
        (self.origin, self.size, self.known, self.heads) = (origin, size, known, heads)
        (self.hasWholeRegistry, self.on, self.scope) = (hasWholeRegistry, on, scope)
    }
}

/// Which learners a bundle is about: those for whom all that is named holds; all of them where nothing is.
public struct EvidenceScope: Hashable, Sendable {
    /// The learner, by the number of the stream.
    public var learner: UInt32?
    /// An institution that acted on the learner's credit.
    public var institution: Position?
    /// A qualification version in which the learner was enrolled.
    public var qualification: Position?
    /// A version of a rule set, which is for a qualification in which the learner was enrolled.
    public var ruleSet: Position?
    /// The first day on which something happened to the learner's credit.
    public var from: CivilDate?
    /// The last such day.
    public var until: CivilDate?

    /// All learners.
    public init() {}
}
