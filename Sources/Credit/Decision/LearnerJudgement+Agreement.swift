// Learning agreements: home, host and learner agree what will be learned and recognised.

extension LearnerJudgement {
    /// Signed or amended: three signatures, a memorandum in force, units that exist, a host that may assess them.
    func decideAgreementSigned() throws(AccrueError) {
        guard case .agreement(let agreement) = command.details.document else {
            throw AccrueError(.typeWrong, "no agreement", at: .document)
        }
        let enrolment = try runningEnrolment()
        try requireVersion(agreement)
        guard agreement.from <= agreement.until else {
            throw contradiction("from \(agreement.from) until \(agreement.until)", "until")
        }
        guard let host = registry.position(of: agreement.host, in: .institution) else {
            throw AccrueError(.referenceUnknown, agreement.host, field: "document.host")
        }
        guard host != enrolment.home else { throw contradiction("\(agreement.host) is the home institution", "host") }
        try requireMemorandum(of: agreement, home: enrolment.home)
        try requireSignatures(agreement.signatures)
        try requirePlannedUnits(agreement, host: host, enrolment)
    }

    /// Withdrawn: once, by one of the institutions that signed.
    func decideAgreementWithdrawn() throws(AccrueError) {
        let signed = try standingEvent(at: command.agreement, field: .agreement) { $0.isAgreementVersion }
        guard case .agreement(let agreement) = signed.details.document else { return }
        let host = registry.position(of: agreement.host, in: .institution)
        guard command.institution == signed.institution || command.institution == host else {
            throw AccrueError(.notParty, name(of: command.institution), at: .institution)
        }
        if let withdrawal = standing.withdrawal(ofAgreement: signed.position) {
            throw AccrueError(.alreadyEnded, withdrawal.name, at: .agreement)
        }
    }

    /// Requires that an assessment lies within the agreement it names: in force on that day, by its host, of a planned
    /// unit, under a memorandum in force on that day, however things went on afterwards (domain trap 4).
    func requireWithinAgreement(_ unit: Unit, of qualification: PublishedQualification) throws(AccrueError) {
        guard let position = command.agreement else { return }
        let signed = try agreementVersion(position)
        guard case .agreement(let agreement) = signed.details.document else { return }
        let versionInForce = version(ofAgreement: standing.origin(ofAgreement: position), on: command.effective)
        let withdrawal = standing.withdrawal(ofAgreement: position)
        let isWithdrawn = withdrawal.map { $0.effective <= command.effective } ?? false
        guard versionInForce == position, !isWithdrawn, command.effective >= agreement.from,
            command.effective <= agreement.until
        else { throw AccrueError(.agreementNotInForce, "\(signed.name), \(command.effective)", at: .agreement) }
        if let enrolment = command.enrolment, enrolment != signed.enrolment {
            throw AccrueError(.referenceOtherEnrolment, signed.name, at: .agreement)
        }
        guard command.institution == registry.position(of: agreement.host, in: .institution) else {
            let subject = "\(name(of: command.institution)); the agreement's host is \(agreement.host)"
            throw AccrueError(.notCompetent, subject, at: .institution)
        }
        let planned = agreement.units.contains {
            $0.hostUnit == unit.code && $0.hostQualification == qualification.identifier
        }
        guard planned else {
            throw AccrueError(.outsideAgreement, "\(unit.code) of \(qualification.identifier)", at: .unit)
        }
        try requireMemorandum(of: agreement, home: signed.institution, field: "agreement")
    }

    /// The version of an agreement at a position, standing, of this learner.
    func agreementVersion(_ position: Position) throws(AccrueError) -> Event {
        try standingEvent(at: position, field: .agreement) { $0.isAgreementVersion }
    }
}

extension LearnerJudgement {
    private func contradiction(_ subject: String, _ field: String) -> AccrueError {
        AccrueError(.documentContradictory, subject, field: "document.\(field)")
    }

    /// Requires that versions start at 1 and follow by 1, under the same id.
    private func requireVersion(_ agreement: LearningAgreement) throws(AccrueError) {
        let suffix = "@\(agreement.version)"
        guard let identifier = command.details.identifier, identifier.hasSuffix(suffix), identifier != suffix else {
            let identifier = command.details.identifier ?? "none"
            let subject = "\(identifier), of which the version is \(agreement.version); write id\(suffix)"
            throw AccrueError(.documentContradictory, subject, at: .identifier)
        }
        guard command.kind == .agreementAmended else {
            guard agreement.version == 1 else {
                throw AccrueError(.agreementVersion, "\(agreement.version), not 1", field: "document.version")
            }
            return
        }
        let replaced = try standingEvent(at: command.replaces, field: .replaces) { $0.isAgreementVersion }
        guard case .agreement(let earlier) = replaced.details.document else { return }
        guard replaced.enrolment == command.enrolment else {
            throw AccrueError(.referenceOtherEnrolment, replaced.name, at: .replaces)
        }
        let name = identifier.dropLast(suffix.count)
        guard replaced.details.identifier == "\(name)@\(earlier.version)",
            Int(agreement.version) == Int(earlier.version) + 1,
            firstStanding({ $0.kind == .agreementAmended && $0.replaces == replaced.position }) == nil
        else {
            let subject = "\(identifier), after \(replaced.name)"
            throw AccrueError(.agreementVersion, subject, field: "document.version")
        }
        if let withdrawal = standing.withdrawal(ofAgreement: replaced.position) {
            throw AccrueError(.agreementNotInForce, withdrawal.name, at: .replaces)
        }
    }

    /// Requires that the memorandum is in force on the effective date, and that home and host are parties.
    private func requireMemorandum(
        of agreement: LearningAgreement,
        home: Position?,
        field: String = "document.memorandum"
    ) throws(AccrueError) {
        guard let position = registry.position(of: agreement.memorandum, in: .memorandum) else {
            throw AccrueError(.referenceUnknown, agreement.memorandum, field: field)
        }
        guard let text = registry.memorandum(at: position)?.text(on: command.effective) else {
            let subject = "\(agreement.memorandum), \(command.effective)"
            throw AccrueError(.memorandumNotInForce, subject, field: field)
        }
        for party in [name(of: home), agreement.host] where !text.parties.contains(party) {
            throw AccrueError(.notParty, "\(party), \(agreement.memorandum)", field: field)
        }
    }

    private func requireSignatures(_ signatures: LearningAgreement.Signatures) throws(AccrueError) {
        let all = [("home", signatures.home), ("host", signatures.host), ("learner", signatures.learner)]
        for (who, day) in all where day.map({ $0 > command.effective }) ?? true {
            let subject = day.map { "\($0), after \(command.effective)" } ?? who
            throw AccrueError(.signatureMissing, subject, field: "document.signatures.\(who)")
        }
    }

    private func requirePlannedUnits(
        _ agreement: LearningAgreement,
        host: Position,
        _ enrolment: Enrolment
    ) throws(AccrueError) {
        guard !agreement.units.isEmpty else { throw contradiction("no units", "units") }
        guard let homeQualification = registry.qualification(at: enrolment.qualification) else { return }
        for (index, planned) in agreement.units.enumerated() {
            let field = "document.units[\(index)]"
            guard let position = registry.position(of: planned.hostQualification, in: .qualification),
                let hostQualification = registry.qualification(at: position)
            else {
                throw AccrueError(.referenceUnknown, planned.hostQualification, field: "\(field).hostQualification")
            }
            guard hostQualification.number(ofUnit: planned.hostUnit) != nil else {
                let subject = "\(planned.hostUnit) of \(planned.hostQualification)"
                throw AccrueError(.referenceUnknown, subject, field: "\(field).hostUnit")
            }
            guard homeQualification.number(ofUnit: planned.homeUnit) != nil else {
                let subject = "\(planned.homeUnit) of \(homeQualification.identifier)"
                throw AccrueError(.otherQualification, subject, field: "\(field).homeUnit")
            }
            guard !agreement.units[..<index].contains(planned) else {
                throw contradiction("\(planned.hostUnit) for \(planned.homeUnit) twice", "units[\(index)]")
            }
            try registry.require(.assess, of: host, for: hostQualification.id, on: command.effective)
        }
    }

    /// The version in force on a day: of those that stand, the last that was effective by then.
    private func version(ofAgreement origin: Position, on date: CivilDate) -> Position? {
        var version: Position?
        for event in standing.events where event.kind.isAgreementVersion {
            guard event.effective <= date, standing.stands(event.position),
                standing.origin(ofAgreement: event.position) == origin
            else { continue }
            version = event.position
        }
        return version
    }
}

extension EventKind {
    /// True for the events that bring a version of a learning agreement.
    package var isAgreementVersion: Bool { self == .agreementSigned || self == .agreementAmended }
}
