/// A strict reader of JSON (RFC 8259).
///
/// What the grammar allows is read and nothing else: no comments, no trailing commas, no second key of one name, no
/// half surrogates, no bytes that are not UTF-8. A text that two programs could understand differently is refused.
public enum JSONReader {
    /// How deep arrays and objects may be nested.
    public static let maximumDepth = 64

    /// The one value that `bytes` hold.
    ///
    /// - Parameters:
    ///   - bytes: A whole JSON text in UTF-8. White space around the value is allowed, anything else is not.
    ///   - maximumSize: The number of bytes above which the text is refused unread.
    /// - Throws: The first fault found, with its place. Bytes that are not UTF-8 are found before any other fault.
    /// - Complexity: O(*n*) in the number of bytes; O(*m* log *m*) in the members of an object of more than 16.
    public static func value(from bytes: RawSpan, maximumSize: Int) throws(JSONSyntaxError) -> JSONValue {
        guard bytes.byteCount <= maximumSize else {
            throw JSONSyntaxError(.tooLarge(limit: maximumSize), at: maximumSize)
        }
        var parser = try JSONParser(bytes)
        return try parser.document()
    }
}

/// A recursive descent over the bytes of one text.
private struct JSONParser: ~Escapable {
    private let bytes: RawSpan
    /// A string that is known to be ASCII is compared and hashed several times faster ever after.
    private let isASCII: Bool
    private var offset = 0
    private var depth = 0

    /// Checks the encoding of all bytes once, so that strings need no further check.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) throws(JSONSyntaxError) {
        do {
            var characters = try UTF8Span(validating: Span<UInt8>(_bytes: bytes))
            isASCII = characters.checkForASCII()
        } catch {
            throw JSONSyntaxError(.invalidUTF8, at: error.byteOffsets.lowerBound)
        }
        self.bytes = bytes
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        // The only text in UTF-8 that starts with this byte and is no JSON for this reason.
        if peek() == 0xEF, bytes.byteCount >= 3,
            bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: UInt16.self) == UInt16(littleEndian: 0xBFBB)
        {
            throw JSONSyntaxError(.byteOrderMark, at: 0)
        }
        skipWhiteSpace()
        guard offset < bytes.byteCount else { throw JSONSyntaxError(.empty, at: offset) }
        let value = try value()
        skipWhiteSpace()
        guard offset == bytes.byteCount else { throw JSONSyntaxError(.trailingData, at: offset) }
        return value
    }

    // MARK: Bytes

    /// The byte at the reading position, or `nil` at the end.
    @inline(__always)
    private func peek() -> UInt8? {
        offset < bytes.byteCount ? bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) : nil
    }

    private mutating func skipWhiteSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    /// Moves past `byte` if it is the next one.
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        offset += 1
        return true
    }

    /// The error for a byte that is not `expected`, or for the end.
    private func unexpected(_ expected: String) -> JSONSyntaxError {
        guard let byte = peek() else { return JSONSyntaxError(.unexpectedEnd, at: offset) }
        return JSONSyntaxError(.unexpected(byte: byte, expected: expected), at: offset)
    }

    // MARK: Values

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount where !skip(text.utf8Start[index]) {
            throw unexpected("'\(text)'")
        }
        return value
    }

    private mutating func enter() throws(JSONSyntaxError) {
        guard depth < JSONReader.maximumDepth else { throw JSONSyntaxError(.tooDeep, at: offset) }
        depth += 1
        offset += 1
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if skip(UInt8(ascii: "]")) { return elements }
        while true {
            skipWhiteSpace()
            elements.append(try value())
            skipWhiteSpace()
            if skip(UInt8(ascii: "]")) { return elements }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        skipWhiteSpace()
        if skip(UInt8(ascii: "}")) { return JSONObject(members) }
        // As many as most lines have.
        members.reserveCapacity(16)
        while true {
            skipWhiteSpace()
            let keyOffset = offset
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            skipWhiteSpace()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipWhiteSpace()
            let valueOffset = offset
            let value = try value()
            members.append(.init(key: key, value: value, keyOffset: keyOffset, valueOffset: valueOffset))
            skipWhiteSpace()
            if skip(UInt8(ascii: "}")) { break }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
        }
        return try JSONObject(members) { (duplicate, before) throws(JSONSyntaxError) in
            throw JSONSyntaxError(.duplicateKey(duplicate.key, first: before.keyOffset), at: duplicate.keyOffset)
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = offset
        _ = skip(UInt8(ascii: "-"))
        if skip(UInt8(ascii: "0")) {
            if let byte = peek(), isDigit(byte) { throw JSONSyntaxError(.leadingZero, at: offset - 1) }
        } else {
            try digits()
        }
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
        return .number(text: text(start..<offset))
    }

    /// One digit or more.
    private mutating func digits() throws(JSONSyntaxError) {
        guard let byte = peek(), isDigit(byte) else { throw unexpected("a digit") }
        while let byte = peek(), isDigit(byte) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    // MARK: Strings

    /// The characters of a range, whose encoding is known to be right.
    private func text(_ range: Range<Int>) -> String {
        var characters = UTF8Span(unchecked: Span<UInt8>(_bytes: bytes.extracting(range)), isKnownASCII: isASCII)
        _ = characters.checkForASCII()
        return String(copying: characters)
    }

    /// A string, made in one go unless it has escapes.
    private mutating func string() throws(JSONSyntaxError) -> String {
        offset += 1
        let start = offset
        try skipPlainCharacters()
        if peek() == UInt8(ascii: "\"") {
            offset += 1
            return text(start..<(offset - 1))
        }
        var result = text(start..<offset)
        while !skip(UInt8(ascii: "\"")) {
            if peek() == UInt8(ascii: "\\") {
                result.unicodeScalars.append(try escape())
            } else {
                let start = offset
                try skipPlainCharacters()
                result += text(start..<offset)
            }
        }
        return result
    }

    /// Moves to the next quote or backslash.
    private mutating func skipPlainCharacters() throws(JSONSyntaxError) {
        var next = offset
        while next + 8 <= bytes.byteCount {
            let eight = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: next, as: UInt64.self))
            let plain = Self.plainCount(eight)
            next += plain
            if plain < 8 { break }
        }
        while next < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromByteOffset: next, as: UInt8.self)
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                offset = next
                return
            }
            if byte < 0x20 { throw JSONSyntaxError(.controlCharacter(byte), at: next) }
            next += 1
        }
        throw JSONSyntaxError(.unexpectedEnd, at: bytes.byteCount)
    }

    /// How many of eight characters, the first one in the lowest byte, come before a quote, a backslash or a control
    /// character: the lowest byte of which a bit is borrowed (Warren, "Hacker's Delight", section 6-1).
    private static func plainCount(_ eight: UInt64) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func borrows(_ word: UInt64, _ limit: UInt64) -> UInt64 { (word &- ones &* limit) & ~word }
        let quotes = borrows(eight ^ ones &* UInt64(UInt8(ascii: "\"")), 1)
        let backslashes = borrows(eight ^ ones &* UInt64(UInt8(ascii: "\\")), 1)
        return ((quotes | backslashes | borrows(eight, 0x20)) & (ones &* 0x80)).trailingZeroBitCount / 8
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        guard let letter = peek() else { throw JSONSyntaxError(.unexpectedEnd, at: offset) }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar(escapedAt: start)
        default: throw JSONSyntaxError(.invalidEscape, at: start)
        }
    }

    /// The character of `\uXXXX`, or of two of them if it takes a surrogate pair.
    private mutating func scalar(escapedAt start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let high = try codeUnit(escapedAt: start)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard UTF16.isLeadSurrogate(high), skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else {
            throw JSONSyntaxError(.unpairedSurrogate, at: start)
        }
        let low = try codeUnit(escapedAt: offset - 2)
        let supplementary = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(low & 0x3FF))
        guard UTF16.isTrailSurrogate(low), let scalar = Unicode.Scalar(supplementary) else {
            throw JSONSyntaxError(.unpairedSurrogate, at: start)
        }
        return scalar
    }

    /// The four hexadecimal digits of an escape, in either case.
    private mutating func codeUnit(escapedAt start: Int) throws(JSONSyntaxError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { throw JSONSyntaxError(.unexpectedEnd, at: offset) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONSyntaxError(.invalidEscape, at: start)
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
