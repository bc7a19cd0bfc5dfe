// Drafts, their publication by somebody else, and from when to when rules are in force.

extension RegistryJudgement {
    /// Drafted: a version that has a name and a title. What its rules say is for rules to judge.
    func decide(_ ruleSet: RuleSetText) throws(AccrueError) {
        try requireText(ruleSet.id, "id")
        try requireText(ruleSet.version, "version")
        try requireText(ruleSet.title, "title")
        if ruleSet.id.contains("@") { throw contradiction("\(ruleSet.id), with @", "id") }
        let published = registry.ruleSets.first { $0.text.identifier == ruleSet.identifier }
        try requireUnpublished(ruleSet.identifier, published?.position)
    }

    /// Drafted: what is not published yet. Another text of it could never be published.
    func requireUnpublished(_ identifier: String, _ published: Position?) throws(AccrueError) {
        guard let published else { return }
        let subject = "\(identifier), published at position \(published); draft another version"
        throw AccrueError(.identifierTaken, subject, field: "document.version")
    }

    /// Published: what another actor drafted, under its own name. Answers the draft's document.
    func decidePublication(of drafted: EventKind) throws(AccrueError) -> Document? {
        try require(command.answers, drafted, at: .answers)
        guard let draft = command.answers, let document = registry.document(at: draft) else { return nil }
        if let from = registry.effective(at: draft) { try requireNotBefore(from) }
        guard let actor = command.actor else {
            throw AccrueError(.fieldMissing, command.kind.name, at: .actor)
        }
        guard registry.actor(at: draft) != actor else {
            throw AccrueError(.publishedByAuthor, registry.identifier(at: actor) ?? "\(actor)", at: .actor)
        }
        return document
    }

    func decideRuleSetPublished() throws(AccrueError) {
        guard case .ruleSet(let text) = try decidePublication(of: .ruleSetDrafted) else { return }
        guard command.details.identifier == text.identifier else {
            let subject = "\(command.details.identifier ?? ""), not \(text.identifier)"
            throw AccrueError(.documentContradictory, subject, at: .identifier)
        }
    }

    /// Published: the document of a draft, or its own, where nobody drafted that version here.
    func decideQualificationPublished() throws(AccrueError) {
        switch (command.details.document, command.answers) {
        case (.qualification(let qualification), nil):
            // Else who drafted it could publish other words alone.
            if let draft = registry.qualificationDrafts[qualification.identifier] {
                let name = qualification.identifier
                let subject = "\(name), drafted at position \(draft); publish that, or draft these words"
                throw AccrueError(.publishedPastDraft, subject, at: .answers)
            }
            try decide(qualification)
        case (nil, .some):
            guard case .qualification(let qualification) = try decidePublication(of: .qualificationDrafted) else {
                return
            }
            try decide(qualification)
        case (.some, .some): throw AccrueError(.fieldUnknown, "\(command.kind.name) of a draft", at: .document)
        case (nil, nil): throw AccrueError(.fieldMissing, command.kind.name, at: .document)
        default: throw AccrueError(.typeWrong, "not the document of \(command.kind.name)", at: .document)
        }
    }

    func decideRuleSetActivated() throws(AccrueError) {
        try require(command.answers, .ruleSetPublished, at: .answers)
        guard let terms = registry.ruleSet(at: command.answers) else { return }
        if let from = registry.effective(at: terms.position) { try requireNotBefore(from) }
        // Periods of one version neither overlap nor are begun twice.
        if let last = terms.periods.last, last.end.map({ command.effective < $0 }) ?? true {
            throw AccrueError(.alreadyInForce, "\(terms.text.identifier), from \(last.from)", at: .answers)
        }
    }

    func decideRuleSetDeactivated() throws(AccrueError) {
        try require(command.answers, .ruleSetActivated, at: .answers)
        guard let period = registry.ruleSetPeriod(at: command.answers) else { return }
        if let end = period.end { throw AccrueError(.alreadyEnded, "\(end)", at: .answers) }
        try requireNotBefore(period.from)
    }
}
