import Credit
import Testing

/// Which group a credit fills, where the registrar declares it.
@Suite struct DecisionAllocationTests {
    @Test func `the home institution declares a group, again, and takes it back`() throws {
        var scenario = try Scenario()
        let recognised = try scenario.recogniseLocally("U1", for: scenario.enrol())
        try scenario.declare(recognised, in: 2)
        let again = try scenario.declare(recognised, in: 3)
        try scenario.remove(again, .withdrawn)
        #expect(scenario.standing().loss(of: again)?.manner == .removed)
    }

    @Test func `a declaration falls with the recognition that it is about`() throws {
        var scenario = try Scenario()
        let recognised = try scenario.recogniseLocally("U1", for: scenario.enrol())
        let declared = try scenario.declare(recognised, in: 2)
        try scenario.remove(recognised)
        #expect(scenario.standing().loss(of: declared)?.manner == .cascaded)
        scenario.refuses(.removed, at: "answers") { step throws(AccrueError) in
            try step.declare(recognised, in: 2, on: "2025-05-11")
        }
    }

    @Test func `what is no group, no home and no recognition is refused`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let recognised = try scenario.recogniseLocally("U1", for: enrolment)
        let refused = try scenario.recognise(
            scenario.validate(scenario.assess("U2"), as: "U2", for: enrolment),
            .negative
        )
        let other = try scenario.publish(Scenario.wood(version: "2"))
        let host = scenario.host
        for group in [UInt16(4), .max] {
            scenario.refuses(.valueUnknown, at: "group") { step throws(AccrueError) in
                try step.declare(recognised, in: group)
            }
        }
        scenario.refuses(.notHome, at: "institution") { step throws(AccrueError) in
            try step.declare(recognised, in: 2) { $0.institution = host }
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.declare(recognised, in: 2) { $0.answers = enrolment }
        }
        scenario.refuses(.resultImpossible, at: "answers") { step throws(AccrueError) in
            try step.declare(refused, in: 2)
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.declare(recognised, in: 2, on: "2025-04-01")
        }
        scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
            try step.declare(recognised, in: 2) { $0.qualification = other }
        }
    }
}
