public import Credit
internal import EventCoding
internal import EventLog

/// From which groups a sample is drawn, so many of each.
public enum SampleStrata: String, CaseIterable, Sendable {
    /// From all events together.
    case none
    /// From the events of each kind.
    case kind
    /// From the events of each institution.
    case institution
}

extension LedgerView {
    /// A sample of events that anybody draws alike from the same state: those with the smallest SHA-256 of
    /// `seed:position`, written in decimal. O(*n* log *n*).
    ///
    /// - Parameters:
    ///   - size: How many, or how many of each group.
    ///   - seed: Any text; chosen by the auditor after the state was signed, nobody can have prepared for it.
    ///   - kinds: Kinds of events to draw from; none means all that decide about a learner's credit.
    ///   - strata: From which groups.
    /// - Returns: The events in the order of the log.
    public func sample(
        _ size: Int,
        seed: String,
        of kinds: Set<EventKind> = [],
        strata: SampleStrata = .none
    ) throws(AccrueError) -> [Event] {
        guard known > .none else { return [] }
        var groups: [UInt32: [(digest: [UInt8], position: Position)]] = [:]
        try log.forEachEvent(from: Position(rawValue: 1), through: known) { event in
            guard kinds.isEmpty ? event.isCredit : kinds.contains(event.kind) else { return }
            let group: UInt32 =
                switch strata {
                case .none: 0
                case .kind: UInt32(event.kind.rawValue)
                case .institution: event.institution?.rawValue ?? 0
                }
            let text = Array("\(seed):\(event.position)".utf8)
            groups[group, default: []].append((Digest.sha256(of: text.span.bytes).bytes, event.position))
        }
        var drawn: [Event] = []
        for group in groups.values {
            let ordered = group.sorted { $0.digest.lexicographicallyPrecedes($1.digest) }
            for (_, position) in ordered.prefix(size) { drawn.append(try log.event(at: position)) }
        }
        return drawn.sorted { $0.position < $1.position }
    }
}
