internal import Credit
internal import EventLog

/// What there is to ask about one learner.
struct LearnerAudit {
    let learner: Learner
    let registry: Registry
    let limits: AuditLimits
    let date: CivilDate
    var found: [AuditException] = []

    mutating func note(_ kind: AuditException.Kind, _ position: Position, _ detail: String = "") {
        // An event may be on the way of several credits.
        if found.contains(where: { $0.kind == kind && $0.position == position }) { return }
        found.append(AuditException(kind: kind, learner: learner, position: position, detail: detail))
    }

    mutating func take(_ event: Event) {
        event.ask(limits) { note($0, event.position, $1()) }
        verifyAuthority(event)
    }

    /// Authority was judged when the event was recorded; what ended it backdated came later.
    private mutating func verifyAuthority(_ event: Event) {
        guard let function = event.kind.exercises, let institution = event.institution,
            let qualification = registry.qualification(at: event.qualification)
        else { return }
        do throws(AccrueError) {
            try registry.require(function, of: institution, for: qualification.id, on: event.effective)
        } catch {
            let kind = error.code == .notCompetent ? AuditException.Kind.authorityMissing : .authorityOutdated
            note(kind, event.position, error.subject)
        }
    }

    mutating func take(_ balance: Balance, _ events: [Event]) {
        for (award, change) in balance.shakenAwards.sorted(by: { $0.key < $1.key }) {
            note(.changedAfterAward, award, "position \(change)")
        }
        verifyRights(balance.enrolments)
        for line in balance.lines {
            let code = line.unit?.code ?? ""
            switch line.exclusion {
            case .countsAlready(let by): note(.recognisedTwice, line.decision, "\(code), counts by position \(by)")
            case .partOfCounted(let by): note(.recognisedInParts, line.decision, "\(code), in position \(by)")
            // It counts no longer, though nobody decided on it again.
            case .restsOnLost(let lost) where events.contains { $0.position == lost && $0.isCorrectionToFail }:
                note(.correctedToFail, line.decision, "\(code), by position \(lost)")
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
            let trail = line.trail.compactMap { position in events.first { $0.position == position } }
            verifyHands(trail)
            verifyEvidence(line, trail)
            verifyPoints(trail)
            verifyDuty(line, events)
        }
    }

    /// There is one right in a qualification; a merge may join two.
    private mutating func verifyRights(_ enrolments: [Enrolment]) {
        var rights: [String: Position] = [:]
        for enrolment in enrolments {
            guard let version = registry.qualification(at: enrolment.qualification) else { continue }
            switch enrolment.state {
            case .left, .awarded: continue
            case .running, .interrupted: break
            }
            if let first = rights[version.id] {
                note(.rightTwice, enrolment.position, "\(version.id), beside position \(first)")
            } else {
                rights[version.id] = enrolment.position
            }
        }
    }

    /// Who decides about a credit has not assessed it. At append that was judged of the validation, as things were then.
    private mutating func verifyHands(_ trail: [Event]) {
        for decision in trail
        where decision.kind == .validationDecided || decision.kind == .recognitionDecided {
            let own = trail.first { $0.kind.isAssessment && $0.actor == decision.actor }
            guard let own, decision.actor != nil else { continue }
            note(.selfValidated, decision.position, "assessed by the same at position \(own.position)")
        }
    }

    /// What was learned elsewhere, and what is taken away, is shown by something.
    private mutating func verifyEvidence(_ line: CreditLine, _ trail: [Event]) {
        for removal in trail where removal.kind.isRemoval && removal.details.evidence == nil {
            note(.noEvidence, removal.position, "\(line.unit?.code ?? ""), removed")
        }
        guard line.bucket == .recognised, let decision = trail.first(where: { $0.position == line.decision }),
            decision.procedure != .local
        else { return }
        let isShown = trail.contains { $0.kind == .creditDocumented || $0.details.evidence != nil }
        if !isShown { note(.noEvidence, decision.position, "\(line.unit?.code ?? ""), recognised") }
    }

    /// The points of a recognition are those of the unit in the catalogue.
    private mutating func verifyPoints(_ trail: [Event]) {
        for event in trail where event.kind == .recognitionDecided && event.result == .positive {
            guard let version = registry.qualification(at: event.qualification),
                let unit = event.unit.flatMap({ version.unit($0) })
            else { continue }
            let scheme = unit.points == nil ? nil : version.schemePosition
            guard event.points != unit.points || event.scheme != scheme else { continue }
            func text(_ points: Points?) -> String { points.map { "\($0)" } ?? "none" }
            note(.pointsDiffer, event.position, "\(unit.code), \(text(event.points)) for \(text(unit.points))")
        }
    }

    /// A positive assessment under an agreement obliges the home institution to recognise.
    private mutating func verifyDuty(_ line: CreditLine, _ events: [Event]) {
        guard [.assessed, .documented, .inTransfer, .validated].contains(line.bucket) else { return }
        let passed = events.last { event in
            event.kind.isAssessment && event.agreement != nil && event.result == .positive
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
        case .qualificationAwarded, .exceptionGranted: .award
        default: isAssessment ? .assess : nil
        }
    }

    /// True for what somebody assessed, documented or decided on a day.
    fileprivate var isDecided: Bool { exercises != nil || self == .creditDocumented || isRemoval }
}

extension Command {
    /// Whether rules come or go on a day that was past for everybody when it was recorded.
    func changesRules(before recordedAt: Instant) -> Bool {
        (kind == .ruleSetActivated || kind == .ruleSetDeactivated)
            && effective.rawValue < recordedAt.date.rawValue - 1
    }
}

extension Event {
    /// What an auditor would ask about the event alone, with what about it, in words.
    func ask(_ limits: AuditLimits, _ note: (AuditException.Kind, () -> String) -> Void) {
        if command.kind.isDecided, recordingLag > limits.recordingDays {
            note(.backdated) { "\(recordingLag) days late, recorded \(recordedAt.date)" }
        }
        if flags.contains(.clockRaised) { note(.clockRaised) { "" } }
        if command.reason == .exception || command.kind == .exceptionGranted {
            note(.byException) { command.details.legalBasis ?? "" }
        }
        if command.changesRules(before: recordedAt) { note(.rulesInPast) { command.details.legalBasis ?? "" } }
        switch command.kind {
        case .importQuarantined: note(.quarantined) { command.details.text ?? "" }
        case .learnerMerged: note(.merged) { command.details.evidence ?? "" }
        default: break
        }
    }

    /// True for a correction after which the attempt has failed.
    fileprivate var isCorrectionToFail: Bool { command.kind == .assessmentCorrected && command.result == .negative }

    /// True for a credit on which somebody's own evidence was shown, such as a portfolio.
    var showsEvidenceOfOne: Bool {
        command.kind == .recognitionDecided && (command.procedure == .nonFormal || command.procedure == .informal)
    }
}
