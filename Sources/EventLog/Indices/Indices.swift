internal import Credit
internal import EventCoding
internal import Synchronization

/// All indices of a log: sealed runs, and the tail in memory behind them. Together they cover every position once.
///
/// What lies after a reader's position is left out for that reader, so that one set serves the writer, who sees events
/// that are not committed yet, and all readers.
final class Indices: Sendable {
    struct Cover: Sendable {
        /// Sealed, in the order of positions, without gaps from 1.
        var runs: [Run] = []
        /// What is being sealed, if anything is.
        private(set) var frozen: Tail?
        /// What is not.
        var tail = Tail()
        /// The last event that readers see.
        private(set) var committed = Position.none
        /// How many learners there are at that event.
        private(set) var learnerCount: UInt32 = 0

        /// The last position that runs cover.
        var sealed: UInt32 { runs.last?.statement.to ?? 0 }

        /// Lets readers see all up to a position, the last that is held.
        mutating func publish(_ position: Position) {
            committed = position
            learnerCount = tail.learnerCount
        }

        /// Sets the tail aside to be sealed, and begins a new one. Nothing in it may be taken back any more.
        mutating func freeze() {
            precondition(frozen == nil && tail.end == committed.rawValue)
            frozen = tail
            tail = tail.next
        }

        /// Puts a run in the place of what was frozen, which is given back to be let go of elsewhere.
        mutating func replaceFrozen(with run: Run) -> Tail? {
            runs.append(run)
            defer { frozen = nil }
            return frozen
        }

        func position(ofEvent id: EventID) -> UInt32? {
            tail.position(ofEvent: id) ?? frozen?.position(ofEvent: id)
        }

        func position(ofIdentifier digest: Digest) -> UInt32? {
            tail.position(ofIdentifier: digest) ?? frozen?.position(ofIdentifier: digest)
        }

        func positions(ofLearner number: UInt32) -> [UInt32] {
            (frozen?.positions(ofLearner: number) ?? []) + tail.positions(ofLearner: number)
        }

        func version(ofLearner number: UInt32) -> UInt32? {
            tail.version(ofLearner: number) ?? frozen?.version(ofLearner: number)
        }
    }

    /// What ``foresee(_:)`` tells.
    struct Foresight {
        fileprivate(set) var newIDs: [EventID] = []
        /// Something of what the tail holds near them.
        fileprivate(set) var seen: UInt64 = 0
        /// How many of them were asked for.
        fileprivate var asked = 0

        /// True if an id is known to be new. They are asked for in their order; some may be left out.
        mutating func isNew(_ id: EventID) -> Bool {
            guard let index = newIDs[asked...].prefix(8).firstIndex(of: id) else { return false }
            asked = index
            return true
        }
    }

    let cover: Mutex<Cover>

    init(_ cover: Cover) {
        self.cover = Mutex(cover)
    }

    /// The position of an event id, not after `limit`.
    func position(ofEvent id: EventID, upTo limit: Position) throws(AccrueError) -> Position? {
        let (found, runs) = cover.withLock { ($0.position(ofEvent: id), $0.runs) }
        if let found { return Position(found, upTo: limit) }
        return try Self.position(of: id.bytes, RunPiece.Rank(id).hash, .ids, in: runs, upTo: limit)
    }

    /// The ids of events to come that are in no run and not in what is being sealed, in their order.
    ///
    /// Each is looked for where no other look waits for it. So are their places in the tail, of which something is given,
    /// so that no compiler leaves it out.
    ///
    /// - Parameter seen: What was looked at already, to the same purpose.
    func foresee(_ events: [(id: EventID, learner: UInt32?)], _ seen: UInt64) -> Foresight {
        var seen = seen
        var mayBeHeld = [Bool](repeating: false, count: events.count)
        let runs = cover.withLock { cover in
            for event in events { seen ^= cover.tail.glance(at: event.id, event.learner) }
            if let frozen = cover.frozen {
                for event in events { seen ^= frozen.glance(at: event.id, nil) }
                for index in events.indices { mayBeHeld[index] = frozen.position(ofEvent: events[index].id) != nil }
            }
            return cover.runs
        }
        let keys = events.map { KeyFilter.Key(RunPiece.Rank($0.id).hash) }
        for run in runs {
            let filter = run.filter
            for index in keys.indices { mayBeHeld[index] = filter.mayHold(keys[index]) || mayBeHeld[index] }
        }
        return Foresight(newIDs: events.indices.lazy.filter { !mayBeHeld[$0] }.map { events[$0].id }, seen: seen)
    }

    /// The position of an identifier, not after `limit`.
    func position(
        of identifier: String,
        in space: ReferenceSpace,
        upTo limit: Position
    ) throws(AccrueError) -> Position? {
        let digest = IndexEntry.digest(identifier, in: space)
        let (found, runs) = cover.withLock { ($0.position(ofIdentifier: digest), $0.runs) }
        if let found { return Position(found, upTo: limit) }
        let key = digest.bytes
        return try Self.position(of: key, RunPiece.Rank(key.span.bytes).hash, .identifiers, in: runs, upTo: limit)
    }

    private static func position(
        of key: @autoclosure () -> [UInt8],
        _ hash: UInt64,
        _ table: Run.Table,
        in runs: [Run],
        upTo limit: Position
    ) throws(AccrueError) -> Position? {
        // Where the filter does not know a key, nothing is read.
        let asked = KeyFilter.Key(hash)
        for run in runs.reversed() where run.filter.mayHold(asked) {
            if let found = try run.position(of: key(), in: table) { return Position(found, upTo: limit) }
        }
        return nil
    }

    /// The events of a stream, not after `limit`, in order.
    ///
    /// - Parameter read: Reads an event that has parts, or that is in the tail, from the log.
    func events(
        ofLearner number: UInt32,
        upTo limit: Position,
        _ read: (Position) throws(AccrueError) -> Event
    ) throws(AccrueError) -> [Event] {
        let (positions, runs) = cover.withLock { ($0.positions(ofLearner: number), $0.runs) }
        let parts = runs.filter { $0.statement.from <= limit.rawValue }.map { ($0, $0.blocks(ofLearner: number)) }
        let wholeSize = RecordLayout.fixedPartSize
        var events: [Event] = []
        let byteCount = parts.reduce(0) { $1.1.reduce($0) { $0 + $1.length } }
        events.reserveCapacity(positions.count + byteCount / (wholeSize + Run.Table.streams.keySize))
        var memory: [UInt8] = []
        for (run, blocks) in parts {
            try run.forEachEntry(ofLearner: number, in: blocks, through: limit.rawValue, &memory) {
                (position, entry) throws(AccrueError) in
                // An entry without parts is a whole record, and its block's checksum was verified.
                if entry.byteCount == wholeSize {
                    events.append(try Event(record: entry, isIntact: true))
                } else {
                    events.append(try read(Position(rawValue: position)))
                }
            }
        }
        for position in positions where position <= limit.rawValue {
            events.append(try read(Position(rawValue: position)))
        }
        return events
    }

    /// The version of the last event of a stream, 0 where it has none.
    func version(ofLearner number: UInt32) throws(AccrueError) -> UInt32 {
        let (version, runs) = cover.withLock { ($0.version(ofLearner: number), $0.runs) }
        if let version { return version }
        for run in runs.reversed() {
            if let version = try run.version(ofLearner: number) { return version }
        }
        return 0
    }
}

extension Position {
    /// A position, or nil where it lies after `limit`.
    fileprivate init?(_ number: UInt32, upTo limit: Position) {
        guard number <= limit.rawValue else { return nil }
        self.init(rawValue: number)
    }
}
