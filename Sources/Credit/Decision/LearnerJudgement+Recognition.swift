// Recognition: the decision that makes points count, under the home institution's rules.

extension LearnerJudgement {
    /// Decided: by the competent home institution, on a validation or by a non-formal or informal procedure.
    func decideRecognition() throws(AccrueError) {
        let enrolment = try runningEnrolment()
        let unit = try decidedUnit(of: enrolment)
        guard let qualification = registry.qualification(at: enrolment.qualification) else { return }
        try requireAuthority(.recognise, for: qualification.id)
        try requireResult(.positive, .partial, .negative, .conditional)
        try requireOutcomes(of: unit)
        try requireGrade()
        let credits = try validatedCredits()
        try requireAgreement(of: credits, for: enrolment.position, homeUnit: unit.code)
        try requireReason(isUnderAgreement: credits.contains { $0.agreement != nil })
        try requireSameDecision { $0 == .validationDecided || $0 == .recognitionDecided }
        try requirePoints(of: unit, in: qualification)
    }

    /// The assessments behind the validations that are recognised; none for non-formal and informal learning.
    private func validatedCredits() throws(AccrueError) -> [Event] {
        guard command.answers != nil else {
            guard command.procedure == .nonFormal || command.procedure == .informal,
                command.details.sources.isEmpty
            else { throw AccrueError(.notValidated, command.procedure.map { "\($0)" } ?? "", at: .answers) }
            guard command.details.evidence != nil else {
                throw AccrueError(.fieldMissing, command.procedure.map { "\($0)" } ?? "", at: .evidence)
            }
            return []
        }
        let first = try recognisableValidation(at: command.answers, field: .answers)
        var credits = credits(behind: first)
        for (index, source) in command.details.sources.enumerated() {
            let validation = try recognisableValidation(at: source, field: .sources)
            guard source != command.answers, !command.details.sources[..<index].contains(source) else {
                throw AccrueError(.creditUsed, validation.name, at: .sources)
            }
            credits += self.credits(behind: validation)
        }
        switch command.procedure {
        case .agreement where credits.contains { $0.agreement == nil }:
            throw AccrueError(.noBasis, "assessed outside any agreement", at: .procedure)
        case .local where credits.contains { $0.agreement != nil }:
            throw AccrueError(.noBasis, "assessed under an agreement", at: .procedure)
        default: return credits
        }
    }

    /// A validation of this enrolment and unit that confirms something and was not recognised yet.
    private func recognisableValidation(at position: Position?, field: EventField) throws(AccrueError) -> Event {
        let validation = try standingEvent(at: position, field: field) { $0 == .validationDecided }
        guard validation.enrolment == command.enrolment, validation.unit == command.unit,
            validation.qualification == command.qualification
        else { throw AccrueError(.referenceOtherEnrolment, validation.name, at: field) }
        switch (validation.result, command.result) {
        case (.positive, _): break
        // Part of a unit's outcomes is not the unit (domain trap 13).
        case (.partial, .positive): throw AccrueError(.resultImpossible, "positive, \(validation.name)", at: .result)
        case (.partial, _): break
        default: throw AccrueError(.notValidated, validation.name, at: field)
        }
        if let recognised = recognition(of: validation.position), !isToBeDecidedAgain(recognised) {
            throw AccrueError(.creditUsed, "\(validation.name), by \(recognised.name)", at: field)
        }
        return validation
    }

    /// Requires exactly the points and the scheme of the home unit if positive (domain trap 2), else none.
    private func requirePoints(of unit: Unit, in qualification: PublishedQualification) throws(AccrueError) {
        let points = command.result == .positive ? unit.points : nil
        guard command.points == points else {
            func text(_ points: Points?) -> String { points.map { "\($0)" } ?? "none" }
            let subject = "\(text(command.points)), unit \(unit.code) has \(text(points))"
            throw AccrueError(.pointsDiffer, subject, at: .points)
        }
        let scheme = points == nil ? nil : qualification.schemePosition
        guard command.scheme == scheme else {
            throw AccrueError(.schemeForeign, "\(name(of: command.scheme)), not \(qualification.scheme)", at: .scheme)
        }
    }

    /// Points converted: of a recognition that awarded some, into another scheme, once.
    func decidePointsConverted() throws(AccrueError) {
        let enrolment = try enrolment()
        try requireHome(of: enrolment)
        try requireEntry(command.scheme, .schemeIntroduced, at: .scheme)
        let recognition = try standingEvent(at: command.answers, field: .answers) { $0 == .recognitionDecided }
        guard recognition.enrolment == command.enrolment else {
            throw AccrueError(.referenceOtherEnrolment, recognition.name, at: .answers)
        }
        guard recognition.points != nil else {
            throw AccrueError(.resultImpossible, "\(recognition.name) has no points", at: .answers)
        }
        guard recognition.scheme != command.scheme else {
            throw AccrueError(.resultImpossible, "\(name(of: command.scheme)) into itself", at: .scheme)
        }
        guard command.points.map({ $0 >= .zero }) ?? false else {
            throw AccrueError(.pointsOutOfRange, command.points.map { "\($0)" } ?? "", at: .points)
        }
        try requireAuthority(.recognise, for: registry.qualification(at: enrolment.qualification)?.id ?? "")
        let converted = firstStanding {
            $0.kind == .pointsConverted && $0.answers == command.answers && $0.scheme == command.scheme
        }
        if let converted { throw AccrueError(.creditUsed, converted.name, at: .answers) }
    }
}
