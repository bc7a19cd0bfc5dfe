internal import Credit
internal import EventCoding
internal import Rules

/// What the events of a bundle come to: the registry, and the history of each learner.
struct EvidenceFold {
    let registry: Registry
    /// The numbers of the learners' streams, ascending.
    let learners: [UInt32]

    private let introductions: [UInt32: Position]
    /// For each stream, which of the histories is its own: identities that were joined share one.
    private let owner: [UInt32: Int]
    private let histories: [LearnerHistory]

    /// Folds events, which stand in the order of the log. O(*n* log *n*).
    init(_ events: [Event]) {
        var registry = Registry()
        var streams: [UInt32: [Event]] = [:]
        var stream: [Position: UInt32] = [:]
        for event in events {
            if event.learnerNumber == 0 {
                registry.evolve(event)
            } else {
                streams[event.learnerNumber, default: []].append(event)
                stream[event.position] = event.learnerNumber
            }
        }
        self.registry = registry
        learners = streams.keys.sorted()
        introductions = streams.compactMapValues { events in
            events.first { $0.kind == .learnerIntroduced }?.position
        }
        var (owner, histories): ([UInt32: Int], [LearnerHistory]) = ([:], [])
        for learner in learners where owner[learner] == nil {
            let history = LearnerHistory(
                joinedWith: learner,
                events: { streams[$0] ?? [] },
                stream: { stream[$0] }
            )
            for number in history.numbers + [learner] { owner[number] = histories.count }
            histories.append(history)
        }
        (self.owner, self.histories) = (owner, histories)
    }

    /// The learner's case on a day; nil for a stream that nobody was introduced with.
    func learnerCase(of learner: UInt32, on date: CivilDate, known: Position) -> LearnerCase? {
        guard let owner = owner[learner], let introduction = introductions[learner] else { return nil }
        return LearnerCase(of: introduction, in: histories[owner], registry: registry, on: date, known: known)
    }

    /// The event of a learner's history at a position.
    func event(at position: Position, of learner: UInt32) -> Event? {
        owner[learner].flatMap { histories[$0][position] }
    }
}
