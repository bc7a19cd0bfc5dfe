// Award: the legal act that fulfils a right.

extension Judgement {
    /// Awarded: by a competent body, once, for recognised credits that reach the points which the version states.
    /// By exception it names its reason and legal basis.
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
            guard recognition.command.enrolment == command.enrolment else {
                throw AccrueError(.referenceOtherEnrolment, recognition.name, at: .sources)
            }
            guard recognition.command.result == .positive else {
                throw AccrueError(.resultImpossible, "\(recognition.name) is not positive", at: .sources)
            }
        }
        let isException = command.reason != nil && command.details.legalBasis != nil
        guard !isException else { return }
        if let end = qualification.transitionEnd, command.effective > end {
            throw AccrueError(.qualificationClosed, "\(qualification.identifier), \(end)", at: .qualification)
        }
        guard let stated = qualification.points else { return }
        let recognised = recognisedPoints(towards: enrolment, in: qualification)
        guard recognised >= stated else {
            throw AccrueError(.awardIncomplete, "\(recognised) of \(stated)", at: .enrolment)
        }
    }

    /// The points that count towards an enrolment on the effective date, as its balance then has them.
    private func recognisedPoints(towards enrolment: Enrolment, in qualification: PublishedQualification) -> Points {
        let balance = Balance(
            of: learner,
            in: history,
            registry: registry,
            on: command.effective,
            known: history.events.last?.position ?? .none
        )
        let scheme = qualification.schemePosition
        return balance.recognised(towards: enrolment.position, in: scheme)
    }
}
