import Credit
import Testing

@Suite struct DecisionValidationTests {
    @Test func `who assessed may not validate`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1")
        let assessor = scenario.assessor
        scenario.refuses(.assessorValidates, at: "actor") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment) { $0.actor = assessor }
        }
        try scenario.validate(assessed, as: "U1", for: enrolment)
    }

    @Test func `the home institution validates what it received, or assessed for its own qualification`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("H1")
        let documented = try scenario.document(assessed)
        let sent = try scenario.send(documented)
        for position in [assessed, documented, sent] {
            scenario.refuses(.noBasis, at: "answers") { step throws(AccrueError) in
                try step.validate(position, as: "U1", for: enrolment)
            }
        }
        let received = try scenario.receive(sent, for: enrolment)
        let host = scenario.host
        scenario.refuses(.notHome, at: "institution") { step throws(AccrueError) in
            try step.validate(received, as: "U1", for: enrolment) { $0.institution = host }
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.validate(enrolment, as: "U1", for: enrolment) { $0.answers = enrolment }
        }
        try scenario.validate(received, as: "U1", for: enrolment)
        // An accredited assessor beside the school.
        let body = scenario.body
        try scenario.grant(.assess, to: body, for: ["wood"])
        let accredited = try scenario.assess("U2") { $0.institution = body }
        try scenario.validate(accredited, as: "U2", for: enrolment)
    }

    @Test func `a decision is on a unit of the version in which the learner is enrolled`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1")
        let host = scenario.hostQualification
        scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment) { $0.qualification = host }
        }
        scenario.refuses(.otherQualification, at: "unit") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment) { $0.unit = 9 }
        }
        let second = try scenario.publish(Scenario.wood(version: "2"))
        try scenario.change(enrolment, .moved, to: second, on: "2025-04-01")
        scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment)
        }
        try scenario.validate(assessed, as: "U1", for: enrolment) { $0.qualification = second }
    }

    @Test
    func `after a move, a credit not recognised yet is validated for the new version, a recognised one used`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.assess("U1")
        let validated = try scenario.validate(first, as: "U1", for: enrolment)
        let second = try scenario.assess("U2")
        try scenario.recognise(scenario.validate(second, as: "U2", for: enrolment))
        let version = try scenario.publish(Scenario.wood(version: "2"))
        try scenario.change(enrolment, .moved, to: version, on: "2025-05-01")
        scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
            try step.recognise(validated, on: "2025-05-02")
        }
        scenario.refuses(.creditUsed, at: "answers") { step throws(AccrueError) in
            try step.validate(second, as: "U2", for: enrolment, on: "2025-05-02") { $0.qualification = version }
        }
        try scenario.validate(first, as: "U1", for: enrolment, on: "2025-05-02") { $0.qualification = version }
    }

    @Test func `a failed assessment is not validated, and a refusal needs a reason`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let failed = try scenario.assess("U1", .negative)
        scenario.refuses(.notPositive, at: "answers") { step throws(AccrueError) in
            try step.validate(failed, as: "U1", for: enrolment)
        }
        scenario.refuses(.resultImpossible, at: "result") { step throws(AccrueError) in
            try step.validate(failed, as: "U1", for: enrolment, .conditional)
        }
        scenario.refuses(.reasonMissing, at: "reason") { step throws(AccrueError) in
            try step.validate(failed, as: "U1", for: enrolment, .negative) { $0.reason = nil }
        }
        try scenario.validate(failed, as: "U1", for: enrolment, .negative)
    }

    @Test
    func `trap 13: a unit attained in part is not confirmed as a whole one, unless several parts make it up`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let part = try scenario.assess("U1", .partial) { $0.details.outcomes = ["a"] }
        let surfaces = try scenario.assess("U2", .partial)
        scenario.refuses(.notPositive, at: "answers") { step throws(AccrueError) in
            try step.validate(part, as: "U1", for: enrolment) { $0.details.text = "As good as whole" }
        }
        scenario.refuses(.notPositive, at: "answers") { step throws(AccrueError) in
            try step.validate(surfaces, as: "U2", for: enrolment)
        }
        let same = try scenario.assess("U1", attempt: 2) { $0.details.outcomes = ["a"] }
        scenario.refuses(.notPositive, at: "answers") { step throws(AccrueError) in
            try step.validate(part, as: "U1", for: enrolment) { $0.details.sources = [same] }
        }
        let rest = try scenario.assess("U1", .partial, attempt: 3) { $0.details.outcomes = ["b"] }
        try scenario.validate(part, as: "U1", for: enrolment) { $0.details.sources = [rest] }
    }

    @Test func `trap 13: a part of another unit is confirmed as a whole one only in words`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let part = try scenario.assess("H1", .partial) { $0.details.outcomes = ["x"] }
        let sent = try scenario.send(scenario.document(part) { $0.details.outcomes = ["x"] })
        let received = try scenario.receive(sent, for: enrolment)
        scenario.refuses(.reasonMissing, at: "text") { step throws(AccrueError) in
            try step.validate(received, as: "U1", for: enrolment)
        }
        try scenario.validate(received, as: "U1", for: enrolment) { $0.details.text = "x is all that U1 asks for" }
    }

    @Test func `nothing is decided before what it rests on`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1", on: "2025-03-14")
        scenario.refuses(.dateOrder, at: "decided") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment) { $0.decided = "2025-03-13" }
        }
        let validated = try scenario.validate(assessed, as: "U1", for: enrolment) { $0.decided = "2025-03-14" }
        scenario.refuses(.dateOrder, at: "decided") { step throws(AccrueError) in
            try step.recognise(validated) { $0.decided = "2015-09-10" }
        }
        let recognised = try scenario.recognise(validated) { $0.decided = "2025-03-14" }
        scenario.refuses(.dateOrder, at: "decided") { step throws(AccrueError) in
            try step.recogniseExperience(as: "U2", for: enrolment) { $0.decided = "2024-08-31" }
        }
        scenario.refuses(.dateOrder, at: "decided") { step throws(AccrueError) in
            try step.award(enrolment, for: [recognised]) { $0.decided = "2025-03-13" }
        }
        scenario.refuses(.dateOrder, at: "decided") { step throws(AccrueError) in
            try step.remove(recognised) { $0.decided = "2025-03-13" }
        }
    }

    @Test func `the events of one decision share institution, enrolment and day, and name its first event`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let first = try scenario.validate(received, as: "U1", for: enrolment)
        func join(
            _ code: String,
            _ decision: Position,
            decided: CivilDate = "2025-04-10"
        )
            -> (inout Scenario) throws(AccrueError) -> Position
        {
            { step throws(AccrueError) in
                try step.validate(received, as: code, for: enrolment) {
                    $0.decision = decision
                    $0.decided = decided
                }
            }
        }
        scenario.refuses(.decisionDiffers, at: "decision", join("U2", first, decided: "2025-04-11"))
        scenario.refuses(.referenceWrongKind, at: "decision", join("U2", enrolment))
        let second = try join("U2", first)(&scenario)
        scenario.refuses(.decisionDiffers, at: "decision", join("U3", second))
        _ = try join("U3", first)(&scenario)
    }
}

@Suite struct DecisionRecognitionTests {
    @Test func `recognition needs a validation that confirms something, of this enrolment and unit, once`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1")
        let refused = try scenario.validate(assessed, as: "U1", for: enrolment, .negative)
        scenario.refuses(.notValidated, at: "answers") { step throws(AccrueError) in try step.recognise(refused) }
        let validated = try scenario.validate(assessed, as: "U1", for: enrolment)
        scenario.refuses(.notValidated, at: "answers") { step throws(AccrueError) in
            try step.recognise(validated) { $0.answers = nil }
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.recognise(validated) { $0.answers = assessed }
        }
        scenario.refuses(.referenceOtherEnrolment, at: "answers") { step throws(AccrueError) in
            try step.recognise(validated) {
                $0.unit = 2
                $0.points = "8"
            }
        }
        try scenario.recognise(validated)
        scenario.refuses(.creditUsed, at: "answers") { step throws(AccrueError) in try step.recognise(validated) }
    }

    @Test func `a recognition awards exactly the points of the unit, in the scheme of its version`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let validated = try scenario.validate(scenario.assess("U1"), as: "U1", for: enrolment)
        let ects = scenario.ects
        scenario.refuses(.schemeForeign, at: "scheme") { step throws(AccrueError) in
            try step.recognise(validated) { $0.scheme = ects }
        }
        scenario.refuses(.pointsDiffer, at: "points") { step throws(AccrueError) in
            try step.recognise(validated) { $0.points = nil }
        }
        scenario.refuses(.pointsDiffer, at: "points") { step throws(AccrueError) in
            try step.recognise(validated, .negative) { $0.points = "6" }
        }
        try scenario.recognise(validated)
        let practice = try scenario.validate(scenario.assess("U3"), as: "U3", for: enrolment)
        scenario.refuses(.pointsDiffer, at: "points") { step throws(AccrueError) in
            try step.recognise(practice) { $0.points = .zero }
        }
        try scenario.recognise(practice)
    }

    @Test func `the procedure is the one by which the credit came`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let mobile = try scenario.validate(
            scenario.receiveFromHost("H1", for: enrolment, agreement: agreement),
            as: "U1",
            for: enrolment
        )
        let local = try scenario.validate(scenario.assess("U2"), as: "U2", for: enrolment)
        scenario.refuses(.noBasis, at: "procedure") { step throws(AccrueError) in
            try step.recognise(mobile) { $0.procedure = .local }
        }
        scenario.refuses(.noBasis, at: "procedure") { step throws(AccrueError) in
            try step.recognise(local) { $0.procedure = .agreement }
        }
        try scenario.recognise(mobile)
        try scenario.recognise(local)
    }

    @Test func `non-formal and informal learning need evidence instead of a validation`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        scenario.refuses(.fieldMissing, at: "evidence") { step throws(AccrueError) in
            try step.recogniseExperience(as: "U1", for: enrolment) { $0.details.evidence = nil }
        }
        scenario.refuses(.notValidated, at: "answers") { step throws(AccrueError) in
            try step.recogniseExperience(as: "U1", for: enrolment, .application)
        }
        try scenario.recogniseExperience(as: "U1", for: enrolment)
        try scenario.recogniseExperience(as: "U2", for: enrolment, .informal)
    }

    @Test func `a conditional recognition is followed by a final one`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let validated = try scenario.validate(scenario.assess("U1"), as: "U1", for: enrolment)
        scenario.refuses(.reasonMissing, at: "reason") { step throws(AccrueError) in
            try step.recognise(validated, .conditional) { $0.reason = nil }
        }
        try scenario.recognise(validated, .conditional)
        try scenario.recognise(validated, on: "2025-05-01")
    }

    @Test func `recognised points are converted into another scheme, once`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let recognised = try scenario.recogniseLocally("U1", for: enrolment)
        let practice = try scenario.recogniseLocally("U3", for: enrolment)
        let (ana, home, ects, ecvet) = (scenario.ana, scenario.home, scenario.ects, scenario.ecvet)
        func convert(
            _ position: Position,
            _ scheme: Position,
            _ points: Points = "3"
        )
            -> (inout Scenario) throws(AccrueError) -> Position
        {
            { step throws(AccrueError) in
                try step.submit(.pointsConverted, on: "2025-04-20") {
                    $0.learner = ana
                    $0.institution = home
                    $0.enrolment = enrolment
                    $0.answers = position
                    $0.scheme = scheme
                    $0.points = points
                    $0.details.legalBasis = "Rule 4, half-even"
                }
            }
        }
        scenario.refuses(.resultImpossible, at: "answers", convert(practice, ects))
        scenario.refuses(.resultImpossible, at: "scheme", convert(recognised, ecvet))
        scenario.refuses(.referenceWrongKind, at: "scheme", convert(recognised, home))
        scenario.refuses(.pointsOutOfRange, at: "points", convert(recognised, ects, "-3"))
        _ = try convert(recognised, ects)(&scenario)
        scenario.refuses(.creditUsed, at: "answers", convert(recognised, ects))
    }
}
