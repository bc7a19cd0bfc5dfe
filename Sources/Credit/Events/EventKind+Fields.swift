extension EventKind {
    /// The name in JSON, commands and documentation: words joined by hyphens.
    public var name: String { Self.names.word(of: self) }

    /// The kind of this name, or nil.
    public init?(name: String) {
        guard let kind = Self.names.value(of: name) else { return nil }
        self = kind
    }

    private static let names = Words<EventKind>()

    /// The name space in which the kind's own identifier stands.
    public var space: ReferenceSpace {
        switch self {
        case .schemeIntroduced: .scheme
        case .scaleIntroduced: .scale
        case .actorIntroduced: .actor
        case .institutionIntroduced: .institution
        case .learnerIntroduced: .learner
        case .memorandumConcluded: .memorandum
        case .qualificationPublished: .qualification
        case .agreementSigned, .agreementAmended: .agreement
        default: .event
        }
    }

    /// True for events of the registry, which belong to no learner.
    public var isRegistry: Bool { rawValue < 32 && self != .learnerIntroduced || rawValue >= 90 }

    /// The fields that the kind requires and allows.
    public var fields: EventFields { Self.fields[Int(rawValue)] ?? EventFields(required: [], optional: []) }

    private static let fields: [EventFields?] = (0...UInt8.max).map { EventKind(rawValue: $0)?.listedFields }

    private var listedFields: EventFields {
        let notes: [EventField] = [.identifier, .text, .legalBasis, .evidence]
        func fields(_ required: [EventField], _ optional: [EventField] = []) -> EventFields {
            EventFields(required: required, optional: optional + notes.filter { !required.contains($0) })
        }
        switch self {
        case .schemeIntroduced, .scaleIntroduced, .actorIntroduced, .institutionIntroduced:
            return fields([.identifier, .document], [.actor])
        case .ruleSetDrafted, .qualificationDrafted: return fields([.actor, .document])
        case .ruleSetPublished: return fields([.identifier, .actor, .answers])
        case .ruleSetActivated, .ruleSetDeactivated: return fields([.actor, .answers], [.reason])
        case .qualificationPublished: return fields([.identifier], [.actor, .document, .answers])
        case .memorandumConcluded: return fields([.identifier, .actor, .document])
        case .memorandumAmended: return fields([.actor, .answers, .document])
        case .memorandumEnded, .authorityEnded: return fields([.actor, .answers])
        case .learnerIntroduced: return fields([.identifier, .actor])
        case .authorityGranted: return fields([.actor, .institution, .function, .document])
        case .enrolled: return fields([.learner, .actor, .institution, .qualification])
        case .interrupted, .resumed, .left: return fields([.learner, .actor, .institution, .enrolment])
        case .moved: return fields([.learner, .actor, .institution, .enrolment, .qualification])
        case .agreementSigned: return fields([.identifier, .learner, .actor, .institution, .enrolment, .document])
        case .agreementAmended:
            return fields([.identifier, .learner, .actor, .institution, .enrolment, .replaces, .document])
        case .agreementWithdrawn: return fields([.learner, .actor, .institution, .agreement])
        case .assessmentRecorded:
            return fields(
                [.learner, .actor, .institution, .qualification, .unit, .attempt, .result],
                [.enrolment, .agreement, .scale, .grade, .outcomes, .procedure]
            )
        case .assessmentCorrected, .assessmentSuperseded:
            return fields(
                [.learner, .actor, .institution, .qualification, .unit, .attempt, .result, .replaces],
                [.enrolment, .agreement, .scale, .grade, .outcomes, .reason]
            )
        case .creditDocumented:
            return fields([.learner, .actor, .institution, .qualification, .unit, .answers], [.outcomes])
        case .transferSent: return fields([.learner, .actor, .institution, .answers], [.agreement])
        case .transferReceived:
            return fields([.learner, .actor, .institution, .enrolment, .answers, .procedure], [.agreement])
        case .validationDecided:
            return fields(
                [.learner, .actor, .institution, .enrolment, .qualification, .unit, .answers, .result, .decided],
                [.agreement, .sources, .decision, .outcomes, .reason]
            )
        case .recognitionDecided:
            return fields(
                [.learner, .actor, .institution, .enrolment, .qualification, .unit, .procedure, .result, .decided],
                [.answers, .sources, .agreement, .decision, .scheme, .points, .scale, .grade, .outcomes, .reason]
            )
        case .pointsConverted:
            return fields([.learner, .actor, .institution, .enrolment, .answers, .scheme, .points, .legalBasis])
        case .qualificationAwarded:
            return fields([.learner, .actor, .institution, .enrolment, .qualification, .decided], [.sources, .reason])
        case .appealLodged: return fields([.learner, .actor, .institution, .answers])
        case .appealSuspended: return fields([.learner, .actor, .institution, .answers])
        case .appealDecided: return fields([.learner, .actor, .institution, .answers, .result, .decided], [.reason])
        case .revoked, .withdrawn, .annulled:
            return fields([.learner, .actor, .institution, .answers, .result, .reason, .legalBasis, .decided])
        case .groupDeclared:
            return fields([.learner, .actor, .institution, .enrolment, .qualification, .answers, .group])
        case .exceptionGranted:
            return fields(
                [.learner, .actor, .institution, .enrolment, .qualification, .legalBasis, .decided],
                [.group, .unit, .document, .reason]
            )
        case .learnerMerged: return fields([.learner, .actor, .answers, .evidence])
        case .learnerSplit: return fields([.learner, .actor, .answers, .evidence], [.moved])
        case .importQuarantined: return fields([.learner, .actor, .reason, .text], [.institution])
        case .headsRecorded: return fields([.document])
        case .keyRotated: return fields([.document], [.actor])
        }
    }
}
