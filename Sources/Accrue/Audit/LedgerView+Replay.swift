public import Credit
internal import EventLog

/// A learner's balance as it stood after one event.
public struct ReplayStep: Sendable {
    /// The event.
    public let event: Event
    /// The balance, as known when this event was the last one.
    public let balance: Balance
}

/// What came to be known between two states of the log.
public struct LaterKnowledge: Sendable {
    /// Of one learner.
    public struct OfLearner: Sendable {
        /// The learner.
        public let learner: Learner
        /// The sums of the day by scheme, as they were known then.
        public let before: [SchemeBalance]
        /// The events recorded since, in the order of the log, each with the sums of the day as they were known after it.
        public let steps: [(event: Event, schemes: [SchemeBalance])]
        /// The sums of the same day as they are known now.
        public let after: [SchemeBalance]

        /// True if other points count on that day than were thought then.
        public var changesPoints: Bool { before.counting != after.counting }
    }

    /// What was recorded about no learner: who may do what, what there is to learn, rules.
    public fileprivate(set) var registry: [Event] = []
    /// The learners, in the order of their first such event.
    public fileprivate(set) var learners: [OfLearner] = []
}

extension [SchemeBalance] {
    /// What counts in each scheme; nothing where nothing does.
    fileprivate var counting: [Position: Points] {
        Dictionary(uniqueKeysWithValues: map { ($0.scheme, $0.recognised) }).filter { $0.value != .zero }
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

    /// What was recorded since an earlier state: corrections, backdated entries, and what they change of a day. O(*n*²) in the
    /// events of a learner whose sums are otherwise.
    ///
    /// - Throws: ``Credit/ErrorCode/noSuchState`` where there was no such state.
    public func knowledge(since earlier: Position, on date: CivilDate) throws(AccrueError) -> LaterKnowledge {
        let earlier = try log.state(at: earlier)
        var knowledge = LaterKnowledge()
        guard earlier < known else { return knowledge }
        var events: [UInt32: [Event]] = [:]
        var order: [UInt32] = []
        try log.forEachEvent(from: Position(rawValue: earlier.rawValue + 1), through: known) { event in
            guard event.learnerNumber > 0 else { return knowledge.registry.append(event) }
            if events[event.learnerNumber] == nil { order.append(event.learnerNumber) }
            events[event.learnerNumber, default: []].append(event)
        }
        for number in order {
            guard let introduction = try log.events(ofLearner: number).first else { continue }
            let learner = Learner(introduction)
            let history = try history(of: learner)
            func sums(_ known: Position) -> [SchemeBalance] {
                Balance(of: learner.position, in: history, registry: registry, on: date, known: known).schemes
            }
            let (before, after) = (sums(earlier), sums(known))
            // Which event changes them is only asked where something is otherwise in the end.
            let steps = (events[number] ?? []).map { ($0, before == after ? after : sums($0.position)) }
            knowledge.learners.append(
                LaterKnowledge.OfLearner(learner: learner, before: before, steps: steps, after: after)
            )
        }
        return knowledge
    }
}
