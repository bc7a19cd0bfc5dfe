import Accrue
import AccrueTestKit
import Credit
import Testing

@Suite struct DecisionKindTests {
    /// A history in which every kind of event occurs.
    private static func everything() throws(AccrueError) -> Scenario {
        var scenario = try Scenario()
        let (ana, bor, home, body, memorandum) =
            (scenario.ana, scenario.bor, scenario.home, scenario.body, scenario.memorandum)
        let granted = try scenario.grant(.design, to: body)
        try scenario.submit(.authorityEnded, on: "2025-12-01") { $0.answers = granted }
        try scenario.activateRules(on: "2024-09-01")
        let activated = scenario.last.position
        try scenario.submit(.ruleSetDeactivated, on: "2025-09-01") { $0.answers = activated }
        try scenario.submit(.qualificationDrafted, on: "2024-01-01") {
            $0.details.document = .qualification(Scenario.wood(version: "3"))
        }
        try scenario.submit(.memorandumAmended, on: "2024-06-01") {
            $0.answers = memorandum
            $0.details.document = .memorandum(Memorandum(parties: ["home", "host", "body"]))
        }
        let enrolment = try scenario.enrol()
        try scenario.change(enrolment, .interrupted, on: "2024-10-01")
        try scenario.change(enrolment, .resumed, on: "2024-11-01")
        let second = try scenario.publish(Scenario.wood(version: "2"))
        let first = try scenario.agree(enrolment)
        let agreement = try scenario.agree(
            enrolment,
            Scenario.agreement(version: 2),
            replacing: first,
            on: "2025-03-01"
        )
        let received = try scenario.receiveFromHost("H1", for: enrolment, agreement: agreement)
        try scenario.submit(.agreementWithdrawn, on: "2025-04-05") {
            $0.learner = ana
            $0.institution = home
            $0.agreement = agreement
        }
        let recognised = try scenario.recognise(scenario.validate(received, as: "U1", for: enrolment))
        let ects = scenario.ects
        try scenario.submit(.pointsConverted, on: "2025-04-16") {
            $0.learner = ana
            $0.institution = home
            $0.enrolment = enrolment
            $0.answers = recognised
            $0.scheme = ects
            $0.points = "3"
            $0.details.legalBasis = "Rule 4"
        }
        try scenario.declare(recognised, in: 2)
        try scenario.exempt(enrolment) { $0.group = 2 }
        let failed = try scenario.assess("U2", .negative)
        let passed = try scenario.assess("U2", attempt: 2, kind: .assessmentSuperseded, replacing: failed)
        let corrected = try scenario.assess("U2", attempt: 2, grade: 5, kind: .assessmentCorrected, replacing: passed)
        let other = try scenario.recognise(scenario.validate(corrected, as: "U2", for: enrolment))
        let award = try scenario.award(enrolment, for: [recognised, other])
        let appeal = try scenario.appeal(against: award, on: "2025-06-25")
        try scenario.submit(.appealSuspended, on: "2025-06-26") {
            $0.learner = ana
            $0.institution = body
            $0.answers = appeal
        }
        try scenario.decideAppeal(appeal, .positive, on: "2025-07-01")
        try scenario.remove(award, .annulled, on: "2025-07-02")
        try scenario.remove(recognised, .revoked, on: "2025-07-03")
        try scenario.remove(corrected, .withdrawn, on: "2025-07-04")
        try scenario.change(enrolment, .moved, to: second, on: "2025-07-05")
        try scenario.change(enrolment, .left, on: "2025-07-06")
        try scenario.submit(.importQuarantined, on: "2025-07-07") {
            $0.learner = ana
            $0.reason = .unknownScheme
            $0.details.text = "852 points of an unknown scheme"
        }
        try scenario.split(scenario.merge(bor, into: ana, on: "2025-07-08"), on: "2025-07-09")
        try scenario.submit(.memorandumEnded, on: "2026-01-01") { $0.answers = memorandum }
        try scenario.recordHeads(on: "2026-01-02")
        try scenario.rotate(from: "log+1", to: "log+2", on: "2026-01-03")
        return scenario
    }

    @Test(arguments: EventKind.allCases)
    func `each kind of event is accepted where it is lawful`(kind: EventKind) throws {
        let scenario = try Self.everything()
        #expect(scenario.events.contains { $0.kind == kind })
    }

    @Test func `each kind of event is refused without a required field and with one it does not have`() throws {
        let scenario = try Self.everything()
        for event in scenario.events {
            var command = event.command
            if command.group == nil {
                command.group = 1
                #expect(refusal(of: command, in: scenario)?.code == .fieldUnknown)
                command.group = nil
            }
            guard let required = command.kind.fields.required.last else { continue }
            remove(required, from: &command)
            let refused = try #require(refusal(of: command, in: scenario))
            #expect(refused.code == .fieldMissing)
            #expect(refused.field == required.rawValue)
        }
    }

    @Test func `what is decided depends on the command and the state alone`() throws {
        let scenario = try Self.everything()
        for event in scenario.events where !event.kind.isRegistry {
            let state = scenario.state(for: event.command)
            let first = refusal(of: event.command, in: state)
            #expect(refusal(of: event.command, in: state) == first)
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `no command, however senseless, does more than be refused`(seed: UInt64) throws {
        let scenario = try Self.everything()
        var random = SeededRandom(seed: seed)
        var codes: Set<ErrorCode> = []
        for _ in 0..<5_000 {
            let events = scenario.events
            var command = events[random.below(events.count)].command
            let state = scenario.state(for: command)
            for _ in 0...random.below(3) { distort(&command, with: events[random.below(events.count)], &random) }
            if let refusal = refusal(of: command, in: state) {
                codes.insert(refusal.code)
                #expect(refusal.field != nil, "\(refusal)")
            }
        }
        #expect(codes.count > 25)
    }

    /// Takes over a field from another event, or a value at the edge.
    private func distort(_ command: inout Command, with other: Event, _ random: inout SeededRandom) {
        switch random.below(20) {
        case 0: command.learner = other.position
        case 1: command.actor = other.position
        case 2: command.institution = other.institution ?? other.position
        case 3: command.qualification = other.qualification ?? other.position
        case 4: command.scale = other.position
        case 5: command.scheme = other.scheme ?? other.position
        case 6: command.enrolment = other.enrolment ?? other.position
        case 7: command.answers = other.position
        case 8: command.replaces = other.position
        case 9: command.agreement = other.agreement ?? other.position
        case 10: command.decision = other.position
        case 11: command.details.sources = [other.position, other.position, .none]
        case 12: command.details.moved = [other.position, Position(rawValue: .max)]
        case 13: command.result = other.result
        case 14: command.attempt = random.below(2) == 0 ? .max : 0
        case 15: command.unit = random.below(2) == 0 ? .max : 0
        case 16: command.grade = random.below(2) == 0 ? .max : 0
        case 17: command.points = Points(rawValue: random.below(2) == 0 ? .max : .min)
        case 18: command.effective = random.below(2) == 0 ? .earliest : .latest
        default: command.details.document = other.details.document
        }
    }

    private func refusal(of command: Command, in scenario: Scenario) -> AccrueError? {
        refusal(of: command, in: scenario.state(for: command))
    }

    private func refusal(of command: Command, in state: DecisionState) -> AccrueError? {
        do throws(AccrueError) {
            try decide(command, in: state)
            return nil
        } catch {
            return error
        }
    }

    private func remove(_ field: EventField, from command: inout Command) {
        switch field {
        case .answers: command.answers = nil
        case .agreement: command.agreement = nil
        case .decided: command.decided = nil
        case .document: command.details.document = nil
        case .enrolment: command.enrolment = nil
        case .evidence: command.details.evidence = nil
        case .group: command.group = nil
        case .actor: command.actor = nil
        case .identifier: command.details.identifier = nil
        case .legalBasis: command.details.legalBasis = nil
        case .procedure: command.procedure = nil
        case .qualification: command.qualification = nil
        case .replaces: command.replaces = nil
        case .result: command.result = nil
        case .text: command.details.text = nil
        default: Issue.record("no way to remove \(field)")
        }
    }
}
