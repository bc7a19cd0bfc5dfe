import Credit
import Testing

@Suite struct DecisionEnrolmentTests {
    @Test func `a learner has one running right in a qualification, whatever the version`() throws {
        var scenario = try Scenario()
        let second = try scenario.publish(Scenario.wood(version: "2"))
        let enrolment = try scenario.enrol()
        let host = scenario.hostQualification
        scenario.refuses(.enrolledTwice, at: "qualification") { step throws(AccrueError) in
            try step.enrol(in: second, on: "2025-01-01")
        }
        try scenario.enrol(in: host)
        try scenario.enrol(scenario.bor)
        try scenario.change(enrolment, .left, on: "2024-12-31")
        try scenario.enrol(in: second, on: "2025-01-01")
    }

    @Test func `a version takes learners from its publication to its last day of enrolment`() throws {
        var scenario = try Scenario()
        var wood = Scenario.wood(version: "2")
        wood.validUntil = "2025-08-31"
        let version = try scenario.publish(wood, on: "2025-01-01")
        for day in ["2024-12-31", "2025-09-01"] as [CivilDate] {
            scenario.refuses(.qualificationClosed, at: "qualification") { step throws(AccrueError) in
                try step.enrol(in: version, on: day)
            }
        }
        try scenario.enrol(in: version, on: "2025-08-31")
    }

    @Test func `an enrolment is interrupted, resumed and left in an order that makes sense, by the home`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let host = scenario.host
        func change(_ kind: EventKind, _ day: CivilDate) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in try step.change(enrolment, kind, on: day) }
        }
        scenario.refuses(.alreadyEnded, at: "enrolment", change(.resumed, "2024-10-01"))
        scenario.refuses(.dateOrder, at: "effective", change(.interrupted, "2024-08-31"))
        scenario.refuses(.notHome, at: "institution") { step throws(AccrueError) in
            let ana = step.ana
            return try step.submit(.interrupted, on: "2024-10-01") {
                $0.learner = ana
                $0.institution = host
                $0.enrolment = enrolment
            }
        }
        _ = try change(.interrupted, "2024-10-01")(&scenario)
        scenario.refuses(.enrolmentNotRunning, at: "enrolment", change(.interrupted, "2024-11-01"))
        scenario.refuses(.dateOrder, at: "effective", change(.resumed, "2024-09-30"))
        _ = try change(.resumed, "2024-11-01")(&scenario)
        _ = try change(.left, "2024-12-01")(&scenario)
        scenario.refuses(.enrolmentNotRunning, at: "enrolment", change(.left, "2024-12-02"))
    }

    @Test func `an enrolment moves only to another version of its qualification`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let second = try scenario.publish(Scenario.wood(version: "2"))
        for other in [scenario.hostQualification, scenario.homeQualification] {
            scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
                try step.change(enrolment, .moved, to: other, on: "2025-01-01")
            }
        }
        try scenario.change(enrolment, .moved, to: second, on: "2025-01-01")
        #expect(scenario.standing().enrolment(enrolment)?.qualification == second)
    }

    @Test
    func `nothing is decided for an enrolment after it was left, but what was before may still be recorded`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1")
        try scenario.change(enrolment, .left, on: "2025-04-12")
        scenario.refuses(.enrolmentNotRunning, at: "enrolment") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment, on: "2025-04-12")
        }
        try scenario.validate(assessed, as: "U1", for: enrolment, on: "2025-04-11")
    }
}

@Suite struct DecisionAgreementTests {
    /// A scenario with an enrolment, and the agreement's document to change.
    private func refuses(
        _ code: ErrorCode,
        at field: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout LearningAgreement) -> Void
    ) throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        var document = Scenario.agreement()
        change(&document)
        scenario.refuses(code, at: field, sourceLocation: sourceLocation) { [document] step throws(AccrueError) in
            try step.agree(enrolment, document)
        }
    }

    @Test func `an agreement holds only with three signatures, none later than its day`() throws {
        try refuses(.signatureMissing, at: "document.signatures.learner") { $0.signatures.learner = nil }
        try refuses(.signatureMissing, at: "document.signatures.host") { $0.signatures.host = "2025-02-11" }
        try refuses(.signatureMissing, at: "document.signatures.home") { $0.signatures.home = nil }
    }

    @Test func `an agreement names a host, units and a period that exist`() throws {
        try refuses(.referenceUnknown, at: "document.host") { $0.host = "nobody" }
        try refuses(.documentContradictory, at: "document.host") { $0.host = "home" }
        try refuses(.documentContradictory, at: "document.until") { $0.until = "2025-02-28" }
        try refuses(.documentContradictory, at: "document.units") { $0.units = [] }
        try refuses(.documentContradictory, at: "document.units[1]") { $0.units[1] = $0.units[0] }
        try refuses(.referenceUnknown, at: "document.units[0].hostQualification") {
            $0.units[0].hostQualification = "puu@9"
        }
        try refuses(.referenceUnknown, at: "document.units[0].hostUnit") { $0.units[0].hostUnit = "H9" }
        try refuses(.otherQualification, at: "document.units[0].homeUnit") { $0.units[0].homeUnit = "H1" }
    }

    @Test func `an agreement rests on a memorandum in force to which home and host are parties`() throws {
        try refuses(.referenceUnknown, at: "document.memorandum") { $0.memorandum = "none" }
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let memorandum = scenario.memorandum
        try scenario.submit(.memorandumAmended, on: "2025-01-01") {
            $0.answers = memorandum
            $0.details.document = .memorandum(Memorandum(parties: ["home", "body"]))
        }
        scenario.refuses(.notParty, at: "document.memorandum") { step throws(AccrueError) in
            try step.agree(enrolment)
        }
        try scenario.submit(.memorandumEnded, on: "2025-02-10") { $0.answers = memorandum }
        scenario.refuses(.memorandumNotInForce, at: "document.memorandum") { step throws(AccrueError) in
            try step.agree(enrolment)
        }
    }

    @Test func `an agreement needs a host that may assess its units`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let memorandum = scenario.memorandum
        try scenario.submit(.memorandumAmended, on: "2025-01-01") {
            $0.answers = memorandum
            $0.details.document = .memorandum(Memorandum(parties: ["home", "host", "body"]))
        }
        var document = Scenario.agreement()
        document.host = "body"
        scenario.refuses(.notCompetent, at: "institution") { [document] step throws(AccrueError) in
            try step.agree(enrolment, document)
        }
    }

    @Test func `versions of an agreement start at 1 and follow each other`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        scenario.refuses(.agreementVersion, at: "document.version") { step throws(AccrueError) in
            try step.agree(enrolment, Scenario.agreement(version: 2))
        }
        scenario.refuses(.documentContradictory, at: "identifier") { step throws(AccrueError) in
            try step.agree(enrolment) { $0.details.identifier = "la@2" }
        }
        let first = try scenario.agree(enrolment)
        func amend(_ version: UInt16, _ replacing: Position) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in
                try step.agree(enrolment, Scenario.agreement(version: version), replacing: replacing, on: "2025-03-05")
            }
        }
        scenario.refuses(.agreementVersion, at: "document.version", amend(3, first))
        scenario.refuses(.referenceWrongKind, at: "replaces", amend(2, enrolment))
        let second = try amend(2, first)(&scenario)
        scenario.refuses(.agreementVersion, at: "document.version", amend(2, first))
        func withdraw(_ version: Position) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in
                let (ana, host) = (step.ana, step.host)
                return try step.submit(.agreementWithdrawn, on: "2025-03-20") {
                    $0.learner = ana
                    $0.institution = host
                    $0.agreement = version
                }
            }
        }
        scenario.refuses(.notParty, at: "institution") { step throws(AccrueError) in
            let (ana, body) = (step.ana, step.body)
            return try step.submit(.agreementWithdrawn, on: "2025-03-20") {
                $0.learner = ana
                $0.institution = body
                $0.agreement = second
            }
        }
        _ = try withdraw(second)(&scenario)
        scenario.refuses(.alreadyEnded, at: "agreement", withdraw(second))
        scenario.refuses(.agreementNotInForce, at: "replaces", amend(3, second))
    }

    @Test func `an assessment names the version of the agreement that was in force on its day`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.agree(enrolment)
        let second = try scenario.agree(
            enrolment,
            Scenario.agreement(version: 2),
            replacing: first,
            on: "2025-03-10"
        )
        try scenario.assess("H1", agreement: first, on: "2025-03-09")
        scenario.refuses(.agreementNotInForce, at: "agreement") { step throws(AccrueError) in
            try step.assess("H2", agreement: first, on: "2025-03-10")
        }
        scenario.refuses(.agreementNotInForce, at: "agreement") { step throws(AccrueError) in
            try step.assess("H2", agreement: second, on: "2025-04-01")
        }
        let (ana, home) = (scenario.ana, scenario.home)
        try scenario.submit(.agreementWithdrawn, on: "2025-03-20") {
            $0.learner = ana
            $0.institution = home
            $0.agreement = second
        }
        scenario.refuses(.agreementNotInForce, at: "agreement") { step throws(AccrueError) in
            try step.assess("H2", agreement: second, on: "2025-03-20")
        }
        try scenario.assess("H2", agreement: second, on: "2025-03-19")
    }

    @Test func `an assessment under an agreement is of a planned unit, by its host, for its enrolment`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let other = try scenario.enrol(in: scenario.hostQualification)
        let agreement = try scenario.agree(enrolment)
        scenario.refuses(.outsideAgreement, at: "unit") { step throws(AccrueError) in
            try step.assess("H3", agreement: agreement)
        }
        scenario.refuses(.referenceOtherEnrolment, at: "agreement") { step throws(AccrueError) in
            try step.assess("H1", agreement: agreement) { $0.enrolment = other }
        }
        scenario.refuses(.notCompetent, at: "institution") { step throws(AccrueError) in
            try step.assess("U1", agreement: agreement)
        }
        try scenario.assess("H1", agreement: agreement) { $0.enrolment = enrolment }
    }
}
