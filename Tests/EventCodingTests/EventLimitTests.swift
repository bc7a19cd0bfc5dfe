import Credit
import EventCoding
import Testing

/// Commands made in memory are held to what can be read again.
@Suite struct EventLimitTests {
    /// `field: code` of what a changed sample is refused with.
    private static func refusal(_ kind: EventKind, _ change: (inout Command) -> Void) -> String? {
        var command = SampleEvents.of(kind).command
        change(&command)
        do throws(AccrueError) {
            try EventRecord.requireLegible(command)
            return nil
        } catch {
            return "\(error.field ?? ""): \(error.code.rawValue)"
        }
    }

    @Test(arguments: EventKind.allCases)
    func `samples of every kind are legible`(kind: EventKind) {
        #expect(Self.refusal(kind) { _ in } == nil)
    }

    @Test func `what a record could not give back is refused with its field`() {
        let none = Position(rawValue: 0)
        #expect(Self.refusal(.enrolled) { $0.effective = CivilDate(rawValue: .max) } == "effective: E-VAL-004")
        #expect(Self.refusal(.appealDecided) { $0.decided = CivilDate(rawValue: .min) } == "decided: E-VAL-004")
        #expect(Self.refusal(.pointsConverted) { $0.points = Points(rawValue: .min) } == "points: E-VAL-003")
        #expect(Self.refusal(.assessmentRecorded) { $0.attempt = 0 } == "attempt: E-VAL-008")
        #expect(Self.refusal(.assessmentRecorded) { $0.unit = 0 } == "unit: E-VAL-008")
        #expect(Self.refusal(.assessmentRecorded) { $0.grade = 0 } == "grade: E-VAL-008")
        #expect(Self.refusal(.enrolled) { $0.learner = none } == "learner: E-REF-001")
        #expect(Self.refusal(.learnerSplit) { $0.details.moved.append(none) } == "moved: E-REF-001")
        #expect(Self.refusal(.enrolled) { $0.details.identifier = "a b" } == "identifier: E-VAL-006")
        #expect(Self.refusal(.enrolled) { $0.details.text = "" } == "text: E-JSN-004")
        let long = String(repeating: "a", count: 4_001)
        #expect(Self.refusal(.enrolled) { $0.details.legalBasis = long } == "legalBasis: E-VAL-007")
        #expect(Self.refusal(.creditDocumented) { $0.details.outcomes = ["o", "o"] } == "outcomes[1]: E-VAL-009")
    }

    @Test func `a document that no reader would take is refused with its place`() {
        var qualification = SampleEvents.qualification
        qualification.units[0].validMonths = 0
        #expect(
            Self.refusal(.qualificationPublished) { $0.details.document = .qualification(qualification) }
                == "document.units[0].validMonths: E-VAL-008"
        )
        #expect(
            Self.refusal(.schemeIntroduced) { $0.details.document = SampleEvents.document(of: .actorIntroduced) }
                == "document.name: E-JSN-004"
        )
    }
}
