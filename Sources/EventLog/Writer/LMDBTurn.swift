public import Credit
internal import EventCoding
internal import Synchronization

/// The writer's turn on a log on LMDB.
///
/// It is only valid within the closure that it is given to, on the thread that this is called on.
public struct LMDBTurn: AppendTurn {
    private let writer: Writer

    init(_ writer: Writer) {
        self.writer = writer
    }

    /// The instant that this turn's events will bear.
    public var recordedAt: Instant { writer.recordedAt }

    /// Grows whenever events could not be committed.
    public var epoch: UInt64 { writer.epoch }

    /// The last event, those of this turn included.
    public var position: Position { writer.position }

    /// The learners, those of this turn included.
    public var learnerCount: UInt32 { writer.indices.cover.withLock { $0.tail.learnerCount } }

    /// The event at a position.
    public func event(at position: Position) throws(AccrueError) -> Event { try writer.event(at: position) }

    /// The position of an event id, or nil.
    public func position(ofEvent id: EventID) throws(AccrueError) -> Position? {
        try writer.position(ofEvent: id)
    }

    /// The position of an identifier, or nil.
    public func position(of identifier: String, in space: ReferenceSpace) throws(AccrueError) -> Position? {
        try writer.indices.position(of: identifier, in: space, upTo: position)
    }

    /// The events of a stream.
    public func events(ofLearner number: UInt32) throws(AccrueError) -> [Event] {
        try writer.indices.events(ofLearner: number, upTo: position) { (position) throws(AccrueError) in
            try writer.event(at: position)
        }
    }

    /// Hands over the events of a range.
    public func forEachEvent(
        from first: Position,
        through last: Position,
        _ body: (Event) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        var next = first.rawValue
        while next <= last.rawValue {
            try body(try event(at: Position(rawValue: next)))
            next += 1
        }
    }

    /// Looks up what indices hold of events that are appended next.
    public func foresee(_ events: [(id: EventID, learner: Position?)]) { writer.foresee(events) }

    /// Appends an event, or answers that it is there.
    public mutating func append(_ command: Command) throws(AccrueError) -> Appended {
        if let known = try position(ofEvent: command.id) {
            let event = try event(at: known)
            guard event.id == command.id else {
                throw AccrueError(.indexDiffers, "\(command.id) at position \(known), which is \(event.id)")
            }
            guard let field = command.firstDifference(from: event.command) else {
                return Appended(event: event, existed: true)
            }
            throw AccrueError(.contentDiffers, "\(command.id) at position \(known)", field: field)
        }
        if command.hasDetails, let identifier = command.details.identifier {
            let space = command.kind.space
            if let taken = try position(of: identifier, in: space) {
                throw AccrueError(.identifierTaken, "\(identifier), at position \(taken)", field: "identifier")
            }
        }
        return Appended(event: try writer.append(command), existed: false)
    }

    /// Ends a batch.
    public mutating func endBatch() { writer.endBatch() }
}
