/// One command of a learner's stream, and what it is judged against. The rules stand in extensions, one file for each
/// part of the domain's table of events; here are the checks that they share.
struct LearnerJudgement {
    let command: Command
    let registry: Registry
    let history: LearnerHistory
    let other: LearnerHistory?
    /// How the learner's events stand by all that is known.
    let standing: Standing
    /// Whose event it is to become.
    let learner: Position

    /// Checks the learner, without whom nothing is judged.
    init(of command: Command, in state: DecisionState) throws(AccrueError) {
        guard let learner = command.learner, let history = state.history,
            let introduction = history.events.index(of: learner)
        else { throw AccrueError(.referenceUnknown, command.learner.map { "position \($0)" } ?? "", at: .learner) }
        guard history.events[introduction].kind == .learnerIntroduced else {
            throw AccrueError(.referenceWrongKind, history.events[introduction].name, at: .learner)
        }
        // The second event of a merge is the last that the other identity gets.
        if let merge = history.mergedAway[learner], command.kind != .learnerMerged || command.answers != merge {
            let introduced = history.events[introduction]
            throw AccrueError(.mergedAway, introduced.details.identifier ?? introduced.name, at: .learner)
        }
        self.command = command
        self.registry = state.registry
        self.history = history
        self.other = state.other
        self.learner = learner
        self.standing = Standing(of: history.events(of: learner))
    }
}

// MARK: - References

extension LearnerJudgement {
    /// Requires that a reference into the registry, where there is one, points at this kind of event.
    func requireEntry(_ position: Position?, _ kind: EventKind, at field: EventField) throws(AccrueError) {
        guard let position, let found = registry.kind(at: position) ?? history[position]?.kind else {
            if let position { throw AccrueError(.referenceUnknown, "position \(position)", at: field) }
            return
        }
        guard found == kind else {
            throw AccrueError(.referenceWrongKind, "\(found.name) at position \(position)", at: field)
        }
    }

    /// The qualification version that the command names.
    func qualification() throws(AccrueError) -> PublishedQualification {
        try requireEntry(command.qualification, .qualificationPublished, at: .qualification)
        guard let qualification = registry.qualification(at: command.qualification) else {
            throw AccrueError(.fieldMissing, command.kind.name, at: .qualification)
        }
        return qualification
    }

    /// The event of this learner at a position, standing or not.
    func event(at position: Position?, field: EventField) throws(AccrueError) -> Event {
        guard let position else { throw AccrueError(.fieldMissing, command.kind.name, at: field) }
        if let kind = registry.kind(at: position) {
            throw AccrueError(.referenceWrongKind, "\(kind.name) at position \(position)", at: field)
        }
        guard let event = history[position], history.owner(of: position) == learner else {
            throw AccrueError(.referenceOtherLearner, "position \(position)", at: field)
        }
        return event
    }

    /// The event of this learner at a position, of one of these kinds, still standing, and not later than the command.
    func standingEvent(
        at position: Position?,
        field: EventField,
        where isKind: (EventKind) -> Bool
    ) throws(AccrueError) -> Event {
        let event = try event(at: position, field: field)
        guard isKind(event.kind) else { throw AccrueError(.referenceWrongKind, event.name, at: field) }
        if let loss = standing.loss(of: event.position) {
            let cause = history[loss.cause].map { ", by \($0.name)" } ?? ""
            throw AccrueError(.removed, event.name + cause, at: field)
        }
        try requireNotBefore(event)
        return event
    }

    /// The first event of this learner that stands and matches. O(*n*).
    func firstStanding(_ matches: (Command) -> Bool) -> Event? {
        for index in standing.events.indices where matches(standing.events[index].command) {
            if standing.stands(standing.events[index].position) { return standing.events[index] }
        }
        return nil
    }

    /// Requires that the command is neither effective nor decided before what it follows.
    func requireNotBefore(_ event: Event) throws(AccrueError) {
        try requireNotBefore(event.effective)
        let made = event.decided ?? event.effective
        if let decided = command.decided, decided < made {
            throw AccrueError(.dateOrder, "\(decided), before \(made)", at: .decided)
        }
    }

    /// Requires that the command is not effective before what it follows.
    func requireNotBefore(_ date: CivilDate) throws(AccrueError) {
        guard command.effective >= date else {
            throw AccrueError(.dateOrder, "\(command.effective), before \(date)", field: "effective")
        }
    }

    /// The enrolment that the command names, still standing and not later than the command.
    func enrolment() throws(AccrueError) -> Enrolment {
        let event = try standingEvent(at: command.enrolment, field: .enrolment) { $0 == .enrolled }
        guard let enrolment = standing.enrolment(event.position) else {
            throw AccrueError(.removed, event.name, at: .enrolment)
        }
        return enrolment
    }

    /// The enrolment that the command names, which the institution keeps as home and which runs on the day.
    func runningEnrolment() throws(AccrueError) -> Enrolment {
        let enrolment = try enrolment()
        try requireHome(of: enrolment)
        switch enrolment.state {
        case .running: break
        case .interrupted(let end), .left(let end): try requireBefore(end)
        case .awarded(let award):
            // An award to be looked at again, since something under it changed, is no end (traps 19 and 20).
            if standing.change(under: award) == nil { try requireBefore(award) }
        }
        return enrolment
    }

    private func requireBefore(_ end: Position) throws(AccrueError) {
        guard let end = history[end], command.effective >= end.effective else { return }
        throw AccrueError(.enrolmentNotRunning, "\(end.name), \(end.effective)", at: .enrolment)
    }

    /// Requires that the home institution of the enrolment acts.
    func requireHome(of enrolment: Enrolment) throws(AccrueError) {
        guard command.institution == enrolment.home else {
            throw AccrueError(.notHome, name(of: command.institution), at: .institution)
        }
    }

    /// Requires that the institution has a function for a qualification on the effective date.
    func requireAuthority(_ function: CompetentFunction, for qualification: String) throws(AccrueError) {
        guard let institution = command.institution else { return }
        try registry.require(function, of: institution, for: qualification, on: command.effective)
    }

    /// The identifier of a registry entry, or its position.
    func name(of entry: Position?) -> String {
        guard let entry else { return "" }
        return registry.identifier(at: entry) ?? "position \(entry)"
    }
}

// MARK: - Unit, outcomes, grade, result

extension LearnerJudgement {
    /// The unit of the command's qualification version.
    func unit(of qualification: PublishedQualification, else code: ErrorCode) throws(AccrueError) -> Unit {
        guard let number = command.unit, let unit = qualification.unit(number) else {
            throw AccrueError(code, "unit \(command.unit ?? 0) of \(qualification.identifier)", at: .unit)
        }
        return unit
    }

    /// Requires that the outcomes named are outcomes of the unit.
    func requireOutcomes(of unit: Unit) throws(AccrueError) {
        for code in command.details.outcomes where !unit.outcomes.contains(where: { $0.code == code }) {
            throw AccrueError(.outcomeUnknown, "\(code), unit \(unit.code)", at: .outcomes)
        }
    }

    /// Requires that a grade, where there is one, is on a scale known on that day, and agrees with the result.
    func requireGrade() throws(AccrueError) {
        try requireEntry(command.scale, .scaleIntroduced, at: .scale)
        guard let number = command.grade else {
            if let scale = command.scale { throw AccrueError(.fieldMissing, name(of: scale), at: .grade) }
            return
        }
        guard let position = command.scale, let scale = registry.scale(at: position) else {
            throw AccrueError(.scaleMissing, "grade \(number)", at: .scale)
        }
        guard let grade = scale.grade(number) else {
            throw AccrueError(.scaleMissing, "grade \(number) of \(name(of: position))", at: .grade)
        }
        if let since = registry.effective(at: position), since > command.effective {
            throw AccrueError(.scaleMissing, "\(name(of: position)), since \(since)", at: .scale)
        }
        if command.result == .positive && !grade.passes || command.result == .negative && grade.passes {
            let result = command.result.map { "\($0)" } ?? ""
            throw AccrueError(.gradeContradictsResult, "\(grade.code), \(result)", at: .grade)
        }
    }

    /// Requires one of these results.
    func requireResult(_ results: DecisionResult...) throws(AccrueError) {
        guard let result = command.result, results.contains(result) else {
            let given = command.result.map { DecisionResult.words.word(of: $0) } ?? "none"
            let possible = results.map { DecisionResult.words.word(of: $0) }.joined(separator: ", ")
            throw AccrueError(.resultImpossible, "\(given), not one of \(possible)", at: .result)
        }
    }
}

extension Event {
    /// The event as an error names it: its kind, and its document's number or its id.
    var name: String { "\(command.kind.name) \(command.details.identifier ?? "\(command.id)")" }
}
