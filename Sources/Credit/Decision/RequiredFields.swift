/// Requires that a command has the fields of its kind and no others, whoever read it.
///
/// - Throws: ``ErrorCode/fieldMissing`` or ``ErrorCode/fieldUnknown`` for the first field at fault.
func requireFields(of command: Command) throws(AccrueError) {
    let details = command.hasDetails ? command.details : nil
    for rule in FieldRule.table[Int(command.kind.rawValue)] where command.has(rule.field, details) != rule.isRequired {
        if rule.isRequired { throw AccrueError(.fieldMissing, command.kind.name, at: rule.field) }
        if !rule.isAllowed { throw AccrueError(.fieldUnknown, command.kind.name, at: rule.field) }
    }
}

/// Whether a kind of event has a field.
private struct FieldRule {
    let field: EventField
    let isRequired: Bool
    let isAllowed: Bool

    /// By the number of the kind; one list, so that one pass over a command suffices.
    static let table: [[FieldRule]] = (0...UInt8.max).map { number in
        guard let fields = EventKind(rawValue: number)?.fields else { return [] }
        return EventField.allCases.map { field in
            FieldRule(
                field: field,
                isRequired: fields.required.contains(field),
                isAllowed: fields.required.contains(field) || fields.optional.contains(field)
            )
        }
    }
}

extension Command {
    /// True if the field is there; an empty list is not.
    fileprivate func has(_ field: EventField, _ details: EventDetails?) -> Bool {
        switch field {
        case .decided: decided != nil
        case .learner: learner != nil
        case .actor: actor != nil
        case .institution: institution != nil
        case .qualification: qualification != nil
        case .scale: scale != nil
        case .scheme: scheme != nil
        case .enrolment: enrolment != nil
        case .answers: answers != nil
        case .replaces: replaces != nil
        case .agreement: agreement != nil
        case .decision: decision != nil
        case .function: function != nil
        case .procedure: procedure != nil
        case .result: result != nil
        case .attempt: attempt != nil
        case .unit: unit != nil
        case .grade: grade != nil
        case .group: group != nil
        case .points: points != nil
        case .reason: reason != nil
        case .identifier: details?.identifier != nil
        case .text: details?.text != nil
        case .legalBasis: details?.legalBasis != nil
        case .evidence: details?.evidence != nil
        case .outcomes: details?.outcomes.isEmpty == false
        case .sources: details?.sources.isEmpty == false
        case .moved: details?.moved.isEmpty == false
        case .document: details?.document != nil
        }
    }
}

extension AccrueError {
    /// An error found in a field of an event.
    init(_ code: ErrorCode, _ subject: String, at field: EventField) {
        self.init(code, subject, field: field.rawValue)
    }
}
