import Credit

// MARK: - Appeal, removal, identities

extension Scenario {
    @discardableResult
    mutating func appeal(
        against decision: Position,
        on day: CivilDate = "2025-04-20",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.appealLodged, on: day)
        command.learner = event(decision).learner
        command.institution = event(decision).institution
        command.answers = decision
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func decideAppeal(
        _ appeal: Position,
        _ result: DecisionResult,
        on day: CivilDate = "2025-05-01",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.appealDecided, on: day)
        command.learner = event(appeal).learner
        command.institution = body
        command.answers = appeal
        command.result = result
        command.decided = day
        fill(&command)
        return try submit(command)
    }

    /// Removes an event: by who made it, or by the awarding body where it is annulled.
    @discardableResult
    mutating func remove(
        _ position: Position,
        _ kind: EventKind = .revoked,
        _ result: DecisionResult = .fromStart,
        on day: CivilDate = "2025-05-10",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(kind, on: day)
        command.learner = event(position).learner
        command.institution = kind == .annulled ? body : event(position).institution
        command.answers = position
        command.result = result
        command.reason = .misconduct
        command.details.legalBasis = "ZUP, Article 278"
        command.decided = day
        fill(&command)
        return try submit(command)
    }

    /// Merges `other` into `survivor`: two events, the second answers the first. Returns the survivor's.
    @discardableResult
    mutating func merge(
        _ other: Position,
        into survivor: Position,
        on day: CivilDate = "2025-05-20"
    ) throws(AccrueError) -> Position {
        let merged = try submit(.learnerMerged, on: day) {
            $0.learner = survivor
            $0.answers = other
            $0.details.evidence = "Same certificate"
        }
        try submit(.learnerMerged, on: day) {
            $0.learner = other
            $0.answers = merged
            $0.details.evidence = "Same certificate"
        }
        return merged
    }

    /// Parts what `merge` joined; `moved` and everything of the other's own stream become the other's.
    @discardableResult
    mutating func split(
        _ merge: Position,
        also moved: [Position] = [],
        on day: CivilDate = "2025-05-25"
    ) throws(AccrueError) -> Position {
        let survivor = event(merge).learner ?? .none
        let other = event(merge).answers ?? .none
        let own = events.filter { $0.learner == other && $0.isCredit }.map(\.position)
        let parted = try submit(.learnerSplit, on: day) {
            $0.learner = survivor
            $0.answers = merge
            $0.details.evidence = "Different person"
            $0.details.moved = own + moved
        }
        try submit(.learnerSplit, on: day) {
            $0.learner = other
            $0.answers = parted
            $0.details.evidence = "Different person"
        }
        return parted
    }
}
