/// What everybody shares: schemes, scales, actors, institutions and their authorities, memoranda, qualifications.
///
/// It is the fold of the registry's events, small enough to be held in memory, and knows no learner.
public struct Registry: Sendable {
    private struct Entry: Sendable {
        var kind: EventKind
        var effective: CivilDate
        var identifier: String?
        var document: Document?
    }

    private var entries: [Position: Entry] = [:]
    private var identifiers: [ReferenceSpace: [String: Position]] = [:]
    var authorities: [Position: [Authority]] = [:]
    var memoranda: [Position: MemorandumTerms] = [:]

    /// Knows nothing yet.
    public init() {}

    /// Takes in an accepted event of the registry; others change nothing.
    public mutating func evolve(_ event: Event) {
        guard event.kind.isRegistry else { return }
        entries[event.position] = Entry(
            kind: event.kind,
            effective: event.effective,
            identifier: event.details.identifier,
            document: event.details.document
        )
        if let identifier = event.details.identifier {
            identifiers[event.kind.space, default: [:]][identifier] = event.position
        }
        evolveAuthorities(event)
        evolveMemoranda(event)
    }

    /// The event that introduced what has this identifier, or nil.
    public func position(of identifier: String, in space: ReferenceSpace) -> Position? {
        identifiers[space]?[identifier]
    }

    /// Every entry of a name space with its identifier, in the order of the log. O(*n* log *n*).
    public func entries(in space: ReferenceSpace) -> [(identifier: String, position: Position)] {
        (identifiers[space] ?? [:]).map { (identifier: $0.key, position: $0.value) }
            .sorted { $0.position < $1.position }
    }

    /// The kind of the registry event at a position, or nil where there is none.
    public func kind(at position: Position) -> EventKind? { entries[position]?.kind }

    /// The outside identifier introduced at a position, or nil.
    public func identifier(at position: Position) -> String? { entries[position]?.identifier }

    /// From when on the entry holds, or nil where there is none.
    public func effective(at position: Position) -> CivilDate? { entries[position]?.effective }

    /// The document introduced at a position, or nil.
    public func document(at position: Position) -> Document? { entries[position]?.document }

    /// The qualification version published at a position, or nil.
    public func qualification(at position: Position?) -> Qualification? {
        guard let position, case .qualification(let qualification) = entries[position]?.document else { return nil }
        return qualification
    }

    /// The grade scale introduced at a position, or nil.
    public func scale(at position: Position?) -> GradeScale? {
        guard let position, case .scale(let scale) = entries[position]?.document else { return nil }
        return scale
    }

    /// The institution introduced at a position, or nil.
    public func institution(at position: Position?) -> Institution? {
        guard let position, case .institution(let institution) = entries[position]?.document else { return nil }
        return institution
    }
}
