import Credit
import Testing

@Suite struct DecisionAssessmentTests {
    @Test func `attempts are numbered 1, 2, 3 …, each once`() throws {
        var scenario = try Scenario()
        scenario.refuses(.attemptOrder, at: "attempt") { step throws(AccrueError) in try step.assess("U1", attempt: 2) }
        scenario.refuses(.attemptOrder, at: "attempt") { step throws(AccrueError) in try step.assess("U1", attempt: 0) }
        try scenario.assess("U1", .negative)
        scenario.refuses(.assessedTwice, at: "attempt") { step throws(AccrueError) in try step.assess("U1") }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.assess("U1", attempt: 2, on: "2025-01-10")
        }
        try scenario.assess("U1", attempt: 2)
        try scenario.assess("U2")
    }

    @Test func `a grade needs a scale known on that day, and agrees with the result`() throws {
        var scenario = try Scenario()
        let late = try scenario.introduce(
            .scaleIntroduced,
            "late",
            .scale(GradeScale(name: "Late", grades: [.init(code: "pass", passes: true)])),
            on: "2025-03-15"
        )
        scenario.refuses(.scaleMissing, at: "scale") { step throws(AccrueError) in
            try step.assess("U1", grade: 4) { $0.scale = nil }
        }
        scenario.refuses(.scaleMissing, at: "grade") { step throws(AccrueError) in try step.assess("U1", grade: 6) }
        scenario.refuses(.scaleMissing, at: "scale") { step throws(AccrueError) in
            try step.assess("U1", grade: 1) { $0.scale = late }
        }
        scenario.refuses(.fieldMissing, at: "grade") { step throws(AccrueError) in
            try step.assess("U1") { $0.scale = late }
        }
        scenario.refuses(.gradeContradictsResult, at: "grade") { step throws(AccrueError) in
            try step.assess("U1", grade: 1)
        }
        scenario.refuses(.gradeContradictsResult, at: "grade") { step throws(AccrueError) in
            try step.assess("U1", .negative, grade: 2)
        }
        try scenario.assess("U1", .negative, grade: 1)
        try scenario.assess("U2", grade: 1, on: "2025-03-15") { $0.scale = late }
    }

    @Test func `an assessment names outcomes of its unit, a unit of its version, and a possible result`() throws {
        var scenario = try Scenario()
        scenario.refuses(.outcomeUnknown, at: "outcomes") { step throws(AccrueError) in
            try step.assess("U1") { $0.details.outcomes = ["a", "x"] }
        }
        scenario.refuses(.referenceUnknown, at: "unit") { step throws(AccrueError) in
            try step.assess("U1") { $0.unit = 7 }
        }
        scenario.refuses(.resultImpossible, at: "result") { step throws(AccrueError) in
            try step.assess("U1", .conditional)
        }
        try scenario.assess("U1", .partial) { $0.details.outcomes = ["a"] }
    }

    @Test
    func `who made an assessment corrects it alone, for the same unit and attempt, and its newest version`() throws {
        var scenario = try Scenario()
        let first = try scenario.assess("U1", grade: 3)
        let body = scenario.body
        try scenario.grant(.assess, to: body)
        func correct(
            _ code: String = "U1",
            _ attempt: UInt16 = 1,
            by institution: Position? = nil
        )
            -> (inout Scenario) throws(AccrueError) -> Position
        {
            { step throws(AccrueError) in
                try step.assess(code, attempt: attempt, grade: 4, kind: .assessmentCorrected, replacing: first) {
                    $0.institution = institution ?? $0.institution
                }
            }
        }
        scenario.refuses(.notReplaceable, at: "institution", correct(by: body))
        scenario.refuses(.notReplaceable, at: "unit", correct("U2"))
        scenario.refuses(.notReplaceable, at: "attempt", correct("U1", 2))
        let corrected = try correct()(&scenario)
        scenario.refuses(.replacedByOther, at: "replaces", correct())
        #expect(scenario.standing().current(first) == corrected)
        let enrolment = try scenario.enrol()
        scenario.refuses(.referenceWrongKind, at: "replaces") { step throws(AccrueError) in
            try step.assess("U1", kind: .assessmentCorrected, replacing: enrolment)
        }
        try scenario.remove(corrected, .withdrawn)
        scenario.refuses(.removed, at: "replaces") { step throws(AccrueError) in
            try step.assess("U1", kind: .assessmentCorrected, replacing: corrected)
        }
        _ = try correct()(&scenario)
    }

    @Test func `an attempt is superseded once, by the next one, not before it`() throws {
        var scenario = try Scenario()
        let first = try scenario.assess("U1", .negative)
        func supersede(
            _ attempt: UInt16,
            on day: CivilDate = "2025-03-20"
        )
            -> (inout Scenario) throws(AccrueError) -> Position
        {
            { step throws(AccrueError) in
                try step.assess("U1", attempt: attempt, kind: .assessmentSuperseded, replacing: first, on: day)
            }
        }
        scenario.refuses(.assessedTwice, at: "attempt", supersede(1))
        scenario.refuses(.attemptOrder, at: "attempt", supersede(3))
        scenario.refuses(.dateOrder, at: "effective", supersede(2, on: "2025-03-13"))
        _ = try supersede(2)(&scenario)
        scenario.refuses(.replacedByOther, at: "replaces", supersede(3))
    }
}

@Suite struct DecisionTransferTests {
    @Test func `only positively assessed outcomes are documented, by who assessed them`() throws {
        var scenario = try Scenario()
        let failed = try scenario.assess("H2", .negative)
        scenario.refuses(.notPositive, at: "answers") { step throws(AccrueError) in try step.document(failed) }
        let partial = try scenario.assess("H1", .partial) { $0.details.outcomes = ["x"] }
        let home = scenario.home
        scenario.refuses(.documentedByOther, at: "institution") { step throws(AccrueError) in
            try step.document(partial) { $0.institution = home }
        }
        scenario.refuses(.referenceOtherEnrolment, at: "unit") { step throws(AccrueError) in
            try step.document(partial) { $0.unit = 2 }
        }
        scenario.refuses(.notPositive, at: "outcomes") { step throws(AccrueError) in try step.document(partial) }
        scenario.refuses(.notPositive, at: "outcomes") { step throws(AccrueError) in
            try step.document(partial) { $0.details.outcomes = ["x", "y"] }
        }
        scenario.refuses(.outcomeUnknown, at: "outcomes") { step throws(AccrueError) in
            try step.document(partial) { $0.details.outcomes = ["z"] }
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.document(partial, on: "2025-03-13") { $0.details.outcomes = ["x"] }
        }
        try scenario.document(partial) { $0.details.outcomes = ["x"] }
    }

    @Test
    func `a credit is sent by its issuer and received by the home, under an agreement or on application`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let documented = try scenario.document(scenario.assess("H1", agreement: agreement))
        let outside = try scenario.send(scenario.document(scenario.assess("H3")))
        let (home, host) = (scenario.home, scenario.host)
        scenario.refuses(.documentedByOther, at: "institution") { step throws(AccrueError) in
            try step.send(documented) { $0.institution = home }
        }
        let sent = try scenario.send(documented, agreement: agreement)
        scenario.refuses(.notHome, at: "institution") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment) { $0.institution = host }
        }
        scenario.refuses(.noBasis, at: "agreement") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment) { $0.procedure = .agreement }
        }
        scenario.refuses(.noBasis, at: "procedure") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment) { $0.procedure = .local }
        }
        scenario.refuses(.fieldUnknown, at: "agreement") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment, agreement: agreement) { $0.procedure = .application }
        }
        scenario.refuses(.outsideAgreement, at: "agreement") { step throws(AccrueError) in
            try step.receive(outside, for: enrolment, agreement: agreement)
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.receive(documented, for: enrolment)
        }
        try scenario.receive(sent, for: enrolment, agreement: agreement)
    }

    @Test func `nothing follows what was revoked`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("H1")
        let sent = try scenario.send(scenario.document(assessed))
        try scenario.remove(assessed)
        scenario.refuses(.removed, at: "answers") { step throws(AccrueError) in try step.document(assessed) }
        scenario.refuses(.removed, at: "answers") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment, on: "2025-05-11")
        }
        try scenario.document(scenario.assess("H1"))
    }
}
