import Credit
import Testing

/// The domain's traps, by number, as far as they are decided when an event is appended.
@Suite struct DecisionTrapTests {
    @Test
    func `trap 1: a positive host assessment is no recognition; it is not even validated before it arrives`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let assessed = try scenario.assess("H1", agreement: agreement)
        scenario.refuses(.noBasis, at: "answers") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment)
        }
        #expect(scenario.events.allSatisfy { $0.points == nil })
    }

    @Test func `trap 2: recognition awards the home unit's 6 points, never the host unit's 8`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let validated = try scenario.validate(
            scenario.receiveFromHost("H1", for: enrolment),
            as: "U1",
            for: enrolment
        )
        scenario.refuses(.pointsDiffer, at: "points") { step throws(AccrueError) in
            try step.recognise(validated) { $0.points = "8" }
        }
        try scenario.recognise(validated) { $0.points = "6" }
    }

    @Test func `trap 3: the host may not recognise, and home may not record the host's assessment`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let (home, host) = (scenario.home, scenario.host)
        scenario.refuses(.notCompetent, at: "institution") { step throws(AccrueError) in
            try step.assess("H1") { $0.institution = home }
        }
        let validated = try scenario.validate(
            scenario.receiveFromHost("H1", for: enrolment),
            as: "U1",
            for: enrolment
        )
        scenario.refuses(.notHome, at: "institution") { step throws(AccrueError) in
            try step.recognise(validated) { $0.institution = host }
        }
        // Nor a home institution that was never given the function.
        let elsewhere = try scenario.enrol(in: scenario.hostQualification) { $0.institution = host }
        let assessed = try scenario.assess("H2")
        scenario.refuses(.notCompetent, at: "institution") { step throws(AccrueError) in
            try step.validate(assessed, as: "H2", for: elsewhere)
        }
    }

    @Test
    func `trap 4: an authority ended before the assessment makes it void; ended after it, it stays good`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let granted = scenario.events.last { $0.function == .assess }
        try scenario.submit(.authorityEnded, on: "2025-03-15") { $0.answers = granted?.position }
        scenario.refuses(.authorityNotInForce, at: "institution") { step throws(AccrueError) in
            try step.assess("H1", on: "2025-03-15")
        }
        let assessed = try scenario.assess("H1", on: "2025-03-14")
        let received = try scenario.receive(scenario.send(scenario.document(assessed)), for: enrolment)
        try scenario.recognise(scenario.validate(received, as: "U1", for: enrolment))
    }

    @Test
    func `trap 4: a memorandum ended before the assessment makes it void; ended after it, it stays good`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let memorandum = scenario.memorandum
        try scenario.submit(.memorandumEnded, on: "2025-03-15") { $0.answers = memorandum }
        scenario.refuses(.memorandumNotInForce, at: "agreement") { step throws(AccrueError) in
            try step.assess("H1", agreement: agreement, on: "2025-03-15")
        }
        let assessed = try scenario.assess("H1", agreement: agreement, on: "2025-03-14")
        let sent = try scenario.send(scenario.document(assessed), agreement: agreement)
        let received = try scenario.receive(sent, for: enrolment, agreement: agreement)
        try scenario.recognise(scenario.validate(received, as: "U1", for: enrolment))
    }

    @Test func `trap 5: a backdated event is taken, and neither axis forgets how it was`() throws {
        var scenario = try Scenario()
        try scenario.assess("U1", on: "2025-03-14")
        let known = scenario.last.position
        let late = try scenario.assess("U2", on: "2025-01-10")
        let history = try #require(scenario.history(of: scenario.ana))
        #expect(history.known(through: known)[late] == nil)
        #expect(scenario.standing(on: "2025-02-01").events.contains { $0.position == late })
        #expect(scenario.standing(on: "2025-01-09").events.contains { $0.position == late } == false)
    }

    @Test func `trap 6: the same transcript twice, or through two channels, is one credit`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("H1")
        let documented = try scenario.document(assessed)
        scenario.refuses(.documentedTwice, at: "answers") { step throws(AccrueError) in
            try step.document(assessed, on: "2025-04-02")
        }
        scenario.refuses(.assessedTwice, at: "attempt") { step throws(AccrueError) in try step.assess("H1") }
        let corrected = try scenario.assess("H1", kind: .assessmentCorrected, replacing: assessed, on: "2025-03-15")
        scenario.refuses(.documentedTwice, at: "answers") { step throws(AccrueError) in try step.document(corrected) }
        let sent = try scenario.send(documented)
        scenario.refuses(.transferredTwice, at: "answers") { step throws(AccrueError) in try step.send(documented) }
        try scenario.receive(sent, for: enrolment)
        scenario.refuses(.transferredTwice, at: "answers") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment)
        }
        try scenario.document(scenario.assess("H1", attempt: 2))
    }

    @Test func `trap 8: a negative re-sit stands beside the pass, which keeps its recognition`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let passed = try scenario.assess("U1")
        let recognised = try scenario.recognise(scenario.validate(passed, as: "U1", for: enrolment))
        try scenario.assess(
            "U1",
            .negative,
            attempt: 2,
            kind: .assessmentSuperseded,
            replacing: passed,
            on: "2025-05-01"
        )
        #expect(scenario.standing().stands(passed))
        #expect(scenario.standing().stands(recognised))
    }

    @Test
    func `trap 9: a better grade is another attempt, and its validation for the same unit is one more fact`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.assess("U1", grade: 3)
        try scenario.recognise(scenario.validate(first, as: "U1", for: enrolment))
        scenario.refuses(.creditUsed, at: "answers") { step throws(AccrueError) in
            try step.validate(first, as: "U1", for: enrolment)
        }
        let raised = try scenario.assess(
            "U1",
            attempt: 2,
            grade: 5,
            kind: .assessmentSuperseded,
            replacing: first,
            on: "2025-05-01"
        )
        try scenario.validate(raised, as: "U1", for: enrolment, on: "2025-05-02")
    }

    @Test func `trap 10: a recognised unit needs no grade`() throws {
        var scenario = try Scenario()
        let recognised = try scenario.recogniseExperience(as: "U1", for: scenario.enrol())
        #expect(scenario.event(recognised).grade == nil)
        #expect(scenario.event(recognised).points == "6")
    }

    @Test func `trap 11: recognised, and later completed at home: both facts are kept`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let recognised = try scenario.recogniseExperience(as: "U1", for: enrolment)
        let completed = try scenario.recogniseLocally("U1", for: enrolment)
        #expect(scenario.standing().stands(recognised))
        #expect(scenario.standing().stands(completed))
    }

    @Test func `trap 12: two host units become one home unit, one becomes two in one decision only`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.receiveFromHost("H1", for: enrolment)
        let second = try scenario.receiveFromHost("H2", for: enrolment)
        let third = try scenario.receiveFromHost("H3", for: enrolment)
        scenario.refuses(.creditUsed, at: "sources") { step throws(AccrueError) in
            try step.validate(first, as: "U1", for: enrolment) { $0.details.sources = [first] }
        }
        let both = try scenario.validate(first, as: "U1", for: enrolment) { $0.details.sources = [second] }
        try scenario.recognise(both)
        scenario.refuses(.creditUsed, at: "answers") { step throws(AccrueError) in
            try step.validate(second, as: "U2", for: enrolment)
        }
        let one = try scenario.validate(third, as: "U2", for: enrolment)
        scenario.refuses(.creditUsed, at: "answers") { step throws(AccrueError) in
            try step.validate(third, as: "U3", for: enrolment)
        }
        try scenario.validate(third, as: "U3", for: enrolment) { $0.decision = one }
    }

    @Test func `trap 13: a part of a unit's outcomes is recognised in part, without points`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1", .partial) { $0.details.outcomes = ["a"] }
        let validated = try scenario.validate(assessed, as: "U1", for: enrolment, .partial) {
            $0.details.outcomes = ["a"]
        }
        scenario.refuses(.resultImpossible, at: "result") { step throws(AccrueError) in try step.recognise(validated) }
        scenario.refuses(.pointsDiffer, at: "points") { step throws(AccrueError) in
            try step.recognise(validated, .partial) { $0.points = "3" }
        }
        let recognised = try scenario.recognise(validated, .partial) { $0.details.outcomes = ["a"] }
        #expect(scenario.event(recognised).points == nil)
        // The rest follows, and completes the unit together with the part.
        let rest = try scenario.assess("U1", .partial, attempt: 2) { $0.details.outcomes = ["b"] }
        let whole = try scenario.validate(assessed, as: "U1", for: enrolment) { $0.details.sources = [rest] }
        try scenario.recognise(whole)
    }

    @Test
    func `trap 19: after an upheld appeal what rests on the decision is flagged, and home decides again`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let validated = try scenario.validate(received, as: "U1", for: enrolment)
        let recognised = try scenario.recognise(validated)
        let appeal = try scenario.appeal(against: validated)
        #expect(scenario.standing().appeal(against: validated) == appeal)
        scenario.refuses(.creditUsed, at: "answers") { step throws(AccrueError) in
            try step.validate(received, as: "U1", for: enrolment, on: "2025-05-02")
        }
        try scenario.decideAppeal(appeal, .positive)
        #expect(scenario.standing().change(under: recognised) == validated)
        let again = try scenario.validate(received, as: "U1", for: enrolment, on: "2025-05-02")
        #expect(scenario.standing().appeal(against: validated) == nil)
        #expect(scenario.standing().loss(of: validated)?.cause == again)
    }

    @Test func `trap 20: a revocation under an award flags the award, and only an annulment removes it`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1")
        let first = try scenario.recognise(scenario.validate(assessed, as: "U1", for: enrolment))
        let second = try scenario.recogniseLocally("U2", for: enrolment)
        let award = try scenario.award(enrolment, for: [first, second])
        try scenario.remove(assessed, on: "2025-07-01")
        #expect(!scenario.standing().stands(first))
        #expect(scenario.standing().stands(award))
        #expect(scenario.standing().change(under: award) == first)
        for kind in [EventKind.revoked, .withdrawn] {
            scenario.refuses(.notGrantor, at: "kind") { step throws(AccrueError) in
                try step.remove(award, kind, on: "2025-07-02")
            }
        }
        // What the award lacks may be decided anew.
        try scenario.recogniseExperience(as: "U1", for: enrolment, on: "2025-07-02")
        try scenario.remove(award, .annulled, on: "2025-07-03")
        #expect(!scenario.standing().stands(award))
    }

    @Test func `trap 21: a revocation from the start and one from now give different histories`() throws {
        for (result, stoodBefore) in [(DecisionResult.fromStart, false), (.fromNow, true)] {
            var scenario = try Scenario()
            let recognised = try scenario.recogniseLocally("U1", for: scenario.enrol())
            try scenario.remove(recognised, .revoked, result, on: "2025-05-10")
            #expect(scenario.standing(on: "2025-05-09").stands(recognised) == stoodBefore)
            #expect(!scenario.standing(on: "2025-05-10").stands(recognised))
        }
    }

    @Test func `trap 22: an award is taken for units whose validity has run out since`() throws {
        var scenario = try Scenario()
        var wood = Scenario.wood(version: "2")
        wood.units[0].validMonths = 1
        let enrolment = try scenario.enrol(in: scenario.publish(wood))
        let first = try scenario.recogniseExperience(as: "U1", for: enrolment)
        let second = try scenario.recogniseExperience(as: "U2", for: enrolment)
        let award = try scenario.award(enrolment, for: [first, second], on: "2025-05-10")
        #expect(scenario.standing().enrolment(enrolment)?.state == .awarded(award))
    }

    @Test func `trap 23: a unit achieved outside the agreement is recognised on application`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let sent = try scenario.send(scenario.document(scenario.assess("H3")))
        scenario.refuses(.outsideAgreement, at: "agreement") { step throws(AccrueError) in
            try step.receive(sent, for: enrolment, agreement: agreement)
        }
        let received = try scenario.receive(sent, for: enrolment)
        let validated = try scenario.validate(received, as: "U3", for: enrolment)
        try scenario.recognise(validated)
        // Planned units serve the home unit they are planned for; another one takes an application as well.
        let planned = try scenario.receiveFromHost("H1", for: enrolment, agreement: agreement)
        scenario.refuses(.outsideAgreement, at: "unit") { step throws(AccrueError) in
            try step.validate(planned, as: "U2", for: enrolment)
        }
        try scenario.validate(planned, as: "U2", for: enrolment) { $0.agreement = nil }
    }

    @Test func `trap 24: home refuses a positive assessment under an agreement only with a reason, in words`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let received = try scenario.receiveFromHost("H1", for: enrolment, agreement: agreement)
        scenario.refuses(.reasonMissing, at: "reason") { step throws(AccrueError) in
            try step.validate(received, as: "U1", for: enrolment, .negative) { $0.reason = nil }
        }
        for withoutAgreement in [false, true] {
            scenario.refuses(.reasonMissing, at: "text") { step throws(AccrueError) in
                try step.validate(received, as: "U1", for: enrolment, .negative) {
                    if withoutAgreement { $0.agreement = nil }
                }
            }
        }
        var refusing = scenario
        try refusing.validate(received, as: "U1", for: enrolment, .negative) { $0.details.text = "No joints seen" }
        let validated = try scenario.validate(received, as: "U1", for: enrolment)
        scenario.refuses(.reasonMissing, at: "text") { step throws(AccrueError) in
            try step.recognise(validated, .negative)
        }
        try scenario.recognise(validated)
    }

    @Test func `trap 28: two identities are merged by events, and a wrong merge is split again`() throws {
        var scenario = try Scenario()
        let (ana, bor) = (scenario.ana, scenario.bor)
        let enrolment = try scenario.enrol(ana)
        let assessed = try scenario.assess("U1", learner: bor)
        let merge = try scenario.merge(bor, into: ana)
        #expect(scenario.history(of: ana)?.owner(of: assessed) == ana)
        var kept = scenario
        try kept.validate(assessed, as: "U1", for: enrolment) { $0.learner = ana }
        try scenario.split(merge)
        #expect(scenario.history(of: ana)?.owner(of: assessed) == bor)
        scenario.refuses(.referenceOtherLearner, at: "answers") { step throws(AccrueError) in
            try step.validate(assessed, as: "U1", for: enrolment) { $0.learner = ana }
        }
        try scenario.assess("U2", learner: bor)
    }
}
