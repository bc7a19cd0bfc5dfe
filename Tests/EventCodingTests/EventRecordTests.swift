import Accrue
import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing

/// Events as bytes.
@Suite struct EventRecordTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../fixtures/golden").standardized

    @Test(arguments: EventKind.allCases)
    func `golden bytes are written and read as ever`(kind: EventKind) throws {
        let event = SampleEvents.of(kind)
        let bytes = event.record
        let file = Self.golden.appending(path: "\(kind.name).hex")
        if ProcessInfo.processInfo.environment["ACCRUE_WRITE_FIXTURES"] != nil {
            try FileManager.default.createDirectory(at: Self.golden, withIntermediateDirectories: true)
            try Self.wrapped(Hex.text(of: bytes.span.bytes)).write(to: file, atomically: true, encoding: .utf8)
        }
        let text = try String(contentsOf: file, encoding: .utf8).filter { !$0.isNewline }
        let golden = try #require(Hex.bytes(from: text))
        #expect(bytes == golden)
        #expect(try Event(record: golden.span.bytes) == event)
    }

    @Test func `any event comes back from its bytes as it was`() throws {
        var random = SeededRandom(seed: 1)
        for round in 0..<3_000 {
            let event = random.event()
            let bytes = event.record
            #expect(try Event(record: bytes.span.bytes) == event, "round \(round)")
        }
    }

    @Test func `an event without parts is its fixed part, and takes no salt`() throws {
        var event = SampleEvents.of(.enrolled)
        event.command.details = EventDetails()
        #expect(EventRecord.saltSize(of: event.command) == 0 && event.record.count == 128)
        #expect(try Event(record: event.record.span.bytes) == event)
    }

    @Test func `the same parts under other salts have other digests, and the same event`() throws {
        let event = SampleEvents.of(.recognitionDecided)
        let size = EventRecord.saltSize(of: event.command)
        #expect(size == 32)
        let (one, other) = (event.record, EventRecord.bytes(of: event, salts: Array(repeating: 9, count: size)))
        let (view, another) = (try RecordView(one.span.bytes), try RecordView(other.span.bytes))
        for index in 0..<view.partCount {
            #expect(view.partEntry(at: index).digest != another.partEntry(at: index).digest)
            #expect(view.partEntry(at: index).length == another.partEntry(at: index).length)
        }
        #expect(try Event(record: other.span.bytes) == event)
    }

    @Test(arguments: [
        "a", "~!", "a\"b", "a\\b", "\"}", "č", "{\"identifier\":\"a\"}", String(repeating: "a", count: 200),
    ])
    func `a learner's identifier comes back, whether its text is plain or not`(identifier: String) throws {
        var event = SampleEvents.of(.learnerIntroduced)
        event.command.details = EventDetails()
        event.command.details.identifier = identifier
        let bytes = event.record
        #expect(try Event(record: bytes.span.bytes) == event)
    }

    @Test(arguments: [EventKind.recognitionDecided, .learnerSplit, .enrolled])
    func `no flipped bit gives another event`(kind: EventKind) throws {
        let bytes = SampleEvents.of(kind).record
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = #expect(throws: AccrueError.self, "bit \(bit)") { try Event(record: flipped.span.bytes) }
            #expect(error?.code == .recordDamaged || error?.code == .formatNewer)
        }
    }

    @Test func `no length but the whole one is read`() throws {
        let bytes = SampleEvents.of(.recognitionDecided).record
        for length in 0..<bytes.count {
            #expect(throws: AccrueError.self) { try Event(record: Array(bytes[..<length]).span.bytes) }
        }
        #expect(throws: AccrueError(.recordDamaged)) { try Event(record: (bytes + [0]).span.bytes) }
    }

    @Test func `a record of a later format is called that, with its position`() throws {
        var bytes = SampleEvents.of(.enrolled).record
        bytes[0] = 2
        let error = #expect(throws: AccrueError(.formatNewer)) { try Event(record: bytes.span.bytes) }
        #expect(error?.subject.contains("position 1032") == true)
    }

    @Test func `the fixed part is read in place`() {
        let event = SampleEvents.of(.recognitionDecided)
        let bytes = event.record
        let fixed = FixedPart(bytes.span.bytes)
        #expect(fixed.position == event.position)
        #expect(fixed.id == event.id)
        #expect(fixed.kindNumber == event.kind.rawValue)
        #expect(fixed.effective == event.effective)
        #expect(fixed.recordedAt == event.recordedAt)
        #expect(fixed.points == event.points)
        #expect(fixed.learnerNumber == 7 && fixed.learnerVersion == 42)
        #expect(fixed.flags == event.flags)
    }

    private static func wrapped(_ text: String) -> String {
        var lines = ""
        var rest = text[...]
        while !rest.isEmpty {
            lines += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return lines
    }
}
