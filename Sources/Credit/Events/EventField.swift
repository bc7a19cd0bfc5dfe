/// What a reference points at; also the name space of identifiers.
public enum ReferenceSpace: UInt8, CaseIterable, Sendable {
    /// A learner's pseudonym.
    case learner = 1
    /// An actor's pseudonym.
    case actor = 2
    /// An institution.
    case institution = 3
    /// A qualification version, `id@version`.
    case qualification = 4
    /// A grade scale.
    case scale = 5
    /// A credit scheme.
    case scheme = 6
    /// A memorandum of understanding.
    case memorandum = 7
    /// A version of a learning agreement, `id@version`.
    case agreement = 8
    /// Any other event, by its event id or by the number that its document bears.
    case event = 9
}

/// A field of an event: its name in JSON and, for references, what it points at.
public enum EventField: String, CaseIterable, Sendable {
    /// The day on which the decision was taken.
    case decided
    /// The learner, by pseudonym.
    case learner
    /// Who recorded, assessed or decided.
    case actor
    /// The institution that acts.
    case institution
    /// The qualification version.
    case qualification
    /// The grade scale.
    case scale
    /// The scheme of the points.
    case scheme
    /// The enrolment towards which it happens.
    case enrolment
    /// The event that it answers, documents, continues or removes.
    case answers
    /// The earlier event whose place it takes.
    case replaces
    /// The version of the learning agreement.
    case agreement
    /// The first event of the same decision.
    case decision
    /// The function that is granted.
    case function
    /// The way of recognition.
    case procedure
    /// How it ended.
    case result
    /// The attempt at the unit.
    case attempt
    /// The unit, by code.
    case unit
    /// The grade, as written on its scale.
    case grade
    /// The group of the formation rule, by id.
    case group
    /// The points, as a decimal in text.
    case points
    /// The reason in one word.
    case reason
    /// The identifier that the event introduces.
    case identifier
    /// A reason or remark in words.
    case text
    /// The law, rule or contract on which it rests.
    case legalBasis
    /// What evidence there is, and where.
    case evidence
    /// Codes of the outcomes that are meant.
    case outcomes
    /// Further sources.
    case sources
    /// Events that a split gives to another learner.
    case moved
    /// What the event introduces.
    case document

    /// What the field refers to, or nil where it is no reference.
    public var space: ReferenceSpace? {
        switch self {
        case .learner: .learner
        case .actor: .actor
        case .institution: .institution
        case .qualification: .qualification
        case .scale: .scale
        case .scheme: .scheme
        case .agreement: .agreement
        case .enrolment, .answers, .replaces, .decision, .sources, .moved: .event
        default: nil
        }
    }
}

/// Which fields a kind has beside `id`, `kind` and `effective`, which all have.
public struct EventFields: Sendable {
    /// Fields that must be there.
    public let required: [EventField]
    /// Fields that may be there.
    public let optional: [EventField]

    /// All of them, required ones first.
    public var all: [EventField] { required + optional }
}
