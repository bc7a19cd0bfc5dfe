/// What somebody submits: an event without what the log assigns. References are resolved to positions.
///
/// One flat shape serves every kind; ``EventKind/fields`` says which fields a kind requires and allows.
/// Nothing is filled in: points, attempts and references are explicit, and judged. So a command is also
/// the content by which a repeated submission is compared.
public struct Command: Hashable, Sendable {
    /// The submitter's identity of the event.
    public var id: EventID
    /// What it says.
    public var kind: EventKind
    /// When it holds in the world.
    public var effective: CivilDate
    /// When the decision was taken.
    public var decided: CivilDate?
    /// The event that introduced the learner.
    @Reference public var learner: Position?
    /// Who recorded, assessed or decided.
    @Reference public var actor: Position?
    /// The institution that acts.
    @Reference public var institution: Position?
    /// The qualification version in which ``unit`` is numbered.
    @Reference public var qualification: Position?
    /// The scale of ``grade``.
    @Reference public var scale: Position?
    /// The scheme of ``points``.
    @Reference public var scheme: Position?
    /// The enrolment towards which it happens.
    @Reference public var enrolment: Position?
    /// The event that this one answers, documents, continues or removes.
    @Reference public var answers: Position?
    /// The earlier event that this one takes the place of.
    @Reference public var replaces: Position?
    /// The version of the learning agreement.
    @Reference public var agreement: Position?
    /// The first event of the same decision, where one decision makes several events.
    @Reference public var decision: Position?
    /// The function that is granted.
    public var function: CompetentFunction?
    /// How it ended.
    public var result: DecisionResult?
    /// The way of recognition.
    public var procedure: Procedure?
    /// The attempt at the unit: 1 for the first.
    public var attempt: UInt16?
    /// The unit's number in its qualification version's document: 1 for the first.
    public var unit: UInt16?
    /// The grade's number in its scale: 1 for the first.
    public var grade: UInt16?
    /// The declared group's number in its qualification version's formation rule: 1 for the whole.
    public var group: UInt16?
    /// Points that the event awards, in ``scheme``.
    public var points: Points?
    /// The reason in one word.
    public var reason: ReasonCode?
    /// What has no place in the fixed part of a record.
    public var details: EventDetails {
        get {
            guard case .details(let details) = storedDetails else { return EventDetails() }
            return details
        }
        set { storedDetails = newValue.isEmpty ? nil : .details(newValue) }
    }

    /// True if there are details; cheaper than to look at them.
    public var hasDetails: Bool { storedDetails != nil }

    /// Behind a reference, and nil where there are none: events are copied far more often than details are read.
    @usableFromInline
    indirect enum StoredDetails: Hashable, Sendable {
        case details(EventDetails)
    }

    @usableFromInline var storedDetails: StoredDetails?

    /// A command of this kind with nothing else set.
    @inlinable
    public init(id: EventID, kind: EventKind, effective: CivilDate) {
        self.id = id
        self.kind = kind
        self.effective = effective
    }
}

/// The part of an event that is kept behind its fixed part.
public struct EventDetails: Hashable, Sendable {
    /// The identifier that the event introduces: a pseudonym, a code, a document's number.
    public var identifier: String?
    /// A reason or remark in words, without personal data.
    public var text: String?
    /// The law, rule or contract on which it rests.
    public var legalBasis: String?
    /// What evidence there is, and where.
    public var evidence: String?
    /// Codes of the unit's outcomes that are meant; empty means all.
    public var outcomes: [String] = []
    /// Further sources beside ``Command/answers``: n units recognised as one.
    public var sources: [Position] = []
    /// Events that a split gives to another learner.
    public var moved: [Position] = []
    /// What a registry event or an agreement introduces.
    public var document: Document?

    /// Nothing.
    public init() {}

    /// True if there is nothing.
    public var isEmpty: Bool {
        identifier == nil && text == nil && legalBasis == nil && evidence == nil && outcomes.isEmpty
            && sources.isEmpty && moved.isEmpty && document == nil
    }
}
