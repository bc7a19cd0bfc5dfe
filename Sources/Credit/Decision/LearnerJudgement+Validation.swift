// Validation: the home institution decides whether assessed outcomes correspond to those of its unit.

extension LearnerJudgement {
    /// Decided: by the home institution, on received or local credit, by somebody who did not assess it.
    func decideValidation() throws(AccrueError) {
        let enrolment = try runningEnrolment()
        let unit = try decidedUnit(of: enrolment)
        try requireAuthority(.validate, for: registry.qualification(at: enrolment.qualification)?.id ?? "")
        try requireResult(.positive, .partial, .negative)
        try requireOutcomes(of: unit)
        let credits = try receivedCredits(of: enrolment)
        for credit in credits {
            if credit.actor == command.actor {
                throw AccrueError(.assessorValidates, "\(name(of: command.actor)), \(credit.name)", at: .actor)
            }
            if credit.result == .negative && command.result != .negative {
                throw AccrueError(.notPositive, credit.name, at: .answers)
            }
        }
        if command.result == .positive { try requireWhole(unit, by: credits) }
        try requireAgreement(of: credits, for: enrolment.position, homeUnit: unit.code)
        try requireReason(isUnderAgreement: credits.contains { $0.agreement != nil })
        try requireSameDecision { $0 == .validationDecided }
        if command.result != .negative { try requireUnused(credits) }
    }

    /// The unit decided on, which is of the enrolment's version.
    func decidedUnit(of enrolment: Enrolment) throws(AccrueError) -> Unit {
        let qualification = try qualification()
        guard command.qualification == enrolment.qualification else {
            throw AccrueError(.otherQualification, qualification.identifier, at: .qualification)
        }
        return try unit(of: qualification, else: .otherQualification)
    }

    /// The assessments behind what is validated: each was received by the home institution, or made for its own
    /// qualification without an agreement.
    private func receivedCredits(of enrolment: Enrolment) throws(AccrueError) -> [Event] {
        var credits = try receivedCredits(at: command.answers, field: .answers, enrolment)
        for source in command.details.sources {
            credits += try receivedCredits(at: source, field: .sources, enrolment)
        }
        for (index, credit) in credits.enumerated()
        where credits[..<index].contains(where: { $0.position == credit.position }) {
            throw AccrueError(.creditUsed, credit.name, at: .sources)
        }
        return credits
    }

    /// Requires of who confirms a whole unit that all of its outcomes were attained: a part of them is not the unit (domain
    /// trap 13). What corresponds to it in another unit that was attained in part, the home institution says in words.
    private func requireWhole(_ unit: Unit, by credits: [Event]) throws(AccrueError) {
        let home = registry.qualification(at: command.qualification)?.id
        var (isForeign, lacking) = (false, String?.none)
        for credit in credits {
            guard let (id, assessed) = namedUnit(of: credit) else { continue }
            let isOwn = id == home && assessed.code == unit.code
            if !isOwn { isForeign = true }
            let together = credits.filter { other in
                namedUnit(of: other).map { $0.id == id && $0.unit.code == assessed.code } ?? false
            }
            lacking = lacking ?? (isOwn ? unit : assessed).lacking(in: together.map(\.command))
        }
        guard let lacking else { return }
        guard isForeign else { throw AccrueError(.notPositive, lacking, at: .answers) }
        if command.details.text == nil {
            throw AccrueError(.reasonMissing, "\(lacking) not attained; in words", at: .text)
        }
    }

    private func namedUnit(of event: Event) -> (id: String, unit: Unit)? {
        guard let version = registry.qualification(at: event.command.qualification),
            let unit = event.unit.flatMap({ version.unit($0) })
        else { return nil }
        return (version.id, unit)
    }

    private func receivedCredits(
        at position: Position?,
        field: EventField,
        _ enrolment: Enrolment
    ) throws(AccrueError) -> [Event] {
        let source = try standingEvent(at: position, field: field) { $0.isCreditStep }
        let isReceived: Bool
        switch source.kind {
        case .transferReceived: isReceived = source.institution == enrolment.home
        case .creditDocumented, .transferSent: isReceived = false
        default:
            let isOwn =
                registry.qualification(at: source.qualification)?.id
                == registry.qualification(at: enrolment.qualification)?.id
            isReceived = source.agreement == nil && (source.institution == enrolment.home || isOwn)
        }
        guard isReceived else { throw AccrueError(.noBasis, "\(source.name) was not received", at: field) }
        return credits(behind: source)
    }

    /// Requires that no other decision of this enrolment counts these credits: for the same unit never, unless the
    /// earlier one was partial or is to be decided again; for another unit only in one decision (domain trap 12).
    /// After a move to another version, what was not recognised before is decided on anew; so is what rests on an
    /// assessment that was corrected since, for the same units.
    private func requireUnused(_ credits: [Event]) throws(AccrueError) {
        for index in standing.events.indices where isEarlier(index, on: credits) {
            let earlier = standing.events[index]
            if mayStand(beside: earlier) { continue }
            let isRenewed = standing.events.indices.contains { other in
                isEarlier(other, on: credits) && isOfSameUnit(standing.events[other])
                    && standing.events[other].ofDecision == earlier.ofDecision
                    && isOutdated(standing.events[other], by: credits)
            }
            guard isRenewed, isOutdated(earlier, by: credits) else {
                throw AccrueError(.creditUsed, "by \(earlier.name)", at: .answers)
            }
        }
    }

    /// Whether an event is a decision that counts these credits for the enrolment.
    private func isEarlier(_ index: Int, on credits: [Event]) -> Bool {
        guard standing.events[index].kind == .validationDecided else { return false }
        let position = standing.events[index].position
        return standing.events[index].enrolment == command.enrolment
            && standing.events[index].result != .negative && standing.stands(position)
            && rests(position, on: credits)
    }

    /// True if an assessment on which a decision rests, as it stands now, came after it: the one that it knew was corrected.
    private func isOutdated(_ decision: Event, by credits: [Event]) -> Bool {
        credits.contains { $0.position > decision.position && rests(decision.position, on: [$0]) }
    }

    /// True if a decision is on the same unit, in whatever version.
    private func isOfSameUnit(_ decision: Event) -> Bool {
        let version = registry.qualification(at: command.qualification)
        return namedUnit(of: decision)?.unit.code == command.unit.flatMap { version?.unit($0)?.code }
    }

    private func mayStand(beside earlier: Event) -> Bool {
        if earlier.command.qualification != command.qualification { return recognition(of: earlier.position) == nil }
        if earlier.command.unit == command.unit {
            return earlier.command.result == .partial || isToBeDecidedAgain(earlier)
        }
        guard let decision = command.decision else { return false }
        return decision == earlier.position || decision == earlier.command.decision
    }
}

extension Event {
    /// The first event of the decision to which it belongs.
    fileprivate var ofDecision: Position { command.decision ?? position }
}

// MARK: - Shared with recognition

extension LearnerJudgement {
    /// The final recognition that stands on a validation, or nil; one under a condition is not final.
    func recognition(of validation: Position) -> Event? {
        firstStanding {
            guard $0.kind == .recognitionDecided, $0.result != .conditional else { return false }
            return $0.answers == validation || $0.hasDetails && $0.details.sources.contains(validation)
        }
    }

    /// True if an appeal against the decision was upheld and this command decides the same again.
    func isToBeDecidedAgain(_ earlier: Event) -> Bool {
        guard earlier.unit == command.unit, let appeal = standing.appeal(against: earlier.position) else {
            return false
        }
        return firstStanding { $0.kind == .appealDecided && $0.answers == appeal && $0.result != .negative } != nil
    }

    /// Requires the reason that every decision needs which is not positive; in words too, where an agreement bound the
    /// home institution (domain trap 24).
    func requireReason(isUnderAgreement: Bool) throws(AccrueError) {
        guard command.result != .positive else { return }
        guard command.reason != nil else {
            throw AccrueError(.reasonMissing, command.result.map { "\($0)" } ?? "", at: .reason)
        }
        if isUnderAgreement && command.details.text == nil {
            throw AccrueError(.reasonMissing, "under a learning agreement, in words", at: .text)
        }
    }

    /// Requires that the first event of the same decision shares institution, enrolment and day.
    func requireSameDecision(where isKind: (EventKind) -> Bool) throws(AccrueError) {
        guard let position = command.decision else { return }
        let first = try standingEvent(at: position, field: .decision, where: isKind)
        guard first.institution == command.institution, first.enrolment == command.enrolment,
            first.decided == command.decided, first.decision == nil
        else { throw AccrueError(.decisionDiffers, first.name, at: .decision) }
    }
}

extension Unit {
    /// What of the unit assessments do not show together, in words; nil where they show all of it.
    fileprivate func lacking(in assessments: [Command]) -> String? {
        let isPassed = assessments.contains {
            $0.result == .positive && ($0.details.outcomes.isEmpty || outcomes.isEmpty)
        }
        if isPassed { return nil }
        let attained = assessments.flatMap(\.details.outcomes)
        if outcomes.isEmpty { return "a part of unit \(code)" }
        return outcomes.first { !attained.contains($0.code) }.map { "\($0.code), unit \(code)" }
    }
}

extension EventKind {
    /// True for the steps from an assessment to its arrival at the home institution.
    fileprivate var isCreditStep: Bool {
        isAssessment || self == .creditDocumented || self == .transferSent || self == .transferReceived
    }
}
