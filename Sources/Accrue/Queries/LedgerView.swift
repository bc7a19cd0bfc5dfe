public import Credit
internal import EventCoding
public import EventLog

/// One state of a ledger, to be asked.
///
/// Whatever it answers speaks of ``known``, the last event taken into account. A view is not kept beyond the closure
/// that it is given to.
public struct LedgerView<Log: LogReading> {
    /// The log.
    public let log: Log
    /// Schemes, institutions, qualifications and the like.
    public let registry: Registry
    /// The last event that is taken into account.
    public let known: Position

    init(log: Log, registry: Registry, known: Position) {
        self.log = log
        self.registry = registry
        self.known = known
    }

    /// The learner with this pseudonym, or introduced by the event with this id.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where there is none, or none yet at ``known``.
    public func learner(_ name: String) throws(AccrueError) -> Learner {
        guard let position = try log.position(named: name, in: .learner) else {
            throw AccrueError(.notFound, name + (try suggestion(forLearner: name)), field: "learner")
        }
        guard position <= known else {
            throw AccrueError(
                .notFound,
                "\(name), introduced at position \(position), after \(known)",
                field: "learner"
            )
        }
        let event = try log.event(at: position)
        guard event.kind == .learnerIntroduced else { throw AccrueError(.notFound, "\(name)", field: "learner") }
        return Learner(event)
    }

    /// A learner who may be meant. Where there are so many that it would take long, or a wrong one would be likely, nobody is.
    private func suggestion(forLearner name: String) throws(AccrueError) -> String {
        guard log.learnerCount <= 10_000 else { return "" }
        var names: [String] = []
        try forEachLearner { (learner) throws(AccrueError) in
            names.append(learner.identifier)
            return true
        }
        return NearestName.suggestion(for: name, among: names)
    }

    /// How many learners are known. O(log *n*) in the number of all.
    public var learnerCount: UInt32 {
        get throws(AccrueError) {
            var (low, high) = (UInt32(0), log.learnerCount)
            if known == log.position { return high }
            // They are numbered in the order in which they were introduced.
            while low < high {
                let middle = high - (high - low) / 2
                let introduced = try log.events(ofLearner: middle).first?.position
                if let introduced, introduced <= known { low = middle } else { high = middle - 1 }
            }
            return low
        }
    }

    /// The learners known, in the order of their numbers. O(*n*) in their number.
    ///
    /// - Parameter body: Told each; it returns false to end.
    public func forEachLearner(_ body: (Learner) throws(AccrueError) -> Bool) throws(AccrueError) {
        guard log.learnerCount > 0 else { return }
        try forEachLearner(in: 1...log.learnerCount, body)
    }

    /// The same of those with some numbers.
    func forEachLearner(
        in numbers: ClosedRange<UInt32>,
        _ body: (Learner) throws(AccrueError) -> Bool
    ) throws(AccrueError) {
        for number in numbers {
            guard let event = try log.events(ofLearner: number).first, event.position <= known,
                try body(Learner(event))
            else { return }
        }
    }

    /// The events of a learner and of all identities that were joined with it, as known.
    public func history(of learner: Learner) throws(AccrueError) -> LearnerHistory {
        let history = try log.history(ofLearner: learner.number)
        return known < log.position ? history.known(through: known) : history
    }

    /// A learner's balance on a day.
    public func balance(of learner: Learner, on date: CivilDate) throws(AccrueError) -> Balance {
        Balance(of: learner.position, in: try history(of: learner), registry: registry, on: date, known: known)
    }

    /// The event at this position, or with this id or identifier.
    public func event(_ name: String) throws(AccrueError) -> Event {
        let position =
            if let number = UInt32(name) { Position?(Position(rawValue: number)) } else {
                try log.position(named: name, in: .event)
            }
        guard let position, position > .none, position <= known else {
            throw AccrueError(.notFound, "\(name)", field: "event")
        }
        return try log.event(at: position)
    }

    /// The event of the registry that introduced what has this name.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound``, with a similar name if there is one.
    public func entry(_ name: String, in space: ReferenceSpace) throws(AccrueError) -> Event {
        try log.event(at: registry.entry(named: name, in: space))
    }

    /// The name by which an event is best referred to: the identifier that it introduced, or else its id.
    public func name(of position: Position) throws(AccrueError) -> String {
        if let identifier = registry.identifier(at: position) { return identifier }
        let event = try log.event(at: position)
        return event.details.identifier ?? "\(event.id)"
    }

    /// The line of an event, as `append` takes it, with what the log assigned beside it.
    public func line(of event: Event) throws(AccrueError) -> [UInt8] {
        try CommandJSON.line(of: event, naming: References(log: log, registry: registry))
    }
}

extension LedgerView: Sendable where Log: Sendable {}

/// An identity of a learner: a pseudonym that entered the log.
public struct Learner: Hashable, Sendable {
    /// The event that introduced it.
    public let position: Position
    /// Its dense number: 1 for the first.
    public let number: UInt32
    /// The pseudonym.
    public let identifier: String

    init(_ introduction: Event) {
        position = introduction.position
        number = introduction.learnerNumber
        identifier = introduction.details.identifier ?? "\(introduction.id)"
    }
}
