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
        guard !command.kind.isRegistry, let learner = command.learner else { return state }
        state.history = history(of: learner)
        if command.kind == .learnerMerged, let other = command.answers, let index = historyIndex[other],
            index != historyIndex[learner]
        {
            state.other = histories[index]
        }
        return state
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

// MARK: - A learner's path

extension Scenario {
    @discardableResult
    mutating func enrol(
        _ learner: Position? = nil,
        in qualification: Position? = nil,
        on day: CivilDate = "2024-09-01",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        let (learner, qualification) = (learner ?? ana, qualification ?? homeQualification)
        var command = command(.enrolled, on: day)
        command.learner = learner
        command.institution = home
        command.qualification = qualification
        fill(&command)
        return try submit(command)
    }

    /// Something that names its enrolment and nothing else: interrupted, resumed, left, moved.
    @discardableResult
    mutating func change(
        _ enrolment: Position,
        _ kind: EventKind,
        to qualification: Position? = nil,
        on day: CivilDate
    ) throws(AccrueError) -> Position {
        var command = command(kind, on: day)
        command.learner = event(enrolment).learner
        command.institution = event(enrolment).institution
        command.enrolment = enrolment
        command.qualification = qualification
        return try submit(command)
    }

    /// `la@1`: H1 for U1 and H2 for U2, from 2025-03-01 to 2025-03-31.
    static func agreement(version: UInt16 = 1) -> LearningAgreement {
        LearningAgreement(
            version: version,
            memorandum: "mou",
            host: "host",
            from: "2025-03-01",
            until: "2025-03-31",
            units: [
                .init(hostQualification: "puu@1", hostUnit: "H1", homeUnit: "U1"),
                .init(hostQualification: "puu@1", hostUnit: "H2", homeUnit: "U2"),
            ],
            signatures: .init(home: "2025-02-01", host: "2025-02-02", learner: "2025-02-03")
        )
    }

    @discardableResult
    mutating func agree(
        _ enrolment: Position,
        _ document: LearningAgreement = Scenario.agreement(),
        replacing: Position? = nil,
        on day: CivilDate = "2025-02-10",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(replacing == nil ? .agreementSigned : .agreementAmended, on: day)
        command.details.identifier = "la@\(document.version)"
        command.details.document = .agreement(document)
        command.learner = event(enrolment).learner
        command.institution = event(enrolment).institution
        command.enrolment = enrolment
        command.replaces = replacing
        fill(&command)
        return try submit(command)
    }

    /// An assessment of a unit: at the host for `H…`, else at home. `replacing` with a kind corrects or supersedes.
    @discardableResult
    mutating func assess(
        _ code: String,
        _ result: DecisionResult = .positive,
        learner: Position? = nil,
        agreement: Position? = nil,
        attempt: UInt16 = 1,
        grade: UInt16? = nil,
        kind: EventKind = .assessmentRecorded,
        replacing: Position? = nil,
        on day: CivilDate = "2025-03-14",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        let atHost = code.hasPrefix("H")
        let learner = learner ?? replacing.flatMap { event($0).learner } ?? ana
        var command = command(kind, on: day)
        command.learner = learner
        command.actor = assessor
        command.institution = atHost ? host : home
        command.qualification = atHost ? hostQualification : homeQualification
        command.unit = unit(code, of: atHost ? hostQualification : homeQualification)
        command.attempt = attempt
        command.result = result
        command.agreement = agreement
        command.grade = grade
        command.scale = grade == nil ? nil : grades
        command.replaces = replacing
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func document(
        _ assessment: Position,
        on day: CivilDate = "2025-04-01",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.creditDocumented, on: day)
        let assessed = event(assessment)
        command.learner = assessed.learner
        command.institution = assessed.institution
        command.qualification = assessed.qualification
        command.unit = assessed.unit
        command.answers = assessment
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func send(
        _ documented: Position,
        agreement: Position? = nil,
        on day: CivilDate = "2025-04-02",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.transferSent, on: day)
        command.learner = event(documented).learner
        command.institution = event(documented).institution
        command.answers = documented
        command.agreement = agreement
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func receive(
        _ sent: Position,
        for enrolment: Position,
        agreement: Position? = nil,
        on day: CivilDate = "2025-04-03",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.transferReceived, on: day)
        command.learner = event(sent).learner
        command.institution = event(enrolment).institution
        command.enrolment = enrolment
        command.answers = sent
        command.procedure = agreement == nil ? .application : .agreement
        command.agreement = agreement
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func validate(
        _ source: Position,
        as code: String,
        for enrolment: Position,
        _ result: DecisionResult = .positive,
        on day: CivilDate = "2025-04-10",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.validationDecided, on: day)
        command.learner = event(source).learner
        command.actor = validator
        command.institution = event(enrolment).institution
        command.enrolment = enrolment
        command.qualification = event(enrolment).qualification
        command.unit = unit(code, of: event(enrolment).qualification ?? .none)
        command.answers = source
        command.result = result
        command.reason = result == .positive ? nil : .outcomesDiffer
        command.decided = day
        command.agreement = event(source).agreement
        fill(&command)
        return try submit(command)
    }

    /// Recognises a validated unit with the points of its version.
    @discardableResult
    mutating func recognise(
        _ validation: Position,
        _ result: DecisionResult = .positive,
        on day: CivilDate = "2025-04-15",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.recognitionDecided, on: day)
        let validated = event(validation)
        command.learner = validated.learner
        command.actor = validator
        command.institution = validated.institution
        command.enrolment = validated.enrolment
        command.qualification = validated.qualification
        command.unit = validated.unit
        command.answers = validation
        command.procedure = validated.answers.flatMap { event($0).procedure } ?? .local
        command.agreement = validated.agreement
        command.result = result
        command.reason = result == .positive ? nil : .outcomesDiffer
        command.decided = day
        let unit = registry.qualification(at: validated.qualification)?.unit(validated.unit ?? 0)
        if result == .positive, let points = unit?.points {
            command.points = points
            command.scheme = ecvet
        }
        fill(&command)
        return try submit(command)
    }

    /// Recognises non-formal or informal learning, which needs no assessment.
    @discardableResult
    mutating func recogniseExperience(
        as code: String,
        for enrolment: Position,
        _ procedure: Procedure = .nonFormal,
        on day: CivilDate = "2025-04-15",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.recognitionDecided, on: day)
        let qualification = event(enrolment).qualification ?? .none
        command.learner = event(enrolment).learner
        command.institution = event(enrolment).institution
        command.enrolment = enrolment
        command.qualification = qualification
        command.unit = unit(code, of: qualification)
        command.procedure = procedure
        command.result = .positive
        command.decided = day
        command.details.evidence = "Certificate of the employer"
        if let points = registry.qualification(at: qualification)?.unit(command.unit ?? 0)?.points {
            command.points = points
            command.scheme = ecvet
        }
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func award(
        _ enrolment: Position,
        for recognitions: [Position],
        on day: CivilDate = "2025-06-20",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.qualificationAwarded, on: day)
        command.learner = event(enrolment).learner
        command.institution = body
        command.enrolment = enrolment
        command.qualification = event(enrolment).qualification
        command.details.sources = recognitions
        command.decided = day
        fill(&command)
        return try submit(command)
    }
}

// MARK: - Appeal, removal, identities

extension Scenario {
    @discardableResult
    mutating func appeal(
        against decision: Position,
        on day: CivilDate = "2025-04-20",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.appealLodged, on: day)
        command.learner = event(decision).learner
        command.institution = event(decision).institution
        command.answers = decision
        fill(&command)
        return try submit(command)
    }

    @discardableResult
    mutating func decideAppeal(
        _ appeal: Position,
        _ result: DecisionResult,
        on day: CivilDate = "2025-05-01",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(.appealDecided, on: day)
        command.learner = event(appeal).learner
        command.institution = body
        command.answers = appeal
        command.result = result
        command.decided = day
        fill(&command)
        return try submit(command)
    }

    /// Removes an event: by who made it, or by the awarding body where it is annulled.
    @discardableResult
    mutating func remove(
        _ position: Position,
        _ kind: EventKind = .revoked,
        _ result: DecisionResult = .fromStart,
        on day: CivilDate = "2025-05-10",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        var command = command(kind, on: day)
        command.learner = event(position).learner
        command.institution = kind == .annulled ? body : event(position).institution
        command.answers = position
        command.result = result
        command.reason = .misconduct
        command.details.legalBasis = "ZUP, Article 278"
        command.decided = day
        fill(&command)
        return try submit(command)
    }

    /// Merges `other` into `survivor`: two events, the second answers the first. Returns the survivor's.
    @discardableResult
    mutating func merge(
        _ other: Position,
        into survivor: Position,
        on day: CivilDate = "2025-05-20"
    ) throws(AccrueError) -> Position {
        let merged = try submit(.learnerMerged, on: day) {
            $0.learner = survivor
            $0.answers = other
            $0.details.evidence = "Same certificate"
        }
        try submit(.learnerMerged, on: day) {
            $0.learner = other
            $0.answers = merged
            $0.details.evidence = "Same certificate"
        }
        return merged
    }

    /// Parts what `merge` joined; `moved` and everything of the other's own stream become the other's.
    @discardableResult
    mutating func split(
        _ merge: Position,
        also moved: [Position] = [],
        on day: CivilDate = "2025-05-25"
    ) throws(AccrueError) -> Position {
        let survivor = event(merge).learner ?? .none
        let other = event(merge).answers ?? .none
        let own = events.filter { $0.learner == other && $0.isCredit }.map(\.position)
        let parted = try submit(.learnerSplit, on: day) {
            $0.learner = survivor
            $0.answers = merge
            $0.details.evidence = "Different person"
            $0.details.moved = own + moved
        }
        try submit(.learnerSplit, on: day) {
            $0.learner = other
            $0.answers = parted
            $0.details.evidence = "Different person"
        }
        return parted
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
