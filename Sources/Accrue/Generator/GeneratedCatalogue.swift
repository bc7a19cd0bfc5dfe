internal import Credit

/// The registry on which generated histories rest.
struct GeneratedCatalogue {
    /// A home school and who works there.
    struct School {
        var institution: Position
        var identifier: String
        var assessor: Position
        var registrar: Position
    }

    /// A published qualification version.
    struct Published {
        var position: Position
        var qualification: Qualification
    }

    private(set) var commands: [Command] = []
    private(set) var homes: [School] = []
    private(set) var hosts: [School] = []
    private(set) var home: [Published] = []
    private(set) var host: [Published] = []
    private(set) var scheme = Position.none
    private(set) var scale = Position.none
    private(set) var system = Position.none
    let memorandum = "generated-memorandum"
    let year: Int

    private static let homeNames = [
        "Srednja tehniška šola Celje", "Šolski center Velenje", "Biotehniški center Naklo",
        "Ekonomska šola Murska Sobota",
    ]
    private static let hostNames = [
        ("Koulutuskeskus Sedu Seinäjoki", "FI"), ("Höhere Lehranstalt Graz", "AT"), ("Škola za medicinu Čakovec", "HR"),
    ]
    private static let homePrograms = [
        (
            "generated-mechatronics", "Mehatronik operater",
            ["10", "12", "8", "6", "15", "9", "7.5", "12.5", "20", "20"]
        ),
        (
            "generated-care", "Bolničar-negovalec",
            ["6", "6", "8", "10", "5", "5", "7.5", "12.5", "14", "16", "20", "10"]
        ),
        ("generated-sales", "Prodajalec", ["4", "6.25", "8.75", "10", "12", "9", "15", "15", "20", "20"]),
    ]

    /// The registry, in force from the year before.
    init(year: Int, using random: inout SeededRandom) {
        self.year = year
        let start = CivilDate(year: year - 1, month: 1, day: 1) ?? .earliest
        scheme = add(.schemeIntroduced, "generated-kt", .scheme(Scheme(name: "Kreditne točke")), start, &random)
        let grades = ["1", "2", "3", "4", "5"].map { GradeScale.Grade(code: $0, passes: $0 != "1") }
        scale = add(.scaleIntroduced, "generated-1-5", .scale(GradeScale(name: "1–5", grades: grades)), start, &random)
        system = add(.actorIntroduced, "generated-system", .actor(Actor(role: "system")), start, &random)
        homes = Self.homeNames.enumerated().map { index, name in
            addSchool("generated-home-\(index + 1)", name, "SI", start, &random)
        }
        hosts = Self.hostNames.enumerated().map { index, host in
            addSchool("generated-host-\(index + 1)", host.0, host.1, start, &random)
        }
        home = Self.homePrograms.map { addProgram($0.0, $0.1, "SI", $0.2, start, &random) }
        host = [addProgram("generated-host-program", "Työssäoppiminen", "FI", ["8", "12", "5", "10"], start, &random)]
        let parties = (homes + hosts).map(\.identifier)
        let terms = Document.memorandum(Memorandum(parties: parties))
        _ = add(.memorandumConcluded, memorandum, terms, start, &random) { [system] in $0.actor = system }
    }

    private mutating func addSchool(
        _ identifier: String,
        _ name: String,
        _ country: String,
        _ start: CivilDate,
        _ random: inout SeededRandom
    ) -> School {
        let document = Document.institution(Institution(name: name, country: country))
        let institution = add(.institutionIntroduced, identifier, document, start, &random)
        let assessor = Document.actor(Actor(role: "assessor"))
        let registrar = Document.actor(Actor(role: "registrar"))
        let school = School(
            institution: institution,
            identifier: identifier,
            assessor: add(.actorIntroduced, identifier + "-assessor", assessor, start, &random),
            registrar: add(.actorIntroduced, identifier + "-registrar", registrar, start, &random)
        )
        for function in [CompetentFunction.assess, .validate, .recognise, .award] {
            if country != "SI" && function != .assess { continue }
            let scope = Document.authority(AuthorityScope())
            _ = add(.authorityGranted, nil, scope, start, &random) { [system] command in
                command.actor = system
                command.institution = institution
                command.function = function
            }
        }
        return school
    }

    private mutating func addProgram(
        _ id: String,
        _ title: String,
        _ country: String,
        _ points: [String],
        _ start: CivilDate,
        _ random: inout SeededRandom
    ) -> Published {
        var program = Qualification(id: id, version: "1", title: title, country: country, scheme: "generated-kt")
        program.eqfLevel = 4
        program.units = points.enumerated().map { index, points in
            let kinds: [LearningOutcome.Kind] = [.knowledge, .skill, .competence]
            let outcomes = kinds.map { LearningOutcome(code: "\($0)", kind: $0, text: "\(title), \($0) \(index + 1)") }
            let amount = try? Points(points)
            return Unit(code: "U\(index + 1)", title: "\(title) \(index + 1)", points: amount, outcomes: outcomes)
        }
        program.points = program.units.reduce(.zero) { $0 + ($1.points ?? .zero) }
        let position = add(.qualificationPublished, program.identifier, .qualification(program), start, &random)
        return Published(position: position, qualification: program)
    }

    private mutating func add(
        _ kind: EventKind,
        _ identifier: String?,
        _ document: Document,
        _ date: CivilDate,
        _ random: inout SeededRandom,
        _ fill: (inout Command) -> Void = { _ in }
    ) -> Position {
        var command = Command(id: EventID(high: random.next(), low: random.next()), kind: kind, effective: date)
        command.details.identifier = identifier
        command.details.document = document
        fill(&command)
        commands.append(command)
        return Position(rawValue: UInt32(commands.count))
    }
}
