import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Rules

@testable import Projections

/// A plain school with all that rules judge by: rule sets that come and go, versions that are published later, declared
/// groups, exceptions, moves, removals and joined identities. The log takes the events unjudged.
struct RuledSchool {
    private let school: PlainSchool
    private var random: SeededRandom
    private var round = 0
    private var events: [(position: Position, command: Command)] = []
    private var activations: [Position] = []
    private var sets = 0

    static let day = CivilDate(rawValue: 19_400)
    /// Rules name it before it is published.
    private static let later = "pek@2022"

    init(_ ledger: Ledger<LMDBEventLog>, seed: UInt64) async throws {
        school = try await PlainSchool(ledger)
        random = SeededRandom(seed: seed)
    }

    private mutating func chance(_ part: UInt64) -> Bool { random.next() % part == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[Int(random.next() % UInt64(elements.count))]
    }

    private mutating func append(_ commands: [Command]) async throws {
        var position = try school.ledger.log.position.rawValue
        try await school.append(commands)
        for command in commands {
            position += 1
            events.append((Position(rawValue: position), command))
        }
    }

    private mutating func command(_ kind: EventKind, on day: Int32) -> Command {
        Command(
            id: EventID(high: random.next(), low: random.next()),
            kind: kind,
            effective: CivilDate(rawValue: day)
        )
    }

    /// Some learners more, events about those that are there, and mostly something about rules.
    mutating func grow() async throws {
        round += 1
        try await append(school.commands(&random, learners: 5, round: round))
        for _ in 0..<12 {
            if let event = unusual() { try await append([event]) }
        }
        if chance(3) { try await join() }
        if round == 4 { try await append([version()]) }
        if round.isMultiple(of: 2) { try await bringIntoForce(rules()) } else { try await bringOutOfForce() }
    }

    // MARK: Learners

    private mutating func unusual() -> Command? {
        let day = Int32(18_500 + random.next() % 900)
        let kinds: [EventKind] = [.moved, .groupDeclared, .groupDeclared, .exceptionGranted, .revoked]
        guard let kind = pick(kinds),
            let enrolled = pick(events.filter { $0.command.kind == .enrolled && $0.command.qualification != nil })
        else { return nil }
        var command = command(kind, on: day)
        command.learner = enrolled.command.learner
        command.institution = school.institutions.first
        command.enrolment = enrolled.position
        command.qualification = enrolled.command.qualification
        switch kind {
        case .moved:
            let versions = events.filter { $0.command.kind == .qualificationPublished }.map(\.position)
            command.qualification = pick(versions) ?? pick(events.compactMap(\.command.qualification))
        case .groupDeclared, .revoked:
            let recognised = events.filter {
                $0.command.kind == .recognitionDecided && $0.command.enrolment == enrolled.position
            }
            guard let decision = pick(recognised) else { return nil }
            command.answers = decision.position
            command.qualification = decision.command.qualification
            if kind == .groupDeclared { command.group = UInt16(1 + random.next() % 5) }
            guard kind == .revoked else { break }
            (command.enrolment, command.qualification) = (nil, nil)
            (command.result, command.reason) = (chance(2) ? .fromStart : .fromNow, .evidenceMissing)
            (command.decided, command.details.legalBasis) = (command.effective, "ZPSI-1")
        default:
            (command.decided, command.details.legalBasis) = (command.effective, "ZPSI-1")
            switch random.next() % 3 {
            case 0: command.group = UInt16(1 + random.next() % 3)
            case 1: command.unit = UInt16(1 + random.next() % 5)
            default: command.details.document = .exemptedRule(ExemptedRule(set: "rules", rule: "rule"))
            }
        }
        return command
    }

    /// One learner becomes another's second identity.
    private mutating func join() async throws {
        let learners = events.filter { $0.command.kind == .learnerIntroduced }.map(\.position)
        guard let survivor = pick(learners), let other = pick(learners), survivor != other else { return }
        var commands = [command(.learnerMerged, on: 19_000), command(.learnerMerged, on: 19_000)]
        let first = Position(rawValue: try school.ledger.log.position.rawValue + 1)
        (commands[0].learner, commands[0].answers) = (survivor, other)
        (commands[1].learner, commands[1].answers) = (other, first)
        for index in 0...1 { commands[index].details.evidence = "identity document seen" }
        try await append(commands)
    }

    // MARK: Rules

    /// A version in which bread is enough.
    private mutating func version() -> Command {
        var qualification = Qualification(id: "pek", version: "2022", title: "Pek", country: "SI", scheme: "KT")
        qualification.units = ["KR", "PE"].map { Unit(code: $0, title: $0, points: try? Points("4")) }
        let whole = FormationGroup(
            id: "pek",
            children: [FormationChild(.unit("KR"), isRequired: true), FormationChild(.unit("PE"))]
        )
        qualification = Standard(qualification: qualification, formation: FormationRule(root: whole)).published
        var command = command(.qualificationPublished, on: 18_000)
        command.details.identifier = Self.later
        command.details.document = .qualification(qualification)
        return command
    }

    private mutating func rules() throws -> RuleSet {
        sets += 1
        let policies: [Policy] = [
            .standard(Self.later),
            .share(ShareCap(procedures: [.informal, .nonFormal, .local], atMost: .part(try Ratio("1/4")))),
            .expiry(Expiry(months: 6, from: .recognition, units: ["KR", "PE"])),
            .equivalences([
                Equivalence(sources: ["KR"], targets: ["SL"]), Equivalence(sources: ["PE"], targets: ["MA"]),
            ]),
            .progression([
                ProgressionStep(year: 1, points: .zero), ProgressionStep(year: 2, points: Points(rawValue: 90_000)),
            ]),
        ]
        let rule = Rule(
            id: "rule",
            version: "1",
            legalBasis: "Art. \(sets)",
            dateBasis: pick([DateBasis.query, .enrolment, .recognition]) ?? .query,
            validFrom: CivilDate(rawValue: 15_000),
            policy: policies[(sets - 1) % policies.count]
        )
        return RuleSet(id: "rules", version: "\(sets)", title: "Rules", country: "SI", rules: [rule])
    }

    private mutating func bringIntoForce(_ set: RuleSet) async throws {
        let position = try school.ledger.log.position.rawValue
        var commands: [Command] = []
        for (index, kind) in [EventKind.ruleSetDrafted, .ruleSetPublished, .ruleSetActivated].enumerated() {
            var command = command(kind, on: 18_000)
            if index > 0 { command.answers = Position(rawValue: position + UInt32(index)) }
            if index == 0 { command.details.document = .ruleSet(set.text) }
            if index == 1 { command.details.identifier = set.identifier }
            commands.append(command)
        }
        activations.append(Position(rawValue: position + 3))
        try await append(commands)
    }

    private mutating func bringOutOfForce() async throws {
        guard let activation = activations.popLast() else { return }
        // Before the day of the rows, as two versions of one rule are never in force at once.
        var command = command(.ruleSetDeactivated, on: Int32(18_600 + random.next() % 700))
        command.answers = activation
        try await append([command])
    }
}
