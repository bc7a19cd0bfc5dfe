internal import Credit
internal import EventLog

/// What commands are judged by: the registry and the histories of the learners lately seen.
///
/// It belongs to the turns of a ledger, one at a time, and holds nothing that the log does not. What a turn changes is
/// undone if the turn is not kept.
struct Judgement: Sendable {
    /// So many histories are held before all are let go.
    private static let heldHistories = 1 << 16

    private(set) var registry = Registry()
    private var histories: [UInt32: LearnerHistory] = [:]
    /// The state of the log that this is the fold of.
    private var position: Position?
    private var epoch: UInt64 = 0
    /// The registry before the turn, and whose histories the turn touched.
    private var undo: (registry: Registry, touched: Set<UInt32>)?

    /// Begins a turn: follows the log where it moved on without this.
    mutating func begin(_ turn: some AppendTurn) throws(AccrueError) {
        if position != turn.position || epoch != turn.epoch {
            registry = try Registry(reading: turn)
            histories = [:]
            position = turn.position
            epoch = turn.epoch
        }
        if histories.count > Self.heldHistories { histories = [:] }
        undo = (registry, [])
    }

    /// Ends a turn whose last event would be `position`; what it changed stays only if it is kept.
    mutating func end(at position: Position, kept: Bool) {
        defer { undo = nil }
        if kept {
            self.position = position
        } else if let undo {
            registry = undo.registry
            for number in undo.touched { histories[number] = nil }
        }
    }

    /// Judges a command and appends it, or answers that it is there already.
    mutating func append(_ command: Command, to turn: inout some AppendTurn) throws(AccrueError) -> Appended {
        if try turn.position(ofEvent: command.id) != nil { return try turn.append(command) }
        let number = try number(of: command, in: turn)
        let history = try number.map { (number) throws(AccrueError) in try hold(number, in: turn) }
        let other = try other(command, in: turn)
        try decide(command, in: DecisionState(registry: registry, history: history, other: other))
        let appended = try turn.append(command)
        take(appended.event, number)
        return appended
    }

    /// The learner's number, or nil where the command speaks of none that is known.
    private func number(of command: Command, in turn: some LogReading) throws(AccrueError) -> UInt32? {
        guard let learner = command.learner, learner > .none, learner <= turn.position else { return nil }
        let introduction = try turn.event(at: learner)
        return introduction.kind == .learnerIntroduced ? introduction.learnerNumber : nil
    }

    /// The history of the second identity of a merge.
    private mutating func other(
        _ command: Command,
        in turn: some LogReading
    ) throws(AccrueError) -> LearnerHistory? {
        guard command.kind == .learnerMerged || command.kind == .learnerSplit,
            let answers = command.answers, answers > .none, answers <= turn.position
        else { return nil }
        let number = try turn.event(at: answers).learnerNumber
        return number == 0 ? nil : try hold(number, in: turn)
    }

    private mutating func hold(_ number: UInt32, in turn: some LogReading) throws(AccrueError) -> LearnerHistory {
        if let held = histories[number] { return held }
        let history = try turn.history(ofLearner: number)
        undo?.touched.insert(number)
        histories[number] = history
        return history
    }

    private mutating func take(_ event: Event, _ number: UInt32?) {
        if event.kind.isRegistry { registry.evolve(event) }
        guard let number else { return }
        undo?.touched.insert(number)
        histories[number]?.evolve(event)
        // Identities that were joined are each held with the events of all; the others are read again when needed.
        let joined = histories[number]?.numbers ?? []
        for other in joined where other != number { histories[other] = nil }
        if event.kind == .learnerMerged { histories[number] = nil }
    }
}
