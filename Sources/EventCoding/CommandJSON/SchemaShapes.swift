/// The pieces that JSON Schemas are made of.
protocol SchemaShapes {}

extension SchemaShapes {
    static var date: JSONValue { pattern("^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$") }

    static var country: JSONValue { pattern("^[A-Z]{2}$") }

    static var text: JSONValue {
        .object(["type": "string", "minLength": .integer(1), "maxLength": .integer(ObjectReader.longestText)])
    }

    static var pointsPattern: String { "^-?(0|[1-9][0-9]{0,6})([.][0-9]{1,4})?$" }

    static var identifierPattern: String { "^\\S{1,200}$" }

    static func reference(_ name: String) -> JSONValue { .object(["$ref": .string("#/$defs/\(name)")]) }

    static func pattern(_ pattern: String) -> JSONValue {
        .object(["type": "string", "pattern": .string(pattern)])
    }

    static func words(_ words: [String]) -> JSONValue {
        .object(["enum": .array(words.map { .string($0) })])
    }

    static func integer(_ range: ClosedRange<Int>) -> JSONValue {
        .object([
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ])
    }

    static func list(_ items: JSONValue) -> JSONValue { .object(["type": "array", "items": items]) }

    static func members(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    static func record(
        _ required: [(String, JSONValue)],
        optional: [(String, JSONValue)] = []
    ) -> JSONValue {
        .object([
            "type": "object",
            "properties": members(required + optional),
            "required": .array(required.map { .string($0.0) }),
            "additionalProperties": .bool(false),
        ])
    }
}
