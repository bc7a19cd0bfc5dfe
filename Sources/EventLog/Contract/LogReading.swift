public import Credit
public import EventCoding

/// One consistent state of a log: a snapshot, or a turn with the events that it is about to append.
///
/// Everything read is verified; damage is thrown with its position, never answered.
public protocol LogReading {
    /// The last event, or ``Credit/Position/none`` where there is none.
    var position: Position { get }

    /// How many learners there are; they are numbered from 1.
    var learnerCount: UInt32 { get }

    /// The event at a position.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` beyond ``position``.
    func event(at position: Position) throws(AccrueError) -> Event

    /// The position of the event with this id, or nil.
    func position(ofEvent id: EventID) throws(AccrueError) -> Position?

    /// The position of the event that introduced this identifier, or nil.
    func position(of identifier: String, in space: ReferenceSpace) throws(AccrueError) -> Position?

    /// The events of a stream in their order: a learner's, or the registry's, which has number 0.
    func events(ofLearner number: UInt32) throws(AccrueError) -> [Event]

    /// Hands over the events of a range one after the other, ends included.
    func forEachEvent(
        from first: Position,
        through last: Position,
        _ body: (Event) throws(AccrueError) -> Void
    ) throws(AccrueError)
}

/// A committed state of a log, of which long ranges can be read at the speed of the disk.
public protocol LogReplaying: LogReading {
    /// The Merkle entry at a position, as it is stored: fixed part and table.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where there is none.
    func entry(at position: Position) throws(AccrueError) -> [UInt8]

    /// The record at a position, as it is stored: the entry, and its parts behind it.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where there is none.
    func record(at position: Position) throws(AccrueError) -> [UInt8]

    /// Hands over the fixed parts of a range of records one after the other, ends included, each verified and none
    /// decoded: for folds over the whole log. O(*n*), in the memory of the fold alone.
    ///
    /// The body runs while the log is being read, as what it is handed lies in the log itself; for events that are copied
    /// first there is ``LogReading/forEachEvent(from:through:_:)``. So it must not wait: as long as it does, a log that has to
    /// grow cannot, and appends wait, too. To wait there for an append is to wait for ever.
    ///
    /// Ranges may be replayed side by side, each on a thread of its own.
    func replay(
        from first: Position,
        through last: Position,
        _ body: (FixedPart) throws(AccrueError) -> Void
    ) throws(AccrueError)
}

extension LogReading {
    /// Requires that a state of the log ended at a position: that a batch did.
    ///
    /// - Throws: ``Credit/ErrorCode/noSuchState``.
    public func state(at position: Position) throws(AccrueError) -> Position {
        if position == .none { return position }
        guard position <= self.position else {
            throw AccrueError(.noSuchState, "position \(position), after the last, \(self.position)")
        }
        guard try endsBatch(position.rawValue) else {
            var (before, after) = (position.rawValue - 1, position.rawValue + 1)
            while before > 0, try !endsBatch(before) { before -= 1 }
            while try !endsBatch(after) { after += 1 }
            throw AccrueError(
                .noSuchState,
                "position \(position), within the batch that ends at \(after); before it \(before)"
            )
        }
        return position
    }

    private func endsBatch(_ position: UInt32) throws(AccrueError) -> Bool {
        try event(at: Position(rawValue: position)).flags.contains(.lastInBatch)
    }

    /// The last state at an instant; recorded instants never go back. O(log *n*).
    ///
    /// - Parameters:
    ///   - instant: The instant.
    ///   - now: The present, as a state of the future is not known yet.
    /// - Throws: ``Credit/ErrorCode/noSuchState`` for an instant after `now`.
    public func state(at instant: Instant, now: Instant) throws(AccrueError) -> Position {
        guard instant <= now else { throw AccrueError(.noSuchState, "\(instant), which lies ahead") }
        var (low, high) = (UInt32(0), position.rawValue)
        while low < high {
            let middle = high - (high - low) / 2
            if try event(at: Position(rawValue: middle)).recordedAt <= instant {
                low = middle
            } else {
                high = middle - 1
            }
        }
        // A batch has one instant, so that its last event is found with it.
        return Position(rawValue: low)
    }

    /// Whether the state at an instant is the same for ever: something was recorded later, and instants never go back.
    ///
    /// A turn bears the instant at which it began, and is seen once it is durable; so as long as nothing is recorded
    /// later, an event of that instant or an earlier one may still come in. A position names a state for good.
    public func isSettled(at instant: Instant) throws(AccrueError) -> Bool {
        if position == .none { return false }
        return try event(at: position).recordedAt > instant
    }
}
