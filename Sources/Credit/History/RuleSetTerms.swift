/// A published version of a rule set, and when it is in force.
public struct RuleSetTerms: Sendable {
    /// From which day to which a version is in force.
    public struct Period: Hashable, Sendable {
        /// The event that activated it.
        public let activation: Position
        /// The first day.
        public let from: CivilDate
        /// The event that ended it, if one did.
        public internal(set) var deactivation: Position?
        /// The first day on which it is in force no longer, or nil where it is open.
        public internal(set) var end: CivilDate?

        /// True if `date` lies in it.
        func contains(_ date: CivilDate) -> Bool { from <= date && end.map { date < $0 } ?? true }
    }

    /// What was published.
    public let text: RuleSetText
    /// The event that published it.
    public let position: Position
    /// When it was and is in force, in the order of the log.
    public internal(set) var periods: [Period] = []

    /// True if it is in force on a day.
    public func isInForce(on date: CivilDate) -> Bool { periods.contains { $0.contains(date) } }

    /// True if it is in force on a day or on a later one, as far as that is laid down.
    public func isInForce(from date: CivilDate) -> Bool {
        periods.contains { period in period.end.map { max(date, period.from) < $0 } ?? true }
    }
}

extension Registry {
    /// The rule sets in force on a day, in the order in which they were published.
    public func ruleSetsInForce(on date: CivilDate) -> [RuleSetTerms] { ruleSets.filter { $0.isInForce(on: date) } }

    /// The published version of this identifier, `id@version`.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound``, with a similar name if there is one.
    public func ruleSet(published identifier: String) throws(AccrueError) -> RuleSetTerms {
        if let terms = ruleSets.first(where: { $0.text.identifier == identifier }) { return terms }
        let suggestion = NearestName.suggestion(for: identifier, among: ruleSets.map(\.text.identifier))
        throw AccrueError(.notFound, "\(identifier), no published rule set\(suggestion)", field: "rules")
    }

    /// The version that the event at a position published, or nil.
    func ruleSet(at position: Position?) -> RuleSetTerms? { ruleSets.first { $0.position == position } }

    /// The period that the event at a position began, or nil.
    func ruleSetPeriod(at position: Position?) -> RuleSetTerms.Period? {
        for terms in ruleSets {
            if let period = terms.periods.first(where: { $0.activation == position }) { return period }
        }
        return nil
    }

    mutating func evolveRuleSets(_ event: Event, _ document: Document?) {
        switch event.kind {
        case .ruleSetPublished:
            guard case .ruleSet(let text) = document else { return }
            ruleSets.append(RuleSetTerms(text: text, position: event.position))
        case .ruleSetActivated:
            guard let index = ruleSets.firstIndex(where: { $0.position == event.answers }) else { return }
            ruleSets[index].periods.append(.init(activation: event.position, from: event.effective))
        case .ruleSetDeactivated:
            for index in ruleSets.indices {
                guard let period = ruleSets[index].periods.firstIndex(where: { $0.activation == event.answers })
                else { continue }
                ruleSets[index].periods[period].deactivation = event.position
                ruleSets[index].periods[period].end = event.effective
            }
        default: return
        }
    }
}

extension EventKind {
    /// True for the kinds that publish a document which somebody else drafted.
    var isPublication: Bool { self == .ruleSetPublished || self == .qualificationPublished }
}
