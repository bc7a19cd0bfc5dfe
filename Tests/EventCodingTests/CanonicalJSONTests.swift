import Accrue
import AccrueTestKit
import EventCoding
import Testing

@Suite struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String {
        let bytes = Array(text.utf8)
        return String(
            decoding: try CanonicalJSON.bytes(of: try JSONReader.value(from: bytes.span.bytes, maximumSize: 1_000_000)),
            as: UTF8.self
        )
    }

    @Test func `keys are sorted by UTF-16 code units, as in the example of RFC 8785, section 3.2.3`() throws {
        let text = #"""
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """#
        let keys = ["\\r", "1", "\u{80}", "ö", "€", "😀", "\u{FB33}"]
        let values = [
            "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
            "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
        ]
        let members = zip(keys, values).map { "\"\($0)\":\"\($1)\"" }
        #expect(try canonical(text) == "{" + members.joined(separator: ",") + "}")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `keys sort as their UTF-16 code units do, whatever their characters`(seed: UInt64) throws {
        var values = RandomJSON(seed: seed)
        let keys = Set((0..<40).map { _ in values.string() })
        let object = JSONObject(keys.map { JSONObject.Member(key: $0, value: .null) })
        let bytes = try CanonicalJSON.bytes(of: .object(object))
        let written = try #require(try JSONReader.value(from: bytes.span.bytes, maximumSize: .max).object)
        let expected = keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        #expect(written.members.map(\.key) == expected)
    }

    @Test func `strings have the escapes of RFC 8785, section 3.2.2.2, and no others`() throws {
        #expect(
            try canonical(#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/""#) == #""€$\u000f\nA'B\"\\\\\"/""#
        )
        #expect(
            try canonical(#""\b\t\n\f\r\u0000\u001f\u007f\u2028""#) == "\"\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}\u{2028}\""
        )
    }

    @Test func `words, spaces and nested keys take one form`() throws {
        #expect(
            try canonical(#" [ null , true , false , { "b" : [ ] , "a" : { } } ] "#)
                == #"[null,true,false,{"a":{},"b":[]}]"#
        )
    }

    @Test(
        arguments: [
            ("0", "0"), ("-0", "0"), ("-1", "-1"), ("9007199254740991", "9007199254740991"),
            ("-9007199254740991", "-9007199254740991"),
        ]
    )
    func `whole numbers up to 2^53 - 1 are written`(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test(
        arguments: [
            "9007199254740992", "-9007199254740992", "1.0", "1e2", "0.5", "123456789012345678901234567890",
        ]
    )
    func `other numbers are refused by name`(text: String) {
        #expect(throws: CanonicalJSON.NotCanonical.self) { try canonical("[\(text)]") }
        do {
            _ = try CanonicalJSON.bytes(of: .number(text: text))
        } catch {
            #expect(error.number == text)
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `a random value, written and read, is the same, and its text stays as it is`(seed: UInt64) throws {
        var values = RandomJSON(seed: seed)
        let value = values.value(depth: 0)
        let bytes = try CanonicalJSON.bytes(of: value)
        let read = try JSONReader.value(from: bytes.span.bytes, maximumSize: .max)
        #expect(RandomJSON.sorted(read) == RandomJSON.sorted(value))
        #expect(try CanonicalJSON.bytes(of: read) == bytes)
    }
}

/// Seeded values with characters from all over Unicode.
private struct RandomJSON {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func below(_ bound: Int) -> Int { random.below(bound) }

    mutating func string() -> String {
        let ranges: [ClosedRange<Int>] = [
            0...0x1F, 0x20...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF,
        ]
        var text = ""
        for _ in 0..<below(6) {
            let range = ranges[below(ranges.count)]
            if let scalar = Unicode.Scalar(UInt32(range.lowerBound + below(range.count))) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth < 4 ? 6 : 4) {
        case 0: return .null
        case 1: return .bool(below(2) == 1)
        case 2: return .integer(below(2_000_000) - 1_000_000)
        case 3: return .string(string())
        case 4: return .array((0..<below(5)).map { _ in value(depth: depth + 1) })
        default:
            return .object(
                JSONObject((0..<below(24)).map { _ in .init(key: string(), value: value(depth: depth + 1)) })
            )
        }
    }

    /// The value with the members of its objects in one order, as order is not part of what an object says.
    static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let object):
            .object(
                JSONObject(
                    object.members
                        .map { JSONObject.Member(key: $0.key, value: sorted($0.value)) }
                        .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                )
            )
        default: value
        }
    }
}
