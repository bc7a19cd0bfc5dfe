public import Credit
public import Rules

extension ProgressRules {
    /// Judges by rule sets, or by formation rules alone where there are none, and reads formation rules as they were
    /// published.
    public init(_ sets: [RuleSet]) {
        self.init(sets) { Standard(published: $0) }
    }

    /// Judges by the rule sets in force on a day.
    public init(inForceIn registry: Registry, on date: CivilDate) {
        self.init(registry.ruleSetsInForce(on: date).compactMap { RuleSet($0.text) })
    }
}

extension RuleSet {
    /// The published version of this identifier, `id@version`.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound``, with a similar name if there is one.
    public init(published identifier: String, in registry: Registry) throws(AccrueError) {
        guard let set = RuleSet(try registry.ruleSet(published: identifier).text) else {
            throw AccrueError(.notFound, identifier, field: "rules")
        }
        self = set
    }
}
