import Credit
import Testing

@Suite struct DecisionRegistryTests {
    @Test func `a kind takes the fields it requires and allows, and no others`() throws {
        var scenario = try Scenario()
        scenario.refuses(.fieldMissing, at: "qualification") { step throws(AccrueError) in
            try step.enrol { $0.qualification = nil }
        }
        scenario.refuses(.fieldUnknown, at: "points") { step throws(AccrueError) in
            try step.enrol { $0.points = "5" }
        }
        scenario.refuses(.fieldUnknown, at: "moved") { step throws(AccrueError) in
            try step.enrol { $0.details.moved = [$0.learner ?? .none] }
        }
        scenario.refuses(.fieldUnknown, at: "group") { step throws(AccrueError) in
            try step.enrol { $0.group = 1 }
        }
        scenario.refuses(.fieldMissing, at: "identifier") { step throws(AccrueError) in
            try step.submit(.learnerIntroduced, on: "2025-01-01")
        }
        try scenario.enrol { $0.details.text = "By hand" }
    }

    @Test func `references point at something of the right kind`() throws {
        var scenario = try Scenario()
        let home = scenario.home
        scenario.refuses(.referenceUnknown, at: "learner") { step throws(AccrueError) in
            try step.enrol(Position(rawValue: 9_999))
        }
        scenario.refuses(.referenceUnknown, at: "learner") { step throws(AccrueError) in try step.enrol(home) }
        scenario.refuses(.referenceWrongKind, at: "actor") { step throws(AccrueError) in
            try step.enrol { $0.actor = home }
        }
        scenario.refuses(.referenceUnknown, at: "institution") { step throws(AccrueError) in
            try step.enrol { $0.institution = Position(rawValue: 9_999) }
        }
        scenario.refuses(.referenceWrongKind, at: "qualification") { step throws(AccrueError) in
            try step.enrol { $0.qualification = home }
        }
        let enrolment = try scenario.enrol()
        var command = scenario.event(enrolment).command
        command.learner = enrolment
        let state = scenario.state(for: scenario.event(enrolment).command)
        do throws(AccrueError) {
            try decide(command, in: state)
            Issue.record("accepted")
        } catch {
            #expect(error.code == .referenceWrongKind)
            #expect(error.field == "learner")
        }
        scenario.refuses(.referenceWrongKind, at: "qualification") { step throws(AccrueError) in
            try step.enrol { $0.qualification = enrolment }
        }
    }

    @Test func `a reference to another learner's event is refused`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let assessed = try scenario.assess("H1")
        let bor = scenario.bor
        scenario.refuses(.referenceOtherLearner, at: "answers") { step throws(AccrueError) in
            try step.document(assessed) { $0.learner = bor }
        }
        scenario.refuses(.referenceOtherLearner, at: "enrolment") { step throws(AccrueError) in
            try step.assess("U1", learner: bor) { $0.enrolment = enrolment }
        }
    }

    @Test func `a qualification document that contradicts itself is refused, at the place`() throws {
        let changes: [(String, (inout Qualification) -> Void)] = [
            ("title", { $0.title = " " }),
            ("country", { $0.country = "Si" }),
            ("eqfLevel", { $0.eqfLevel = 9 }),
            ("points", { $0.points = "-1" }),
            ("validUntil", { $0.validUntil = "2023-01-01" }),
            ("transitionEnd", { $0.transitionEnd = "2023-01-01" }),
            ("units", { $0.units[1].code = "U1" }),
            ("units[0].code", { $0.units[0].code = "" }),
            ("units[0].points", { $0.units[0].points = "-6" }),
            ("units[0].parent", { $0.units[0].parent = "U9" }),
            ("units[3].parent", { $0.units[3].parent = "U4b" }),
            ("units[0].outcomes", { $0.units[0].outcomes[1].code = "a" }),
            ("units[2].validMonths", { $0.units[2].validMonths = 0 }),
        ]
        let scenario = try Scenario()
        for (place, change) in changes {
            var qualification = Scenario.wood(version: "2")
            change(&qualification)
            scenario.refuses(.documentContradictory, at: "document.\(place)") {
                [qualification] step throws(AccrueError) in
                try step.publish(qualification)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `units that are parts of parts, as many as there may be, are judged soon`() throws {
        var scenario = try Scenario()
        var qualification = Scenario.wood(version: "2")
        let count = Int(UInt16.max)
        qualification.units = (0..<count).map { Unit(code: "U\($0)", title: "U", points: nil, outcomes: []) }
        for index in 0..<count - 1 { qualification.units[index].parent = "U\(index + 1)" }
        let deep = qualification
        qualification.units[count - 1].parent = "U7"
        let circle = qualification
        scenario.refuses(.documentContradictory, at: "document.units[0].parent") { step throws(AccrueError) in
            try step.publish(circle)
        }
        try scenario.publish(deep)
    }

    @Test func `a qualification needs a known scheme, its own identifier and its own kind of document`() throws {
        var scenario = try Scenario()
        var foreign = Scenario.wood(version: "2")
        foreign.scheme = "osp"
        scenario.refuses(.referenceUnknown, at: "document.scheme") { [foreign] step throws(AccrueError) in
            try step.publish(foreign)
        }
        scenario.refuses(.documentContradictory, at: "identifier") { step throws(AccrueError) in
            try step.introduce(.qualificationPublished, "wood@3", .qualification(Scenario.wood(version: "2")))
        }
        scenario.refuses(.typeWrong, at: "document") { step throws(AccrueError) in
            try step.introduce(.qualificationPublished, "wood@2", .actor(Actor(role: "x")))
        }
        try scenario.publish(Scenario.wood(version: "2"))
    }

    @Test func `trap 17: a total that differs from the sum of the units is taken as it stands`() throws {
        var scenario = try Scenario()
        var wood = Scenario.wood(version: "2")
        wood.points = "125"
        let position = try scenario.publish(wood)
        #expect(scenario.registry.qualification(at: position)?.points == "125")
    }

    @Test func `the other documents of the registry are checked as well`() throws {
        var scenario = try Scenario()
        scenario.refuses(.documentContradictory, at: "document.grades") { step throws(AccrueError) in
            try step.introduce(.scaleIntroduced, "empty", .scale(GradeScale(name: "Empty", grades: [])))
        }
        let twice = GradeScale(
            name: "Twice",
            grades: [.init(code: "1", passes: false), .init(code: "1", passes: true)]
        )
        scenario.refuses(.documentContradictory, at: "document.grades") { step throws(AccrueError) in
            try step.introduce(.scaleIntroduced, "twice", .scale(twice))
        }
        scenario.refuses(.documentContradictory, at: "document.name") { step throws(AccrueError) in
            try step.introduce(.schemeIntroduced, "nameless", .scheme(Scheme(name: "")))
        }
        scenario.refuses(.documentContradictory, at: "document.country") { step throws(AccrueError) in
            try step.introduce(.institutionIntroduced, "x", .institution(Institution(name: "X", country: "SVN")))
        }
        scenario.refuses(.documentContradictory, at: "document.role") { step throws(AccrueError) in
            try step.introduce(.actorIntroduced, "x", .actor(Actor(role: "")))
        }
        let (home, body) = (scenario.home, scenario.body)
        scenario.refuses(.documentContradictory, at: "document.until") { step throws(AccrueError) in
            try step.grant(.award, to: home, on: "2025-01-01", until: "2024-12-31")
        }
        scenario.refuses(.referenceWrongKind, at: "institution") { step throws(AccrueError) in
            try step.grant(.award, to: step.ecvet)
        }
        try scenario.grant(.award, to: body, on: "2025-01-01", until: "2025-01-01")
    }

    @Test func `a memorandum needs two known parties, is amended while it lasts, and ends once`() throws {
        var scenario = try Scenario()
        func conclude(_ parties: [String]) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in
                try step.introduce(.memorandumConcluded, "mou-2", .memorandum(Memorandum(parties: parties)))
            }
        }
        scenario.refuses(.documentContradictory, at: "document.parties", conclude(["home"]))
        scenario.refuses(.documentContradictory, at: "document.parties", conclude(["home", "home"]))
        scenario.refuses(.referenceUnknown, at: "document.parties[1]", conclude(["home", "nobody"]))
        _ = try conclude(["home", "body"])(&scenario)
        let (memorandum, ecvet) = (scenario.memorandum, scenario.ecvet)
        func end(_ position: Position, _ day: CivilDate) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in try step.submit(.memorandumEnded, on: day) { $0.answers = position } }
        }
        scenario.refuses(.referenceWrongKind, at: "answers", end(ecvet, "2025-01-01"))
        scenario.refuses(.dateOrder, at: "effective", end(memorandum, "2023-01-01"))
        try scenario.submit(.memorandumAmended, on: "2025-01-01") {
            $0.answers = memorandum
            $0.details.document = .memorandum(Memorandum(parties: ["home", "host", "body"]))
        }
        _ = try end(memorandum, "2026-01-01")(&scenario)
        scenario.refuses(.alreadyEnded, at: "answers", end(memorandum, "2026-02-01"))
    }

    @Test func `an authority ends once, and not before it began`() throws {
        var scenario = try Scenario()
        let granted = try scenario.grant(.design, to: scenario.body, on: "2025-01-01")
        func end(_ day: CivilDate) -> (inout Scenario) throws(AccrueError) -> Position {
            { step throws(AccrueError) in try step.submit(.authorityEnded, on: day) { $0.answers = granted } }
        }
        scenario.refuses(.dateOrder, at: "effective", end("2024-12-31"))
        _ = try end("2025-06-01")(&scenario)
        scenario.refuses(.alreadyEnded, at: "answers", end("2025-07-01"))
        let limited = try scenario.grant(.design, to: scenario.home, on: "2025-01-01", until: "2025-03-31")
        scenario.refuses(.alreadyEnded, at: "answers") { step throws(AccrueError) in
            try step.submit(.authorityEnded, on: "2025-04-01") { $0.answers = limited }
        }
        scenario.refuses(.referenceUnknown, at: "answers") { step throws(AccrueError) in
            try step.submit(.authorityEnded, on: "2025-04-01") { $0.answers = Position(rawValue: 9_999) }
        }
    }

    @Test(arguments: ["0101006500006", "131052-308T", "131052-308t", "010101A123N"])
    func `a learner's identifier that looks like a national number is refused`(identifier: String) throws {
        let scenario = try Scenario()
        scenario.refuses(.nationalNumber, at: "identifier") { step throws(AccrueError) in
            try step.learner(identifier)
        }
    }

    @Test(
        arguments: [
            "0101006500007", "3201006500006", "131052-308U", "310252-308T", "131052*308T", "010100650000", "a-1",
        ]
    )
    func `an identifier with a wrong check digit, day or length is no national number`(identifier: String) throws {
        var scenario = try Scenario()
        let learner = try scenario.learner(identifier)
        #expect(scenario.event(learner).details.identifier == identifier)
    }
}
