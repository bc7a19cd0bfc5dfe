import Credit
import Testing

@Suite struct RegistryTests {
    @Test func `the registry finds entries by identifier and by position, each in its own space`() throws {
        let scenario = try Scenario()
        let registry = scenario.registry
        #expect(registry.position(of: "home", in: .institution) == scenario.home)
        #expect(registry.position(of: "home", in: .scheme) == nil)
        #expect(registry.identifier(at: scenario.homeQualification) == "wood@1")
        #expect(registry.qualification(at: scenario.homeQualification)?.units.count == 6)
        #expect(registry.qualification(at: scenario.home) == nil)
        #expect(registry.scale(at: scenario.grades)?.grades.count == 5)
        #expect(registry.institution(at: scenario.host)?.country == "FI")
        #expect(registry.kind(at: scenario.ana) == nil)
        #expect(registry.entries(in: .scheme).map(\.identifier) == ["ecvet", "ects"])
    }

    @Test func `an authority holds from its first to its last day, for its function and its qualifications`() throws {
        var scenario = try Scenario()
        let body = scenario.body
        let granted = try scenario.grant(.assess, to: body, for: ["wood"], on: "2025-01-01", until: "2025-06-30")
        func code(_ function: CompetentFunction, _ qualification: String, _ day: CivilDate) -> ErrorCode? {
            do throws(AccrueError) {
                try scenario.registry.require(function, of: body, for: qualification, on: day)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(.assess, "wood", "2024-12-31") == .authorityNotInForce)
        #expect(code(.assess, "wood", "2025-01-01") == nil)
        #expect(code(.assess, "wood", "2025-06-30") == nil)
        #expect(code(.assess, "wood", "2025-07-01") == .authorityNotInForce)
        #expect(code(.assess, "puu", "2025-01-01") == .notCompetent)
        #expect(code(.validate, "wood", "2025-01-01") == .notCompetent)
        try scenario.submit(.authorityEnded, on: "2025-03-01") { $0.answers = granted }
        #expect(code(.assess, "wood", "2025-02-28") == nil)
        #expect(code(.assess, "wood", "2025-03-01") == .authorityNotInForce)
    }

    @Test func `a memorandum holds as it was last amended by that day, until it ends`() throws {
        var scenario = try Scenario()
        let memorandum = scenario.memorandum
        try scenario.submit(.memorandumAmended, on: "2025-01-01") {
            $0.answers = memorandum
            $0.details.document = .memorandum(Memorandum(parties: ["home", "body"], until: "2025-12-31"))
        }
        func parties(_ day: CivilDate) -> [String]? {
            scenario.registry.memorandum(at: memorandum)?.text(on: day)?.parties
        }
        #expect(parties("2023-12-31") == nil)
        #expect(parties("2024-12-31") == ["home", "host"])
        #expect(parties("2025-01-01") == ["home", "body"])
        #expect(parties("2026-01-01") == nil)
        try scenario.submit(.memorandumEnded, on: "2025-06-01") { $0.answers = memorandum }
        #expect(parties("2025-05-31") == ["home", "body"])
        #expect(parties("2025-06-01") == nil)
    }
}

@Suite struct LearnerHistoryTests {
    @Test func `a merge gives the other's credit to the survivor, a split gives back what it lists`() throws {
        var scenario = try Scenario()
        let (ana, bor) = (scenario.ana, scenario.bor)
        let mine = try scenario.assess("U1", learner: ana)
        let theirs = try scenario.assess("U1", learner: bor)
        #expect(scenario.history(of: ana)?.events.count == 2)
        let merge = try scenario.merge(bor, into: ana)
        let since = try scenario.assess("U2", learner: ana)
        let merged = try #require(scenario.history(of: ana))
        #expect(merged.numbers.count == 2)
        #expect(merged.mergedAway == [bor: merge])
        #expect(merged.events(of: ana).filter(\.isCredit).map(\.position) == [mine, theirs, since])
        #expect(merged.events(of: bor).filter(\.isCredit).isEmpty)
        #expect(merged.owner(of: bor) == bor)
        try scenario.split(merge, also: [since])
        let parted = try #require(scenario.history(of: bor))
        #expect(parted.mergedAway.isEmpty)
        #expect(parted.events(of: ana).filter(\.isCredit).map(\.position) == [mine])
        #expect(parted.events(of: bor).filter(\.isCredit).map(\.position) == [theirs, since])
        // As it was known while they were one.
        #expect(parted.known(through: since).owner(of: theirs) == ana)
        #expect(parted.known(through: theirs).owner(of: theirs) == bor)
        #expect(parted[since]?.position == since)
        #expect(parted[Position(rawValue: 1)] == nil)
        #expect(parted.owner(of: Position(rawValue: 9_999)) == nil)
    }

    @Test func `identities merged one into another end with the last survivor`() throws {
        var scenario = try Scenario()
        let (ana, bor, cvet) = (scenario.ana, scenario.bor, scenario.cvet)
        let first = try scenario.assess("U1", learner: cvet)
        try scenario.merge(cvet, into: bor)
        let merge = try scenario.merge(bor, into: ana)
        #expect(scenario.history(of: cvet)?.owner(of: first) == ana)
        // What belonged to the other when it was merged goes back to it, whoever recorded it.
        scenario.refuses(.splitImpossible, at: "moved") { step throws(AccrueError) in try step.split(merge) }
        try scenario.split(merge, also: [first])
        #expect(scenario.history(of: cvet)?.owner(of: first) == bor)
    }

    @Test func `a history taken in event by event equals the one made at once`() throws {
        var scenario = try Scenario()
        try scenario.assess("U1")
        try scenario.split(scenario.merge(scenario.bor, into: scenario.ana))
        let history = try #require(scenario.history(of: scenario.ana))
        let atOnce = LearnerHistory(history.events)
        #expect(atOnce.events == history.events)
        #expect(atOnce.owners == history.owners)
    }
}

@Suite struct StandingTests {
    @Test func `a removal from the start acts on every day, one from now on from its own`() throws {
        for result in [DecisionResult.fromStart, .fromNow] {
            var scenario = try Scenario()
            let enrolment = try scenario.enrol()
            let recognised = try scenario.recogniseLocally("U1", for: enrolment)
            let removal = try scenario.remove(recognised, .revoked, result, on: "2025-05-10")
            #expect(scenario.standing().loss(of: recognised)?.manner == .removed)
            #expect(scenario.standing().loss(of: recognised)?.cause == removal)
            #expect(scenario.standing(on: "2025-05-10").loss(of: recognised)?.cause == removal)
            let before = scenario.standing(on: "2025-05-09").loss(of: recognised)
            #expect(before?.cause == (result == .fromStart ? removal : nil))
        }
    }

    @Test func `a removal that is itself removed acts no more, nor does a removal of that removal's removal`() throws {
        var scenario = try Scenario()
        let assessed = try scenario.assess("U1")
        let first = try scenario.remove(assessed, on: "2025-05-01")
        #expect(!scenario.standing().stands(assessed))
        let second = try scenario.remove(first, .annulled, on: "2025-05-02")
        #expect(scenario.standing().stands(assessed))
        try scenario.remove(second, .annulled, on: "2025-05-03")
        #expect(!scenario.standing().stands(assessed))
        #expect(scenario.standing().loss(of: assessed)?.cause == first)
    }

    @Test func `what rests on a removed event falls with it, to the last, and stands again with it`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let received = try scenario.receiveFromHost("H1", for: enrolment)
        let validated = try scenario.validate(received, as: "U1", for: enrolment)
        let recognised = try scenario.recognise(validated)
        let assessed = try #require(scenario.events.first { $0.kind == .assessmentRecorded }).position
        let removal = try scenario.remove(assessed)
        for position in [received, validated, recognised] {
            #expect(scenario.standing().loss(of: position)?.manner == .cascaded)
        }
        #expect(scenario.standing().loss(of: recognised)?.cause == validated)
        #expect(scenario.standing().stands(enrolment))
        try scenario.remove(removal, .annulled)
        #expect(scenario.standing().stands(recognised))
    }

    @Test
    func `a correction acts from the start; what rested on the old one is flagged, or falls if it failed`() throws {
        for (result, manner) in [(DecisionResult.positive, nil), (.negative, Standing.Loss.Manner.cascaded)] {
            var scenario = try Scenario()
            let enrolment = try scenario.enrol()
            let assessed = try scenario.assess("U1", grade: 3)
            let validated = try scenario.validate(assessed, as: "U1", for: enrolment)
            let corrected = try scenario.assess(
                "U1",
                result,
                grade: result == .positive ? 4 : 1,
                kind: .assessmentCorrected,
                replacing: assessed,
                on: "2025-06-01"
            )
            let standing = scenario.standing(on: "2025-04-30")
            #expect(standing.loss(of: assessed)?.manner == .replaced)
            #expect(standing.loss(of: assessed)?.cause == corrected)
            #expect(standing.current(assessed) == corrected)
            #expect(standing.loss(of: validated)?.manner == manner)
            #expect(standing.change(under: validated) == (manner == nil ? corrected : nil))
        }
    }

    @Test func `a correction of a correction stands for both, and falls back when it is withdrawn`() throws {
        var scenario = try Scenario()
        let first = try scenario.assess("U1", grade: 3)
        let second = try scenario.assess("U1", grade: 4, kind: .assessmentCorrected, replacing: first)
        let third = try scenario.assess("U1", grade: 5, kind: .assessmentCorrected, replacing: second)
        #expect(scenario.standing().current(first) == third)
        try scenario.remove(third, .withdrawn)
        #expect(scenario.standing().current(first) == second)
        #expect(scenario.standing().stands(second))
    }

    @Test func `a dismissed appeal leaves a decision as it was, a withdrawn one as well`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let validated = try scenario.validate(scenario.assess("U1"), as: "U1", for: enrolment, .negative)
        let appeal = try scenario.appeal(against: validated)
        #expect(scenario.standing().appeal(against: validated) == appeal)
        #expect(scenario.standing().stands(validated))
        #expect(scenario.standing(on: "2025-04-19").appeal(against: validated) == nil)
        var withdrawn = scenario
        try withdrawn.remove(appeal, .withdrawn)
        #expect(withdrawn.standing().appeal(against: validated) == nil)
        try scenario.decideAppeal(appeal, .negative)
        #expect(scenario.standing().appeal(against: validated) == nil)
    }

    @Test func `enrolments stand in the state in which their events left them`() throws {
        var scenario = try Scenario()
        let first = try scenario.enrol()
        let second = try scenario.enrol(in: scenario.hostQualification)
        let interrupted = try scenario.change(first, .interrupted, on: "2024-10-01")
        #expect(scenario.standing().enrolments.map(\.state) == [.interrupted(interrupted), .running])
        try scenario.change(first, .resumed, on: "2024-11-01")
        let left = try scenario.change(second, .left, on: "2024-12-01")
        #expect(scenario.standing().enrolments.map(\.state) == [.running, .left(left)])
        #expect(scenario.standing(on: "2024-10-15").enrolment(first)?.state == .interrupted(interrupted))
        try scenario.remove(second, .annulled)
        #expect(scenario.standing().enrolment(second) == nil)
        #expect(scenario.standing().loss(of: left)?.manner == .cascaded)
    }
}
