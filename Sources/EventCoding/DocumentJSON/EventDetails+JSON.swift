internal import Credit

extension EventDetails {
    /// The members of lines and records that details give; positions stand elsewhere.
    var json: JSONObject {
        guard !isEmpty else { return JSONObject([]) }
        return JSONObject(present: [
            "document": document?.json,
            "evidence": .text(evidence),
            "identifier": .text(identifier),
            "legalBasis": .text(legalBasis),
            "outcomes": outcomes.isEmpty ? nil : .array(outcomes.map { .string($0) }),
            "text": .text(text),
        ])
    }

    /// Reads those members from the details of a record.
    mutating func read(_ object: JSONObject, of kind: EventKind, _ faults: Faults) {
        var reader = ObjectReader(object, faults)
        for member in object.members {
            guard let field = EventField(rawValue: member.key) else { continue }
            read(field, from: &reader, of: kind, required: true, faults)
        }
        reader.finish()
    }

    /// Reads one member; false if the field is not one of the details.
    @discardableResult
    mutating func read(
        _ field: EventField,
        from reader: inout ObjectReader,
        of kind: EventKind,
        required: Bool,
        _ faults: Faults
    ) -> Bool {
        switch field {
        case .identifier: identifier = reader.identifier(field.rawValue, required: required)
        case .text: text = reader.text(field.rawValue, required: required)
        case .legalBasis: legalBasis = reader.text(field.rawValue, required: required)
        case .evidence: evidence = reader.text(field.rawValue, required: required)
        case .outcomes: outcomes = reader.identifiers(field.rawValue, required: required)
        case .document:
            document = reader.object(field.rawValue, required: required).flatMap { Document($0, of: kind, faults) }
        default: return false
        }
        return true
    }
}
