extension EventField {
    /// The eleven single references, in the order of the record format.
    public static let references: [EventField] = [
        .learner, .actor, .institution, .qualification, .scale, .scheme, .enrolment, .answers, .replaces, .agreement,
        .decision,
    ]
}

extension Command {
    /// A single reference by its field; nil, and nothing set, for a field that is none.
    @inlinable
    public subscript(reference field: EventField) -> Position? {
        get {
            switch field {
            case .learner: learner
            case .actor: actor
            case .institution: institution
            case .qualification: qualification
            case .scale: scale
            case .scheme: scheme
            case .enrolment: enrolment
            case .answers: answers
            case .replaces: replaces
            case .agreement: agreement
            case .decision: decision
            default: nil
            }
        }
        set {
            switch field {
            case .learner: learner = newValue
            case .actor: actor = newValue
            case .institution: institution = newValue
            case .qualification: qualification = newValue
            case .scale: scale = newValue
            case .scheme: scheme = newValue
            case .enrolment: enrolment = newValue
            case .answers: answers = newValue
            case .replaces: replaces = newValue
            case .agreement: agreement = newValue
            case .decision: decision = newValue
            default: return
            }
        }
    }
}
