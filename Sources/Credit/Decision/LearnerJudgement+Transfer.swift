// Documents and transfer: the credit moves from the host's context to the home's.

extension LearnerJudgement {
    /// Documented: by who assessed, only what was assessed positively, once.
    func decideCreditDocumented() throws(AccrueError) {
        let assessment = try standingEvent(at: command.answers, field: .answers) { $0.isAssessment }
        guard command.institution == assessment.institution else {
            throw AccrueError(.documentedByOther, name(of: command.institution), at: .institution)
        }
        let qualification = try qualification()
        guard command.qualification == assessment.qualification, command.unit == assessment.unit else {
            throw AccrueError(.referenceOtherEnrolment, assessment.name, at: .unit)
        }
        let unit = try unit(of: qualification, else: .referenceUnknown)
        try requireOutcomes(of: unit)
        try requireAttained(assessment.command, of: unit)
        // Issuer, unit, attempt and date make the credit: the same again is the same credit (domain trap 6).
        let known = firstStanding {
            guard $0.kind == .creditDocumented, $0.institution == command.institution,
                $0.qualification == command.qualification, $0.unit == command.unit,
                let earlier = $0.answers.flatMap({ history[$0] })
            else { return false }
            return standing.current(earlier.position) == assessment.position
                || earlier.attempt == assessment.attempt
                    && earlier.effective == assessment.effective
        }
        if let known { throw AccrueError(.documentedTwice, known.name, at: .answers) }
    }

    /// Requires that all outcomes claimed were assessed positively.
    private func requireAttained(_ assessment: Command, of unit: Unit) throws(AccrueError) {
        let attained = assessment.details.outcomes
        switch assessment.result {
        case .positive where attained.isEmpty: return
        case .positive,
            .partial where !attained.isEmpty:
            let claimed = command.details.outcomes.isEmpty ? unit.outcomes.map(\.code) : command.details.outcomes
            guard let code = claimed.first(where: { !attained.contains($0) }) else { return }
            throw AccrueError(.notPositive, "\(code), unit \(unit.code)", at: .outcomes)
        default: throw AccrueError(.notPositive, assessment.result.map { "\($0)" } ?? "", at: .answers)
        }
    }

    /// Sent: by who documented it, once.
    func decideTransferSent() throws(AccrueError) {
        let documented = try standingEvent(at: command.answers, field: .answers) { $0 == .creditDocumented }
        guard command.institution == documented.institution else {
            throw AccrueError(.documentedByOther, name(of: command.institution), at: .institution)
        }
        try requireNoTransfer(.transferSent)
        try requireAgreement(of: credits(behind: documented))
    }

    /// Received: by the home institution, under the agreement or on application, once.
    func decideTransferReceived() throws(AccrueError) {
        let sent = try standingEvent(at: command.answers, field: .answers) { $0 == .transferSent }
        let enrolment = try runningEnrolment()
        switch command.procedure {
        case .agreement:
            guard command.agreement != nil else { throw AccrueError(.noBasis, "no agreement", at: .agreement) }
        case .application:
            if command.agreement != nil {
                throw AccrueError(.fieldUnknown, "procedure application", at: .agreement)
            }
        default: throw AccrueError(.noBasis, command.procedure.map { "\($0)" } ?? "", at: .procedure)
        }
        try requireNoTransfer(.transferReceived)
        try requireAgreement(of: credits(behind: sent), for: enrolment.position)
    }

    private func requireNoTransfer(_ kind: EventKind) throws(AccrueError) {
        guard let earlier = firstStanding({ $0.kind == kind && $0.answers == command.answers }) else { return }
        throw AccrueError(.transferredTwice, earlier.name, at: .answers)
    }
}

// MARK: - The credit behind an event

extension LearnerJudgement {
    /// The assessments, as they stand now, on which an event of the chain from assessment to recognition rests.
    func credits(behind event: Event) -> [Event] {
        if event.kind.isAssessment { return history[standing.current(event.position)].map { [$0] } ?? [event] }
        guard let first = event.answers.flatMap({ history[$0] }) else { return [] }
        var credits = credits(behind: first)
        guard event.hasDetails else { return credits }
        for source in event.details.sources {
            if let event = history[source] { credits += self.credits(behind: event) }
        }
        return credits
    }

    /// True if the event at a position rests on one of these assessments. As ``credits(behind:)``, without a list.
    func rests(_ position: Position, on credits: [Event]) -> Bool {
        guard let index = history.events.index(of: position) else { return false }
        if history.events[index].kind.isAssessment {
            let current = standing.current(position)
            return credits.contains { $0.position == current }
        }
        if let answers = history.events[index].answers, rests(answers, on: credits) { return true }
        guard history.events[index].hasDetails else { return false }
        return history.events[index].details.sources.contains { rests($0, on: credits) }
    }

    /// Requires that the agreement which the command names, if any, is the one of the assessments, for this enrolment
    /// and, where a home unit is decided on, planned for that unit. A credit outside it needs an application (trap 23).
    func requireAgreement(
        of credits: [Event],
        for enrolment: Position? = nil,
        homeUnit: String? = nil
    ) throws(AccrueError) {
        guard let position = command.agreement else { return }
        let version = try agreementVersion(position)
        guard case .agreement(let agreement) = version.details.document else { return }
        if let enrolment, version.enrolment != enrolment {
            throw AccrueError(.referenceOtherEnrolment, version.name, at: .agreement)
        }
        let origin = standing.origin(ofAgreement: position)
        guard !credits.isEmpty else { throw AccrueError(.outsideAgreement, version.name, at: .agreement) }
        for credit in credits {
            guard let assessedUnder = credit.agreement, standing.origin(ofAgreement: assessedUnder) == origin
            else {
                throw AccrueError(.outsideAgreement, credit.name, at: .agreement)
            }
            guard let homeUnit, let qualification = registry.qualification(at: credit.qualification) else {
                continue
            }
            let hostUnit = credit.unit.flatMap { qualification.unit($0) }?.code
            let isPlanned = agreement.units.contains {
                $0.homeUnit == homeUnit && $0.hostUnit == hostUnit && $0.hostQualification == qualification.identifier
            }
            guard isPlanned else {
                throw AccrueError(.outsideAgreement, "\(hostUnit ?? "") for \(homeUnit)", at: .unit)
            }
        }
    }
}
