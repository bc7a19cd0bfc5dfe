internal import Credit
internal import EventCoding
internal import Rules

/// What is published under a name: a version of a qualification or of a rule set.
enum PublishedRules {
    case qualification(Qualification, Position)
    case ruleSet(RuleSet, RuleSetTerms)

    /// - Throws: ``Credit/ErrorCode/notFound``, with a similar name if there is one.
    init(_ name: String, in registry: Registry) throws(AccrueError) {
        if let position = registry.position(of: name, in: .qualification),
            let version = registry.qualification(at: position)?.document
        {
            self = .qualification(version, position)
            return
        }
        guard let terms = registry.ruleSets.first(where: { $0.text.identifier == name }), let set = RuleSet(terms.text)
        else {
            let names =
                registry.ruleSets.map(\.text.identifier) + registry.entries(in: .qualification).map(\.identifier)
            let suggestion = NearestName.suggestion(for: name, among: names)
            throw AccrueError(.notFound, "\(name), neither published nor a file\(suggestion)", field: "rules")
        }
        self = .ruleSet(set, terms)
    }
}
