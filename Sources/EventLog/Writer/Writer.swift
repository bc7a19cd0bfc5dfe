internal import Credit
internal import EventCoding
internal import LMDB
internal import Synchronization

/// The state of the one writer, which one thread at a time touches.
///
/// Turns add events to what is pending; a commit makes all of them durable in one transaction.
final class Writer {
    let records: RecordStore
    let indices: Indices
    private let options: StoreOptions

    /// The last event that is durable.
    private(set) var committed: Position
    /// Grows whenever pending events are lost.
    private(set) var epoch: UInt64 = 0
    /// The instant of the turn.
    private(set) var recordedAt: Instant
    /// Why nothing can be appended any more, if so.
    private(set) var closed: AccrueError?

    private var lastRecordedAt: Instant
    /// The instant of the last durable event.
    private var committedAt: Instant
    private var isClockRaised = false
    private var pending: [Event] = []
    private var encoded = EncodedRecords()
    private var streams = KnownStreams()
    /// What was foreseen of this turn's events.
    private var foresight = Indices.Foresight()

    /// The number of pending events before the turn.
    private var turnStart = 0

    /// How many transactions there were since readers that died were looked for.
    private var transactions = 0
    private static let transactionsBetweenLooks = 256

    init(_ records: RecordStore, _ indices: Indices, last: Position, _ options: StoreOptions) throws(AccrueError) {
        self.records = records
        self.indices = indices
        self.options = options
        committed = last
        lastRecordedAt = last == .none ? Instant(rawValue: .min) : try records.event(at: last).recordedAt
        recordedAt = lastRecordedAt
        committedAt = lastRecordedAt
        if last > .none { try requireNear(options.clock()) }
    }

    /// The last event, pending ones included.
    var position: Position { Position(rawValue: committed.rawValue + UInt32(pending.count)) }

    /// Whether so much is pending that it should be committed before the next turn.
    var isFull: Bool { encoded.fillsTransaction }

    /// The event at a position, pending or durable.
    func event(at position: Position) throws(AccrueError) -> Event {
        guard position > .none, position <= self.position else {
            throw AccrueError(.notFound, "position \(position)")
        }
        if position > committed { return pending[Int(position.rawValue - committed.rawValue) - 1] }
        return try records.event(at: position)
    }

    // MARK: Turns

    /// Begins a turn.
    ///
    /// - Throws: ``Credit/ErrorCode/clockFar``, also where the clock has jumped since the log was opened.
    func beginTurn() throws(AccrueError) {
        turnStart = pending.count
        foresight = Indices.Foresight()
        let now = options.clock()
        if position > .none { try requireNear(now) }
        isClockRaised = now < lastRecordedAt
        recordedAt = max(now, lastRecordedAt)
    }

    /// Looks up what indices hold of events that are appended next.
    func foresee(_ events: [(id: EventID, learner: Position?)]) {
        var seen: UInt64 = 0
        for event in events { if let learner = event.learner { seen ^= streams.glance(at: learner) } }
        let met = events.map { (id: $0.id, learner: $0.learner.flatMap { streams[$0]?.number }) }
        foresight = indices.foresee(met, seen)
    }

    /// The position of an event id, pending events included.
    func position(ofEvent id: EventID) throws(AccrueError) -> Position? {
        guard foresight.isNew(id) else { return try indices.position(ofEvent: id, upTo: position) }
        // Nothing is sealed during a turn but what was set aside before.
        return indices.cover.withLock { $0.tail.position(ofEvent: id) }.map(Position.init(rawValue:))
    }

    /// Adds an event to the turn.
    func append(_ command: Command) throws(AccrueError) -> Event {
        guard position.rawValue < UInt32.max - 1 else { throw AccrueError(.logFull, "position \(position)") }
        try EventRecord.requireLegible(command)
        let stream = try advanceStream(of: command)
        let event = Event(
            command,
            position: Position(rawValue: position.rawValue + 1),
            recordedAt: recordedAt,
            learnerNumber: stream.number,
            learnerVersion: stream.version,
            flags: isClockRaised ? .clockRaised : []
        )
        pending.append(event)
        let entry = IndexEntry(event)
        indices.cover.withLock { $0.tail.append(entry) }
        return event
    }

    /// Ends a batch of the turn, if anything is in it.
    func endBatch() {
        if pending.count > turnStart { pending[pending.count - 1].flags.insert(.lastInBatch) }
    }

    /// Ends a turn and keeps its events for the next commit.
    func keepTurn() throws(AccrueError) {
        guard pending.count > turnStart else { return }
        endBatch()
        let count = encoded.ends.count
        do throws(AccrueError) {
            try encodeTurn()
        } catch {
            encoded.truncate(to: count)
            throw error
        }
        lastRecordedAt = recordedAt
    }

    private func encodeTurn() throws(AccrueError) {
        encoded.reserve(pending.count - turnStart)
        let salts = options.randomBytes(pending[turnStart...].reduce(0) { $0 + EventRecord.saltSize(of: $1.command) })
        var offset = 0
        // By address, as events are large.
        try pending.withUnsafeBufferPointer { (pending) throws(AccrueError) in
            for index in turnStart..<pending.count {
                let end = offset + EventRecord.saltSize(of: pending[index].command)
                encoded.append(pending[index], salts: salts.span.bytes.extracting(offset..<end))
                offset = end
                guard pending[index].flags.contains(.lastInBatch) else { continue }
                // Only what is kept is a batch: a turn that is dropped may have looked further ahead.
                let batch = encoded.endBatch()
                guard batch.events <= largestBatch else { throw AccrueError(.batchTooLarge, "\(batch.events) events") }
                guard batch.bytes <= largestBatchBytes else {
                    throw AccrueError(.batchTooLarge, "\(batch.bytes) bytes")
                }
            }
        }
    }

    /// Ends a turn and drops its events.
    func dropTurn() {
        pending.removeSubrange(turnStart...)
        takeBack(to: position)
    }

    /// Lets go of what indices and memory know of events after a position.
    private func takeBack(to position: Position) {
        indices.cover.withLock { $0.tail.truncate(to: position.rawValue) }
        streams.removeAll()
    }

    /// The stream of a command, the event that it becomes included.
    private func advanceStream(of command: Command) throws(AccrueError) -> KnownStreams.Stream {
        if command.kind == .learnerIntroduced {
            let number = indices.cover.withLock { $0.tail.learnerCount } + 1
            let stream = KnownStreams.Stream(number: number, version: 1)
            streams.insert(stream, Position(rawValue: position.rawValue + 1))
            return stream
        }
        let learner = command.kind.isRegistry ? Position.none : command.learner ?? .none
        if let stream = streams.advance(learner) { return stream }
        let number = command.kind.isRegistry ? 0 : try number(ofLearner: learner)
        let version = try indices.version(ofLearner: number)
        // Each event of it took a position, so that there is a next version.
        guard version <= position.rawValue else {
            throw AccrueError(.recordDamaged, "version \(version) of stream \(number) at position \(position)")
        }
        let stream = KnownStreams.Stream(number: number, version: version + 1)
        streams.insert(stream, learner)
        return stream
    }

    private func number(ofLearner learner: Position) throws(AccrueError) -> UInt32 {
        guard learner > .none, learner <= position else {
            throw AccrueError(.referenceUnknown, "position \(learner)", field: "learner")
        }
        let introduction = try event(at: learner)
        guard introduction.kind == .learnerIntroduced else {
            throw AccrueError(.referenceWrongKind, "\(introduction.kind.name) at \(learner)", field: "learner")
        }
        return introduction.learnerNumber
    }

    // MARK: Commit

    /// Makes everything pending durable, or loses what is not: ``committed`` tells how far it came.
    func commit() throws(AccrueError) {
        guard !encoded.ends.isEmpty else { return }
        defer {
            pending.removeAll(keepingCapacity: true)
            encoded.truncate(to: 0)
        }
        do throws(AccrueError) {
            let first = committed.rawValue
            for transaction in encoded.transactions {
                transactions += 1
                try records.append(encoded, transaction, after: committed)
                committed = Position(rawValue: first + UInt32(transaction.upperBound))
                committedAt = pending[transaction.upperBound - 1].recordedAt
            }
        } catch {
            takeBack(to: committed)
            epoch += 1
            if error.code != .diskFull { closed = error }
            lastRecordedAt = committedAt
            throw error
        }
    }

    /// Frees the places of readers that died, once in many commits: for them LMDB keeps pages that could be used again, and only
    /// commits make the file grow.
    func removeDeadReadersIfDue() {
        guard transactions >= Self.transactionsBetweenLooks else { return }
        transactions = 0
        // Where it fails, it is tried again after as many.
        _ = try? records.environment.removeDeadReaders()
    }

    /// A clock far from the last event is more likely wrong than right: a recorded instant cannot be taken back.
    private func requireNear(_ now: Instant) throws(AccrueError) {
        guard options.acceptsClock || lastRecordedAt.isNear(now) else {
            throw AccrueError(.clockFar, "clock \(now), last event \(lastRecordedAt)")
        }
    }
}

extension Instant {
    /// Whether a clock that shows `now` may be right where this was the last event: at most a day behind it, or ten
    /// years after it.
    func isNear(_ now: Instant) -> Bool {
        let (distance, isFar) = now.rawValue.subtractingReportingOverflow(rawValue)
        let day: Int64 = 86_400_000_000
        return !isFar && (-day...3_660 * day).contains(distance)
    }
}
