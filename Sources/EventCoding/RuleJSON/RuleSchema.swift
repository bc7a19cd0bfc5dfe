internal import Credit
internal import Rules

/// The JSON Schemas (draft 2020-12) of rule documents.
///
/// They are for editors, which take a plain scalar of YAML for a number where it looks like one. In a file of JSON
/// identifiers, points and texts are strings.
public enum RuleSchema: SchemaShapes {
    /// The schema of a rule set.
    public static var ruleSet: JSONValue {
        schema("A rule set of Accrue", ruleSet([("kind", .object(["const": "rule-set"]))]), ruleShapes)
    }

    /// A rule set with members before its own.
    static func ruleSet(_ members: [(String, JSONValue)]) -> JSONValue {
        record(
            members + [
                ("id", reference("identifier")), ("version", reference("identifier")), ("title", reference("text")),
                ("country", reference("country")), ("rules", list(reference("rule"))),
            ],
            optional: [
                ("qualifications", list(reference("identifier"))),
                ("approvals", list(record([("by", reference("text")), ("on", reference("date"))]))),
            ] + statedOnce
        )
    }

    /// What rule sets are made of.
    static var ruleShapes: [(String, JSONValue)] {
        [("rule", rule), ("exception", exception), ("condition", condition)]
    }

    /// The schema of a qualification version with its formation rule.
    public static var qualification: JSONValue {
        // The same qualification as in events, with `kind`; and here `formation` is what it is for.
        let qualification = EventSchema.qualification.object
        let properties =
            (qualification?["properties"]?.object?.members ?? []) + [
                JSONObject.Member(key: "kind", value: .object(["const": "qualification"]))
            ]
        let required = (qualification?["required"]?.array ?? []) + ["kind", "formation"]
        return schema(
            "A qualification version of Accrue, with its formation rule",
            .object([
                "type": "object", "properties": .object(JSONObject(properties)), "required": .array(required),
                "additionalProperties": .bool(false),
            ]),
            formationShapes
        )
    }

    /// What formation rules are made of.
    static var formationShapes: [(String, JSONValue)] {
        [
            ("group", group), ("pointBounds", bounds(reference("points"))),
            ("countBounds", bounds(integer(0...65_535))),
        ]
    }

    private static var group: JSONValue {
        let placed: [(String, JSONValue)] = [
            ("title", reference("text")), ("points", reference("pointBounds")), ("count", reference("countBounds")),
            ("required", .object(["type": "boolean"])),
        ]
        let unit = record([("unit", reference("identifier"))], optional: [("required", .object(["type": "boolean"]))])
        let slot = record(
            [("open", reference("identifier"))],
            optional: [("qualifications", list(reference("identifier")))] + placed
        )
        let child = JSONValue.object(["oneOf": .array([unit, slot, reference("group")])])
        return record(
            [("group", reference("identifier")), ("children", list(child))],
            optional: [("printed", reference("points"))] + placed
        )
    }

    /// The least and the most, or one value for both.
    private static func bounds(_ value: JSONValue) -> JSONValue {
        .object(["oneOf": .array([value, record([], optional: [("min", value), ("max", value)])])])
    }

    static func schema(_ title: String, _ record: JSONValue, _ definitions: [(String, JSONValue)]) -> JSONValue {
        let definitions: [(String, JSONValue)] =
            [
                ("date", date), ("country", country), ("text", scalar(nil)), ("points", scalar(pointsPattern)),
                ("identifier", scalar(identifierPattern)),
                ("quantity", scalar("^((0|[1-9][0-9]{0,6})([.][0-9]{1,4})?( ?%)?|[0-9]{1,9}/[0-9]{1,9})$")),
            ] + definitions
        let members = [
            JSONObject.Member(key: "$schema", value: "https://json-schema.org/draft/2020-12/schema"),
            JSONObject.Member(key: "title", value: .string(title)),
            JSONObject.Member(key: "$defs", value: members(definitions)),
        ]
        return .object(JSONObject(members + (record.object?.members ?? [])))
    }

    /// What YAML has as a text or a number.
    private static func scalar(_ pattern: String?) -> JSONValue {
        .present([
            "type": .array(["string", "number"]), "pattern": pattern.map { .string($0) },
            "minLength": .integer(1), "maxLength": .integer(ObjectReader.longestText),
        ])
    }

    // MARK: Rules

    /// What each rule states, or its set for all of them.
    private static var statedOnce: [(String, JSONValue)] {
        [
            ("legalBasis", reference("text")), ("dateBasis", words(DateBasis.words.all)),
            ("validFrom", reference("date")), ("validUntil", reference("date")), ("transitionEnd", reference("date")),
            ("earlierUntil", reference("date")), ("retroactivity", words(Retroactivity.words.all)),
        ]
    }

    private static var rule: JSONValue {
        let record = record(
            [("id", reference("identifier"))],
            optional: [("version", reference("identifier")), ("exceptions", list(reference("exception")))]
                + statedOnce + policies
        )
        let one = Policy.Kind.allCases.map { JSONValue.object(["required": .array([.string($0.rawValue)])]) }
        return .object(
            JSONObject((record.object?.members ?? []) + [JSONObject.Member(key: "oneOf", value: .array(one))])
        )
    }

    private static var exception: JSONValue {
        record(
            [("id", reference("identifier")), ("legalBasis", reference("text")), ("when", reference("condition"))],
            optional: policies
        )
    }

    private static var condition: JSONValue {
        record(
            [],
            optional: [
                ("procedures", list(words(Procedure.words.all))), ("units", list(reference("identifier"))),
                ("institutions", list(reference("identifier"))), ("enrolledFrom", reference("date")),
                ("enrolledUntil", reference("date")),
            ]
        )
    }

    // MARK: Policies

    private static var policies: [(String, JSONValue)] { Policy.Kind.allCases.map { ($0.rawValue, schema(of: $0)) } }

    private static func schema(of kind: Policy.Kind) -> JSONValue {
        let boolean = JSONValue.object(["type": "boolean"])
        return switch kind {
        case .standard: reference("identifier")
        case .attempts:
            record(
                [("counts", words(AttemptPolicy.Counting.words.all))],
                optional: [
                    ("maximum", integer(1...65_535)), ("improvements", integer(0...65_535)),
                    ("improve", words(AttemptPolicy.ImprovementTime.words.all)), ("sameUnit", boolean),
                ]
            )
        case .share: record([("procedures", list(words(Procedure.words.all))), ("atMost", reference("quantity"))])
        case .residency: record([("from", words(Residency.Body.words.all)), ("atLeast", reference("quantity"))])
        case .expiry:
            record(
                [("months", integer(1...1_200)), ("from", words(["assessment", "recognition"]))],
                optional: [("units", list(reference("identifier"))), ("frozenByAward", boolean)]
            )
        case .equivalences:
            list(
                record(
                    [("from", list(reference("identifier"))), ("to", list(reference("identifier")))],
                    optional: [
                        ("fromQualification", reference("identifier")), ("toQualification", reference("identifier")),
                        ("partial", words(Equivalence.Partial.words.all)),
                    ]
                )
            )
        case .conversion:
            record(
                [
                    ("from", reference("identifier")), ("amount", reference("points")),
                    ("to", reference("identifier")), ("gives", reference("points")),
                ],
                optional: [("decimals", integer(0...4)), ("rounding", words(Conversion.Rounding.words.all))]
            )
        case .gradeDisplay:
            record([
                ("from", reference("identifier")), ("to", reference("identifier")),
                ("grades", list(record([("grade", reference("text")), ("shown", reference("text"))]))),
            ])
        case .gradeAverage: list(words(AwardExtent.words.all))
        case .borrowedUnits: words(DateBasis.words.all)
        case .progression: list(record([("year", integer(1...20)), ("points", reference("points"))]))
        case .allocation: words(AllocationPolicy.words.all)
        case .outcomePoints:
            list(
                record([
                    ("unit", reference("identifier")), ("outcome", reference("identifier")),
                    ("points", reference("points")),
                ])
            )
        case .repealed: .object(["const": .bool(true)])
        }
    }
}
