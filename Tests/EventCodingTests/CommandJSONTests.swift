import Accrue
import Credit
import EventCoding
import Testing

/// Events as lines.
@Suite struct CommandJSONTests {
    /// Names every position `p<number>` and knows two documents.
    private struct Names: ReferenceNamer, ReferenceResolver {
        func name(of position: Position, in space: ReferenceSpace) -> String { "p\(position)" }

        func position(of name: ReferenceName, in space: ReferenceSpace) -> Position? {
            let text = name.description
            return text.hasPrefix("p") ? UInt32(text.dropFirst()).map(Position.init) : nil
        }

        func document(at position: Position) -> Document? {
            var qualification = SampleEvents.qualification
            qualification.groups = ["whole", "core", "choice", "first", "second"]
            return position == Names.scale
                ? SampleEvents.document(of: .scaleIntroduced) : .qualification(qualification)
        }

        static let scale = SampleEvents.of(.assessmentRecorded).scale
    }

    private static func command(_ line: String) throws(SubmissionErrors) -> Command {
        let bytes = Array(line.utf8)
        return try Submission(line: bytes.span.bytes).command(resolving: Names())
    }

    /// `field: code` of every fault of a line.
    private static func faults(_ line: String) -> [String] {
        do throws(SubmissionErrors) {
            _ = try command(line)
            return []
        } catch {
            return error.errors.map { "\($0.field ?? ""): \($0.code.rawValue)" }
        }
    }

    private static let enrolled =
        #"{"id":"01234567-89ab-4cde-8f01-23456789ab20","kind":"enrolled","effective":"2025-09-01","learner":"p1","actor":"p2","institution":"p3","qualification":"p4"}"#
    private static let recognised =
        #"{"id":"01234567-89ab-4cde-8f01-23456789ab21","kind":"recognition-decided","effective":"2025-09-01","decided":"2025-09-01","learner":"p1","actor":"p2","institution":"p3","qualification":"p4","enrolment":"p5","unit":"U1","procedure":"local","result":"positive","scheme":"p6","points":"9.2857","answers":"p7"}"#

    @Test func `a line says what its event says, for every kind`() throws {
        for event in SampleEvents.all {
            let line = try CommandJSON.line(of: event, naming: Names())
            let read = try Submission(line: line.span.bytes).command(resolving: Names())
            #expect(read == event.command, "\(event.kind.name)")
            var again = event
            again.command = read
            #expect(try CommandJSON.line(of: again, naming: Names()) == line)
        }
    }

    @Test func `lines are canonical`() throws {
        for event in SampleEvents.all {
            let line = try CommandJSON.line(of: event, naming: Names())
            let value = try JSONReader.value(from: line.span.bytes, maximumSize: line.count)
            #expect(try CanonicalJSON.bytes(of: value) == line)
        }
    }

    @Test func `random events come back from their lines`() throws {
        var random = SeededRandom(seed: 3)
        for round in 0..<2_000 {
            var event = random.event()
            // Positions of the sample documents stay, so that units and grades keep their names.
            event.command.qualification = SampleEvents.of(event.kind).qualification
            event.command.scale = event.scale == nil ? nil : Names.scale
            if event.scale == nil { event.command.grade = nil }
            let line = try CommandJSON.line(of: event, naming: Names())
            #expect(
                try Submission(line: line.span.bytes).command(resolving: Names()) == event.command,
                "round \(round)"
            )
        }
    }

    @Test(arguments: ["text", "effective", "id", "kind", "unknown"])
    func `a value is quoted in part, also where it is one letter with very many marks`(key: String) {
        let long = "a" + String(repeating: "\u{301}", count: 100_000)
        let line =
            key == "unknown" ? #"{"\#(long)":1,"kind":"enrolled"}"# : #"{"\#(key)":"\#(long)","kind":"enrolled"}"#
        do throws(SubmissionErrors) {
            _ = try Self.command(line)
            Issue.record("accepted")
        } catch {
            #expect(error.errors.allSatisfy { "\($0)".utf8.count < 1_000 })
        }
    }

    @Test func `good lines have no fault`() {
        #expect(Self.faults(Self.enrolled) == [])
        #expect(Self.faults(Self.recognised) == [])
        #expect(
            Self.faults(Self.enrolled.replacing("}", with: #","position":7,"recordedAt":"x","learnerVersion":1}"#))
                == []
        )
    }

    @Test(arguments: [
        ("{", "", "E-JSN-001"), ("[]", "", "E-JSN-005"), ("", "", "E-JSN-001"),
        (Self.enrolled + "x", "", "E-JSN-001"),
        (Self.enrolled.replacing(#""kind""#, with: #""id""#), "", "E-JSN-001"),
        (Self.enrolled.replacing("enrolled", with: "enroled"), "kind", "E-JSN-002"),
        (Self.enrolled.replacing("}", with: #","learnr":"p1"}"#), "learnr", "E-JSN-003"),
        (Self.enrolled.replacing(#","learner":"p1""#, with: ""), "learner", "E-JSN-004"),
        (Self.enrolled.replacing(#""p1""#, with: "1"), "learner", "E-JSN-005"),
        (Self.enrolled.replacing("01234567-", with: "0123456-"), "id", "E-VAL-005"),
        (Self.enrolled.replacing("2025-09-01", with: "2025-02-29"), "effective", "E-VAL-004"),
        (Self.enrolled.replacing("2025-09-01", with: "1.9.2025"), "effective", "E-VAL-004"),
        (Self.enrolled.replacing("p1", with: "p 1"), "learner", "E-VAL-006"),
        (Self.enrolled.replacing("p1", with: "p\\u0007"), "learner", "E-VAL-006"),
        (Self.enrolled.replacing("p1", with: String(repeating: "p", count: 201)), "learner", "E-VAL-006"),
        (Self.enrolled.replacing("p1", with: "ps\u{30C}"), "learner", "E-VAL-014"),
        (Self.enrolled.replacing("p1", with: "ps\\u030c"), "learner", "E-VAL-014"),
        (Self.enrolled.replacing("p1", with: "p\u{212B}"), "learner", "E-VAL-014"),
        (Self.enrolled.replacing("p1", with: "q\u{30C}š"), "learner", "E-REF-001"),
        (Self.enrolled.replacing("p1", with: "q"), "learner", "E-REF-001"),
        (Self.recognised.replacing("9.2857", with: "9.28571"), "points", "E-VAL-002"),
        (Self.recognised.replacing("9.2857", with: "1000000.0001"), "points", "E-VAL-003"),
        (Self.recognised.replacing("9.2857", with: "9223372036854775808"), "points", "E-VAL-003"),
        (Self.recognised.replacing("9.2857", with: "9,5"), "points", "E-VAL-001"),
        (Self.recognised.replacing("\"9.2857\"", with: "9.2857"), "points", "E-JSN-005"),
        (Self.recognised.replacing("local", with: "locl"), "procedure", "E-VAL-009"),
        (Self.recognised.replacing("U1", with: "U9"), "unit", "E-VAL-009"),
        (
            Self.recognised.replacing("}", with: #","text":"\#(String(repeating: "a", count: 4_001))"}"#), "text",
            "E-VAL-007"
        ),
        (Self.recognised.replacing("}", with: #","sources":["p1","p1"]}"#), "sources[1]", "E-VAL-009"),
        (Self.recognised.replacing("}", with: #","grade":"4"}"#), "grade", "E-ASM-002"),
    ])
    func `each fault has its code and names its field`(line: String, field: String, code: String) {
        #expect(Self.faults(line) == ["\(field): \(code)"])
    }

    @Test func `all faults of a line are told`() {
        let line = Self.recognised.replacing("2025-09-01", with: "2025-13-01").replacing("9.2857", with: "9.28571")
            .replacing(#""unit""#, with: #""unti""#)
        #expect(
            Self.faults(line) == [
                "effective: E-VAL-004", "unit: E-JSN-004", "decided: E-VAL-004", "points: E-VAL-002", "unti: E-JSN-003",
            ]
        )
    }

    @Test func `what was meant is suggested`() throws {
        let error = #expect(throws: SubmissionErrors.self) {
            try Self.command(Self.enrolled.replacing("enrolled", with: "enroled"))
        }
        #expect(error?.errors.first?.subject == "enroled (did you mean enrolled?)")
    }

    @Test func `faults of documents name their place`() throws {
        let line = try CommandJSON.line(of: SampleEvents.of(.qualificationPublished), naming: Names())
        let text = String(decoding: line, as: UTF8.self)
        #expect(Self.faults(text) == [])
        #expect(
            Self.faults(text.replacing("\"9.2857\"", with: "\"9.28571\"")) == ["document.units[0].points: E-VAL-002"]
        )
        #expect(
            Self.faults(text.replacing("\"skill\"", with: "\"skil\"")) == [
                "document.units[0].outcomes[1].kind: E-VAL-009"
            ]
        )
        #expect(
            Self.faults(text.replacing("\"scheme\":\"kt\"", with: "\"scheme\":\"s\u{30C}\""))
                == ["document.scheme: E-VAL-014"]
        )
        #expect(
            Self.faults(text.replacing("\"eqfLevel\":4", with: "\"eqfLevel\":9")) == ["document.eqfLevel: E-VAL-008"]
        )
        #expect(
            Self.faults(text.replacing("\"scheme\":\"kt\"", with: "\"schema\":\"kt\""))
                == ["document.scheme: E-JSN-004", "document.schema: E-JSN-003"]
        )
    }

    @Test func `ten megabytes in a string are refused at once and in few words`() {
        let line = Self.enrolled.replacing("p1", with: String(repeating: "x", count: 10 << 20))
        let bytes = Array(line.utf8)
        let error = #expect(throws: SubmissionErrors.self) { try Submission(line: bytes.span.bytes) }
        #expect(error?.errors.map(\.code) == [.lineTooLong])
        #expect(error.map { "\($0.errors)".utf8.count < 500 } == true)
    }

    /// In time by the square of their number this would keep the suite for minutes.
    @Test func `a line full of references is read`() {
        let references = (0..<50_000).map { "\"p\($0)\"" }.joined(separator: ",")
        let line = Self.recognised.replacing("}", with: ",\"sources\":[\(references)]}")
        #expect(line.utf8.count < Submission.longestLine && Self.faults(line) == [])
    }
}
