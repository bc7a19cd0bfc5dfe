internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog

/// Puts events and what they refer to into words, from one view of the ledger.
struct Wording<Log: LogReading> {
    let view: LedgerView<Log>

    init(_ view: LedgerView<Log>) {
        self.view = view
    }

    /// `position 243 (2026-11-23T09:30:00Z)`, to the second: for which state of the log an answer speaks.
    func state() throws(AccrueError) -> String {
        guard view.known > .none else { return "position 0 (nothing is recorded)" }
        let recorded = try view.log.event(at: view.known).recordedAt
        let second = Instant(rawValue: recorded.rawValue - recorded.rawValue % 1_000_000)
        return "position \(view.known) (\(second))"
    }

    /// The identifier, or else the event id; nothing for nil.
    func name(_ position: Position?) throws(AccrueError) -> String {
        guard let position else { return "" }
        return try view.name(of: position)
    }

    /// The identifier of an event, or else its position, by which all commands find it; nothing for nil.
    func event(_ position: Position?) throws(AccrueError) -> String {
        guard let position else { return "" }
        if let identifier = view.registry.identifier(at: position) { return identifier }
        return try view.log.event(at: position).details.identifier ?? "position \(position)"
    }

    /// The name of an institution.
    func institution(_ position: Position?) throws(AccrueError) -> String {
        if let institution = view.registry.institution(at: position) { return institution.name }
        return try name(position)
    }

    /// Into whom a learner was merged; nil for who was not.
    func survivor(of learner: Learner) throws(AccrueError) -> String? {
        let history = try view.history(of: learner)
        guard let merge = history.mergedAway[learner.position] else { return nil }
        return try name(history[merge]?.learner)
    }

    /// A unit by code.
    func unit(_ event: Event) -> Unit? {
        event.unit.flatMap { view.registry.qualification(at: event.qualification)?.unit($0) }
    }

    /// The kind in words: `assessment recorded`.
    func kind(_ event: Event) -> String { event.kind.name.split(separator: "-").joined(separator: " ") }

    /// The day from which the event holds, and where it is another one, the day on which it was decided.
    func day(_ event: Event) -> String {
        guard let decided = event.decided, decided != event.effective else { return "\(event.effective)" }
        return "\(event.effective), decided \(decided)"
    }

    /// What the event says beside its kind, date, institution, unit and outcome.
    func details(_ event: Event) throws(AccrueError) -> String {
        var parts: [String] = []
        if let unit = unit(event) { parts.append(unit.title) }
        if event.unit == nil, let qualification = view.registry.qualification(at: event.qualification) {
            parts.append("\(qualification.title) (\(qualification.identifier))")
        }
        if let procedure = event.procedure, event.procedure != .local {
            parts.append(Procedure.words.word(of: procedure))
        }
        if let reason = event.reason { parts.append(ReasonCode.words.word(of: reason)) }
        if event.unit == nil, let answers = event.answers ?? event.agreement {
            parts.append(try reference(answers, of: event))
        }
        if let replaces = event.replaces { parts.append("instead of \(try self.event(replaces))") }
        return parts.joined(separator: " · ")
    }

    /// What an event of the registry is about: its own identifier, or whose function it is, and what it answers.
    func entry(_ event: Event) throws(AccrueError) -> String {
        let own = [
            event.details.identifier, try name(event.institution),
            event.function.map { CompetentFunction.words.word(of: $0) },
        ]
        return (own + [try details(event)]).compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// What an event answers: an earlier one, or for merges and splits the other identity.
    private func reference(_ answers: Position, of event: Event) throws(AccrueError) -> String {
        guard event.kind.joinsIdentities else { return "of \(try self.event(answers))" }
        var other = try view.log.event(at: answers)
        // The survivor's half names the identity that comes or goes; the other half answers the survivor's.
        if event.kind == .learnerSplit, other.kind == .learnerMerged, let introduced = other.answers {
            other = try view.log.event(at: introduced)
        }
        let identity = other.kind == .learnerIntroduced ? other.position : other.learner
        return "with \(try name(identity))"
    }

    /// How it ended: result, grade, points, attempt.
    func outcome(_ event: Event) throws(AccrueError) -> String {
        var parts: [String] = []
        if let result = event.result {
            let word = DecisionResult.words.word(of: result)
            parts.append(word.split(separator: "-").joined(separator: " "))
        }
        if let number = event.grade, let grade = view.registry.scale(at: event.scale)?.grade(number) {
            parts.append("grade \(grade.code)")
        }
        if let points = event.points {
            parts.append("\(points) \(try name(event.scheme))")
        }
        if let attempt = event.attempt, attempt > 1 { parts.append("attempt \(attempt)") }
        return parts.joined(separator: ", ")
    }
}

extension Wording {
    /// The event as JSON: the line that `append` takes, with what the log assigned.
    func document(_ event: Event) throws(AccrueError) -> JSONValue {
        let line = try view.line(of: event)
        do throws(JSONSyntaxError) {
            return try JSONReader.value(from: line.span.bytes, maximumSize: line.count)
        } catch {
            throw AccrueError(.recordDamaged, "position \(event.position): \(error)")
        }
    }
}
