// Appeal and removal.

extension LearnerJudgement {
    /// Lodged: against a decision that stands, once, within the time that the qualification version sets.
    func decideAppealLodged() throws(AccrueError) {
        let decision = try standingEvent(at: command.answers, field: .answers) { $0.isAppealable }
        let decided = decision.decided ?? decision.effective
        try requireNotBefore(decided)
        if let earlier = firstStanding({ $0.kind == .appealLodged && $0.answers == command.answers }) {
            throw AccrueError(.appealState, "\(earlier.name) is lodged", at: .answers)
        }
        let enrolled = decision.enrolment.flatMap { standing.enrolment($0) }
        let version = decision.qualification ?? enrolled?.qualification
        guard let days = registry.qualification(at: version)?.appealDays else { return }
        guard Int(command.effective.rawValue) - Int(decided.rawValue) <= Int(days) else {
            throw AccrueError(.appealState, "\(command.effective), \(days) days after \(decided)", field: "effective")
        }
    }

    /// Suspended or decided: an appeal that was lodged and is not decided.
    func decideAppeal() throws(AccrueError) {
        let lodged = try standingEvent(at: command.answers, field: .answers) { $0 == .appealLodged }
        if command.kind == .appealDecided { try requireResult(.positive, .partial, .negative) }
        let earlier = firstStanding {
            $0.answers == lodged.position && ($0.kind == .appealDecided || $0.kind == command.kind)
        }
        if let earlier { throw AccrueError(.appealState, earlier.name, at: .answers) }
    }

    /// Revoked, withdrawn or annulled: once, by who granted, an award only by annulment (domain trap 20).
    func decideRemoval() throws(AccrueError) {
        let removed = try event(at: command.answers, field: .answers)
        guard removed.isCredit else { throw AccrueError(.referenceWrongKind, removed.name, at: .answers) }
        try requireResult(.fromStart, .fromNow)
        if let loss = standing.loss(of: removed.position), loss.manner != .cascaded {
            let cause = history[loss.cause]?.name ?? ""
            throw AccrueError(loss.manner == .removed ? .alreadyRemoved : .replacedByOther, cause, at: .answers)
        }
        try requireNotBefore(removed)
        guard command.kind != .annulled else { return }
        if removed.kind == .qualificationAwarded {
            throw AccrueError(.notGrantor, "\(removed.name) can only be annulled", field: "kind")
        }
        if let grantor = removed.institution, grantor != command.institution {
            let subject = "\(name(of: command.institution)), not \(name(of: grantor))"
            throw AccrueError(.notGrantor, subject, at: .institution)
        }
    }
}

extension EventKind {
    /// True for what an appeal may be lodged against.
    fileprivate var isAppealable: Bool {
        switch self {
        case .validationDecided, .recognitionDecided, .qualificationAwarded: true
        default: isAssessment || isRemoval
        }
    }
}
