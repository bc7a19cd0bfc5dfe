internal import Credit
internal import EventCoding

/// The index entries of the newest events, in memory: those that no run covers yet.
struct Tail: Sendable {
    /// The last position before it.
    private(set) var base: UInt32
    /// How many learners the log has.
    private(set) var learnerCount: UInt32
    /// One entry for each event after ``base``.
    private(set) var entries: [IndexEntry] = []

    /// The event before each one in its stream, 0 where it is the first one here.
    private var previous: [UInt32] = []
    /// The last event of each stream.
    private var streams = PositionTable()
    private var ids = PositionTable()
    private var identifiers: [Digest: UInt32] = [:]

    /// Nothing after `base`.
    init(base: UInt32 = 0, learnerCount: UInt32 = 0) {
        self.base = base
        self.learnerCount = learnerCount
    }

    /// Nothing after this one, with room for as much.
    var next: Tail {
        var next = Tail(base: end, learnerCount: learnerCount)
        next.entries.reserveCapacity(entries.count)
        next.previous.reserveCapacity(entries.count)
        (next.streams, next.ids) = (streams.emptied, ids.emptied)
        return next
    }

    /// The last position that is held.
    var end: UInt32 { base + UInt32(entries.count) }

    /// Takes in the event at the next position.
    mutating func append(_ entry: IndexEntry) {
        let stream = slot(ofLearner: entry.learner)
        previous.append(streams[stream] ?? 0)
        entries.append(entry)
        streams.put(end, Self.hash(entry.learner), in: stream)
        let hash = Self.hash(entry.id)
        ids.put(end, hash, in: ids.slot(of: hash) { _ in false })
        if let identifier = entry.identifier { identifiers[identifier] = end }
        if entry.isLearner { learnerCount += 1 }
    }

    /// Lets go of all after a position.
    mutating func truncate(to position: UInt32) {
        while end > position, let entry = entries.last, let before = previous.popLast() {
            let last = end
            ids.remove(at: ids.slot(of: Self.hash(entry.id)) { $0 == last })
            let stream = slot(ofLearner: entry.learner)
            if before > 0 {
                streams.put(before, Self.hash(entry.learner), in: stream)
            } else {
                streams.remove(at: stream)
            }
            if let identifier = entry.identifier { identifiers[identifier] = nil }
            if entry.isLearner { learnerCount -= 1 }
            entries.removeLast()
        }
    }

    /// The position of an event id.
    func position(ofEvent id: EventID) -> UInt32? {
        ids[ids.slot(of: Self.hash(id)) { self[$0].id == id }]
    }

    /// Something that lies where an event id is looked for, and where a learner is.
    func glance(at id: EventID, _ learner: UInt32?) -> UInt64 {
        ids.glance(at: Self.hash(id)) ^ (learner.map { streams.glance(at: Self.hash($0)) } ?? 0)
    }

    /// The position of an identifier.
    func position(ofIdentifier digest: Digest) -> UInt32? { identifiers[digest] }

    /// The positions of a stream.
    func positions(ofLearner number: UInt32) -> [UInt32] {
        var positions: [UInt32] = []
        var next = streams[slot(ofLearner: number)] ?? 0
        while next > 0 {
            positions.append(next)
            next = previous[Int(next - base) - 1]
        }
        return positions.reversed()
    }

    /// The version of the last event of a stream, or nil where none is held.
    func version(ofLearner number: UInt32) -> UInt32? {
        streams[slot(ofLearner: number)].map { self[$0].version }
    }

    private func slot(ofLearner number: UInt32) -> Int {
        // No two numbers have one hash.
        streams.slot(of: Self.hash(number)) { _ in true }
    }

    private subscript(position: UInt32) -> IndexEntry { entries[Int(position - base) - 1] }

    /// With a secret, so that nobody can choose ids that meet in one slot.
    private static func hash(_ id: EventID) -> UInt32 {
        UInt32(truncatingIfNeeded: RunPiece.Rank(high: id.high ^ secret, low: id.low).hash)
    }

    private static let secret = UInt64.random(in: .min ... .max)

    /// One to one, as the factor is odd. Learners are numbered one after the other, which spreads them well.
    private static func hash(_ learner: UInt32) -> UInt32 { learner &* 0x9E37_79B1 }
}
