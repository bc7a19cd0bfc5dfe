/// What everybody shares: schemes, scales, actors, institutions and their authorities, memoranda, qualifications.
///
/// It is the fold of the registry's events, small enough to be held in memory, and knows no learner.
public struct Registry: Sendable {
    /// Shared by all copies of a registry.
    private final class Entry: Sendable {
        let kind: EventKind
        let effective: CivilDate
        let actor: Position?
        let identifier: String?
        let document: Document?

        init(_ event: Event, _ document: Document?) {
            kind = event.kind
            effective = event.effective
            actor = event.actor
            identifier = event.details.identifier
            self.document = document
        }
    }

    private var entries = PositionMap<Entry>()
    private var qualifications = PositionMap<PublishedQualification>()
    private var identifiers: [ReferenceSpace: [String: Position]] = [:]
    var authorities: [Position: [Authority]] = [:]
    var memoranda: [Position: MemorandumTerms] = [:]
    /// Where each qualification version was drafted last, by identifier.
    private(set) var qualificationDrafts: [String: Position] = [:]
    /// Published rule sets in the order of the log.
    public internal(set) var ruleSets: [RuleSetTerms] = []
    /// The rotations of the log's key in the order of the log.
    public private(set) var keyRotations: [KeyRotationText] = []

    /// Knows nothing yet.
    public init() {}

    /// Takes in an accepted event of the registry; others change nothing.
    public mutating func evolve(_ event: Event) {
        guard event.kind.isRegistry else { return }
        let details = event.details
        var document = details.document
        if event.kind.isPublication, let draft = event.answers { document = document ?? self.document(at: draft) }
        if event.kind == .qualificationPublished, case .qualification(let qualification) = document {
            // Its scheme entered before it.
            let scheme = position(of: qualification.scheme, in: .scheme)
            qualifications[event.position] = PublishedQualification(qualification, at: event.position, scheme: scheme)
        }
        if event.kind == .qualificationDrafted, case .qualification(let qualification) = document {
            qualificationDrafts[qualification.identifier] = event.position
        }
        entries[event.position] = Entry(event, document)
        if let identifier = details.identifier {
            identifiers[event.kind.space, default: [:]][identifier] = event.position
        }
        evolveAuthorities(event)
        evolveMemoranda(event)
        evolveRuleSets(event, document)
        if case .keyRotation(let rotation) = document { keyRotations.append(rotation) }
    }

    /// The event that introduced what has this identifier, or nil.
    public func position(of identifier: String, in space: ReferenceSpace) -> Position? {
        identifiers[space]?[identifier]
    }

    /// The event that introduced what has this identifier.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound``, with a similar name if there is one.
    public func entry(named identifier: String, in space: ReferenceSpace) throws(AccrueError) -> Position {
        if let position = position(of: identifier, in: space) { return position }
        let suggestion = NearestName.suggestion(for: identifier, among: entries(in: space).map(\.identifier))
        throw AccrueError(.notFound, "\(identifier)\(suggestion)", field: "\(space)")
    }

    /// Every entry of a name space with its identifier, in the order of the log. O(*n* log *n*).
    public func entries(in space: ReferenceSpace) -> [(identifier: String, position: Position)] {
        (identifiers[space] ?? [:]).map { (identifier: $0.key, position: $0.value) }
            .sorted { $0.position < $1.position }
    }

    /// The kind of the registry event at a position, or nil where there is none.
    public func kind(at position: Position) -> EventKind? { entries[position]?.kind }

    /// The identifier introduced at a position, or nil.
    public func identifier(at position: Position) -> String? { entries[position]?.identifier }

    /// From when on the entry holds, or nil where there is none.
    public func effective(at position: Position) -> CivilDate? { entries[position]?.effective }

    /// Who recorded the entry, or nil where nobody is named.
    func actor(at position: Position) -> Position? { entries[position]?.actor }

    /// The document introduced at a position, also by publishing a draft, or nil.
    public func document(at position: Position) -> Document? { entries[position]?.document }

    /// The qualification version published at a position, or nil. O(log *n*).
    public func qualification(at position: Position?) -> PublishedQualification? {
        position.flatMap { qualifications[$0] }
    }

    /// All published qualification versions, in the order of the log. O(*n* log *n*).
    public var publishedQualifications: [Qualification] {
        entries(in: .qualification).compactMap { qualification(at: $0.position)?.document }
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
