import Credit

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

    /// Grants an exception to who is enrolled.
    @discardableResult
    mutating func exempt(
        _ enrolment: Position,
        on day: CivilDate = "2025-04-16",
        _ fill: (inout Command) -> Void
    ) throws(AccrueError) -> Position {
        var command = command(.exceptionGranted, on: day)
        command.learner = event(enrolment).learner
        command.institution = body
        command.enrolment = enrolment
        command.qualification = event(enrolment).qualification
        command.decided = day
        command.details.legalBasis = "Article 24"
        fill(&command)
        return try submit(command)
    }

    /// Declares the group of this number for a recognition.
    @discardableResult
    mutating func declare(
        _ recognition: Position,
        in group: UInt16,
        on day: CivilDate = "2025-04-16",
        _ fill: (inout Command) -> Void = { _ in }
    ) throws(AccrueError) -> Position {
        let recognised = event(recognition)
        var command = command(.groupDeclared, on: day)
        command.learner = recognised.learner
        command.institution = recognised.institution
        command.enrolment = recognised.enrolment
        command.qualification = recognised.qualification
        command.answers = recognition
        command.group = group
        fill(&command)
        return try submit(command)
    }
}
