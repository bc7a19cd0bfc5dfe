/// A JSON value (RFC 8259), as exact as its text: numbers keep their digits and never become binary fractions.
public enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, by its text as the JSON grammar has it, such as `-12` or `1.50e3`.
    case number(text: String)
    /// A string, its escapes resolved.
    case string(String)
    /// An array, in order.
    case array([JSONValue])
    /// An object, its members in the order they were written.
    case object(JSONObject)

    /// The number `value`.
    public static func integer(_ value: some BinaryInteger) -> JSONValue {
        .number(text: String(value))
    }

    /// The object of these members; of two with one key the later is left out.
    public static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(JSONObject(members.map { JSONObject.Member(key: $0.key, value: $0.value) }))
    }
}

extension JSONValue {
    /// What kind of value this is, in a word for a message: `null`, `boolean`, `number`, `string`, `array`, `object`.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The string, if this is one.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object, if this is one.
    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The whole number, if this is one written without fraction and exponent, and `Integer` can hold it.
    public func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        if case .number(let text) = self { Integer(text) } else { nil }
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// The string `value`.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}
