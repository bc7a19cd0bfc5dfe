import Accrue
import AccrueTestKit
import Credit

/// A lawful history at random: steps are tried as they come, and what the decision refuses does not happen.
struct RandomHistory {
    private(set) var scenario: Scenario
    private(set) var random: SeededRandom
    private var versions: [Position]
    private var day: CivilDate = "2024-09-01"
    private var agreements: UInt16 = 0

    /// The scenario's world with two more versions of its qualification: one with units that expire and a total of 20,
    /// one in another scheme and without a total.
    static func world() throws -> (Scenario, versions: [Position]) {
        var scenario = try Scenario()
        var limited = Scenario.wood(version: "2")
        limited.points = "20"
        limited.appealDays = nil
        limited.units[0].validMonths = 6
        limited.units[3].points = "12"
        limited.units[3].validMonths = 14
        var foreign = Scenario.wood(version: "3")
        foreign.scheme = "ects"
        foreign.points = nil
        foreign.units[3].points = nil
        foreign.units[0].points = "7.5"
        let versions = try [scenario.homeQualification, scenario.publish(limited), scenario.publish(foreign)]
        return (scenario, versions)
    }

    init(seed: UInt64, in world: (Scenario, versions: [Position])) {
        random = SeededRandom(seed: seed)
        (scenario, versions) = world
    }

    /// Tries so many steps.
    mutating func live(steps: Int) {
        try? enrol()
        if chance(1, of: 2) { try? agree() }
        for _ in 0..<steps {
            if random.below(3) == 0 { day = later(by: random.below(20)) }
            // Refused steps are no part of a lawful history.
            try? step()
        }
    }

    private func later(by days: Int) -> CivilDate { CivilDate(rawValue: day.rawValue + Int32(days)) }

    // MARK: Choosing

    mutating func chance(_ part: Int, of whole: Int) -> Bool { random.below(whole) < part }

    private mutating func pick<Choice>(_ choices: [Choice]) -> Choice? {
        choices.isEmpty ? nil : choices[random.below(choices.count)]
    }

    /// Some event of the learners, rather a late one.
    private mutating func pick(_ isKind: (EventKind) -> Bool) -> Position? {
        let found = scenario.events.filter { !$0.kind.isRegistry && isKind($0.kind) }.map(\.position)
        return pick(chance(1, of: 2) ? found.suffix(3) : found)
    }

    private mutating func pick(_ kinds: EventKind...) -> Position? { pick { kinds.contains($0) } }

    private mutating func pickResult() -> DecisionResult {
        chance(6, of: 10) ? .positive : pick([.partial, .negative, .conditional]) ?? .negative
    }

    // MARK: Steps

    private mutating func step() throws {
        switch random.below(30) {
        case 0: try enrol()
        case 1...2: try agree()
        case 3...8: try assess()
        case 9...10: try reassess()
        case 11...22: try advance()
        case 23: try recogniseExperience()
        case 24: try appeal()
        case 25: try remove()
        case 26: try changeEnrolment()
        case 27: try award()
        case 28: try convert()
        default: try joinOrPart()
        }
    }

    private mutating func enrol() throws {
        let learner = chance(3, of: 4) ? scenario.ana : scenario.bor
        try scenario.enrol(learner, in: pick(versions), on: day)
    }

    private mutating func agree() throws {
        agreements += 1
        if chance(1, of: 6), let agreement = pick(.agreementSigned, .agreementAmended) {
            var command = scenario.command(.agreementWithdrawn, on: day)
            command.learner = scenario.event(agreement).learner
            command.institution = scenario.home
            command.agreement = agreement
            try scenario.submit(command)
            return
        }
        guard let enrolment = pick(.enrolled) else { return }
        let replaced = chance(1, of: 3) ? pick(.agreementSigned, .agreementAmended) : nil
        var document = Scenario.agreement()
        document.from = "2024-09-01"
        document.until = "2027-12-31"
        document.signatures = .init(home: day, host: day, learner: day)
        var identifier = "la\(agreements)@1"
        if let replaced, case .agreement(let earlier) = scenario.event(replaced).details.document {
            document.version = earlier.version + 1
            let name = scenario.event(replaced).details.identifier ?? ""
            identifier = "\(name.prefix { $0 != "@" })@\(document.version)"
        }
        if chance(1, of: 2) { document.units.removeLast() }
        if chance(1, of: 2) {
            document.units.append(.init(hostQualification: "puu@1", hostUnit: "H1", homeUnit: "U4"))
        }
        try scenario.agree(enrolment, document, replacing: replaced, on: day) { $0.details.identifier = identifier }
    }

    private mutating func assess() throws {
        let code = pick(["H1", "H1", "H2", "H3", "U1", "U1", "U2", "U3", "U4", "U4a", "U4b"]) ?? "U1"
        let (learner, result) = (chance(3, of: 4) ? scenario.ana : scenario.bor, pickResult())
        let agreement = chance(2, of: 3) ? pick(.agreementSigned, .agreementAmended) : nil
        let (attempt, version) = (UInt16(1 + random.below(2)), pick(versions))
        let outcomes = [pick(code == "H1" ? ["x", "y"] : ["a", "b"]) ?? "a"]
        try scenario.assess(code, result, learner: learner, agreement: agreement, attempt: attempt, on: day) {
            if !code.hasPrefix("H") { $0.qualification = version }
            if code.hasSuffix("1"), result == .partial { $0.details.outcomes = outcomes }
        }
    }

    private mutating func reassess() throws {
        guard let earlier = pick({ $0.isAssessment }) else { return }
        let corrects = chance(1, of: 2)
        let (event, result) = (scenario.event(earlier), pickResult())
        var command = event.command
        command.id = EventID(high: 7, low: UInt64(scenario.events.count + 1))
        command.kind = corrects ? .assessmentCorrected : .assessmentSuperseded
        command.effective = corrects ? command.effective : day
        command.attempt = (command.attempt ?? 1) + (corrects ? 0 : 1)
        command.procedure = nil
        command.result = result
        command.replaces = earlier
        try scenario.submit(command)
    }

    /// Takes some credit one step further, and mostly some steps more.
    private mutating func advance() throws {
        var next = pick { $0.isAssessment || $0.isStep }
        while let position = next {
            try advance(position)
            day = later(by: random.below(5))
            next = chance(4, of: 5) && scenario.last.position != position ? scenario.last.position : nil
        }
    }

    private mutating func advance(_ position: Position) throws {
        let event = scenario.event(position)
        let agreement = chance(3, of: 4) ? assessment(behind: event).agreement : nil
        switch event.kind {
        case .creditDocumented: try scenario.send(position, agreement: agreement, on: day)
        case .transferSent:
            guard let enrolment = pick(.enrolled) else { return }
            try scenario.receive(position, for: enrolment, agreement: agreement, on: day)
        case .validationDecided: try recognise(position)
        case _ where event.kind.isAssessment && (event.institution == scenario.host || chance(1, of: 8)):
            try scenario.document(position, on: day)
        default: try validate(position)
        }
    }

    private func assessment(behind event: Event) -> Event {
        event.answers.map { assessment(behind: scenario.event($0)) } ?? event
    }

    private mutating func validate(_ source: Position) throws {
        guard let enrolment = pick(.enrolled) else { return }
        let result = pickResult()
        let other = chance(1, of: 6) ? pick({ $0 == .transferReceived || $0.isAssessment }) : nil
        let decision = chance(1, of: 3) ? pick(.validationDecided) : nil
        let own = scenario.event(source).institution == scenario.home
        let version = scenario.balance(of: scenario.event(enrolment).learner, on: .latest)
            .enrolments.first { $0.position == enrolment }?.qualification
        let unit = own && chance(5, of: 6) ? scenario.event(source).unit : UInt16(1 + random.below(6))
        try scenario.validate(source, as: "U1", for: enrolment, result, on: day) {
            $0.unit = unit
            $0.qualification = version
            $0.agreement = nil
            $0.decision = decision
            $0.details.sources = other.map { [$0] } ?? []
            if result != .positive { $0.details.text = "As the committee found" }
        }
    }

    private mutating func recognise(_ validated: Position) throws {
        let result = scenario.event(validated).result == .partial ? .partial : pickResult()
        let other = chance(1, of: 8) ? pick(.validationDecided) : nil
        let scheme = scheme(of: scenario.event(validated).qualification)
        try scenario.recognise(validated, result, on: day) {
            $0.details.sources = other.map { [$0] } ?? []
            if $0.points != nil { $0.scheme = scheme }
            if result != .positive { $0.details.text = "As the committee found" }
        }
    }

    private mutating func recogniseExperience() throws {
        guard let enrolment = pick(.enrolled) else { return }
        let code = pick(["U1", "U2", "U3", "U4", "U4a", "U4b"]) ?? "U1"
        let scheme = scheme(of: scenario.event(enrolment).qualification)
        let isConditional = chance(1, of: 4)
        try scenario.recogniseExperience(as: code, for: enrolment, on: day) {
            if $0.points != nil { $0.scheme = scheme }
            guard isConditional else { return }
            $0.result = .conditional
            $0.reason = .evidenceMissing
            $0.points = nil
            $0.scheme = nil
        }
    }

    private func scheme(of qualification: Position?) -> Position? {
        scenario.registry.qualification(at: qualification)
            .flatMap { scenario.registry.position(of: $0.scheme, in: .scheme) }
    }

    private mutating func appeal() throws {
        if chance(1, of: 2), let lodged = pick(.appealLodged) {
            try scenario.decideAppeal(lodged, chance(1, of: 2) ? .positive : .negative, on: day)
        } else if let decision = pick({ $0.isAppealed }) {
            try scenario.appeal(against: decision, on: day)
        }
    }

    private mutating func remove() throws {
        guard let target = pick({ !$0.isRegistry && $0 != .learnerIntroduced }) else { return }
        let kind = pick([EventKind.revoked, .withdrawn, .annulled]) ?? .revoked
        try scenario.remove(target, kind, chance(1, of: 2) ? .fromStart : .fromNow, on: day)
    }

    private mutating func changeEnrolment() throws {
        guard let enrolment = pick(.enrolled) else { return }
        let kind = pick([EventKind.interrupted, .resumed, .left, .moved, .moved]) ?? .moved
        try scenario.change(enrolment, kind, to: kind == .moved ? pick(versions) : nil, on: day)
        if kind == .left { try scenario.enrol(scenario.event(enrolment).learner, in: pick(versions), on: day) }
    }

    private mutating func award() throws {
        guard let enrolment = pick(.enrolled) else { return }
        let recognitions = scenario.events.filter { $0.kind == .recognitionDecided && $0.enrolment == enrolment }
            .map(\.position)
        let named = chance(1, of: 2)
        try scenario.award(enrolment, for: named ? recognitions : [], on: day) {
            $0.reason = .exception
            $0.details.legalBasis = "Article 7"
        }
    }

    private mutating func convert() throws {
        guard let recognised = pick(.recognitionDecided) else { return }
        var command = scenario.command(.pointsConverted, on: day)
        command.learner = scenario.event(recognised).learner
        command.institution = scenario.home
        command.enrolment = scenario.event(recognised).enrolment
        command.answers = recognised
        command.scheme = scenario.ects
        command.points = "3"
        command.details.legalBasis = "Rule 7"
        try scenario.submit(command)
    }

    private mutating func joinOrPart() throws {
        if let merge = scenario.events.first(where: { $0.kind == .learnerMerged })?.position {
            try scenario.split(merge, on: day)
        } else if chance(1, of: 3) {
            try scenario.merge(scenario.bor, into: scenario.ana, on: day)
        }
    }
}

extension EventKind {
    /// True for that against which appeals are lodged.
    fileprivate var isAppealed: Bool {
        isAssessment || isRemoval || self == .validationDecided || self == .recognitionDecided
    }

    /// True for the steps from a document to a validation.
    fileprivate var isStep: Bool {
        [.creditDocumented, .transferSent, .transferReceived, .validationDecided].contains(self)
    }
}
