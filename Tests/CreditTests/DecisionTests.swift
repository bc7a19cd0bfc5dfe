import Credit
import Testing

@Suite struct DecisionTests {
    @Test func `a credit goes all the way from a mobility to an award`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let agreement = try scenario.agree(enrolment)
        let assessed = try scenario.assess("H1", agreement: agreement, grade: 4)
        let documented = try scenario.document(assessed)
        let sent = try scenario.send(documented, agreement: agreement)
        let received = try scenario.receive(sent, for: enrolment, agreement: agreement)
        let validated = try scenario.validate(received, as: "U1", for: enrolment)
        let recognised = try scenario.recognise(validated)
        let local = try scenario.assess("U2")
        let second = try scenario.recognise(scenario.validate(local, as: "U2", for: enrolment))
        try scenario.award(enrolment, for: [recognised, second])
        #expect(scenario.history(of: scenario.ana)?.events.count == 13)
    }
}
