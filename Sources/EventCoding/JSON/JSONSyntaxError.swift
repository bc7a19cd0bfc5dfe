/// Why a text is not JSON as this project reads it, and at which byte.
public struct JSONSyntaxError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable {
        /// The text has nothing but white space.
        case empty
        /// The text is longer than its reader accepts: the limit in bytes.
        case tooLarge(limit: Int)
        /// Arrays and objects are nested deeper than ``JSONReader/maximumDepth``.
        case tooDeep
        /// The text ends inside a value.
        case unexpectedEnd
        /// Another character than the grammar wants here; `expected` says what it wants.
        case unexpected(byte: UInt8, expected: String)
        /// Something follows the value.
        case trailingData
        /// The text starts with a byte order mark, which RFC 8259, section 8.1, forbids.
        case byteOrderMark
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// A control character stands in a string without an escape.
        case controlCharacter(UInt8)
        /// A backslash is followed by something that is no escape.
        case invalidEscape
        /// Half of a surrogate pair stands alone, and so stands for no character.
        case unpairedSurrogate
        /// A number starts with a superfluous zero.
        case leadingZero
        /// A key stands a second time in its object, and at an earlier offset first.
        case duplicateKey(String, first: Int)
    }

    /// What is wrong.
    public let kind: Kind

    /// The distance in bytes from the start of the text to the fault.
    public let offset: Int

    /// The byte of the text at which the fault is, counted from 1 as editors count columns.
    public var column: Int { offset + 1 }

    /// Never inlined: errors are rare, and the places that throw them stay small.
    @inline(never)
    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// The fault as a sentence without its place.
    public var message: String {
        switch kind {
        case .empty: "There is no value."
        case .tooLarge(let limit): "The text is longer than \(limit) bytes."
        case .tooDeep: "Arrays and objects are nested deeper than \(JSONReader.maximumDepth) levels."
        case .unexpectedEnd: "The text ends inside a value."
        case .unexpected(let byte, let expected): "Expected \(expected), found \(Self.name(of: byte))."
        case .trailingData: "Something follows the value."
        case .byteOrderMark: "The text starts with a byte order mark; JSON is UTF-8 without one."
        case .invalidUTF8: "These bytes are not UTF-8."
        case .controlCharacter(let byte): "\(Self.name(of: byte)) stands in a string and must be escaped."
        case .invalidEscape: "This is no escape; there are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits."
        case .unpairedSurrogate: "Half of a surrogate pair stands alone."
        case .leadingZero: "A number does not start with a superfluous zero."
        case .duplicateKey(let key, let first):
            "The key \"\(key)\" stands twice in one object, first in column \(first + 1)."
        }
    }

    /// The byte as a person would name it.
    private static func name(of byte: UInt8) -> String {
        switch byte {
        case 0x21...0x7E: "'\(Character(Unicode.Scalar(byte)))'"
        case 0x20: "a space"
        case 0x09: "a tab"
        case 0x0A: "a line break"
        case 0x0D: "a carriage return"
        default: "the byte 0x\(Hex.text(of: [byte].span.bytes))"
        }
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// The place and the fault, such as `column 7: The text ends inside a value.`
    public var description: String { "column \(column): \(message)" }
}
