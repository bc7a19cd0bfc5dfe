import Credit
import Testing

@Suite struct DecisionRemovalTests {
    @Test func `an appeal is lodged once, in time, against a decision that stands, and decided once`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let decision = try scenario.validate(scenario.assess("U1"), as: "U1", for: enrolment, .negative)
        scenario.refuses(.appealState, at: "effective") { step throws(AccrueError) in
            try step.appeal(against: decision, on: "2025-05-11")
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.appeal(against: decision, on: "2025-04-09")
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.appeal(against: enrolment)
        }
        let appeal = try scenario.appeal(against: decision, on: "2025-05-10")
        scenario.refuses(.appealState, at: "answers") { step throws(AccrueError) in
            try step.appeal(against: decision)
        }
        func suspend(_ step: inout Scenario) throws(AccrueError) -> Position {
            let (ana, body) = (step.ana, step.body)
            return try step.submit(.appealSuspended, on: "2025-05-12") {
                $0.learner = ana
                $0.institution = body
                $0.answers = appeal
            }
        }
        _ = try suspend(&scenario)
        scenario.refuses(.appealState, at: "answers", suspend)
        scenario.refuses(.resultImpossible, at: "result") { step throws(AccrueError) in
            try step.decideAppeal(appeal, .conditional, on: "2025-05-20")
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.decideAppeal(decision, .negative, on: "2025-05-20")
        }
        try scenario.decideAppeal(appeal, .negative, on: "2025-05-20")
        scenario.refuses(.appealState, at: "answers") { step throws(AccrueError) in
            try step.decideAppeal(appeal, .positive, on: "2025-05-21")
        }
    }

    @Test func `an event is removed once, by who made it, with its effect from the start or from now`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let recognised = try scenario.recogniseLocally("U1", for: enrolment)
        let (host, ana) = (scenario.host, scenario.ana)
        scenario.refuses(.notGrantor, at: "institution") { step throws(AccrueError) in
            try step.remove(recognised) { $0.institution = host }
        }
        scenario.refuses(.resultImpossible, at: "result") { step throws(AccrueError) in
            try step.remove(recognised, .revoked, .positive)
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.remove(recognised, on: "2025-04-14")
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.remove(ana) {
                $0.learner = ana
                $0.institution = host
            }
        }
        let removal = try scenario.remove(recognised)
        scenario.refuses(.alreadyRemoved, at: "answers") { step throws(AccrueError) in
            try step.remove(recognised, .annulled)
        }
        try scenario.remove(removal, .annulled, on: "2025-05-20")
        try scenario.remove(recognised, .revoked, .fromNow, on: "2025-05-21")
    }

    @Test func `a corrected assessment is not removed, but what stands in its place`() throws {
        var scenario = try Scenario()
        let first = try scenario.assess("U1")
        let second = try scenario.assess("U1", kind: .assessmentCorrected, replacing: first)
        scenario.refuses(.replacedByOther, at: "answers") { step throws(AccrueError) in try step.remove(first) }
        try scenario.remove(second)
    }
}

@Suite struct DecisionIdentityTests {
    private func merge(_ other: Position, into survivor: Position) -> (inout Scenario) throws(AccrueError) -> Position {
        { step throws(AccrueError) in try step.merge(other, into: survivor) }
    }

    @Test func `an identity is merged into another, once, and nothing is recorded under it afterwards`() throws {
        var scenario = try Scenario()
        let (ana, bor, cvet) = (scenario.ana, scenario.bor, scenario.cvet)
        let enrolment = try scenario.enrol(bor)
        scenario.refuses(.mergeImpossible, at: "answers", merge(ana, into: ana))
        scenario.refuses(.referenceWrongKind, at: "answers", merge(scenario.home, into: ana))
        scenario.refuses(.referenceUnknown, at: "answers", merge(Position(rawValue: 9_999), into: ana))
        try scenario.merge(bor, into: ana)
        scenario.refuses(.mergeImpossible, at: "answers", merge(bor, into: cvet))
        scenario.refuses(.mergedAway, at: "learner", merge(cvet, into: bor))
        scenario.refuses(.mergedAway, at: "learner") { step throws(AccrueError) in
            try step.assess("U1", learner: bor)
        }
        try scenario.assess("U1") { $0.enrolment = enrolment }
    }

    @Test func `the second event of a merge answers the first, once`() throws {
        var scenario = try Scenario()
        let (ana, bor, cvet) = (scenario.ana, scenario.bor, scenario.cvet)
        let first = try scenario.submit(.learnerMerged, on: "2025-05-20") {
            $0.learner = ana
            $0.answers = bor
            $0.details.evidence = "Same person"
        }
        func answer(_ learner: Position) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in
                try step.submit(.learnerMerged, on: "2025-05-20") {
                    $0.learner = learner
                    $0.answers = first
                    $0.details.evidence = "Same person"
                }
            }
        }
        scenario.refuses(.mergeImpossible, at: "answers", answer(ana))
        scenario.refuses(.referenceUnknown, at: "answers", answer(cvet))
        _ = try answer(bor)(&scenario)
        scenario.refuses(.mergeImpossible, at: "answers", answer(bor))
    }

    @Test func `a merge without its second event, or a second without its first, is found in a batch`() throws {
        var scenario = try Scenario()
        let merge = try scenario.merge(scenario.bor, into: scenario.ana)
        let split = try scenario.split(merge)
        let events = scenario.events.suffix(4)
        #expect(events.map(\.kind) == [.learnerMerged, .learnerMerged, .learnerSplit, .learnerSplit])
        #expect(unanswered(in: scenario.events) == nil)
        #expect(unanswered(in: Array(events.prefix(1)))?.position == merge)
        #expect(unanswered(in: Array(events.prefix(3)))?.position == split)
        #expect(unanswered(in: [scenario.last])?.position == scenario.last.position)
    }

    @Test(.timeLimit(.minutes(1)))
    func `very many merges in one batch are looked through in one go`() throws {
        var events: [Event] = []
        for position in 1...60_000 as ClosedRange<UInt32> {
            var merge = Command(id: EventID(high: 1, low: UInt64(position)), kind: .learnerMerged, effective: .earliest)
            // Each second one answers the one before; the first one an introduction.
            merge.answers = Position(rawValue: position.isMultiple(of: 2) ? position - 1 : 100_000 + position)
            let position = Position(rawValue: position)
            let recorded = Instant(rawValue: 0)
            events.append(
                Event(
                    merge,
                    position: position,
                    recordedAt: recorded,
                    learnerNumber: 1,
                    learnerVersion: position.rawValue
                )
            )
        }
        #expect(unanswered(in: events) == nil)
        #expect(unanswered(in: Array(events.dropLast()))?.position == Position(rawValue: 59_999))
    }

    @Test
    func `a split gives back all of the other's own, and what came for it since, but tears nothing apart`() throws {
        var scenario = try Scenario()
        let (ana, bor) = (scenario.ana, scenario.bor)
        let enrolment = try scenario.enrol(bor)
        let own = try scenario.assess("U1", learner: bor)
        let mine = try scenario.enrol(ana)
        let merge = try scenario.merge(bor, into: ana)
        let since = try scenario.validate(own, as: "U1", for: enrolment) { $0.learner = ana }
        func split(_ moved: [Position]) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in
                try step.submit(.learnerSplit, on: "2025-05-25") {
                    $0.learner = ana
                    $0.answers = merge
                    $0.details.evidence = "Different persons"
                    $0.details.moved = moved
                }
            }
        }
        scenario.refuses(.splitImpossible, at: "moved", split([enrolment, since]))
        scenario.refuses(.splitImpossible, at: "moved", split([enrolment, own]))
        scenario.refuses(.splitImpossible, at: "moved", split([enrolment, own, since, since]))
        scenario.refuses(.splitImpossible, at: "moved", split([enrolment, own, since, ana]))
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try step.submit(.learnerSplit, on: "2025-05-25") {
                $0.learner = ana
                $0.answers = mine
                $0.details.evidence = "Different persons"
            }
        }
        let parted = try scenario.split(merge, also: [since])
        scenario.refuses(.splitImpossible, at: "answers", split([]))
        scenario.refuses(.splitImpossible, at: "answers") { step throws(AccrueError) in
            try step.submit(.learnerSplit, on: "2025-05-25") {
                $0.learner = ana
                $0.answers = parted
                $0.details.evidence = "Different persons"
            }
        }
        try scenario.recognise(since) { $0.learner = bor }
    }
}
