// Award: the legal act that fulfils a right.

extension LearnerJudgement {
    /// Awarded: by a competent body, once, for recognised credits that reach the points which the version states, if it does.
    /// Where it has a formation rule, who knows rules judges by that instead. By exception it names its reason and legal basis.
    func decideAward() throws(AccrueError) {
        let enrolment = try enrolment()
        switch enrolment.state {
        case .awarded(let award): throw AccrueError(.awardedTwice, history[award]?.name ?? "", at: .enrolment)
        case .left(let end), .interrupted(let end):
            throw AccrueError(.enrolmentNotRunning, history[end]?.name ?? "", at: .enrolment)
        case .running: break
        }
        let qualification = try qualification()
        guard command.qualification == enrolment.qualification else {
            throw AccrueError(.otherQualification, qualification.identifier, at: .qualification)
        }
        try requireAuthority(.award, for: qualification.id)
        for position in command.details.sources {
            let recognition = try standingEvent(at: position, field: .sources) { $0 == .recognitionDecided }
            guard recognition.enrolment == command.enrolment else {
                throw AccrueError(.referenceOtherEnrolment, recognition.name, at: .sources)
            }
            guard recognition.result == .positive else {
                throw AccrueError(.resultImpossible, "\(recognition.name) is not positive", at: .sources)
            }
        }
        guard !command.isByException else { return }
        if let end = qualification.transitionEnd, command.effective > end {
            throw AccrueError(.qualificationClosed, "\(qualification.identifier), \(end)", at: .qualification)
        }
        guard qualification.formation == nil else { return }
        let balance = Balance(
            of: learner,
            in: history,
            registry: registry,
            on: command.effective,
            known: history.events.last?.position ?? .none
        )
        guard balance.lines.contains(where: { $0.bucket == .recognised && $0.enrolment == enrolment.position }) else {
            throw AccrueError(.awardIncomplete, "nothing is recognised", at: .enrolment)
        }
        guard let stated = qualification.points else { return }
        let recognised = balance.recognised(towards: enrolment.position, in: qualification.schemePosition)
        guard recognised >= stated else {
            throw AccrueError(.awardIncomplete, "\(recognised) of \(stated)", at: .enrolment)
        }
    }
}

extension Command {
    /// True if it names the reason and the legal basis of an exception.
    package var isByException: Bool { reason != nil && details.legalBasis != nil }
}
