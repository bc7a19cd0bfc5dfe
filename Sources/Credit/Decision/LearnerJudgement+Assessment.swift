// Assessment: an attempt at a unit, its correction, and the re-sit or raised grade beside it.

extension LearnerJudgement {
    /// Recorded: by a competent institution, as the next attempt.
    func decideAssessmentRecorded() throws(AccrueError) {
        try requireAssessment()
        try requireNextAttempt()
    }

    /// Corrected: who made it states anew what it should have said; the effective date is the assessment's own.
    func decideAssessmentCorrected() throws(AccrueError) {
        let replaced = try replacedAssessment()
        try requireAssessment()
        guard command.attempt == replaced.attempt else {
            let subject = "attempt \(command.attempt ?? 0), not \(replaced.attempt ?? 0)"
            throw AccrueError(.notReplaceable, subject, at: .attempt)
        }
    }

    /// Superseded: the next attempt, beside the earlier one (domain trap 8: which one counts is a matter of policy).
    func decideAssessmentSuperseded() throws(AccrueError) {
        let replaced = try replacedAssessment()
        try requireAssessment()
        if let again = firstStanding({ $0.kind == .assessmentSuperseded && $0.replaces == command.replaces }) {
            throw AccrueError(.replacedByOther, again.name, at: .replaces)
        }
        try requireNotBefore(replaced.effective)
        try requireNextAttempt()
    }

    /// What every way of recording an assessment requires.
    private func requireAssessment() throws(AccrueError) {
        let qualification = try qualification()
        let unit = try unit(of: qualification, else: .referenceUnknown)
        try requireOutcomes(of: unit)
        try requireResult(.positive, .partial, .negative)
        try requireGrade()
        if command.enrolment != nil { _ = try enrolment() }
        try requireWithinAgreement(unit, of: qualification)
        try requireAuthority(.assess, for: qualification.id)
    }

    /// The assessment to be corrected or superseded: the one that stands now, by the same institution, of that unit.
    private func replacedAssessment() throws(AccrueError) -> Command {
        let event = try event(at: command.replaces, field: .replaces)
        guard event.kind.isAssessment else {
            throw AccrueError(.referenceWrongKind, event.name, at: .replaces)
        }
        if let loss = standing.loss(of: event.position) {
            let cause = history[loss.cause]?.name ?? ""
            throw AccrueError(loss.manner == .replaced ? .replacedByOther : .removed, cause, at: .replaces)
        }
        let replaced = event.command
        guard command.institution == replaced.institution else {
            throw AccrueError(.notReplaceable, name(of: command.institution), at: .institution)
        }
        guard command.qualification == replaced.qualification, command.unit == replaced.unit else {
            throw AccrueError(.notReplaceable, event.name, at: .unit)
        }
        return replaced
    }

    /// Requires the number after the highest attempt that stands, of this institution at this unit.
    private func requireNextAttempt() throws(AccrueError) {
        guard let attempt = command.attempt else { return }
        var highest: UInt16 = 0
        var latest: CivilDate?
        for index in standing.events.indices where standing.events[index].kind.isAssessment {
            let earlier = standing.events[index].command
            guard earlier.institution == command.institution, earlier.qualification == command.qualification,
                earlier.unit == command.unit, standing.stands(standing.events[index].position)
            else { continue }
            if earlier.attempt == attempt {
                throw AccrueError(.assessedTwice, standing.events[index].name, at: .attempt)
            }
            highest = max(highest, earlier.attempt ?? 0)
            // The day of a correction is not that of the attempt.
            if earlier.kind != .assessmentCorrected, earlier.attempt ?? 0 < attempt {
                latest = max(latest ?? earlier.effective, earlier.effective)
            }
        }
        guard Int(attempt) == Int(highest) + 1 else {
            throw AccrueError(.attemptOrder, "\(attempt), after \(highest)", at: .attempt)
        }
        if let latest { try requireNotBefore(latest) }
    }
}
