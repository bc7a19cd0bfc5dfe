import Credit
import Testing

/// What the traps of the domain do to a balance: appeals, removals, time, identities.
@Suite struct BalanceChangeTests {
    @Test func `trap 19: an upheld appeal keeps points contested until the decision is taken again`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let recognised = try scenario.recogniseLocally("U1", for: enrolment)
        let lodged = try scenario.appeal(against: recognised)
        #expect(scenario.balance().summary == ["contested U1 6"])
        #expect(scenario.balance().remarks == [])
        let upheld = try scenario.decideAppeal(lodged, .positive)
        #expect(scenario.balance().summary == ["contested U1 6"])
        #expect(scenario.balance().lines[0].notes == [.decideAgain(since: upheld)])
        let validated = try #require(scenario.event(recognised).answers)
        let again = try scenario.recognise(validated, on: "2025-06-01")
        let balance = scenario.balance()
        #expect(balance.summary == ["recognised U1 6"])
        #expect(balance.lines[0].decision == again)
        #expect(balance.lines[0].trail.contains(recognised))
        #expect(balance.remarks == [])
    }

    @Test func `trap 19: a dismissed appeal leaves everything as it was, and stays on the trail`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let recognised = try scenario.recogniseLocally("U1", for: enrolment)
        let lodged = try scenario.appeal(against: recognised)
        let dismissed = try scenario.decideAppeal(lodged, .negative)
        #expect(scenario.balance().summary == ["recognised U1 6"])
        #expect(scenario.balance().lines[0].trail.suffix(2) == [lodged, dismissed])
    }

    @Test func `trap 19: an appeal against a failed attempt does not contest the pass that counts`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let failed = try scenario.assess("U1", .negative)
        let passed = try scenario.assess("U1", attempt: 2)
        try scenario.recognise(scenario.validate(passed, as: "U1", for: enrolment))
        try scenario.appeal(against: failed, on: "2025-04-01")
        #expect(scenario.balance().summary == ["recognised U1 6"])
    }

    @Test func `trap 19: an assessment corrected after recognition asks to decide again`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1", grade: 3)
        try scenario.recognise(scenario.validate(assessed, as: "U1", for: enrolment))
        let corrected = try scenario.assess("U1", grade: 4, kind: .assessmentCorrected, replacing: assessed)
        #expect(scenario.balance().summary == ["recognised U1 6"])
        #expect(scenario.balance().lines[0].notes == [.decideAgain(since: corrected)])
        try scenario.assess("U1", .negative, grade: 1, kind: .assessmentCorrected, replacing: corrected)
        #expect(scenario.balance().summary == ["excluded U1 6 rests-on-lost"])
    }

    @Test func `a correction acts from the day of what it corrects, and not before`() throws {
        var scenario = try Scenario()
        let assessed = try scenario.assess("U1", .negative, grade: 1, on: "2025-03-14")
        let corrected = try scenario.assess(
            "U1",
            grade: 2,
            kind: .assessmentCorrected,
            replacing: assessed,
            on: "2025-04-01"
        )
        try scenario.assess("U1", grade: 4, kind: .assessmentCorrected, replacing: corrected, on: "2025-04-02")
        #expect(scenario.balance(on: "2025-03-13").summary == [])
        #expect(scenario.balance(on: "2025-03-14").summary == ["assessed U1 6"])
    }

    @Test func `what is recognised after a move takes further what was decided about the same unit, and no other`()
        throws
    {
        var scenario = try Scenario()
        let newer = try scenario.publish(Scenario.wood(version: "2"))
        let enrolment = try scenario.enrol()
        try scenario.recogniseExperience(as: "U1", for: enrolment, on: "2025-03-01") {
            ($0.result, $0.reason, $0.points, $0.scheme) = (.conditional, .evidenceMissing, nil, nil)
        }
        try scenario.change(enrolment, .moved, to: newer, on: "2025-04-01")
        for (code, line) in [("U2", "excluded U1 6 conditional"), ("U1", "recognised U1 6")] {
            try scenario.recogniseExperience(as: code, for: enrolment, on: "2025-05-01") { $0.qualification = newer }
            #expect(Set(scenario.balance().summary) == [line, "recognised U2 8"])
        }
    }

    @Test func `what rests on a correction falls with it, also where that is recorded later`() throws {
        var scenario = try Scenario()
        let first = try scenario.enrol()
        let assessed = try scenario.assess("U1", grade: 3) { $0.enrolment = first }
        try scenario.change(first, .left, on: "2025-03-20")
        let second = try scenario.enrol(on: "2025-03-21")
        try scenario.recognise(scenario.validate(assessed, as: "U1", for: second))
        let corrected = try scenario.assess("U1", grade: 4, kind: .assessmentCorrected, replacing: assessed) {
            $0.enrolment = first
        }
        #expect(scenario.balance().summary == ["recognised U1 6"])
        try scenario.remove(first)
        #expect(scenario.balance().summary == ["excluded U1 6 rests-on-lost"])
        #expect(scenario.balance().lines[0].exclusion == .restsOnLost(first))
        #expect(scenario.balance().lines[0].trail.contains(corrected))
    }

    @Test(arguments: [true, false])
    func `trap 20: a lost recognition flags the award; only annulment removes it`(named: Bool) throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.recogniseLocally("U1", for: enrolment)
        let second = try scenario.recogniseLocally("U2", for: enrolment)
        let award = try scenario.award(enrolment, for: named ? [first, second] : [])
        #expect(scenario.balance().shakenAwards == [:])
        let validated = try #require(scenario.event(first).answers)
        let assessed = try #require(scenario.event(validated).answers)
        try scenario.remove(assessed, on: "2025-07-01")
        let balance = scenario.balance()
        #expect(balance.summary == ["excluded U1 6 rests-on-lost", "recognised U2 8"])
        #expect(balance.lines[0].exclusion == .restsOnLost(assessed))
        #expect(balance.shakenAwards == [award: first])
        #expect(balance.enrolments.map(\.state) == [.awarded(award)])
        try scenario.remove(award, .annulled, on: "2025-08-01")
        #expect(scenario.balance().enrolments.map(\.state) == [.running])
    }

    @Test
    func `trap 21: a revocation from the start and one from now give different balances for days before`() throws {
        for (result, before) in [(DecisionResult.fromStart, "excluded U1 6 removed"), (.fromNow, "recognised U1 6")] {
            var scenario = try Scenario()
            let enrolment = try scenario.enrol()
            let recognised = try scenario.recogniseLocally("U1", for: enrolment)
            let known = Position(rawValue: UInt32(scenario.events.count))
            let removal = try scenario.remove(recognised, .revoked, result, on: "2025-05-10")
            #expect(scenario.balance(on: "2025-05-09").summary == [before])
            #expect(scenario.balance(on: "2025-05-10").summary == ["excluded U1 6 removed"])
            #expect(scenario.balance(on: "2025-05-10").lines[0].exclusion == .removed(by: removal))
            #expect(scenario.balance(on: "2025-05-10", known: known).summary == ["recognised U1 6"])
        }
    }

    @Test func `trap 21: a revocation that is itself withdrawn gives the points back`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let removal = try scenario.remove(scenario.recogniseLocally("U1", for: enrolment))
        try scenario.appeal(against: removal, on: "2025-05-20")
        #expect(scenario.balance().summary == ["contested U1 6"])
        try scenario.remove(removal, .withdrawn, on: "2025-06-10")
        #expect(scenario.balance().summary == ["recognised U1 6"])
    }

    @Test func `a refusal that is withdrawn leaves the credit where it was before`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let refused = try scenario.validate(received, as: "U1", for: enrolment, .negative)
        #expect(scenario.balance().summary == ["excluded U1 6 refused"])
        let withdrawn = try scenario.remove(refused, .withdrawn)
        #expect(scenario.balance().summary == ["in-transfer H1 8"])
        #expect(scenario.balance().lines[0].trail.suffix(3) == [received, refused, withdrawn])
    }

    @Test func `a refused credit does not vanish behind another that is validated for the same unit`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        try scenario.validate(received, as: "U1", for: enrolment, .negative)
        _ = try scenario.recogniseLocally("U1", for: enrolment)
        #expect(scenario.balance().summary == ["excluded U1 6 refused", "recognised U1 6"])
    }

    @Test func `a credit validated anew after a move stands once, in the new version`() throws {
        var scenario = try Scenario()
        let newer = try scenario.publish(Scenario.wood(version: "2"))
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1")
        let old = try scenario.validate(assessed, as: "U1", for: enrolment)
        try scenario.change(enrolment, .moved, to: newer, on: "2025-04-20")
        #expect(scenario.balance().summary == ["validated U1 6"])
        try scenario.validate(assessed, as: "U2", for: enrolment, on: "2025-04-21") { $0.qualification = newer }
        #expect(scenario.balance().summary == ["validated U2 8"])
        #expect(scenario.balance().lines[0].trail.contains(old))
    }

    @Test func `trap 22: a limited unit expires after its day, unless an award by that day rests on it`() throws {
        var scenario = try Scenario()
        var qualification = Scenario.wood(version: "2")
        qualification.points = "6"
        qualification.units[0].validMonths = 24
        let enrolment = try scenario.enrol(in: scenario.publish(qualification))
        let recognised = try scenario.recogniseExperience(as: "U1", for: enrolment, on: "2025-01-31")
        #expect(scenario.balance(on: "2027-01-31").summary == ["recognised U1 6"])
        #expect(scenario.balance(on: "2027-02-01").summary == ["expired U1 6"])
        let renewed = try scenario.recogniseExperience(as: "U1", for: enrolment, on: "2026-12-01")
        #expect(scenario.balance(on: "2027-01-31").lines[1].exclusion == .countsAlready(by: recognised))
        #expect(scenario.balance(on: "2027-02-01").summary == ["expired U1 6", "recognised U1 6"])
        try scenario.remove(renewed, on: "2026-12-02")
        scenario.refuses(.awardIncomplete, at: "enrolment") { step throws(AccrueError) in
            try step.award(enrolment, for: [recognised], on: "2027-02-01")
        }
        let award = try scenario.award(enrolment, for: [recognised], on: "2027-01-31")
        #expect(scenario.balance(on: "2027-02-01").summary == ["recognised U1 6", "excluded U1 6 removed"])
        #expect(scenario.balance(on: "2027-02-01").lines[0].notes == [.frozen(by: award)])
    }

    @Test func `trap 23: what was achieved outside the agreement may count on application, and says so`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H3", for: enrolment)
        try scenario.recognise(scenario.validate(received, as: "U1", for: enrolment))
        #expect(scenario.balance().summary == ["recognised U1 6"])
        #expect(scenario.balance().lines[0].notes == [.outsideAgreement])
    }

    @Test
    func `trap 24: a refusal despite a pass under the agreement is flagged, a refusal after a fail is not`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let received = try scenario.receiveFromHost("H1", for: enrolment, agreement: agreement)
        try scenario.validate(received, as: "U1", for: enrolment, .negative) {
            $0.details.text = "The joints were made by machine"
        }
        let balance = scenario.balance()
        #expect(balance.summary == ["planned H2 5", "excluded U1 6 refused"])
        #expect(balance.lines[1].notes == [.refusedDespiteAgreement])
    }

    @Test func `trap 26: an amount in an unknown scheme is kept and counts for nothing`() throws {
        var scenario = try Scenario()
        let ana = scenario.ana
        try scenario.submit(.importQuarantined, on: "2025-01-01") {
            $0.learner = ana
            $0.reason = .unknownScheme
            $0.details.text = "852 points"
        }
        #expect(scenario.balance().summary == ["excluded - – quarantined"])
        #expect(scenario.balance().schemes == [])
    }

    @Test
    func `trap 28: a merge joins balances, a split parts them again, and both can be asked as known before`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        _ = try scenario.recogniseLocally("U1", for: enrolment)
        let other = try scenario.enrol(scenario.bor)
        try scenario.recogniseExperience(as: "U2", for: other)
        let apart = Position(rawValue: UInt32(scenario.events.count))
        let merge = try scenario.merge(scenario.bor, into: scenario.ana)
        #expect(scenario.balance().summary == ["recognised U1 6", "recognised U2 8"])
        #expect(scenario.balance(of: scenario.bor).lines == [])
        let joined = Position(rawValue: UInt32(scenario.events.count))
        try scenario.split(merge)
        #expect(scenario.balance().summary == ["recognised U1 6"])
        #expect(scenario.balance(of: scenario.bor).summary == ["recognised U2 8"])
        #expect(scenario.balance(known: joined).summary == ["recognised U1 6", "recognised U2 8"])
        #expect(scenario.balance(of: scenario.bor, known: apart).summary == ["recognised U2 8"])
    }

    @Test func `trap 30: amounts of two schemes are never added, and a conversion is no further credit`() throws {
        var scenario = try Scenario()
        let (ana, home, ects) = (scenario.ana, scenario.home, scenario.ects)
        var qualification = Qualification(id: "wood", version: "4", title: "Mizar", country: "SI", scheme: "ects")
        qualification.units = [Unit(code: "A", title: "A", points: "9.2857")]
        let other = try scenario.enrol(in: scenario.publish(qualification))
        try scenario.recogniseExperience(as: "A", for: other) { $0.scheme = ects }
        try scenario.change(other, .left, on: "2025-04-16")
        let enrolment = try scenario.enrol(on: "2025-04-17")
        let recognised = try scenario.recogniseExperience(as: "U1", for: enrolment, on: "2025-04-18")
        let converted = try scenario.submit(.pointsConverted, on: "2025-05-01") {
            $0.learner = ana
            $0.institution = home
            $0.enrolment = enrolment
            $0.answers = recognised
            $0.scheme = ects
            $0.points = "3"
            $0.details.legalBasis = "Rule 7, half-even"
        }
        let balance = scenario.balance()
        #expect(balance.schemes.map(\.scheme) == [scenario.ecvet, scenario.ects])
        #expect(balance.schemes.map(\.total) == ["6", "9.2857"])
        #expect(balance.lines[1].notes == [.converted("3", scheme: scenario.ects, by: converted)])
        #expect(balance.lines[1].trail == [recognised, converted])
        let removal = try scenario.remove(converted)
        #expect(scenario.balance().lines[1].notes == [])
        #expect(scenario.balance().lines[1].trail == [recognised, converted, removal])
    }
}
