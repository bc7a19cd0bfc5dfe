public import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// Something that an auditor would ask about. It is no error: everything in the log was lawful by what was known.
public struct AuditException: Sendable {
    /// What kind of question it raises.
    public enum Kind: String, CaseIterable, Sendable {
        /// Recorded long after the day on which it is said to have happened.
        case backdated
        /// The institution's authority does not cover it, by what is known now.
        case authorityOutdated = "authority-outdated"
        /// Decided as an exception, outside what rules foresee.
        case byException = "by-exception"
        /// Recorded while the clock stood behind the event before.
        case clockRaised = "clock-raised"
        /// An award that stands although what it rests on changed.
        case changedAfterAward = "changed-after-award"
        /// Awarded, and the rules do not agree.
        case awardedUnsatisfied = "awarded-unsatisfied"
        /// What a decision rests on has changed since, and nobody decided again.
        case undecidedAgain = "undecided-again"
        /// Passed under a learning agreement, and refused by the home institution.
        case refusedDespiteAgreement = "refused-despite-agreement"
        /// Passed under a learning agreement, and not recognised in time.
        case unrecognisedInTime = "unrecognised-in-time"
        /// A unit that was recognised again.
        case recognisedTwice = "recognised-twice"
        /// A unit and a part of it were both recognised.
        case recognisedInParts = "recognised-in-parts"
        /// The points of parts do not add up to those of the whole.
        case pointsDisagree = "points-disagree"
        /// Kept from an import without counting.
        case quarantined
        /// Two identities joined as one person.
        case merged
    }

    /// What kind.
    public let kind: Kind
    /// The learner.
    public let learner: Learner
    /// The event to look at.
    public let position: Position
    /// What about it, in words.
    public let detail: String
}

/// From when on something is an exception.
public struct AuditLimits: Sendable {
    /// So many days may pass between an event and its recording.
    public var recordingDays = 30
    /// So many days may pass between a pass under an agreement and its recognition.
    public var recognitionDays = 60

    /// The defaults.
    public init() {}
}

extension LedgerView {
    /// Everything that an auditor would ask about on a day, learner by learner.
    ///
    /// - Parameters:
    ///   - date: The day.
    ///   - limits: From when on something is an exception.
    ///   - progress: Told now and then how many learners are behind.
    public func exceptions(
        on date: CivilDate,
        _ limits: AuditLimits = AuditLimits(),
        progress: (UInt32) -> Void = { _ in }
    ) throws(AccrueError) -> [AuditException] {
        var found: [AuditException] = []
        var rules = ProgressRules(inForceIn: registry, on: date)
        try forEachLearner { (learner) throws(AccrueError) in
            if learner.number.isMultiple(of: 256) { progress(learner.number) }
            var audit = LearnerAudit(learner: learner, registry: registry, limits: limits, date: date)
            let events = try history(of: learner).events(of: learner.position)
            for event in events { audit.take(event) }
            let learnerCase = try learnerCase(of: learner, on: date)
            audit.take(learnerCase.balance, events)
            for enrolment in learnerCase.balance.enrolments {
                guard case .awarded(let award) = enrolment.state,
                    let state = try learnerCase.progress(of: enrolment, under: &rules), state.isAwardedUnsatisfied
                else { continue }
                let version = registry.identifier(at: enrolment.qualification) ?? "\(enrolment.qualification)"
                audit.note(.awardedUnsatisfied, award, version)
            }
            found += audit.found.sorted { $0.position < $1.position }
            return true
        }
        return found
    }
}

/// What there is to ask about one learner.
private struct LearnerAudit {
    let learner: Learner
    let registry: Registry
    let limits: AuditLimits
    let date: CivilDate
    var found: [AuditException] = []

    mutating func note(_ kind: AuditException.Kind, _ position: Position, _ detail: String = "") {
        found.append(AuditException(kind: kind, learner: learner, position: position, detail: detail))
    }

    mutating func take(_ event: Event) {
        if event.command.kind.isDecided, event.recordingLag > limits.recordingDays {
            note(.backdated, event.position, "\(event.recordingLag) days late, recorded \(event.recordedAt.date)")
        }
        if event.flags.contains(.clockRaised) { note(.clockRaised, event.position) }
        if event.command.reason == .exception {
            note(.byException, event.position, event.command.details.legalBasis ?? "")
        }
        switch event.command.kind {
        case .importQuarantined: note(.quarantined, event.position, event.command.details.text ?? "")
        case .learnerMerged: note(.merged, event.position, event.command.details.evidence ?? "")
        default: verifyAuthority(event)
        }
    }

    /// Authority was judged when the event was recorded; what ended it backdated came later.
    private mutating func verifyAuthority(_ event: Event) {
        guard let function = event.command.kind.exercises, let institution = event.command.institution,
            let qualification = registry.qualification(at: event.command.qualification)
        else { return }
        do throws(AccrueError) {
            try registry.require(function, of: institution, for: qualification.id, on: event.effective)
        } catch {
            note(.authorityOutdated, event.position, error.subject)
        }
    }

    mutating func take(_ balance: Balance, _ events: [Event]) {
        for (award, change) in balance.shakenAwards.sorted(by: { $0.key < $1.key }) {
            note(.changedAfterAward, award, "position \(change)")
        }
        for line in balance.lines {
            let code = line.unit?.code ?? ""
            switch line.exclusion {
            case .countsAlready(let by): note(.recognisedTwice, line.decision, "\(code), counts by position \(by)")
            case .partOfCounted(let by): note(.recognisedInParts, line.decision, "\(code), in position \(by)")
            default: break
            }
            for remark in line.notes {
                switch remark {
                case .decideAgain(let since): note(.undecidedAgain, line.decision, "\(code), since position \(since)")
                case .refusedDespiteAgreement: note(.refusedDespiteAgreement, line.decision, code)
                case .levelsDisagree(let parts): note(.pointsDisagree, line.decision, "\(code), its parts \(parts)")
                default: break
                }
            }
            verifyDuty(line, events)
        }
    }

    /// A positive assessment under an agreement obliges the home institution to recognise.
    private mutating func verifyDuty(_ line: CreditLine, _ events: [Event]) {
        guard [.assessed, .documented, .inTransfer, .validated].contains(line.bucket) else { return }
        let passed = events.last { event in
            event.command.kind.isAssessment && event.command.agreement != nil && event.command.result == .positive
                && line.trail.contains(event.position)
        }
        guard let passed, Int(date.rawValue) - Int(passed.effective.rawValue) > limits.recognitionDays else { return }
        note(.unrecognisedInTime, passed.position, "\(line.unit?.code ?? ""), passed \(passed.effective)")
    }
}

extension EventKind {
    /// The function that an event exercises, where it needs one.
    fileprivate var exercises: CompetentFunction? {
        switch self {
        case .validationDecided: .validate
        case .recognitionDecided: .recognise
        case .qualificationAwarded: .award
        default: isAssessment ? .assess : nil
        }
    }

    /// True for what somebody assessed, documented or decided on a day.
    fileprivate var isDecided: Bool { exercises != nil || self == .creditDocumented || isRemoval }
}
