internal import Credit

/// One person's events as drafts: references among them are ordinals, until the log gives positions.
struct GeneratedPerson {
    /// A reference to another draft of the person.
    typealias Link = (field: WritableKeyPath<Command, Position?>, draft: Int)

    /// A command whose references to the person's own events are ordinals of drafts.
    struct Draft {
        var content: Command
        var links: [Link] = []
        var sources: [Int] = []
        var moved: [Int] = []

        /// When it holds.
        var effective: CivilDate { content.effective }

        /// The command, with ordinals replaced by places in the log.
        func command(places: [Position]) -> Command {
            var command = content
            for link in links { command[keyPath: link.field] = places[link.draft] }
            command.details.sources = sources.map { places[$0] }
            command.details.moved = moved.map { places[$0] }
            return command
        }
    }

    private(set) var drafts: [Draft] = []

    private let catalogue: GeneratedCatalogue
    private let home: GeneratedCatalogue.School
    private let program: GeneratedCatalogue.Published
    private let number: Int
    private var random: SeededRandom
    private var date: CivilDate
    private var learner = 0
    private var enrolment = 0
    private var recognitions: [Int] = []

    init(number: Int, in catalogue: GeneratedCatalogue, using random: inout SeededRandom) {
        self.catalogue = catalogue
        self.number = number
        self.random = SeededRandom(seed: random.next())
        home = catalogue.homes[Int.random(in: 0..<catalogue.homes.count, using: &self.random)]
        program = catalogue.home[Int.random(in: 0..<catalogue.home.count, using: &self.random)]
        let year = catalogue.year + Int.random(in: 0..<3, using: &self.random)
        date = CivilDate(year: year, month: 9, day: 1) ?? .earliest
        live()
    }

    private mutating func live() {
        learner = introduce("learner-\(number)")
        enrolment = add(.enrolled, by: home.registrar) { [program] command, _ in
            command.qualification = program.position
        }
        if random.chance(1) { quarantine() }
        let abroad = random.chance(25) ? Int.random(in: 0..<program.qualification.units.count, using: &random) : nil
        let atWork = random.chance(10) ? Int.random(in: 0..<program.qualification.units.count, using: &random) : nil
        let ending = random.chance(4) ? Int.random(in: 1..<program.qualification.units.count, using: &random) : nil
        for unit in program.qualification.units.indices {
            wait(days: 10...60)
            if unit == ending {
                _ = add(.left, by: home.registrar, towardsEnrolment: true) { _, _ in }
                return
            }
            if random.chance(2) { interrupt() }
            if unit == abroad {
                learnAbroad(UInt16(unit + 1))
            } else if unit == atWork {
                recogniseWork(UInt16(unit + 1))
            } else {
                learnAtHome(UInt16(unit + 1))
            }
        }
        if random.chance(2) { revoke() } else { award() }
        if random.chance(1) { merge() }
    }

    // MARK: Ways of learning

    private mutating func learnAtHome(_ unit: UInt16) {
        var attempt: UInt16 = 1
        var assessment = assess(unit, attempt: attempt, positive: !random.chance(12))
        while drafts[assessment].content.result == .negative {
            if attempt == 1, random.chance(10) { appeal(assessment) }
            wait(days: 14...45)
            attempt += 1
            assessment = assess(unit, attempt: attempt, positive: attempt == 3 || !random.chance(20), after: assessment)
        }
        if random.chance(3) { assessment = correct(assessment) }
        wait(days: 1...10)
        let validation = validate(unit, assessment) { _, _ in }
        wait(days: 0...5)
        recognise(unit, validation, .local) { _, _ in }
    }

    private mutating func learnAbroad(_ unit: UInt16) {
        let host = catalogue.hosts[Int.random(in: 0..<catalogue.hosts.count, using: &random)]
        let program = catalogue.host[0]
        let hostUnit = UInt16.random(in: 1...UInt16(program.qualification.units.count), using: &random)
        let agreement = agree(with: host, program.qualification, hostUnit, unit)
        wait(days: 14...30)
        let assessment = add(.assessmentRecorded, by: host.assessor, at: host) {
            [catalogue, program, enrolment] command, links in
            (command.qualification, command.unit, command.attempt) = (program.position, hostUnit, 1)
            (command.result, command.scale, command.grade) = (.positive, catalogue.scale, 4)
            links += [(\.agreement, agreement), (\.enrolment, enrolment)]
        }
        wait(days: 1...7)
        let document = add(.creditDocumented, by: host.registrar, at: host) { [program] command, links in
            (command.qualification, command.unit) = (program.position, hostUnit)
            links.append((\.answers, assessment))
        }
        let sent = add(.transferSent, by: host.registrar, at: host) { _, links in
            links += [(\.answers, document), (\.agreement, agreement)]
        }
        wait(days: 1...14)
        let received = add(.transferReceived, by: home.registrar, towardsEnrolment: true) { command, links in
            command.procedure = .agreement
            links += [(\.answers, sent), (\.agreement, agreement)]
        }
        let validation = validate(unit, received) { _, links in links.append((\.agreement, agreement)) }
        recognise(unit, validation, .agreement) { _, links in links.append((\.agreement, agreement)) }
    }

    private mutating func recogniseWork(_ unit: UInt16) {
        recognise(unit, nil, random.chance(50) ? .informal : .nonFormal) { [number] command, _ in
            command.details.evidence = "portfolio \(number)-\(unit)"
        }
    }

    // MARK: Single acts

    private mutating func introduce(_ identifier: String) -> Int {
        var command = Command(
            id: EventID(high: random.next(), low: random.next()),
            kind: .learnerIntroduced,
            effective: date
        )
        command.actor = catalogue.system
        command.details.identifier = identifier
        drafts.append(Draft(content: command))
        return drafts.count - 1
    }

    private mutating func agree(
        with host: GeneratedCatalogue.School,
        _ program: Qualification,
        _ hostUnit: UInt16,
        _ unit: UInt16
    ) -> Int {
        let signed = date
        return add(.agreementSigned, by: home.registrar, towardsEnrolment: true) {
            [catalogue, program, number] command, _ in
            command.details.identifier = "agreement-\(number)@1"
            command.details.document = .agreement(
                LearningAgreement(
                    version: 1,
                    memorandum: catalogue.memorandum,
                    host: host.identifier,
                    from: signed,
                    until: signed.adding(months: 3),
                    units: [
                        LearningAgreement.PlannedUnit(
                            hostQualification: program.identifier,
                            hostUnit: "U\(hostUnit)",
                            homeUnit: "U\(unit)"
                        )
                    ],
                    signatures: LearningAgreement.Signatures(home: signed, host: signed, learner: signed)
                )
            )
        }
    }

    private mutating func assess(_ unit: UInt16, attempt: UInt16, positive: Bool, after earlier: Int? = nil) -> Int {
        let grade: UInt16 = positive ? UInt16.random(in: 2...5, using: &random) : 1
        let kind: EventKind = earlier == nil ? .assessmentRecorded : .assessmentSuperseded
        return add(kind, by: home.assessor, towardsEnrolment: true) { [catalogue, program] command, links in
            (command.qualification, command.unit, command.attempt) = (program.position, unit, attempt)
            (command.scale, command.grade) = (catalogue.scale, grade)
            command.result = positive ? .positive : .negative
            if let earlier { links.append((\.replaces, earlier)) }
        }
    }

    private mutating func correct(_ assessment: Int) -> Int {
        let wrong = drafts[assessment].content
        wait(days: 1...3)
        return add(.assessmentCorrected, by: home.assessor, towardsEnrolment: true) { command, links in
            (command.qualification, command.unit, command.attempt) = (wrong.qualification, wrong.unit, wrong.attempt)
            (command.scale, command.grade, command.result) = (wrong.scale, wrong.grade == 5 ? 4 : 5, wrong.result)
            command.reason = .clericalError
            links.append((\.replaces, assessment))
        }
    }

    private mutating func validate(
        _ unit: UInt16,
        _ credit: Int,
        _ fill: (inout Command, inout [Link]) -> Void
    ) -> Int {
        let day = date
        return add(.validationDecided, by: home.registrar, towardsEnrolment: true) { [program] command, links in
            (command.qualification, command.unit) = (program.position, unit)
            (command.result, command.decided) = (.positive, day)
            links.append((\.answers, credit))
            fill(&command, &links)
        }
    }

    private mutating func recognise(
        _ unit: UInt16,
        _ validation: Int?,
        _ procedure: Procedure,
        _ fill: (inout Command, inout [Link]) -> Void
    ) {
        let day = date
        let recognition = add(.recognitionDecided, by: home.registrar, towardsEnrolment: true) {
            [catalogue, program] command, links in
            (command.qualification, command.unit, command.procedure) = (program.position, unit, procedure)
            (command.result, command.decided) = (.positive, day)
            (command.scheme, command.points) = (catalogue.scheme, program.qualification.unit(unit)?.points)
            if let validation { links.append((\.answers, validation)) }
            fill(&command, &links)
        }
        recognitions.append(recognition)
    }

    private mutating func interrupt() {
        _ = add(.interrupted, by: home.registrar, towardsEnrolment: true) { _, _ in }
        wait(days: 30...200)
        _ = add(.resumed, by: home.registrar, towardsEnrolment: true) { _, _ in }
    }

    private mutating func appeal(_ decision: Int) {
        wait(days: 1...8)
        let lodged = add(.appealLodged, by: home.registrar) { _, links in links.append((\.answers, decision)) }
        wait(days: 5...20)
        let day = date
        _ = add(.appealDecided, by: home.registrar) { command, links in
            (command.result, command.decided) = (.negative, day)
            links.append((\.answers, lodged))
        }
    }

    private mutating func revoke() {
        wait(days: 10...100)
        let recognition = recognitions[Int.random(in: 0..<recognitions.count, using: &random)]
        let fromStart = random.chance(50)
        let day = date
        _ = add(.revoked, by: home.registrar) { command, links in
            (command.result, command.decided) = (fromStart ? .fromStart : .fromNow, day)
            (command.reason, command.details.legalBasis) = (.evidenceMissing, "ZPSI-1")
            links.append((\.answers, recognition))
        }
    }

    private mutating func award() {
        wait(days: 5...30)
        let day = date
        let award = add(.qualificationAwarded, by: home.registrar, towardsEnrolment: true) { [program] command, _ in
            (command.qualification, command.decided) = (program.position, day)
        }
        drafts[award].sources = recognitions
    }

    private mutating func quarantine() {
        _ = add(.importQuarantined, by: catalogue.system) { command, _ in
            (command.reason, command.details.text) = (.unknownScheme, "852 points of an unknown scheme")
        }
    }

    /// A second identity that turns out to be the same person.
    private mutating func merge() {
        wait(days: 1...50)
        let (survivor, other) = (learner, introduce("learner-\(number)-b"))
        wait(days: 1...50)
        let merge = add(.learnerMerged, by: catalogue.system, hasInstitution: false) { command, links in
            command.details.evidence = "identity document seen"
            links.append((\.answers, other))
        }
        learner = other
        _ = add(.learnerMerged, by: catalogue.system, hasInstitution: false) { command, links in
            command.details.evidence = "identity document seen"
            links.append((\.answers, merge))
        }
        learner = survivor
    }

    private mutating func wait(days: ClosedRange<Int32>) {
        date = CivilDate(rawValue: date.rawValue + Int32.random(in: days, using: &random))
    }

    private mutating func add(
        _ kind: EventKind,
        by actor: Position,
        at school: GeneratedCatalogue.School? = nil,
        towardsEnrolment: Bool = false,
        hasInstitution: Bool = true,
        _ fill: (inout Command, inout [Link]) -> Void
    ) -> Int {
        var command = Command(id: EventID(high: random.next(), low: random.next()), kind: kind, effective: date)
        command.actor = actor
        if hasInstitution { command.institution = (school ?? home).institution }
        var links: [Link] = [(\.learner, learner)]
        if towardsEnrolment { links.append((\.enrolment, enrolment)) }
        fill(&command, &links)
        drafts.append(Draft(content: command, links: links))
        return drafts.count - 1
    }
}
