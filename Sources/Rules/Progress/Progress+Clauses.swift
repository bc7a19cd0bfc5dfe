extension Progress {
    /// The clauses that did something, in the order of their effects.
    public var clauses: [RuleClause] {
        var clauses = [standard].compactMap(\.self)
        for clause in rules?.effects.map(\.clause) ?? [] where !clauses.contains(clause) { clauses.append(clause) }
        if let year = rules?.year?.clause { clauses.append(year) }
        return clauses
    }

    /// The clauses that act here and not in another answer, in the order of their effects; of a rule that acts no longer,
    /// the clause that did.
    public func clauses(unlike before: Progress) -> [RuleClause] {
        let (earlier, clauses) = (before.clauses, clauses)
        let added = clauses.filter { !earlier.contains($0) }
        let gone = earlier.filter { clause in
            !clauses.contains(clause) && !added.contains { $0.name == clause.name }
        }
        return added + gone
    }
}
