import Credit
import EventLog

/// What the worker appends as its batch of a number: a learner and some events. The same number and seed give the same
/// batch, so that whoever verifies needs no list.
struct Batch {
    let number: Int
    private let seed: UInt64

    init(_ number: Int, seed: UInt64) {
        (self.number, self.seed) = (number, seed)
    }

    var identifier: String { "learner-\(number)" }

    /// The learner.
    var introduction: Command {
        var command = Command(
            id: EventID(high: seed, low: UInt64(number)),
            kind: .learnerIntroduced,
            effective: CivilDate(rawValue: 19_000)
        )
        command.details.identifier = identifier
        return command
    }

    /// What follows; some of it with a text.
    func notes(of learner: Position) -> [Command] {
        let count = Int((UInt64(number) &* 0x9E37_79B9_7F4A_7C15 ^ seed) >> 32 % 7)
        return (0..<count).map { index in
            var command = Command(
                id: EventID(high: seed &+ 1 &+ UInt64(index), low: UInt64(number)),
                kind: .left,
                effective: CivilDate(rawValue: 19_001 + Int32(index))
            )
            command.learner = learner
            if index % 3 == 1 { command.details.text = String(repeating: "text \(number) ", count: 1 + number % 300) }
            return command
        }
    }

    /// Appends it in one turn.
    func append(to log: LMDBEventLog) async throws {
        _ = try await log.append { (turn) throws(AccrueError) in
            let learner = try turn.append(introduction).event.position
            for note in notes(of: learner) { _ = try turn.append(note) }
            return .keep(true)
        }
    }
}
