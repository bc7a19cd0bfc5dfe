public import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// Something that an auditor would ask about. It is no error: everything in the log was lawful by what was known.
public struct AuditException: Sendable {
    /// What kind of question it raises; the weightiest first.
    public enum Kind: String, CaseIterable, Sendable {
        /// The institution was never given the function for it.
        case authorityMissing = "authority-missing"
        /// Awarded, and the rules do not agree.
        case awardedUnsatisfied = "awarded-unsatisfied"
        /// An award that stands although what it rests on changed.
        case changedAfterAward = "changed-after-award"
        /// Documented, transferred or decided upon as passed, and then corrected to a fail by who assessed it.
        case correctedToFail = "corrected-to-fail"
        /// Rules that came or went on a day that was past when it was recorded: answers that were given changed.
        case rulesInPast = "rules-in-past"
        /// Validated or recognised by the one who assessed it, or who corrected the assessment later.
        case selfValidated = "self-validated"
        /// Other points, or another scheme, than the catalogue has for the unit.
        case pointsDiffer = "points-differ"
        /// The same evidence stands behind a credit of somebody else, who may be the same person.
        case sharedEvidence = "shared-evidence"
        /// A second right in one qualification, while the first still stands: two identities had one each.
        case rightTwice = "right-twice"
        /// The institution's authority does not cover that day, by what is known now.
        case authorityOutdated = "authority-outdated"
        /// Nothing but the decision speaks for it: no document, and no evidence is named.
        case noEvidence = "no-evidence"
        /// Decided as an exception, outside what rules foresee.
        case byException = "by-exception"
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
        /// Recorded while the clock stood behind the event before.
        case clockRaised = "clock-raised"
        /// Recorded long after the day on which it is said to have happened.
        case backdated
    }

    /// What kind.
    public let kind: Kind
    /// The learner; nil where it is about all.
    public let learner: Learner?
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
    /// Everything that an auditor would ask about on a day: what is about all, then learner by learner.
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
        var found = try changesOfRules(in: 1...known.rawValue, limits)
        var evidence: [String: Learner] = [:]
        var rules = ProgressRules(inForceIn: registry, on: date)
        try forEachLearner { (learner) throws(AccrueError) in
            if learner.number.isMultiple(of: 256) { progress(learner.number) }
            let events = try history(of: learner).events(of: learner.position)
            var audit = try audit(learner, events, on: date, limits, under: &rules)
            for event in events where event.showsEvidenceOfOne {
                guard let shown = event.details.evidence else { continue }
                if let other = evidence[shown], other != learner {
                    audit.note(.sharedEvidence, event.position, "\(shown), as for \(other.identifier)")
                }
                evidence[shown] = evidence[shown] ?? learner
            }
            found += audit.found.sorted { $0.position < $1.position }
            return true
        }
        return found
    }

    /// What an auditor would ask since an earlier state that would not have been asked then, of the learners of whom something
    /// was recorded since. Whether others show the same evidence is not looked for.
    ///
    /// - Parameters:
    ///   - earlier: The last event of that state.
    ///   - date: The day.
    public func exceptions(
        raisedSince earlier: Position,
        on date: CivilDate
    ) throws(AccrueError) -> [AuditException] {
        guard earlier < known else { return [] }
        var numbers: Set<UInt32> = []
        try log.forEachEvent(from: Position(rawValue: earlier.rawValue + 1), through: known) { event in
            if event.learnerNumber > 0 { numbers.insert(event.learnerNumber) }
        }
        let then = try Registry(reading: log, through: earlier)
        let before = LedgerView(log: log, registry: then, known: earlier)
        var earlierRules = ProgressRules(inForceIn: then, on: date)
        var rules = ProgressRules(inForceIn: registry, on: date)
        var raised = try changesOfRules(in: earlier.rawValue + 1...known.rawValue, AuditLimits())
        for number in numbers.sorted() {
            guard let introduction = try log.events(ofLearner: number).first else { continue }
            let learner = Learner(introduction)
            var asked: [AuditException] = []
            if learner.position <= earlier {
                asked = try before.questions(about: learner, on: date, under: &earlierRules)
            }
            raised += try questions(about: learner, on: date, under: &rules).filter { exception in
                !asked.contains { $0.kind == exception.kind && $0.position == exception.position }
            }
        }
        return raised
    }

    /// What an auditor would ask about rules that came into force or went, by positions of the log.
    private func changesOfRules(
        in positions: ClosedRange<UInt32>,
        _ limits: AuditLimits
    ) throws(AccrueError) -> [AuditException] {
        let periods = registry.ruleSets.flatMap(\.periods)
        let changes = periods.flatMap { [$0.activation, $0.deactivation].compactMap(\.self) }
        var found: [AuditException] = []
        for position in changes.sorted() where positions.contains(position.rawValue) {
            try log.event(at: position).ask(limits) { kind, detail in
                found.append(AuditException(kind: kind, learner: nil, position: position, detail: detail()))
            }
        }
        return found
    }

    private func questions(
        about learner: Learner,
        on date: CivilDate,
        under rules: inout ProgressRules
    ) throws(AccrueError) -> [AuditException] {
        let events = try history(of: learner).events(of: learner.position)
        return try audit(learner, events, on: date, AuditLimits(), under: &rules).found.sorted {
            $0.position < $1.position
        }
    }

    private func audit(
        _ learner: Learner,
        _ events: [Event],
        on date: CivilDate,
        _ limits: AuditLimits,
        under rules: inout ProgressRules
    ) throws(AccrueError) -> LearnerAudit {
        var audit = LearnerAudit(learner: learner, registry: registry, limits: limits, date: date)
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
        return audit
    }
}
