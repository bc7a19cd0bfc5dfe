import Credit
import Testing

/// What is decided, assessed or recognised once more: which credit it is, and which of several counts.
@Suite struct BalanceAgainTests {
    // MARK: After an appeal

    @Test func `trap 19: a decision on another credit for the same unit does not end a contest`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let contested = try scenario.receiveFromHost("H1", for: enrolment)
        let other = try scenario.receiveFromHost("H2", for: enrolment)
        let refused = try scenario.validate(contested, as: "U1", for: enrolment, .negative)
        try scenario.decideAppeal(scenario.appeal(against: refused), .positive)
        try scenario.validate(other, as: "U1", for: enrolment, on: "2025-05-02")
        #expect(scenario.balance().summary == ["contested U1 6", "validated U1 6"])
        try scenario.validate(contested, as: "U1", for: enrolment, on: "2025-05-03")
        #expect(scenario.balance().summary == ["validated U1 6", "validated U1 6"])
    }

    @Test func `trap 19: after a move the credit is decided on again, and not the number of the unit`() throws {
        var scenario = try Scenario()
        var swapped = Scenario.wood(version: "2")
        swapped.units.swapAt(0, 1)
        let newer = try scenario.publish(swapped)
        let enrolment = try scenario.enrol()
        let experience = try scenario.recogniseExperience(as: "U2", for: enrolment) {
            ($0.result, $0.reason, $0.points, $0.scheme) = (.negative, .evidenceMissing, nil, nil)
        }
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let refused = try scenario.validate(received, as: "U1", for: enrolment, .negative)
        for decision in [experience, refused] {
            try scenario.decideAppeal(scenario.appeal(against: decision), .positive)
        }
        try scenario.change(enrolment, .moved, to: newer, on: "2025-05-02")
        try scenario.recogniseExperience(as: "U1", for: enrolment, on: "2025-05-03") {
            ($0.qualification, $0.unit) = (newer, 2)
        }
        #expect(scenario.balance().summary == ["contested U2 8", "contested U1 6", "recognised U1 6"])
        try scenario.validate(received, as: "U1", for: enrolment, on: "2025-05-04") {
            ($0.qualification, $0.unit) = (newer, 1)
        }
        #expect(scenario.balance().summary == ["contested U2 8", "recognised U1 6", "validated U2 8"])
    }

    // MARK: After a correction

    @Test
    func `trap 19: what rests on an assessment that was corrected since is confirmed by deciding once more`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1", grade: 3)
        let first = try scenario.validate(assessed, as: "U1", for: enrolment)
        try scenario.recognise(first)
        scenario.refuses(.creditUsed, at: "answers") { (scenario) throws(AccrueError) in
            try scenario.validate(assessed, as: "U1", for: enrolment, on: "2025-05-02")
        }
        let corrected = try scenario.assess("U1", grade: 4, kind: .assessmentCorrected, replacing: assessed)
        #expect(scenario.balance().remarks == ["decide-again"])
        scenario.refuses(.creditUsed, at: "answers") { (scenario) throws(AccrueError) in
            try scenario.validate(corrected, as: "U2", for: enrolment, on: "2025-05-02") { $0.details.text = "Alike" }
        }
        let second = try scenario.validate(corrected, as: "U1", for: enrolment, on: "2025-05-02")
        scenario.refuses(.creditUsed, at: "answers") { (scenario) throws(AccrueError) in
            try scenario.validate(corrected, as: "U1", for: enrolment, on: "2025-05-03")
        }
        let recognised = try scenario.recognise(second, on: "2025-05-03")
        #expect(scenario.balance().summary == ["excluded U1 6 counts-already", "recognised U1 6"])
        #expect(scenario.balance().lines[0].exclusion == .countsAlready(by: recognised))
        #expect(scenario.balance().remarks == [])
        #expect(scenario.balance(on: "2025-05-01").summary == ["recognised U1 6"])
    }

    @Test func `after a move a corrected unit is confirmed in the new version, with its points`() throws {
        var scenario = try Scenario()
        var heavier = Scenario.wood(version: "2")
        heavier.units.swapAt(0, 1)
        heavier.units[1].points = "7"
        let newer = try scenario.publish(heavier)
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1", grade: 3)
        try scenario.recognise(scenario.validate(assessed, as: "U1", for: enrolment))
        try scenario.change(enrolment, .moved, to: newer, on: "2025-05-02")
        let corrected = try scenario.assess("U1", grade: 4, kind: .assessmentCorrected, replacing: assessed)
        // The same number is another unit there.
        scenario.refuses(.creditUsed, at: "answers") { (scenario) throws(AccrueError) in
            try scenario.validate(corrected, as: "U1", for: enrolment, on: "2025-05-03") {
                ($0.qualification, $0.unit, $0.details.text) = (newer, 1, "Alike")
            }
        }
        let again = try scenario.validate(corrected, as: "U1", for: enrolment, on: "2025-05-03") {
            ($0.qualification, $0.unit) = (newer, 2)
        }
        try scenario.recognise(again, on: "2025-05-03")
        #expect(scenario.balance().summary == ["excluded U1 6 counts-already", "recognised U1 7"])
    }

    @Test func `a later attempt is no correction of the one that was confirmed`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.assess("U1", grade: 3)
        try scenario.recognise(scenario.validate(first, as: "U1", for: enrolment))
        let second = try scenario.assess("U1", attempt: 2, grade: 5, on: "2025-04-20")
        scenario.refuses(.creditUsed, at: "answers") { (scenario) throws(AccrueError) in
            try scenario.validate(second, as: "U1", for: enrolment, on: "2025-05-02") { $0.details.sources = [first] }
        }
    }

    @Test
    func `trap 12: what was decided together on a corrected assessment is decided again, unit by unit`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let first = try scenario.validate(received, as: "U1", for: enrolment)
        let other = try scenario.validate(received, as: "U2", for: enrolment) { $0.decision = first }
        for validation in [first, other] { try scenario.recognise(validation) }
        let assessed = try #require(scenario.events.first { $0.kind == .assessmentRecorded }).position
        try scenario.assess("H1", kind: .assessmentCorrected, replacing: assessed)
        #expect(scenario.balance().remarks.count { $0 == "decide-again" } == 2)
        let again = try scenario.validate(received, as: "U1", for: enrolment, on: "2025-05-02")
        scenario.refuses(.creditUsed, at: "answers") { (scenario) throws(AccrueError) in
            try scenario.validate(received, as: "U2", for: enrolment, on: "2025-05-02")
        }
        let both = try scenario.validate(received, as: "U2", for: enrolment, on: "2025-05-02") { $0.decision = again }
        for validation in [again, both] { try scenario.recognise(validation, on: "2025-05-03") }
        #expect(!scenario.balance().remarks.contains("decide-again"))
        #expect(scenario.balance().schemes.map(\.recognised) == ["14"])
    }

    // MARK: Another attempt

    @Test func `a pass is seen where what rested on an earlier attempt is lost`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.assess("U1")
        try scenario.recognise(scenario.validate(first, as: "U1", for: enrolment))
        try scenario.remove(first)
        let second = try scenario.assess("U1", on: "2025-05-12")
        #expect(scenario.balance().summary == ["excluded U1 6 rests-on-lost", "assessed U1 6"])
        #expect(scenario.balance().lines[1].decision == second)
        try scenario.recognise(scenario.validate(second, as: "U1", for: enrolment, on: "2025-05-13"), on: "2025-05-13")
        #expect(scenario.balance().summary == ["excluded U1 6 rests-on-lost", "recognised U1 6"])
    }

    @Test func `a pass is seen where an earlier attempt was confirmed in part or refused`() throws {
        for result in [DecisionResult.partial, .negative] {
            var scenario = try Scenario()
            let enrolment = try scenario.enrol()
            let part = try scenario.assess("U1", .partial) { $0.details.outcomes = ["a"] }
            try scenario.validate(part, as: "U1", for: enrolment, result)
            let excluded = "excluded U1 6 " + (result == .partial ? "partial" : "refused")
            try scenario.assess("U1", .negative, attempt: 2, on: "2025-04-11")
            #expect(scenario.balance().summary == [excluded])
            let passed = try scenario.assess("U1", attempt: 3, on: "2025-04-12")
            #expect(scenario.balance().summary == [excluded, "assessed U1 6"])
            try scenario.validate(passed, as: "U1", for: enrolment, on: "2025-04-13")
            #expect(scenario.balance().summary == ["validated U1 6"])
        }
    }

    // MARK: Another enrolment

    @Test func `trap 28: a unit recognised under two identities counts once, in the enrolment that goes on`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.recogniseExperience(as: "U1", for: enrolment)
        let second = try scenario.recogniseExperience(as: "U1", for: scenario.enrol(scenario.bor))
        try scenario.merge(scenario.bor, into: scenario.ana)
        #expect(scenario.balance().summary == ["recognised U1 6", "excluded U1 6 counts-already"])
        #expect(scenario.balance().schemes.map(\.recognised) == ["6"])
        #expect(scenario.balance().lines[1].exclusion == .countsAlready(by: first))
        try scenario.change(enrolment, .left, on: "2025-06-01")
        #expect(scenario.balance().summary == ["excluded U1 6 counts-already", "recognised U1 6"])
        #expect(scenario.balance().lines[0].exclusion == .countsAlready(by: second))
    }

    @Test func `who enrols again has each unit once, and a unit or its parts`() throws {
        var scenario = try Scenario()
        let first = try scenario.enrol()
        for code in ["U1", "U4a"] { try scenario.recogniseExperience(as: code, for: first) }
        try scenario.change(first, .left, on: "2025-05-01")
        let second = try scenario.enrol(in: scenario.publish(Scenario.wood(version: "2")), on: "2025-05-02")
        #expect(scenario.balance().summary == ["recognised U1 6", "recognised U4a 4"])
        for code in ["U1", "U4"] { try scenario.recogniseExperience(as: code, for: second, on: "2025-05-03") }
        #expect(
            scenario.balance().summary == [
                "excluded U1 6 counts-already", "excluded U4a 4 part-of-counted", "recognised U1 6", "recognised U4 8",
                "surplus U4 2",
            ]
        )
    }

    @Test func `the same code in another qualification is another unit`() throws {
        var scenario = try Scenario()
        var other = Scenario.wood()
        (other.id, other.points) = ("joinery", nil)
        let home = scenario.home
        let joinery = try scenario.publish(other)
        for function in [CompetentFunction.recognise] { try scenario.grant(function, to: home, for: ["joinery"]) }
        try scenario.recogniseExperience(as: "U1", for: scenario.enrol())
        try scenario.recogniseExperience(as: "U1", for: scenario.enrol(in: joinery))
        #expect(scenario.balance().summary == ["recognised U1 6", "recognised U1 6"])
    }
}
