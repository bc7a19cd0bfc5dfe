import Credit
import Testing

/// What the traps of the domain do to a balance: from assessment to recognition.
@Suite struct BalanceTrapTests {
    @Test
    func `trap 1: a credit passed abroad stands in each bucket in turn, and counts only once recognised`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        #expect(scenario.balance().summary == ["planned H1 8", "planned H2 5"])
        let assessed = try scenario.assess("H1", agreement: agreement)
        #expect(scenario.balance().summary == ["planned H2 5", "assessed H1 8"])
        let documented = try scenario.document(assessed)
        #expect(scenario.balance().summary == ["planned H2 5", "documented H1 8"])
        let sent = try scenario.send(documented, agreement: agreement)
        #expect(scenario.balance().summary == ["planned H2 5", "in-transfer H1 8"])
        let received = try scenario.receive(sent, for: enrolment, agreement: agreement)
        #expect(scenario.balance().summary == ["planned H2 5", "in-transfer H1 8"])
        let validated = try scenario.validate(received, as: "U1", for: enrolment)
        #expect(scenario.balance().summary == ["planned H2 5", "validated U1 6"])
        #expect(scenario.balance().sum(.recognised, in: scenario.ecvet) == .zero)
        let recognised = try scenario.recognise(validated)
        let line = scenario.balance().lines[1]
        #expect(scenario.balance().summary == ["planned H2 5", "recognised U1 6"])
        #expect(line.trail == [assessed, documented, sent, received, validated, recognised])
        #expect(scenario.balance().sum(.recognised, in: scenario.ecvet) == "6")
    }

    @Test func `trap 2: the home unit's points count, and the host's stay visible`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let recognised = try scenario.recogniseFromHost(for: enrolment, agreement: agreement)
        let line = try #require(scenario.balance().lines.first { $0.decision == recognised })
        #expect(line.points == "6")
        #expect(line.hostUnits.map(\.points) == ["8"])
        #expect(line.notes == [])
    }

    @Test func `trap 5: a backdated event changes its day as known now, and no day as it was known before`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        _ = try scenario.recogniseLocally("U2", for: enrolment)
        let before = Position(rawValue: UInt32(scenario.events.count))
        let assessed = try scenario.assess("U1", on: "2024-10-01")
        let validated = try scenario.validate(assessed, as: "U1", for: enrolment, on: "2024-10-02")
        try scenario.recognise(validated, on: "2024-10-03")
        let day: CivilDate = "2024-12-31"
        #expect(scenario.balance(on: day, known: before).summary == [])
        #expect(scenario.balance(on: day).summary == ["recognised U1 6"])
        #expect(scenario.balance(on: "2024-10-02").summary == ["validated U1 6"])
        #expect(scenario.balance(known: before).summary == ["recognised U2 8"])
    }

    @Test func `trap 6: attempts at one unit in one institution are one credit, not several`() throws {
        var scenario = try Scenario()
        try scenario.enrol()
        let failed = try scenario.assess("H1", .negative)
        #expect(scenario.balance().summary == ["excluded H1 8 not-positive"])
        let passed = try scenario.assess("H1", attempt: 2)
        let again = try scenario.assess("H1", attempt: 3, on: "2025-03-20")
        let balance = scenario.balance()
        #expect(balance.summary == ["assessed H1 8"])
        #expect(balance.lines[0].trail == [failed, passed, again])
    }

    @Test
    func `trap 7: of a unit and its parts, the whole counts; that its parts add up differently is remarked`() throws {
        var scenario = try Scenario()
        var qualification = Scenario.wood(version: "2")
        qualification.units[3].points = "9"
        qualification.points = "100"
        let version = try scenario.publish(qualification)
        let enrolment = try scenario.enrol(in: version)
        let part = try scenario.recogniseExperience(as: "U4a", for: enrolment)
        #expect(scenario.balance().summary == ["recognised U4a 4"])
        let whole = try scenario.recogniseExperience(as: "U4", for: enrolment)
        let balance = scenario.balance()
        #expect(balance.summary == ["excluded U4a 4 part-of-counted", "recognised U4 9"])
        #expect(balance.lines[0].exclusion == .partOfCounted(by: whole))
        #expect(balance.lines[1].notes == [.levelsDisagree(parts: "10")])
        #expect(balance.recognised(towards: enrolment, in: scenario.ecvet) == "9")
        try scenario.remove(whole)
        #expect(scenario.balance().summary == ["recognised U4a 4", "excluded U4 9 removed"])
        #expect(scenario.balance().lines[0].decision == part)
    }

    @Test func `trap 8: a failed attempt after the pass takes nothing away, and is remarked`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let passed = try scenario.assess("U1")
        let failed = try scenario.assess(
            "U1",
            .negative,
            attempt: 2,
            kind: .assessmentSuperseded,
            replacing: passed,
            on: "2025-03-20"
        )
        #expect(scenario.balance().summary == ["assessed U1 6"])
        #expect(scenario.balance().lines[0].notes == [.passStays(despite: failed)])
        try scenario.recognise(scenario.validate(passed, as: "U1", for: enrolment))
        #expect(scenario.balance().summary == ["recognised U1 6"])
        #expect(scenario.balance().lines[0].notes == [.passStays(despite: failed)])
    }

    @Test func `traps 9 and 11: the same unit again counts once, and both facts are kept`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let first = try scenario.recogniseFromHost(for: enrolment, agreement: agreement)
        let second = try scenario.recogniseLocally("U1", for: enrolment)
        let balance = scenario.balance()
        #expect(balance.summary == ["planned H2 5", "recognised U1 6", "excluded U1 6 counts-already"])
        #expect(balance.lines[2].exclusion == .countsAlready(by: first))
        #expect(balance.lines[2].decision == second)
        try scenario.remove(first)
        #expect(scenario.balance().sum(.recognised, in: scenario.ecvet) == "6")
    }

    @Test func `trap 12: two host units become one home unit with its points`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.receiveFromHost("H1", for: enrolment)
        let second = try scenario.receiveFromHost("H2", for: enrolment)
        #expect(scenario.balance().summary == ["in-transfer H1 8", "in-transfer H2 5"])
        let validated = try scenario.validate(first, as: "U1", for: enrolment) { $0.details.sources = [second] }
        #expect(scenario.balance().summary == ["validated U1 6"])
        try scenario.recognise(validated)
        let balance = scenario.balance()
        #expect(balance.summary == ["recognised U1 6"])
        #expect(balance.lines[0].hostUnits.map(\.code) == ["H1", "H2"])
        #expect(balance.remarks == ["outside-agreement"])
    }

    @Test func `trap 12: one host unit becomes two home units, each with its points`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let first = try scenario.validate(received, as: "U1", for: enrolment)
        let second = try scenario.validate(received, as: "U2", for: enrolment) { $0.decision = first }
        try scenario.recognise(second)
        #expect(scenario.balance().summary == ["validated U1 6", "recognised U2 8"])
        #expect(scenario.balance().lines.allSatisfy { $0.hostUnits.map(\.code) == ["H1"] })
    }

    @Test func `trap 12: a host unit planned for two home units is planned once`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        var document = Scenario.agreement()
        document.units.append(.init(hostQualification: "puu@1", hostUnit: "H1", homeUnit: "U4"))
        try scenario.agree(enrolment, document)
        #expect(scenario.balance().summary == ["planned H1 8", "planned H2 5"])
    }

    @Test func `trap 13: a part of the outcomes counts for no points, even if recognised`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("U1", .partial) { $0.details.outcomes = ["a"] }
        #expect(scenario.balance().summary == ["excluded U1 6 partial"])
        let validated = try scenario.validate(assessed, as: "U1", for: enrolment, .partial)
        try scenario.recognise(validated, .partial)
        #expect(scenario.balance().summary == ["excluded U1 6 partial"])
        #expect(scenario.balance().sum(.recognised, in: scenario.ecvet) == .zero)
    }

    @Test func `trap 14: 183 recognised in a qualification of 180 are 180 that count and 3 of surplus`() throws {
        var scenario = try Scenario()
        var qualification = Qualification(id: "wood", version: "3", title: "Mizar", country: "SI", scheme: "ecvet")
        qualification.points = "180"
        qualification.units = [
            Unit(code: "A", title: "A", points: "120"), Unit(code: "B", title: "B", points: "56.5"),
            Unit(code: "C", title: "C", points: "6.5"),
        ]
        let enrolment = try scenario.enrol(in: scenario.publish(qualification))
        for code in ["A", "B", "C"] { try scenario.recogniseExperience(as: code, for: enrolment) }
        let balance = scenario.balance()
        #expect(balance.summary == ["recognised A 120", "recognised B 56.5", "recognised C 3.5", "surplus C 3"])
        #expect(balance.sum(.recognised, in: scenario.ecvet) == "180")
        #expect(balance.sum(.surplus, in: scenario.ecvet) == "3")
        #expect(balance.lines[2].decision == balance.lines[3].decision)
    }
}
