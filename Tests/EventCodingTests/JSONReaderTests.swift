import EventCoding
import Testing

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        try read(Array(text.utf8))
    }

    private func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        try JSONReader.value(from: bytes.span.bytes, maximumSize: 10_000_000)
    }

    /// The fault of a text that must have one.
    private func fault(_ bytes: [UInt8]) -> JSONSyntaxError? {
        do {
            _ = try read(bytes)
            return nil
        } catch {
            return error
        }
    }

    static let good: [(String, JSONValue)] = [
        ("null", .null), (" true ", .bool(true)), ("\t\r\nfalse", .bool(false)),
        ("0", .number(text: "0")), ("-0", .number(text: "-0")), ("-12.50e+03", .number(text: "-12.50e+03")),
        ("1E9", .number(text: "1E9")), ("\"\"", ""), ("\"č\"", "č"), ("\"\u{10FFFF}\"", "\u{10FFFF}"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""a\u00e9\u010Db""#, "aéčb"),
        (#""\uD83D\uDE00""#, "😀"), ("\"\u{7F}\"", "\u{7F}"), ("[]", .array([])), ("{}", .object([:])),
        ("[1,[],{}]", .array([.integer(1), .array([]), .object([:])])),
        (#"{"b":1,"a":{"b":null}}"#, .object(["b": .integer(1), "a": .object(["b": .null])])),
        // The same letter in one and in two code points: two keys.
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", .object(["\u{E9}": .integer(1), "e\u{301}": .integer(2)])),
    ]

    @Test(arguments: good)
    func `what RFC 8259 allows is read`(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test func `a string ends where it ends, at any distance from its start`() throws {
        for count in 0..<40 {
            for filling in ["a", "\u{7F}", "!", "č", "\u{10FFFF}"] {
                let text = String(repeating: filling, count: count)
                #expect(try read("[\"\(text)\",1]") == .array([.string(text), .integer(1)]))
                #expect(try read("[\"\(text)\\n\(text)\",1]") == .array([.string("\(text)\n\(text)"), .integer(1)]))
                let fault = fault(Array("[\"\(text)\u{1F}\",1]".utf8))
                #expect(fault?.kind == .controlCharacter(0x1F) && fault?.offset == 2 + text.utf8.count)
            }
        }
    }

    static let bad: [(String, JSONSyntaxError.Kind, Int)] = [
        ("", .empty, 0), ("  ", .empty, 2),
        ("nul", .unexpectedEnd, 3), ("nulx", .unexpected(byte: 0x78, expected: "'null'"), 3),
        ("True", .unexpected(byte: 0x54, expected: "a value"), 0),
        ("NaN", .unexpected(byte: 0x4E, expected: "a value"), 0),
        ("01", .leadingZero, 0), ("-012", .leadingZero, 1), ("[1,00]", .leadingZero, 3),
        ("+1", .unexpected(byte: 0x2B, expected: "a value"), 0),
        (".5", .unexpected(byte: 0x2E, expected: "a value"), 0),
        ("1.", .unexpectedEnd, 2), ("1.e5", .unexpected(byte: 0x65, expected: "a digit"), 2),
        ("1e", .unexpectedEnd, 2), ("-", .unexpectedEnd, 1), ("0x1", .trailingData, 1),
        ("1 2", .trailingData, 2), ("{} x", .trailingData, 3),
        ("// a", .unexpected(byte: 0x2F, expected: "a value"), 0),
        ("[1,]", .unexpected(byte: 0x5D, expected: "a value"), 3),
        ("[1 2]", .unexpected(byte: 0x32, expected: "',' or ']'"), 3),
        ("[1", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1), ("]", .unexpected(byte: 0x5D, expected: "a value"), 0),
        ("{", .unexpectedEnd, 1), (#"{"a"}"#, .unexpected(byte: 0x7D, expected: "':'"), 4),
        (#"{"a":1,}"#, .unexpected(byte: 0x7D, expected: "a key in quotes"), 7),
        ("{a:1}", .unexpected(byte: 0x61, expected: "a key in quotes"), 1),
        (#"{"a":1 "b":2}"#, .unexpected(byte: 0x22, expected: "',' or '}'"), 7),
        (#"{"a":1,"b":2,"a":3}"#, .duplicateKey("a", first: 1), 13),
        (#"{"a":1,"\u0061":3}"#, .duplicateKey("a", first: 1), 7),
        ("\"abc", .unexpectedEnd, 4), ("\"a\nb\"", .controlCharacter(0x0A), 2), ("\"\u{0}\"", .controlCharacter(0), 1),
        (#""ab\x""#, .invalidEscape, 3), (#""\u12g4""#, .invalidEscape, 1), (#""\u12"#, .unexpectedEnd, 5),
        (#""\"#, .unexpectedEnd, 2), (#""x\ud83d""#, .unpairedSurrogate, 2),
        (#""x\ude00""#, .unpairedSurrogate, 2), (#""\ud83d\u0041""#, .unpairedSurrogate, 1),
        (#""\ud83dA""#, .unpairedSurrogate, 1), ("\u{FEFF}{}", .byteOrderMark, 0),
        ("'a'", .unexpected(byte: 0x27, expected: "a value"), 0),
    ]

    @Test(arguments: bad)
    func `what RFC 8259 forbids is refused with its reason and place`(
        text: String,
        kind: JSONSyntaxError.Kind,
        offset: Int
    ) {
        let fault = fault(Array(text.utf8))
        #expect(fault?.kind == kind)
        #expect(fault?.offset == offset)
    }

    static let badBytes: [([UInt8], Int)] = [
        ([0x22, 0xFF, 0x22], 1),
        ([0x22, 0x61, 0xC3, 0x22], 2),  // a sequence cut short
        ([0x22, 0xC0, 0x80, 0x22], 1),  // zero in two bytes
        ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),  // a surrogate
        ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),  // beyond U+10FFFF
        ([0x5B, 0x31, 0x2C, 0x80], 3),
    ]

    @Test(arguments: badBytes)
    func `bytes that are not UTF-8 are refused where they begin`(bytes: [UInt8], offset: Int) {
        #expect(fault(bytes)?.kind == .invalidUTF8)
        #expect(fault(bytes)?.offset == offset)
    }

    @Test func `nesting is read to its limit and refused one level deeper`() throws {
        let limit = JSONReader.maximumDepth
        let deepest = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        _ = try read(deepest)
        let error = fault(Array(("[" + deepest + "]").utf8))
        #expect(error?.kind == .tooDeep)
        #expect(error?.offset == limit)
        // A million brackets must not reach the end of the stack either.
        #expect(fault(Array(repeating: UInt8(ascii: "["), count: 1_000_000))?.kind == .tooDeep)
        // Neighbours do not add up.
        _ = try read("[" + String(repeating: "[[]],", count: 200) + "[]]")
    }

    @Test func `a text above the size given is refused unread`() throws {
        let text = Array("[1, 2]".utf8)
        _ = try JSONReader.value(from: text.span.bytes, maximumSize: 6)
        #expect(throws: JSONSyntaxError.self) {
            try JSONReader.value(from: text.span.bytes, maximumSize: 5)
        }
    }

    @Test(arguments: [16, 17, 500])
    func `an object of many members finds each by key, and a late duplicate is found and named`(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" }
        let object = try #require(try read("{" + members.joined(separator: ",") + "}").object)
        #expect(object.members.count == count)
        for index in 0..<count { #expect(object["k\(index)"] == .integer(index)) }
        #expect(object["k"] == nil)
        #expect(object["z"] == nil)

        let text = "{" + members.joined(separator: ",") + ",\"k3\":0}"
        let error = fault(Array(text.utf8))
        #expect(error?.kind == .duplicateKey("k3", first: "{'k0':0,'k1':1,'k2':2,".utf8.count))
        #expect(error?.offset == text.utf8.count - 7)
    }

    @Test func `each member knows where its key and value stand in the text`() throws {
        let object = try #require(try read(#"{ "a" : 1,"č": "x"}"#).object)
        #expect(object.members.map(\.keyOffset) == [2, 10])
        #expect(object.members.map(\.valueOffset) == [8, 16])
    }

    @Test func `every prefix of a text is refused, and none is read as something else`() throws {
        let text = Array(#"{"a":[1,-2.5e3,"č\n\ud83d\ude00"],"b":{"c":null,"d":true}}"#.utf8)
        _ = try read(text)
        for length in 0..<text.count { #expect(fault(Array(text[..<length])) != nil) }
    }

    @Test func `an error names the column and what is wrong`() {
        #expect(fault(Array("[1 2]".utf8))?.description == "column 4: Expected ',' or ']', found '2'.")
        #expect(fault(Array("[\u{1}".utf8))?.description == "column 2: Expected a value, found the byte 0x01.")
    }
}
