internal import Credit
internal import EventCoding
internal import EventLog
internal import Evidence
internal import Rules

/// Which events a bundle needs: those of the learners that are asked for, and all that they refer to.
struct EvidenceSelection<Log: LogReplaying> {
    let log: Log
    let registry: Registry
    let known: Position

    init(_ log: Log, known: Position) throws(AccrueError) {
        (self.log, self.known) = (log, known)
        registry = try Registry(reading: log, through: known)
    }

    // MARK: Learners

    /// The streams of the learners in a scope, and of all identities that were joined with them.
    func learners(in scope: EvidenceScope) throws(AccrueError) -> Set<UInt32> {
        let versions = qualifications(in: scope)
        var streams: Set<UInt32> = []
        let numbers = scope.learner.map { $0...$0 } ?? (log.learnerCount > 0 ? 1...log.learnerCount : 0...0)
        for number in numbers where number > 0 && !streams.contains(number) {
            let events = try log.events(ofLearner: number).filter { $0.position <= known }
            guard !events.isEmpty, isMeant(events, in: scope, versions) else { continue }
            streams.formUnion(try log.history(ofLearner: number).known(through: known).numbers)
        }
        return streams
    }

    /// The qualification versions that a scope names, directly or by a rule set; nil where it names none.
    private func qualifications(in scope: EvidenceScope) -> Set<Position>? {
        var versions = scope.qualification.map { Set([$0]) }
        if let position = scope.ruleSet {
            let text = registry.ruleSets.first { $0.position == position }?.text
            let ids = text.flatMap { RuleSet($0) }?.qualifications ?? []
            let meant = registry.entries(in: .qualification).map(\.position).filter { version in
                ids.isEmpty || registry.qualification(at: version).map { ids.contains($0.id) } == true
            }
            versions = versions?.intersection(meant) ?? Set(meant)
        }
        return versions
    }

    private func isMeant(_ events: [Event], in scope: EvidenceScope, _ versions: Set<Position>?) -> Bool {
        let credit = events.filter(\.isCredit)
        if let institution = scope.institution, !credit.contains(where: { $0.institution == institution }) {
            return false
        }
        if let versions {
            let isEnrolled = credit.contains { event in
                (event.kind == .enrolled || event.kind == .moved) && event.qualification.map(versions.contains) == true
            }
            if !isEnrolled { return false }
        }
        let days = (scope.from ?? .earliest)...max(scope.from ?? .earliest, scope.until ?? .latest)
        return scope.from == nil && scope.until == nil || credit.contains { days.contains($0.effective) }
    }

    // MARK: Positions

    /// The positions of streams, ascending: with the whole registry, or with what they refer to.
    func positions(ofLearners streams: Set<UInt32>, wholeRegistry: Bool) throws(AccrueError) -> [Position] {
        var chosen: Set<Position> = []
        var open: [Position] = [known]
        for stream in streams {
            for event in try log.events(ofLearner: stream) where event.position <= known { open.append(event.position) }
        }
        for event in try log.events(ofLearner: 0) where event.position <= known {
            if wholeRegistry || event.kind == .keyRotated { open.append(event.position) }
        }
        while let position = open.popLast() {
            guard chosen.insert(position).inserted else { continue }
            let event = try log.event(at: position)
            open += event.references
            open += event.namedEntries(registry).compactMap { registry.position(of: $0.name, in: $0.space) }
        }
        return chosen.sorted()
    }
}
