public import Credit
internal import EventLog

/// A learner's balance as it stood after one event.
public struct ReplayStep: Sendable {
    /// The event.
    public let event: Event
    /// The balance, as known when this event was the last one.
    public let balance: Balance
}

/// What came to be known of a learner between two states of the log.
public struct LaterKnowledge: Sendable {
    /// The learner.
    public let learner: Learner
    /// The events recorded since, in the order of the log.
    public let events: [Event]
    /// The balance as it was known then.
    public let before: Balance
    /// The balance of the same day as it is known now.
    public let after: Balance

    /// True if other points count on that day than were thought then.
    public var changesPoints: Bool {
        before.counting != after.counting
    }
}

extension Balance {
    /// What counts in each scheme; nothing where nothing does.
    fileprivate var counting: [Position: Points] {
        Dictionary(uniqueKeysWithValues: schemes.map { ($0.scheme, $0.recognised) }).filter { $0.value != .zero }
    }
}

extension Event {
    /// How many days after its effective day the log learned of it; negative where it was told ahead.
    public var recordingLag: Int { Int(recordedAt.date.rawValue) - Int(command.effective.rawValue) }
}

extension LedgerView {
    /// A learner's balance of a day after each event of its history, as it was known then. O(*n*²) in the events.
    public func replay(of learner: Learner, on date: CivilDate) throws(AccrueError) -> [ReplayStep] {
        let history = try history(of: learner)
        return history.events(of: learner.position).map { event in
            let balance = Balance(
                of: learner.position,
                in: history,
                registry: registry,
                on: date,
                known: event.position
            )
            return ReplayStep(event: event, balance: balance)
        }
    }

    /// What was recorded since an earlier state, learner by learner in the order of their first such event: corrections,
    /// backdated entries, and what they change of a day.
    ///
    /// - Throws: ``Credit/ErrorCode/noSuchState`` where there was no such state.
    public func knowledge(since earlier: Position, on date: CivilDate) throws(AccrueError) -> [LaterKnowledge] {
        let earlier = try log.state(at: earlier)
        guard earlier < known else { return [] }
        var events: [UInt32: [Event]] = [:]
        var order: [UInt32] = []
        try log.forEachEvent(from: Position(rawValue: earlier.rawValue + 1), through: known) { event in
            guard event.learnerNumber > 0 else { return }
            if events[event.learnerNumber] == nil { order.append(event.learnerNumber) }
            events[event.learnerNumber, default: []].append(event)
        }
        var changes: [LaterKnowledge] = []
        for number in order {
            guard let introduction = try log.events(ofLearner: number).first else { continue }
            let learner = Learner(introduction)
            let history = try history(of: learner)
            func balance(_ known: Position) -> Balance {
                Balance(of: learner.position, in: history, registry: registry, on: date, known: known)
            }
            changes.append(
                LaterKnowledge(
                    learner: learner,
                    events: events[number] ?? [],
                    before: balance(earlier),
                    after: balance(known)
                )
            )
        }
        return changes
    }
}
