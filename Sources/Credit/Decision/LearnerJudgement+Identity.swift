// Identities: two pseudonyms of one person are merged, and a wrong merge is split (domain trap 28). Each takes two
// events, one in either stream, the second answering the first.

extension LearnerJudgement {
    /// Merged: first the survivor's event, which names the other's introduction, then the other's, which answers it.
    func decideMerge() throws(AccrueError) {
        guard let answers = command.answers else { return }
        if let first = history[answers], first.kind == .learnerMerged {
            guard first.answers == learner, !isAnswered(first) else {
                throw AccrueError(.mergeImpossible, first.name, at: .answers)
            }
            return
        }
        if let kind = registry.kind(at: answers) {
            throw AccrueError(.referenceWrongKind, "\(kind.name) at position \(answers)", at: .answers)
        }
        guard let introduced = history[answers] ?? other?[answers] else {
            throw AccrueError(.referenceUnknown, "position \(answers)", at: .answers)
        }
        guard introduced.kind == .learnerIntroduced else {
            throw AccrueError(.referenceWrongKind, introduced.name, at: .answers)
        }
        guard answers != learner else { throw AccrueError(.mergeImpossible, "the same identity", at: .answers) }
        if history.mergedAway[answers] ?? other?.mergedAway[answers] != nil {
            throw AccrueError(.mergeImpossible, "\(introduced.name) was merged already", at: .answers)
        }
    }

    /// Split: first the survivor's event, which names the merge and what it gives back, then the other's.
    func decideSplit() throws(AccrueError) {
        let first = try identityEvent()
        if first.kind == .learnerSplit {
            let merge = first.answers.flatMap { history[$0] }
            guard merge?.answers == learner, !isAnswered(first) else {
                throw AccrueError(.splitImpossible, first.name, at: .answers)
            }
            if !command.details.moved.isEmpty { throw AccrueError(.fieldUnknown, first.name, at: .moved) }
            return
        }
        guard first.learner == learner, let other = first.answers, history.mergedAway[other] == first.position
        else { throw AccrueError(.splitImpossible, "\(first.name) is no merge in force", at: .answers) }
        try requireMoved(since: first.position, to: other)
        try requireParted()
    }

    private func identityEvent() throws(AccrueError) -> Event {
        guard let event = command.answers.flatMap({ history[$0] }) else {
            throw AccrueError(.referenceOtherLearner, "position \(command.answers ?? .none)", at: .answers)
        }
        guard event.kind.joinsIdentities else {
            throw AccrueError(.referenceWrongKind, event.name, at: .answers)
        }
        return event
    }

    private func isAnswered(_ first: Event) -> Bool {
        history.events.contains { $0.kind == first.kind && $0.answers == first.position }
    }

    /// Requires that all that belonged to the other identity before the merge goes back to it, and that everything
    /// moved is credit of the survivor, listed once.
    private func requireMoved(since merge: Position, to other: Position) throws(AccrueError) {
        var moved: Set<Position> = []
        for position in command.details.moved {
            guard let event = history[position], event.isCredit, history.owner(of: position) == learner else {
                throw AccrueError(.splitImpossible, "position \(position) is no credit of the learner", at: .moved)
            }
            guard moved.insert(position).inserted else {
                throw AccrueError(.splitImpossible, "\(event.name) twice", at: .moved)
            }
        }
        let before = LearnerHistory(Array(history.events.prefix { $0.position < merge }))
        for event in before.events(of: other) where event.isCredit && !moved.contains(event.position) {
            throw AccrueError(.splitImpossible, "\(event.name) is missing", at: .moved)
        }
    }

    /// Requires that no event that stands rests on one which goes to the other side.
    private func requireParted() throws(AccrueError) {
        let moved = Set(command.details.moved)
        for event in standing.events where standing.stands(event.position) {
            let named = [event.replaces, event.agreement, event.decision]
            for reference in event.supports + named.compactMap({ $0 }) {
                guard moved.contains(event.position) != moved.contains(reference) else { continue }
                let subject = "\(event.name) rests on \(history[reference]?.name ?? "")"
                throw AccrueError(.splitImpossible, subject, at: .moved)
            }
        }
    }
}

/// The first event of a merge or split that lacks its second within these events, or a second without its first; nil
/// where all are complete. Both belong in one batch, because no state between them should ever be seen. O(*n*).
public func unanswered(in events: [Event]) -> Event? {
    let identities = events.filter { $0.command.kind.joinsIdentities }
    let kinds = Dictionary(identities.map { ($0.position, $0.command.kind) }) { first, _ in first }
    func answered(by event: Event) -> Position? {
        event.answers.flatMap { kinds[$0] == event.kind ? $0 : nil }
    }
    let firsts = Set(identities.compactMap(answered(by:)))
    return identities.first { !firsts.contains($0.position) && answered(by: $0) == nil }
}
