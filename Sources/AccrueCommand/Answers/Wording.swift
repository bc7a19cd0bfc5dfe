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

    /// `position 243 (2026-11-23T09:30:00Z)`: for which state of the log an answer speaks.
    func state() throws(AccrueError) -> String {
        guard view.known > .none else { return "position 0 (nothing is recorded)" }
        return "position \(view.known) (\(try view.log.event(at: view.known).recordedAt))"
    }

    /// The outside identifier, or else the event id; nothing for nil.
    func name(_ position: Position?) throws(AccrueError) -> String {
        guard let position else { return "" }
        return try view.name(of: position)
    }

    /// The name of an institution.
    func institution(_ position: Position?) throws(AccrueError) -> String {
        if let institution = view.registry.institution(at: position) { return institution.name }
        return try name(position)
    }

    /// A unit by code.
    func unit(_ event: Event) -> Unit? {
        event.unit.flatMap { view.registry.qualification(at: event.qualification)?.unit($0) }
    }

    /// The kind in words: `assessment recorded`.
    func kind(_ event: Event) -> String { event.kind.name.split(separator: "-").joined(separator: " ") }

    /// What the event says beside its kind, date and institution: `M12 Pnevmatika · positive · grade 4`.
    func details(_ event: Event) throws(AccrueError) -> String {
        var parts: [String] = []
        if let unit = unit(event) { parts.append("\(unit.code) \(unit.title)") }
        if event.unit == nil, let qualification = view.registry.qualification(at: event.qualification) {
            parts.append("\(qualification.title) (\(qualification.identifier))")
        }
        parts += try outcome(event)
        if let procedure = event.procedure, event.procedure != .local {
            parts.append(Procedure.words.word(of: procedure))
        }
        if let reason = event.reason { parts.append(ReasonCode.words.word(of: reason)) }
        if event.unit == nil, event.kind != .learnerIntroduced, let answers = event.answers ?? event.agreement {
            parts.append("of \(try name(answers))")
        }
        if let replaces = event.replaces { parts.append("instead of \(try name(replaces))") }
        return parts.joined(separator: " · ")
    }

    /// How it ended: result, grade, points, attempt.
    func outcome(_ event: Event) throws(AccrueError) -> [String] {
        var parts: [String] = []
        if let result = event.result {
            let word = DecisionResult.words.word(of: result)
            parts.append(word.split(separator: "-").joined(separator: " "))
        }
        if let number = event.grade, let scale = view.registry.scale(at: event.scale), number > 0,
            Int(number) <= scale.grades.count
        {
            parts.append("grade \(scale.grades[Int(number) - 1].code)")
        }
        if let points = event.points {
            parts.append("\(points) \(try name(event.scheme))")
        }
        if let attempt = event.attempt, attempt > 1 { parts.append("attempt \(attempt)") }
        return parts
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
