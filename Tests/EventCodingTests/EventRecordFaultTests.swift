import AccrueTestKit
import Credit
import Testing

@testable import EventCoding

/// Records that no version of this software writes, though their checksums and digests are right.
@Suite struct EventRecordFaultTests {
    /// A fixed part and parts, sealed as a faulty or later writer would seal them.
    private static func record(
        of kind: EventKind = .enrolled,
        parts: [RecordLayout.Part] = [],
        _ change: (inout [UInt8]) -> Void = { _ in }
    ) -> [UInt8] {
        var fixedPart = Array(SampleEvents.of(kind).record[..<RecordLayout.fixedPartSize])
        change(&fixedPart)
        return RecordLayout.record(fixedPart: fixedPart, parts: parts)
    }

    private static func details(_ json: String) -> RecordLayout.Part {
        RecordLayout.Part(type: 1, content: Array(json.utf8))
    }

    private static func list(_ type: UInt16, _ content: [UInt8]) -> RecordLayout.Part {
        RecordLayout.Part(type: type, content: content)
    }

    /// The code and subject of what `record` is refused with.
    private static func refusal(_ record: [UInt8]) -> (code: ErrorCode, subject: String)? {
        do throws(AccrueError) {
            _ = try Event(record: record.span.bytes)
            return nil
        } catch {
            return (error.code, error.subject)
        }
    }

    @Test func `without a change such a record is read`() throws {
        let bytes = Self.record(parts: [Self.details(#"{"text":"a"}"#), Self.list(2, [1, 0, 0, 0])])
        let event = try Event(record: bytes.span.bytes)
        #expect(event.details.text == "a" && event.details.sources == [Position(rawValue: 1)])
    }

    @Test(arguments: [UInt8(0), 18, 31, 255])
    func `a kind that is not known is called a later format`(kind: UInt8) {
        let refusal = Self.refusal(Self.record { $0[RecordLayout.kindOffset] = kind })
        #expect(refusal?.code == .formatNewer)
        #expect(refusal?.subject == "position 1032, kind \(kind)")
    }

    @Test(arguments: [(0, ErrorCode.formatNewer), (4, .recordDamaged), (7, .recordDamaged)])
    func `a later format is one only where a log may have its record`(offset: Int, code: ErrorCode) {
        var record = Self.record()
        record[RecordLayout.formatVersionOffset] = 28
        record[RecordLayout.positionOffset + offset] = 10
        #expect(Self.refusal(record)?.code == code)
    }

    @Test(arguments: [
        (RecordLayout.flagsOffset, "flags 4"), (RecordLayout.functionOffset, "function 250"),
        (RecordLayout.resultOffset, "result 250"), (RecordLayout.procedureOffset, "procedure 250"),
        (RecordLayout.reasonOffset, "reason 250"), (RecordLayout.positionOffset + 4, "too large"),
    ])
    func `a value that no version writes is damage, and is named`(offset: Int, subject: String) {
        let refusal = Self.refusal(Self.record { $0[offset] = offset == RecordLayout.flagsOffset ? 4 : 250 })
        #expect(refusal?.code == .recordDamaged)
        #expect(refusal?.subject.contains(subject) == true)
    }

    @Test(arguments: [[2, 1], [3, 2], [1, 1], [0]])
    func `parts out of order or twice are damage`(types: [UInt16]) {
        let parts = types.map { $0 == 1 ? Self.details(#"{"text":"a"}"#) : Self.list($0, [1, 0, 0, 0]) }
        #expect(Self.refusal(Self.record(parts: parts))?.code == .recordDamaged)
    }

    @Test func `a part of a type that is not known is called a later format`() {
        let refusal = Self.refusal(Self.record(parts: [Self.list(4, [1])]))
        #expect(refusal?.code == .formatNewer)
        #expect(refusal?.subject == "position 1032, part 4")
    }

    @Test(arguments: [UInt16(2), 3], [0, 1, 5])
    func `a list that is empty or ends within a position is damage`(type: UInt16, length: Int) {
        let part = Self.list(type, Array(repeating: 1, count: length))
        #expect(Self.refusal(Self.record(parts: [part]))?.code == .recordDamaged)
    }

    @Test(arguments: [UInt16(2), 3])
    func `a list that refers to no position is damage`(type: UInt16) {
        let part = Self.list(type, [7, 0, 0, 0, 0, 0, 0, 0])
        #expect(Self.refusal(Self.record(parts: [part]))?.code == .recordDamaged)
    }

    @Test(arguments: 0..<11)
    func `a reference to the position that no event has is damage`(number: Int) {
        let place = RecordLayout.referencesOffset + 4 * number
        let refusal = Self.refusal(Self.record { $0.replaceSubrange(place..<place + 4, with: [255, 255, 255, 255]) })
        #expect(refusal?.code == .recordDamaged)
        #expect(refusal?.subject == "position 1032, a reference to where no event is")
    }

    @Test(arguments: [
        "", "[]", "{", "{}", #"{ "text":"a"}"#, #"{"text":"a","evidence":"b"}"#, #"{"text":"\u0061"}"#,
        #"{"text":"a","text":"a"}"#, #"{"text":""}"#, #"{"text":1}"#, #"{"outcomes":[]}"#, #"{"unknown":"a"}"#,
        #"{"learner":"p1"}"#, #"{"identifier":"a b"}"#, #"{"identifier":""}"#, #"{"identifier":"a\u0062"}"#,
        #"{"identifier":"a\"}"#,
        #"{"identifier":"a""}"#, #"{"identifier":"a"}}"#, "{\"identifier\":\"\(String(repeating: "a", count: 201))\"}",
        #"{"document":{"name":"a"}}"#, "{\"text\":\"\u{FEFF}",
    ])
    func `details that are not canonical, or not details, are damage`(json: String) {
        let refusal = Self.refusal(Self.record(parts: [Self.details(json)]))
        #expect(refusal?.code == .recordDamaged)
        #expect(refusal?.subject.hasPrefix("position 1032, details: ") == true)
    }

    @Test func `the document of another kind is damage`() {
        let scheme = #"{"document":{"name":"KT"},"identifier":"kt"}"#
        #expect(Self.refusal(Self.record(of: .schemeIntroduced, parts: [Self.details(scheme)])) == nil)
        #expect(
            Self.refusal(Self.record(of: .institutionIntroduced, parts: [Self.details(scheme)]))?.code
                == .recordDamaged
        )
    }
}
