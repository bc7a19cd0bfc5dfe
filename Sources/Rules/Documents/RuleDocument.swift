/// What a file of rules holds: one document, whose `kind` says which.
public enum RuleDocument: Hashable, Sendable {
    /// A rule set, `kind: rule-set`.
    case ruleSet(RuleSet)
    /// A qualification version with its formation rule, `kind: qualification`.
    case standard(Standard)
}
