import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import Testing

/// Exceptions that no lawful append lets in, or only by a way round.
@Suite struct AuditExceptionTests {
    /// 2026-11-27.
    private static let day = CivilDate(rawValue: 20_784)

    private func withStory(
        _ body: (Ledger<LMDBEventLog>, [Event]) async throws -> Void
    ) async throws {
        try await withLedger { ledger in
            let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures")
            for file in ["catalogue.ndjson", "story.ndjson"] {
                let bytes = [UInt8](try Data(contentsOf: fixtures.appending(path: file).standardized))
                #expect(try await ledger.append(EventLines(bytes)).faults.isEmpty)
            }
            var events: [Event] = []
            try ledger.log.read { (snapshot) throws(AccrueError) in
                try snapshot.forEachEvent(from: Position(rawValue: 1), through: snapshot.position) {
                    events.append($0)
                }
            }
            try await body(ledger, events)
        }
    }

    /// Writes past all judgement, as another program might have.
    private func write(_ command: Command, _ number: UInt64, to ledger: Ledger<LMDBEventLog>) async throws -> Position {
        var command = command
        command.id = EventID(high: 0x3333_2222_3333_4444, low: 0x8111_2222_0000_0000 | number)
        command.details.identifier = nil
        let written = command
        let appended = try await ledger.log.append { (turn) throws(AccrueError) in .keep(try turn.append(written)) }
        return appended.event.position
    }

    private func exceptions(_ kind: AuditException.Kind, _ ledger: Ledger<LMDBEventLog>) throws -> [AuditException] {
        try ledger.read { (view) throws(AccrueError) in
            try view.exceptions(on: Self.day).filter { $0.kind == kind }
        }
    }

    @Test func `two rights in one qualification that a merge joined, until one of them ends`() async throws {
        try await withStory { ledger, _ in
            func append(_ lines: [(kind: String, rest: String)], _ first: Int) async throws {
                let text = lines.enumerated().map { index, line in
                    #"{"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c\#(first + index)","kind":"\#(line.kind)","#
                        + #""effective":"2023-09-04","actor":"a-registrar",\#(line.rest)}"#
                }
                let report = try await ledger.append(EventLines(Array(text.joined(separator: "\n").utf8)))
                #expect(report.faults.map(\.error.description) == [])
            }
            func enrolled(_ learner: String) -> (String, String) {
                let school = #""institution":"sc-zalna","qualification":"elektrikar@2008""#
                return ("enrolled", #""identifier":"\#(learner)-in","learner":"\#(learner)",\#(school)"#)
            }
            let merge = "7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c15"
            try await append(
                [
                    ("learner-introduced", #""identifier":"nova""#), ("learner-introduced", #""identifier":"nova-2""#),
                    enrolled("nova"), enrolled("nova-2"),
                    (
                        "learner-merged",
                        #""learner":"nova","answers":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c12","evidence":"x""#
                    ),
                    ("learner-merged", #""learner":"nova-2","answers":"\#(merge)","evidence":"x""#),
                ],
                11
            )
            let found = try exceptions(.rightTwice, ledger)
            #expect(found.map(\.learner?.identifier) == ["nova"] && found[0].detail.hasPrefix("elektrikar, beside"))
            try await append(
                [("left", #""learner":"nova","enrolment":"nova-2-in","institution":"sc-zalna""#)],
                20
            )
            #expect(try exceptions(.rightTwice, ledger).isEmpty)
        }
    }

    @Test func `other points than those of the catalogue`() async throws {
        try await withStory { ledger, events in
            #expect(try exceptions(.pointsDiffer, ledger).isEmpty)
            let recognition = try #require(
                events.last { $0.kind == .recognitionDecided && $0.result == .positive && $0.answers == nil }
            )
            var command = recognition.command
            command.points = try Points("80")
            let position = try await write(command, 1, to: ledger)
            let found = try exceptions(.pointsDiffer, ledger)
            #expect(found.map(\.position) == [position] && found[0].detail.contains("80 for"))
        }
    }

    @Test func `who decides has assessed, or corrects what was assessed afterwards`() async throws {
        try await withStory { ledger, events in
            let before = try exceptions(.selfValidated, ledger)
            let validation = try #require(
                events.first { event in
                    event.kind == .validationDecided && event.result == .positive
                        && events.contains { $0.position == event.answers && $0.kind == .assessmentRecorded }
                        && !before.contains { $0.position == event.position }
                }
            )
            let assessment = try #require(events.first { $0.position == validation.answers })
            var correction = assessment.command
            correction.kind = .assessmentCorrected
            correction.replaces = assessment.position
            correction.actor = validation.actor
            let corrected = try await write(correction, 2, to: ledger)
            let found = try exceptions(.selfValidated, ledger).map(\.position)
            #expect(found.contains(validation.position) && !found.contains(corrected))
        }
    }

    @Test func `an institution without the function, and decisions that nothing shows`() async throws {
        try await withStory { ledger, events in
            #expect(try exceptions(.authorityMissing, ledger).isEmpty)
            let recognition = try #require(
                events.last { $0.kind == .recognitionDecided && $0.result == .positive && $0.answers == nil }
            )
            let shown = try exceptions(.noEvidence, ledger).map(\.position)
            #expect(!shown.contains(recognition.position))
            var command = recognition.command
            let stranger: Position? = try ledger.read { (view) throws(AccrueError) in
                view.registry.entries(in: .institution).map(\.position).first { institution in
                    !view.registry.authorities(of: institution).contains { $0.function == .recognise }
                }
            }
            #expect(stranger != nil)
            command.institution = stranger
            command.details.evidence = nil
            command.qualification = recognition.qualification
            let position = try await write(command, 3, to: ledger)
            #expect(try exceptions(.authorityMissing, ledger).map(\.position) == [position])
        }
    }

    @Test func `the same evidence behind credits of two learners`() async throws {
        try await withStory { ledger, events in
            #expect(try exceptions(.sharedEvidence, ledger).isEmpty)
            let recognition = try #require(
                events.last { $0.kind == .recognitionDecided && $0.procedure == .nonFormal && $0.answers == nil }
            )
            let other = try #require(events.first { $0.kind == .enrolled && $0.learner != recognition.learner })
            var command = recognition.command
            (command.learner, command.enrolment) = (other.learner, other.position)
            let position = try await write(command, 4, to: ledger)
            let found = try exceptions(.sharedEvidence, ledger).map(\.position)
            // Told of whoever comes second in the order of learners.
            #expect(found == [position] || found == [recognition.position])
        }
    }
}
