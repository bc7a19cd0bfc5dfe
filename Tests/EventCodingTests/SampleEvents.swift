import Accrue
import Credit
import EventCoding
import Rules

/// One event of each kind, with every field filled in that the kind requires or allows.
enum SampleEvents {
    static let all = EventKind.allCases.map { of($0) }

    static func of(_ kind: EventKind) -> Event {
        var command = Command(
            id: EventID(high: 0x0123_4567_89AB_4CDE, low: 0x8F01_2345_6789_AB00 | UInt64(kind.rawValue)),
            kind: kind,
            effective: CivilDate(rawValue: 20_000 + Int32(kind.rawValue))
        )
        for field in kind.fields.all { fill(field, of: &command) }
        // It has a document of its own, or that of the draft which it answers.
        if kind == .qualificationPublished { command.answers = nil }
        return Event(
            command,
            position: Position(rawValue: 1_000 + UInt32(kind.rawValue)),
            recordedAt: Instant(rawValue: 1_767_225_600_000_000 + Int64(kind.rawValue)),
            learnerNumber: kind.isRegistry ? 0 : 7,
            learnerVersion: 42,
            flags: [.lastInBatch, .clockRaised]
        )
    }

    private static func fill(_ field: EventField, of command: inout Command) {
        if let index = EventField.references.firstIndex(of: field) {
            command[reference: field] = Position(rawValue: 11 + UInt32(index))
            return
        }
        switch field {
        case .decided: command.decided = CivilDate(rawValue: command.effective.rawValue - 1)
        case .function: command.function = .recognise
        case .procedure: command.procedure = .nonFormal
        case .result: command.result = command.kind.isRemoval ? .fromStart : .positive
        case .attempt: command.attempt = 2
        case .unit: command.unit = 3
        case .grade: command.grade = 4
        case .group: command.group = 5
        case .points: command.points = Points(rawValue: 75_000)
        case .reason: command.reason = .exception
        case .identifier: command.details.identifier = "št-1@2"
        case .text: command.details.text = "Besedilo \"v\" vrsticah\n in ä"
        case .legalBasis: command.details.legalBasis = "ZPSI-1, 43. člen"
        case .evidence: command.details.evidence = "portfolio 12"
        case .outcomes: command.details.outcomes = ["o1", "o2"]
        case .sources: command.details.sources = [Position(rawValue: 71), Position(rawValue: 72)]
        case .moved: command.details.moved = [Position(rawValue: 81)]
        case .document: command.details.document = document(of: command.kind)
        default: return
        }
    }

    static func document(of kind: EventKind) -> Document? {
        let day = CivilDate(rawValue: 20_089)
        switch kind {
        case .schemeIntroduced: return .scheme(Scheme(name: "Kreditne točke"))
        case .actorIntroduced: return .actor(Actor(role: "registrar"))
        case .scaleIntroduced:
            let grades = ["1", "2", "3", "4", "5"].map { GradeScale.Grade(code: $0, passes: $0 != "1") }
            return .scale(GradeScale(name: "1–5", grades: grades))
        case .institutionIntroduced: return .institution(Institution(name: "Šola Žalec", country: "SI"))
        case .authorityGranted: return .authority(AuthorityScope(qualifications: ["q1", "q2"], until: day))
        case .memorandumConcluded, .memorandumAmended:
            return .memorandum(Memorandum(parties: ["celje", "seinäjoki"], until: day))
        case .qualificationDrafted, .qualificationPublished: return .qualification(qualification)
        case .ruleSetDrafted: return .ruleSet(ruleSet.text)
        case .exceptionGranted: return .exemptedRule(ExemptedRule(set: "šola", rule: "first-aid"))
        case .headsRecorded: return .heads(HeadsText(streams: 8, root: String(repeating: "0f", count: 32)))
        case .keyRotated:
            return .keyRotation(
                KeyRotationText(from: "šola+1+a", to: "šola+2+b", fromSignature: "AA==", toSignature: "AQ==")
            )
        case .agreementSigned, .agreementAmended:
            return .agreement(
                LearningAgreement(
                    version: 2,
                    memorandum: "m1",
                    host: "seinäjoki",
                    from: day,
                    until: day.adding(months: 1),
                    units: [
                        LearningAgreement.PlannedUnit(hostQualification: "h@1", hostUnit: "H1", homeUnit: "U3")
                    ],
                    signatures: LearningAgreement.Signatures(home: day, host: day, learner: day)
                )
            )
        default: return nil
        }
    }

    static let ruleSet: RuleSet = {
        var rule = Rule(
            id: "first-aid",
            version: "2",
            legalBasis: "Pravilnik, 4. člen",
            dateBasis: .recognition,
            validFrom: CivilDate(rawValue: 20_000),
            policy: .expiry(Expiry(months: 24, from: .recognition, units: ["U1"]))
        )
        rule.retroactivity = .ifFavourable
        rule.exceptions = [
            RuleException(
                id: "local",
                legalBasis: "Pravilnik, 5. člen",
                condition: RuleException.Condition(procedures: [.local])
            )
        ]
        let approval = Approval(by: "Svet šole", on: CivilDate(rawValue: 19_990))
        return RuleSet(
            id: "šola",
            version: "2",
            title: "Pravila",
            country: "SI",
            qualifications: ["q"],
            approvals: [approval],
            rules: [rule]
        )
    }()

    static let qualification: Qualification = {
        var qualification = Qualification(id: "q", version: "1", title: "Nega", country: "SI", scheme: "kt")
        qualification.points = Points(rawValue: 1_800_000)
        qualification.eqfLevel = 4
        qualification.nationalLevel = "SOK 4"
        qualification.validUntil = CivilDate(rawValue: 21_000)
        qualification.transitionEnd = CivilDate(rawValue: 22_000)
        qualification.appealDays = 8
        let outcomes = LearningOutcome.Kind.allCases.map { LearningOutcome(code: "o\($0)", kind: $0, text: "zna") }
        var parts = Unit(code: "U1", title: "Osnove", points: Points(rawValue: 92_857), outcomes: outcomes)
        parts.validMonths = 24
        var child = Unit(code: "U1.1", title: "Del")
        child.parent = "U1"
        qualification.units = [parts, child, Unit(code: "U3", title: "Praksa", points: Points(rawValue: 22_500))]
        return qualification
    }()
}

extension SeededRandom {
    /// An event of any kind with some of its fields, and numbers from their whole range.
    mutating func event() -> Event {
        let kind = EventKind.allCases[Int.random(in: 0..<EventKind.allCases.count, using: &self)]
        var event = SampleEvents.of(kind)
        for field in kind.fields.optional where Bool.random(using: &self) { clear(field, of: &event.command) }
        for field in EventField.references where event.command[reference: field] != nil {
            event.command[reference: field] = Position(rawValue: .random(in: 1...UInt32.max, using: &self))
        }
        if event.points != nil {
            event.command.points = Points(rawValue: .random(in: -10_000_000_000...10_000_000_000, using: &self))
        }
        event.command.effective = CivilDate(rawValue: .random(in: -25_567...84_005, using: &self))
        event.command.id = EventID(high: next(), low: next())
        event.position = Position(rawValue: .random(in: 1...UInt32.max, using: &self))
        event.recordedAt = Instant(rawValue: .random(in: 0...4_102_444_800_000_000, using: &self))
        event.learnerVersion = .random(in: 1...UInt32.max, using: &self)
        event.flags = EventFlags(rawValue: .random(in: 0...3, using: &self))
        return event
    }

    private func clear(_ field: EventField, of command: inout Command) {
        if EventField.references.contains(field) { command[reference: field] = nil }
        switch field {
        case .reason: command.reason = nil
        case .grade: command.grade = nil
        case .points: command.points = nil
        case .procedure: command.procedure = nil
        case .identifier: command.details.identifier = nil
        case .text: command.details.text = nil
        case .legalBasis: command.details.legalBasis = nil
        case .evidence: command.details.evidence = nil
        case .outcomes: command.details.outcomes = []
        case .sources: command.details.sources = []
        default: return
        }
    }
}
