import Accrue
import Credit
import EventCoding
import EventLog

/// Learners' events in a random order of learners, each learner's own in their lawful order: assessed, documented and
/// recognised unit by unit, again and again. They are made at once, so that making them hardly counts.
struct Workload: Sendable {
    /// What the catalogue has at which position.
    struct Catalogue: Sendable {
        var qualification = Position.none
        var school = Position.none
        var registrar = Position.none
        var teacher = Position.none
        var scheme = Position.none
        var scale = Position.none
        var points: [Points?] = []

        /// Finds them in the bundled catalogue.
        init(_ view: LedgerView<some LogReading>) throws {
            qualification = try view.entry("tehnik-mehatronike@2020", in: .qualification).position
            school = try view.entry("sc-zalna", in: .institution).position
            registrar = try view.entry("a-registrar", in: .actor).position
            teacher = try view.entry("a-teacher-2", in: .actor).position
            scheme = try view.entry("KT", in: .scheme).position
            scale = try view.entry("si-1-5", in: .scale).position
            points = view.registry.qualification(at: qualification)?.units.map(\.points) ?? []
        }
    }

    private struct Learner {
        var introduction: UInt32 = 0
        var enrolment: UInt32 = 0
        var last: UInt32 = 0
        var count: UInt32 = 0
        var unit = 0
    }

    /// Which unit a learner takes next.
    enum Order: Sendable {
        /// As the programme lists them, again and again: learners of one class hold much the same.
        case listed
        /// Any: hardly two learners hold the same.
        case random
    }

    private let catalogue: Catalogue
    private let order: Order
    private let name: String
    private var learners: [Learner]
    private var random: SeededRandom
    /// The position of the next event.
    private(set) var next: UInt32

    init(
        _ catalogue: Catalogue,
        learners: Int,
        after position: Position,
        seed: UInt64 = 1,
        units order: Order = .listed,
        named name: String = "learner"
    ) {
        self.name = name
        self.catalogue = catalogue
        self.order = order
        self.learners = Array(repeating: Learner(), count: learners)
        random = SeededRandom(seed: seed)
        next = position.rawValue + 1
    }

    /// So many commands, to be appended as they come.
    mutating func commands(_ count: Int) -> [Command] {
        var commands: [Command] = []
        commands.reserveCapacity(count)
        for _ in 0..<count { commands.append(command()) }
        return commands
    }

    private mutating func command() -> Command {
        let index = Int(random.next() % UInt64(learners.count))
        let id = EventID(high: random.next(), low: random.next())
        let learner = learners[index]
        let number = learner.count
        learners[index].count += 1
        defer { next += 1 }
        let date = CivilDate(rawValue: 18_600 + Int32(number))
        guard number > 0 else {
            learners[index].introduction = next
            var command = Command(id: id, kind: .learnerIntroduced, effective: date)
            command.actor = catalogue.registrar
            command.details.identifier = "\(name)-\(index)"
            return command
        }
        var command = Command(id: id, kind: .enrolled, effective: date)
        command.learner = Position(rawValue: learner.introduction)
        command.actor = catalogue.registrar
        command.institution = catalogue.school
        command.qualification = catalogue.qualification
        guard number > 1 else {
            learners[index].enrolment = next
            return command
        }
        if number % 3 == 2 {
            learners[index].unit =
                order == .random
                ? Int(random.next() % UInt64(catalogue.points.count)) : Int(number - 2) / 3 % catalogue.points.count
        }
        let unit = learners[index].unit
        command.enrolment = Position(rawValue: learner.enrolment)
        command.unit = UInt16(unit + 1)
        command.result = .positive
        switch number % 3 {
        case 2:
            command.kind = .assessmentRecorded
            command.actor = catalogue.teacher
            command.attempt = UInt16(Int(number - 2) / 3 / catalogue.points.count + 1)
            command.scale = catalogue.scale
            command.grade = 3
        case 0:
            command.kind = .validationDecided
            command.decided = date
            command.answers = Position(rawValue: learner.last)
        default:
            command.kind = .recognitionDecided
            command.decided = date
            command.answers = Position(rawValue: learner.last)
            command.procedure = .local
            command.points = catalogue.points[unit]
            command.scheme = catalogue.scheme
        }
        learners[index].last = next
        return command
    }
}
