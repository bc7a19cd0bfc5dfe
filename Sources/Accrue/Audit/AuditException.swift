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
        /// Validated or recognised by the one who assessed it, or who corrected the assessment later.
        case selfValidated = "self-validated"
        /// The institution was never given the function for it.
        case authorityMissing = "authority-missing"
        /// The institution's authority does not cover that day, by what is known now.
        case authorityOutdated = "authority-outdated"
        /// Nothing but the decision speaks for it: no document, and no evidence is named.
        case noEvidence = "no-evidence"
        /// The same evidence stands behind a credit of somebody else, who may be the same person.
        case sharedEvidence = "shared-evidence"
        /// Decided as an exception, outside what rules foresee.
        case byException = "by-exception"
        /// Recorded while the clock stood behind the event before.
        case clockRaised = "clock-raised"
        /// An award that stands although what it rests on changed.
        case changedAfterAward = "changed-after-award"
        /// Awarded, and the rules do not agree.
        case awardedUnsatisfied = "awarded-unsatisfied"
        /// A second right in one qualification, while the first still stands: two identities had one each.
        case rightTwice = "right-twice"
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
        /// Other points, or another scheme, than the catalogue has for the unit.
        case pointsDiffer = "points-differ"
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
        var evidence: [String: Learner] = [:]
        var rules = ProgressRules(inForceIn: registry, on: date)
        try forEachLearner { (learner) throws(AccrueError) in
            if learner.number.isMultiple(of: 256) { progress(learner.number) }
            var audit = LearnerAudit(learner: learner, registry: registry, limits: limits, date: date)
            let events = try history(of: learner).events(of: learner.position)
            for event in events { audit.take(event) }
            let learnerCase = try learnerCase(of: learner, on: date)
            audit.take(learnerCase.balance, events)
            for event in events where event.showsEvidenceOfOne {
                guard let shown = event.command.details.evidence else { continue }
                if let other = evidence[shown], other != learner {
                    audit.note(.sharedEvidence, event.position, "\(shown), as for \(other.identifier)")
                }
                evidence[shown] = evidence[shown] ?? learner
            }
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
