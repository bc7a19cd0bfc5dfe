/// What a command is judged against: everything that is known when it is to be appended.
public struct DecisionState: Sendable {
    /// What everybody shares.
    public var registry: Registry
    /// The learner's history, with all identities ever connected to it; nil for events of the registry and for the
    /// event that introduces a learner.
    public var history: LearnerHistory?
    /// The other identity's history, where a merge joins one that is not part of ``history`` yet.
    public var other: LearnerHistory?
    /// Where the log's streams end, for the event that states it.
    public var heads: HeadsText?

    /// Makes a state.
    public init(
        registry: Registry,
        history: LearnerHistory? = nil,
        other: LearnerHistory? = nil,
        heads: HeadsText? = nil
    ) {
        self.registry = registry
        self.history = history
        self.other = other
        self.heads = heads
    }
}
