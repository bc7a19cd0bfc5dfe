/// The one text of a JSON value by RFC 8785 (JSON Canonicalization Scheme): no spaces, keys sorted by their UTF-16
/// code units, the fewest escapes. Equal values have equal bytes, so that they can be digested.
///
/// RFC 8785 writes numbers as ECMAScript does, from binary fractions. Here only whole numbers of at most 2⁵³ − 1 are
/// written, for which the two agree; decimals are strings in this project's formats.
public enum CanonicalJSON {
    /// The canonical bytes of `value`.
    ///
    /// - Throws: ``NotCanonical`` if it holds a number that is not whole or too large.
    public static func bytes(of value: JSONValue) throws(NotCanonical) -> [UInt8] {
        var bytes: [UInt8] = []
        try append(value, to: &bytes)
        return bytes
    }

    /// Appends the canonical bytes of `value` to `bytes`; after an error `bytes` holds a part of them.
    static func append(_ value: JSONValue, to bytes: inout [UInt8]) throws(NotCanonical) {
        switch value {
        case .null: append("null", to: &bytes)
        case .bool(let value): append(value ? "true" : "false", to: &bytes)
        case .number(let text): append(try canonicalNumber(text), to: &bytes)
        case .string(let text): appendString(text, to: &bytes)
        case .array(let elements): try appendArray(elements, to: &bytes)
        case .object(let object): try appendObject(object, to: &bytes)
        }
    }

    /// A number that has no canonical text here.
    public struct NotCanonical: Error, Hashable, Sendable {
        /// The number as it was written.
        public let number: String
    }

    /// 2⁵³ − 1: up to here every whole number is exact in every implementation of JSON.
    public static let greatestNumber: Int64 = 9_007_199_254_740_991

    private static func canonicalNumber(_ text: String) throws(NotCanonical) -> String {
        // `Int64` also takes a plus sign and leading zeros, which the grammar of JSON does not.
        guard let number = Int64(text), (-greatestNumber...greatestNumber).contains(number) else {
            throw NotCanonical(number: text)
        }
        return String(number)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text.utf8)
    }

    private static func appendArray(_ elements: [JSONValue], to bytes: inout [UInt8]) throws(NotCanonical) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            try append(element, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func appendObject(_ object: JSONObject, to bytes: inout [UInt8]) throws(NotCanonical) {
        bytes.append(UInt8(ascii: "{"))
        let members = object.members
        let isSorted = zip(members, members.dropFirst()).allSatisfy { precedes($0.key, $1.key) }
        let sorted = isSorted ? members : members.sorted { precedes($0.key, $1.key) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendString(member.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            try append(member.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The order of UTF-16 code units, told from UTF-8: it differs from the order of bytes only in that characters
    /// beyond U+FFFF (surrogates D800 to DFFF) come before U+E000 to U+FFFF.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        func rank(_ byte: UInt8) -> UInt8 { byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte }
        return left.utf8.lexicographicallyPrecedes(right.utf8) { rank($0) < rank($1) }
    }

    /// Writes runs without escapes in one go.
    private static func appendString(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { text in
            var start = 0
            for (index, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                bytes.append(contentsOf: text[start..<index])
                appendEscape(of: byte, to: &bytes)
                start = index + 1
            }
            bytes.append(contentsOf: text[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case 0x08: append("\\b", to: &bytes)
        case 0x09: append("\\t", to: &bytes)
        case 0x0A: append("\\n", to: &bytes)
        case 0x0C: append("\\f", to: &bytes)
        case 0x0D: append("\\r", to: &bytes)
        case ..<0x20: append("\\u00" + Hex.text(of: [byte].span.bytes), to: &bytes)
        default: bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        }
    }
}
