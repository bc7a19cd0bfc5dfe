internal import Credit

/// The JSON Schema (draft 2020-12) of a line, made from the table of fields that reading uses.
public enum EventSchema: SchemaShapes {
    /// The schema: one alternative for each kind.
    public static var json: JSONValue {
        .object([
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "An event of an Accrue log, as one line of NDJSON",
            "type": "object",
            "required": .array(["id", "kind", "effective"]),
            "oneOf": .array(EventKind.allCases.map(schema(of:))),
            "$defs": definitions,
        ])
    }

    private static func schema(of kind: EventKind) -> JSONValue {
        var properties = [
            ("id", reference("uuid")), ("kind", .object(["const": .string(kind.name)])),
            ("effective", reference("date")),
        ]
        for field in kind.fields.all { properties.append((field.rawValue, schema(of: field, kind))) }
        // What the log adds on export, and append leaves aside.
        properties += [("position", .object([:])), ("recordedAt", .object([:])), ("learnerVersion", .object([:]))]
        let required = ["id", "kind", "effective"] + kind.fields.required.map(\.rawValue)
        return .object([
            "title": .string(kind.name),
            "properties": members(properties),
            "required": .array(required.map { .string($0) }),
            "additionalProperties": .bool(false),
        ])
    }

    private static func schema(of field: EventField, _ kind: EventKind) -> JSONValue {
        switch field {
        case .decided: reference("date")
        case .function: words(CompetentFunction.words.all)
        case .procedure: words(Procedure.words.all)
        case .result: words(DecisionResult.words.all)
        case .reason: words(ReasonCode.words.all)
        case .attempt: integer(1...65_535)
        case .points: reference("points")
        case .text, .legalBasis, .evidence, .grade: reference("text")
        case .outcomes, .sources, .moved: list(reference("identifier"))
        case .document: document(of: kind)
        default: reference("identifier")
        }
    }

    // MARK: Documents

    private static func document(of kind: EventKind) -> JSONValue {
        switch kind {
        case .schemeIntroduced: record([("name", reference("text"))])
        case .actorIntroduced: record([("role", reference("text"))])
        case .scaleIntroduced:
            record([
                ("name", reference("text")),
                ("grades", list(record([("code", reference("text")), ("passes", .object(["type": "boolean"]))]))),
            ])
        case .institutionIntroduced: record([("name", reference("text")), ("country", reference("country"))])
        case .authorityGranted:
            record([], optional: [("qualifications", list(reference("identifier"))), ("until", reference("date"))])
        case .memorandumConcluded, .memorandumAmended:
            record([("parties", list(reference("identifier")))], optional: [("until", reference("date"))])
        case .qualificationDrafted, .qualificationPublished: reference("qualification")
        case .ruleSetDrafted: reference("ruleSet")
        case .exceptionGranted: record([("set", reference("identifier")), ("rule", reference("identifier"))])
        case .headsRecorded: record([("root", pattern("^[0-9a-f]{64}$")), ("streams", integer(1...Int(UInt32.max)))])
        case .keyRotated:
            record(["from", "to", "fromSignature", "toSignature"].map { ($0, reference("text")) })
        default: reference("agreement")
        }
    }

    private static var definitions: JSONValue {
        let shapes: JSONValue = .object([
            "uuid": pattern("^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"),
            "date": date,
            "points": pattern(pointsPattern),
            "country": country,
            "identifier": pattern(identifierPattern),
            "text": text,
            "qualification": qualification,
            "agreement": agreement,
        ])
        let ruleShapes = RuleSchema.formationShapes + RuleSchema.ruleShapes + [("ruleSet", RuleSchema.ruleSet([]))]
        return ruleShapes.reduce(shapes) { $0.adding($1.0, $1.1) }
    }

    static var qualification: JSONValue {
        let outcome = record([
            ("code", reference("identifier")), ("kind", words(LearningOutcome.Kind.allCases.map(\.rawValue))),
            ("text", reference("text")),
        ])
        let unit = record(
            [("code", reference("identifier")), ("title", reference("text"))],
            optional: [
                ("points", reference("points")), ("parent", reference("identifier")),
                ("validMonths", integer(1...1_200)), ("outcomes", list(outcome)),
            ]
        )
        return record(
            [
                ("id", reference("identifier")), ("version", reference("identifier")), ("title", reference("text")),
                ("country", reference("country")), ("scheme", reference("identifier")), ("units", list(unit)),
            ],
            optional: [
                ("points", reference("points")), ("eqfLevel", integer(1...8)), ("nationalLevel", reference("text")),
                ("validUntil", reference("date")), ("transitionEnd", reference("date")),
                ("appealDays", integer(1...65_535)), ("formation", reference("group")),
            ]
        )
    }

    private static var agreement: JSONValue {
        let dates = ["home", "host", "learner"].map { ($0, reference("date")) }
        let unit = ["hostQualification", "hostUnit", "homeUnit"].map { ($0, reference("identifier")) }
        return record([
            ("version", integer(1...65_535)), ("memorandum", reference("identifier")),
            ("host", reference("identifier")),
            ("from", reference("date")), ("until", reference("date")), ("units", list(record(unit))),
            ("signatures", record([], optional: dates)),
        ])
    }
}
