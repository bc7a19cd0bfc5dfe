public import Credit

/// The writer's turn: one state of the log, to be looked at and appended to, while nobody else appends.
public protocol AppendTurn: LogReading {
    /// The instant that this turn's events will bear.
    var recordedAt: Instant { get }

    /// Grows whenever events that an earlier turn saw may be gone, because they could not be committed.
    var epoch: UInt64 { get }

    /// Tells which events are appended next, each by its id and, where that is known, the introduction of its learner:
    /// ``foreseenAtOnce`` at a time, so that memory is waited for once and not event by event. Nothing else comes of it.
    func foresee(_ events: [(id: EventID, learner: Position?)])

    /// Appends an event, or answers that it is there.
    ///
    /// Nothing is judged here but what makes a log: an id is one event, an identifier belongs to one event, a learner's
    /// event belongs to a learner.
    ///
    /// - Throws: ``Credit/ErrorCode/contentDiffers`` where the id is recorded with other content, naming the first
    ///   field that differs; ``Credit/ErrorCode/identifierTaken``; ``Credit/ErrorCode/referenceWrongKind`` where
    ///   `learner` is no learner; ``Credit/ErrorCode/logFull``.
    mutating func append(_ command: Command) throws(AccrueError) -> Appended

    /// Ends a batch, where a turn keeps more than one holds: each is then durable all or nothing, in their order.
    ///
    /// Nothing happens where nothing was appended since the last batch ended. The end of the turn ends its last batch.
    mutating func endBatch()
}

extension AppendTurn {
    /// So many events are best foreseen at once: of more, what is looked up first leaves the cache before it is used.
    public static var foreseenAtOnce: Int { 128 }
}

/// The answer to a command.
public struct Appended: Hashable, Sendable {
    /// The event.
    public let event: Event
    /// True if it was recorded before, with the same content.
    public let existed: Bool

    /// Makes an answer.
    public init(event: Event, existed: Bool) {
        self.event = event
        self.existed = existed
    }
}

/// What is to become of the events of a turn.
public enum TurnOutcome<Answer: Sendable>: Sendable {
    /// They are committed, all together.
    case keep(Answer)
    /// They are dropped, as by a dry run.
    case discard(Answer)
}

extension AppendTurn {
    /// Requires that the log ends where the submitter thinks.
    ///
    /// - Throws: ``Credit/ErrorCode/positionConflict``.
    public func expect(position expected: Position) throws(AccrueError) {
        guard position == expected else {
            throw AccrueError(.positionConflict, "expected \(expected), the log ends at \(position)")
        }
    }

    /// Requires that a learner has as many events as the submitter thinks.
    ///
    /// - Throws: ``Credit/ErrorCode/versionConflict``.
    public func expect(version expected: UInt32, ofLearner number: UInt32) throws(AccrueError) {
        let version = try events(ofLearner: number).last?.learnerVersion ?? 0
        guard version == expected else {
            throw AccrueError(.versionConflict, "expected \(expected), the learner has \(version)")
        }
    }
}

extension Command {
    /// The first field in which two commands differ, or nil where they are the same.
    func firstDifference(from other: Command) -> String? {
        if self == other { return nil }
        if kind != other.kind { return "kind" }
        if effective != other.effective { return "effective" }
        for field in EventField.references where self[reference: field] != other[reference: field] {
            return field.rawValue
        }
        let differing: [(EventField, Bool)] = [
            (.decided, decided != other.decided),
            (.function, function != other.function),
            (.procedure, procedure != other.procedure),
            (.result, result != other.result),
            (.attempt, attempt != other.attempt),
            (.unit, unit != other.unit),
            (.grade, grade != other.grade),
            (.points, points != other.points),
            (.reason, reason != other.reason),
            (.identifier, details.identifier != other.details.identifier),
            (.text, details.text != other.details.text),
            (.legalBasis, details.legalBasis != other.details.legalBasis),
            (.evidence, details.evidence != other.details.evidence),
            (.outcomes, details.outcomes != other.details.outcomes),
            (.sources, details.sources != other.details.sources),
            (.moved, details.moved != other.details.moved),
            (.document, details.document != other.details.document),
        ]
        return differing.first { $0.1 }?.0.rawValue ?? "group"
    }
}
