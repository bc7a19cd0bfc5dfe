import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Rules

@testable import Projections

/// Events of plain kinds in any combination, lawful or not: the log takes them unjudged, and both folds must agree on all.
struct PlainSchool {
    let ledger: Ledger<LMDBEventLog>
    private let qualifications: [(position: Position, units: Int)]
    let institutions: [Position]
    private let scheme: Position

    init(_ ledger: Ledger<LMDBEventLog>) async throws {
        self.ledger = ledger
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures")
        for name in ["catalogue.ndjson", "school.ndjson"] {
            let lines = [UInt8](try Data(contentsOf: fixtures.appendingPathComponent(name)))
            _ = try await ledger.append(EventLines(lines.filter { $0 != 13 }))
        }
        try await ledger.append([Self.troublesome])
        let registry = try ledger.read { (view) throws(AccrueError) in view.registry }
        qualifications = registry.entries(in: .qualification).map {
            ($0.position, registry.qualification(at: $0.position)?.units.count ?? 0)
        }
        institutions = registry.entries(in: .institution).map(\.position)
        scheme = registry.entries(in: .scheme).first?.position ?? .none
    }

    /// A version with units that are parts of units, that expire, that carry no points, and with a rule of choices.
    private static var troublesome: Command {
        var qualification = Qualification(id: "pek", version: "2021", title: "Pek", country: "SI", scheme: "KT")
        qualification.points = try? Points("14")
        qualification.units = ["KR", "PE", "SL", "MA", "PR", "KR1", "KR2"].enumerated().map { index, code in
            var unit = Unit(code: code, title: code, points: index == 3 ? nil : try? Points("\(index + 2).5"))
            if code == "MA" || code == "SL" { unit.validMonths = 12 }
            if code.count == 3 { unit.parent = "KR" }
            return unit
        }
        let choice = FormationGroup(
            id: "izbirni",
            count: Bounds(least: 1, most: 1),
            children: ["PE", "SL"].map { FormationChild(.unit($0)) }
        )
        let whole = FormationGroup(
            id: "pek",
            points: Bounds(least: Points(rawValue: 90_000)),
            children: [
                FormationChild(.unit("KR"), isRequired: true), FormationChild(.group(choice)),
                FormationChild(.unit("MA")), FormationChild(.unit("PR")),
            ]
        )
        qualification = Standard(qualification: qualification, formation: FormationRule(root: whole)).published
        var command = Command(
            id: EventID(high: 77, low: 77),
            kind: .qualificationPublished,
            effective: CivilDate(rawValue: 17_000)
        )
        command.details.identifier = qualification.identifier
        command.details.document = .qualification(qualification)
        return command
    }

    func append(_ commands: [Command]) async throws {
        _ = try await ledger.log.append { (turn) throws(AccrueError) in
            for command in commands { _ = try turn.append(command) }
            return .keep(true)
        }
    }

    /// Events of some new learners, each learner's in any order of kinds.
    func commands(_ random: inout SeededRandom, learners: Int, round: Int) -> [Command] {
        var next = (try? ledger.log.position.rawValue) ?? 0
        var commands: [Command] = []
        var known: [[(position: Position, kind: EventKind)]] = Array(repeating: [], count: learners)
        for learner in 0..<learners {
            next += 1
            var command = command(&random, .learnerIntroduced)
            command.details.identifier = "learner-\(round)-\(learner)"
            commands.append(command)
            known[learner] = [(Position(rawValue: next), .learnerIntroduced)]
        }
        for _ in 0..<learners * 30 {
            let learner = Int(random.next() % UInt64(learners))
            next += 1
            let command = event(&random, known[learner])
            known[learner].append((Position(rawValue: next), command.kind))
            commands.append(command)
        }
        return commands
    }

    private func event(_ random: inout SeededRandom, _ known: [(position: Position, kind: EventKind)]) -> Command {
        let kinds: [EventKind] = [
            .enrolled, .assessmentRecorded, .assessmentRecorded, .assessmentSuperseded, .creditDocumented,
            .transferSent,
            .transferReceived, .validationDecided, .recognitionDecided, .recognitionDecided, .recognitionDecided,
            .interrupted, .resumed, .left, .qualificationAwarded,
        ]
        func chance(_ part: UInt64) -> Bool { random.next() % part == 0 }
        func index(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        var command = command(&random, kinds[index(kinds.count)])
        command.learner = known[0].position
        // Mostly the last one, so that units meet again.
        let (version, units) = qualifications[chance(3) ? index(qualifications.count) : qualifications.count - 1]
        if !chance(20) { command.qualification = version }
        if !chance(20) { command.unit = UInt16(index(units) + 1) }
        if !chance(20) { command.institution = institutions[index(2)] }
        let enrolments = known.filter { $0.kind == .enrolled }
        if !chance(8), !enrolments.isEmpty { command.enrolment = enrolments[index(min(2, enrolments.count))].position }
        if !chance(4) { command.answers = known[index(known.count)].position }
        if chance(2) { command.answers = known[known.count - 1 - index(min(3, known.count))].position }
        command.points = chance(10) ? nil : Points(rawValue: Int64(random.next() % 90_000))
        if !chance(3) { command.scheme = scheme }
        let isDecision = command.kind == .recognitionDecided || command.kind == .validationDecided
        if isDecision {
            // Rarely anything but positive, or few learners would stay plain.
            command.result = chance(300) ? .partial : .positive
        } else if command.kind.isAssessment {
            command.result = [.positive, .positive, .partial, .negative][index(4)]
            command.attempt = 1
        }
        if chance(40) { command.details.text = "a remark" }
        if chance(300) || (command.kind == .qualificationAwarded && chance(2)) {
            command.details.sources = [known[known.count - 1].position]
        }
        return command
    }

    private func command(_ random: inout SeededRandom, _ kind: EventKind) -> Command {
        Command(
            id: EventID(high: random.next(), low: random.next()),
            kind: kind,
            effective: CivilDate(rawValue: Int32(18_000 + random.next() % 1_200))
        )
    }
}
