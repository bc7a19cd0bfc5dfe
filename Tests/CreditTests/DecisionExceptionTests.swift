import Credit
import Testing

/// Exceptions: who may exempt a learner from what.
@Suite struct DecisionExceptionTests {
    private static let rule = Document.exemptedRule(ExemptedRule(set: "rules", rule: "expiry"))

    @Test func `who may award exempts from a group, a required unit and a rule, and takes it back`() throws {
        var scenario = try Scenario()
        _ = try scenario.publishRules()
        let enrolment = try scenario.enrol()
        try scenario.exempt(enrolment) { $0.group = 2 }
        try scenario.exempt(enrolment) { $0.unit = 1 }
        try scenario.exempt(enrolment) { $0.details.document = Self.rule }
        let last = try scenario.exempt(enrolment) {
            $0.details.document = Self.rule
            $0.unit = 2
        }
        try scenario.remove(last, .revoked)
        #expect(scenario.standing().loss(of: last)?.manner == .removed)
    }

    @Test func `an exception falls with the enrolment that it is about`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let exempted = try scenario.exempt(enrolment) { $0.group = 2 }
        try scenario.remove(enrolment)
        #expect(scenario.standing().loss(of: exempted)?.manner == .cascaded)
    }

    @Test func `what names no clause, or two, or one that is not there, is refused`() throws {
        var scenario = try Scenario()
        _ = try scenario.publishRules()
        let enrolment = try scenario.enrol()
        let cases: [(ErrorCode, String, (inout Command) -> Void)] = [
            (.fieldMissing, "group", { _ in }),
            (.valueUnknown, "group", { $0.group = 4 }),
            (.valueUnknown, "group", { $0.group = 0 }),
            (.valueUnknown, "unit", { $0.unit = 99 }),
            (.fieldUnknown, "unit", { ($0.group, $0.unit) = (2, 1) }),
            (
                .fieldUnknown, "document",
                {
                    $0.group = 2
                    $0.details.document = Self.rule
                }
            ),
            (.valueUnknown, "document", { $0.details.document = .exemptedRule(.init(set: "rule", rule: "expiry")) }),
            (.valueUnknown, "document", { $0.details.document = .exemptedRule(.init(set: "rules", rule: "expire")) }),
            (.typeWrong, "document", { $0.details.document = .scheme(Scheme(name: "KT")) }),
        ]
        for (code, field, fill) in cases {
            scenario.refuses(code, at: field) { step throws(AccrueError) in try step.exempt(enrolment, fill) }
        }
    }

    @Test func `who may not award, another version, and an enrolment that does not run are refused`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let (home, other) = (scenario.home, try scenario.publish(Scenario.wood(version: "2")))
        scenario.refuses(.notCompetent, at: "institution") { step throws(AccrueError) in
            try step.exempt(enrolment) { ($0.group, $0.institution) = (2, home) }
        }
        scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
            try step.exempt(enrolment) { ($0.group, $0.qualification) = (2, other) }
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.exempt(enrolment, on: "2024-01-02") { $0.group = 2 }
        }
        try scenario.change(enrolment, .left, on: "2025-03-01")
        scenario.refuses(.enrolmentNotRunning, at: "enrolment") { step throws(AccrueError) in
            try step.exempt(enrolment) { $0.group = 2 }
        }
    }
}
