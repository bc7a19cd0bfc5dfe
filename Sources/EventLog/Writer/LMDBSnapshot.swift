public import Credit
public import EventCoding
internal import LMDB

/// A committed state of a log on LMDB. It is a position, and may be kept and sent; it costs nothing to hold.
public struct LMDBSnapshot: LogReplaying, Sendable {
    let records: RecordStore
    let indices: Indices
    /// The last event.
    public let position: Position
    /// How many learners there are.
    public let learnerCount: UInt32

    /// The event at a position.
    public func event(at position: Position) throws(AccrueError) -> Event {
        guard position > .none, position <= self.position else {
            throw AccrueError(.notFound, "position \(position)")
        }
        return try records.event(at: position)
    }

    /// The position of an event id, or nil.
    public func position(ofEvent id: EventID) throws(AccrueError) -> Position? {
        try indices.position(ofEvent: id, upTo: position)
    }

    /// The position of an identifier, or nil.
    public func position(of identifier: String, in space: ReferenceSpace) throws(AccrueError) -> Position? {
        try indices.position(of: identifier, in: space, upTo: position)
    }

    /// The events of a stream.
    public func events(ofLearner number: UInt32) throws(AccrueError) -> [Event] {
        try records.reading { (event) throws(AccrueError) in
            try indices.events(ofLearner: number, upTo: position, event)
        }
    }

    /// Hands over the events of a range. Each is read and verified as it comes.
    public func forEachEvent(
        from first: Position,
        through last: Position,
        _ body: (Event) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        guard try isRange(first, last) else { return }
        // Decoded in pieces, so that no read transaction is open while the caller does what it likes.
        var next = first
        while next <= last {
            var events: [Event] = []
            let end = next.advanced(by: 1_023, through: last)
            try records.forEachRecord(from: next, through: end) { (position, record) throws(AccrueError) in
                let event = try Event(record: record)
                try position.requireRecord(of: event.position)
                events.append(event)
            }
            for event in events { try body(event) }
            next = Position(rawValue: end.rawValue + 1)
        }
    }

    /// The Merkle entry at a position.
    public func entry(at position: Position) throws(AccrueError) -> [UInt8] {
        guard position > .none, position <= self.position else {
            throw AccrueError(.notFound, "position \(position)")
        }
        return try records.record(at: position) { (record) throws(AccrueError) in try Run.entry(of: record).bytes }
    }

    /// The record at a position.
    public func record(at position: Position) throws(AccrueError) -> [UInt8] {
        guard position > .none, position <= self.position else {
            throw AccrueError(.notFound, "position \(position)")
        }
        return try records.record(at: position) { (record) in record.bytes }
    }

    /// The leaf hash of the entry at a position (RFC 6962, section 2.1): by it, a state of one log is told from another's.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where there is none.
    public func leafHash(at position: Position) throws(AccrueError) -> Digest {
        guard position > .none, position <= self.position else {
            throw AccrueError(.notFound, "position \(position)")
        }
        return try records.record(at: position, Run.leaf(of:))
    }

    /// Hands over the fixed parts of a range.
    public func replay(
        from first: Position,
        through last: Position,
        _ body: (FixedPart) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        guard try isRange(first, last) else { return }
        try records.forEachRecords(from: first, through: last) { (position, records) throws(AccrueError) in
            // First some are verified, then handed over: what either waits for is waited for once, and not for each.
            for index in 0..<records.count {
                records.foresee(from: index)
                try Self.verify(records[index].value, at: position.rawValue + UInt32(index))
            }
            for index in 0..<records.count { try body(FixedPart(records[index].value)) }
        }
    }

    private static func verify(_ record: RawSpan, at position: UInt32) throws(AccrueError) {
        do throws(RecordError) {
            _ = try RecordView(record)
        } catch {
            throw AccrueError(error, in: record)
        }
        try Position(rawValue: position).requireRecord(of: FixedPart(record).position)
    }

    /// Whether there is anything from `first` through `last`, all of which must be there.
    private func isRange(_ first: Position, _ last: Position) throws(AccrueError) -> Bool {
        guard first <= last else { return false }
        guard first > .none, last <= position else { throw AccrueError(.notFound, "positions \(first) to \(last)") }
        return true
    }
}
