import Credit

/// Histories in memory, told step by step: each step is decided, a refused one throws and changes nothing.
///
/// It starts with a small world: a home school in Slovenia, a host in Finland under a memorandum, an awarding body,
/// one qualification of each school, three learners. Later days are later in 2025.
struct Scenario {
    private(set) var registry = Registry()
    private(set) var events: [Event] = []
    /// One history for all identities that were ever connected.
    private var histories: [LearnerHistory] = []
    private var historyIndex: [Position: Int] = [:]
    private var versions: [UInt32: UInt32] = [:]
    private var numbers: [Position: UInt32] = [:]

    private(set) var ecvet = Position.none
    private(set) var ects = Position.none
    /// Grades 1 to 5; 1 fails.
    private(set) var grades = Position.none
    private(set) var registrar = Position.none
    private(set) var assessor = Position.none
    private(set) var validator = Position.none
    private(set) var home = Position.none
    private(set) var host = Position.none
    private(set) var body = Position.none
    private(set) var memorandum = Position.none
    /// `wood@1`: U1 6 points (outcomes a, b), U2 8, U3 none, U4 10 with its parts U4a 4 and U4b 6. It states 14.
    private(set) var homeQualification = Position.none
    /// `puu@1`: H1 8 points (outcomes x, y), H2 5, H3 2.
    private(set) var hostQualification = Position.none
    private(set) var ana = Position.none
    private(set) var bor = Position.none
    private(set) var cvet = Position.none

    init() throws(AccrueError) {
        let day: CivilDate = "2024-01-01"
        ecvet = try introduce(.schemeIntroduced, "ecvet", .scheme(Scheme(name: "ECVET")), on: day)
        ects = try introduce(.schemeIntroduced, "ects", .scheme(Scheme(name: "ECTS")), on: day)
        let scale = GradeScale(
            name: "Grades 1 to 5",
            grades: (1...5).map { GradeScale.Grade(code: "\($0)", passes: $0 > 1) }
        )
        grades = try introduce(.scaleIntroduced, "si-1-5", .scale(scale), on: day)
        registrar = try introduce(.actorIntroduced, "registrar", .actor(Actor(role: "registrar")), on: day)
        assessor = try introduce(.actorIntroduced, "assessor", .actor(Actor(role: "assessor")), on: day)
        validator = try introduce(.actorIntroduced, "validator", .actor(Actor(role: "coordinator")), on: day)
        home = try introduce(
            .institutionIntroduced,
            "home",
            .institution(Institution(name: "Šola za les", country: "SI")),
            on: day
        )
        host = try introduce(
            .institutionIntroduced,
            "host",
            .institution(Institution(name: "Puukoulu", country: "FI")),
            on: day
        )
        body = try introduce(
            .institutionIntroduced,
            "body",
            .institution(Institution(name: "Izpitni center", country: "SI")),
            on: day
        )
        homeQualification = try publish(Scenario.wood(), on: day)
        hostQualification = try publish(Scenario.puu(), on: day)
        for function in [CompetentFunction.assess, .validate, .recognise] {
            try grant(function, to: home, for: ["wood"], on: day)
        }
        try grant(.assess, to: host, for: ["puu"], on: day)
        try grant(.award, to: body, on: day)
        memorandum = try submit(.memorandumConcluded, on: day) {
            $0.details.identifier = "mou"
            $0.details.document = .memorandum(Memorandum(parties: ["home", "host"]))
        }
        ana = try learner("ana")
        bor = try learner("bor")
        cvet = try learner("cvet")
    }

    static func wood(version: String = "1") -> Qualification {
        var wood = Qualification(id: "wood", version: version, title: "Mizar", country: "SI", scheme: "ecvet")
        wood.points = "14"
        wood.appealDays = 30
        let outcomes = ["a", "b"].map { LearningOutcome(code: $0, kind: .skill, text: "Outcome \($0)") }
        wood.units = [
            Unit(code: "U1", title: "Joints", points: "6", outcomes: outcomes),
            Unit(code: "U2", title: "Surfaces", points: "8"),
            Unit(code: "U3", title: "Practice"),
            Unit(code: "U4", title: "Furniture", points: "10"),
            Unit(code: "U4a", title: "Chairs", points: "4"),
            Unit(code: "U4b", title: "Tables", points: "6"),
        ]
        wood.groups = ["wood", "core", "choice"]
        wood.units[4].parent = "U4"
        wood.units[5].parent = "U4"
        return wood
    }

    static func puu() -> Qualification {
        var puu = Qualification(id: "puu", version: "1", title: "Puuseppä", country: "FI", scheme: "ecvet")
        let outcomes = ["x", "y"].map { LearningOutcome(code: $0, kind: .skill, text: "Outcome \($0)") }
        puu.units = [
            Unit(code: "H1", title: "Liitokset", points: "8", outcomes: outcomes),
            Unit(code: "H2", title: "Pinnat", points: "5"),
            Unit(code: "H3", title: "Turvallisuus", points: "2"),
        ]
        return puu
    }
}

// MARK: - Deciding and taking in

extension Scenario {
    /// Decides and appends.
    @discardableResult
    mutating func submit(
        _ kind: EventKind,
        on day: CivilDate,
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(kind, on: day)
        fill(&command)
        return try submit(command)
    }

    /// Decides and appends.
    @discardableResult
    mutating func submit(_ command: Command) throws(AccrueError) -> Position {
        try decide(command, in: state(for: command))
        return append(command)
    }

    /// A command of this kind with a fresh id, recorded by the registrar.
    func command(_ kind: EventKind, on day: CivilDate) -> Command {
        var command = Command(id: EventID(high: 7, low: UInt64(events.count + 1)), kind: kind, effective: day)
        if registrar != .none { command.actor = registrar }
        return command
    }

    /// The state against which a command is judged.
    func state(for command: Command) -> DecisionState {
        var state = DecisionState(registry: registry)
        if command.kind == .headsRecorded { state.heads = heads }
        guard !command.kind.isRegistry, let learner = command.learner else { return state }
        state.history = history(of: learner)
        if command.kind == .learnerMerged, let other = command.answers, let index = historyIndex[other],
            index != historyIndex[learner]
        {
            state.other = histories[index]
        }
        return state
    }

    /// Where streams end, as a log would tell; here any text will do.
    var heads: HeadsText {
        HeadsText(
            streams: UInt32(numbers.count) + 1,
            root: String(repeating: "a", count: 60) + "\(1_000 + events.count)"
        )
    }

    /// The history of a learner, with all connected identities.
    func history(of learner: Position) -> LearnerHistory? { historyIndex[learner].map { histories[$0] } }

    func event(_ position: Position) -> Event { events[Int(position.rawValue) - 1] }

    /// The event's last command, to look at or to submit once more.
    var last: Event { events[events.count - 1] }

    private mutating func append(_ command: Command) -> Position {
        let position = Position(rawValue: UInt32(events.count + 1))
        let number = command.kind.isRegistry ? 0 : command.learner.flatMap { numbers[$0] } ?? UInt32(numbers.count + 1)
        versions[number, default: 0] += 1
        let event = Event(
            command,
            position: position,
            recordedAt: Instant(rawValue: 1_735_689_600_000_000 + Int64(position.rawValue)),
            learnerNumber: number,
            learnerVersion: versions[number, default: 0]
        )
        events.append(event)
        registry.evolve(event)
        if command.kind == .learnerIntroduced {
            numbers[position] = number
            historyIndex[position] = histories.count
            histories.append(LearnerHistory([event]))
        } else if let learner = command.learner, let index = historyIndex[learner] {
            if command.kind == .learnerMerged, let other = command.answers, let joined = historyIndex[other],
                joined != index
            {
                let together = (histories[index].events + histories[joined].events).sorted { $0.position < $1.position }
                histories[index] = LearnerHistory(together)
                for (identity, place) in historyIndex where place == joined { historyIndex[identity] = index }
            }
            histories[index].evolve(event)
        }
        return position
    }
}

// MARK: - The registry

extension Scenario {
    @discardableResult
    mutating func introduce(
        _ kind: EventKind,
        _ identifier: String,
        _ document: Document,
        on day: CivilDate = "2024-01-01"
    ) throws(AccrueError) -> Position {
        try submit(kind, on: day) {
            $0.details.identifier = identifier
            $0.details.document = document
        }
    }

    @discardableResult
    mutating func publish(
        _ qualification: Qualification,
        on day: CivilDate = "2024-01-01"
    ) throws(AccrueError)
        -> Position
    {
        try introduce(.qualificationPublished, qualification.identifier, .qualification(qualification), on: day)
    }

    /// A rule set, drafted by the registrar, published by another actor, and brought into force.
    @discardableResult
    mutating func activateRules(version: String = "1", on day: CivilDate) throws(AccrueError) -> Position {
        let published = try publishRules(version: version)
        return try submit(.ruleSetActivated, on: day) { $0.answers = published }
    }

    /// A rule set, drafted by the registrar and published by another actor.
    mutating func publishRules(version: String = "1", on day: CivilDate = "2024-02-01") throws(AccrueError) -> Position
    {
        let board = try introduce(.actorIntroduced, "board-\(events.count)", .actor(Actor(role: "board")))
        let draft = try submit(.ruleSetDrafted, on: "2024-01-15") {
            $0.details.document = .ruleSet(Self.rules(version: version))
        }
        return try submit(.ruleSetPublished, on: day) {
            $0.actor = board
            $0.answers = draft
            $0.details.identifier = Self.rules(version: version).identifier
        }
    }

    static func rules(version: String = "1") -> RuleSetText {
        RuleSetText(id: "rules", version: version, title: "Rules", content: "{}", rules: ["expiry"])
    }

    @discardableResult
    mutating func grant(
        _ function: CompetentFunction,
        to institution: Position,
        for qualifications: [String] = [],
        on day: CivilDate = "2024-01-01",
        until: CivilDate? = nil
    ) throws(AccrueError) -> Position {
        try submit(.authorityGranted, on: day) {
            $0.institution = institution
            $0.function = function
            $0.details.document = .authority(AuthorityScope(qualifications: qualifications, until: until))
        }
    }

    @discardableResult
    mutating func learner(_ pseudonym: String) throws(AccrueError) -> Position {
        try submit(.learnerIntroduced, on: "2024-01-01") { $0.details.identifier = pseudonym }
    }

    func unit(_ code: String, of qualification: Position) -> UInt16? {
        registry.qualification(at: qualification)?.number(ofUnit: code)
    }
}

// MARK: - Literals

extension CivilDate: ExpressibleByStringLiteral {
    init(stringLiteral text: String) {
        do {
            self = try CivilDate(text)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

extension Points: ExpressibleByStringLiteral {
    init(stringLiteral text: String) {
        do {
            self = try Points(text)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
