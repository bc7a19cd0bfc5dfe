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
    private var last: [UInt32: UInt32] = [:]
    private var ids: [EventID: UInt32] = [:]
    private var identifiers: [Digest: UInt32] = [:]

    /// Nothing after `base`.
    init(base: UInt32 = 0, learnerCount: UInt32 = 0) {
        self.base = base
        self.learnerCount = learnerCount
    }

    /// The last position that is held.
    var end: UInt32 { base + UInt32(entries.count) }

    /// Takes in the event at the next position.
    mutating func append(_ entry: IndexEntry) {
        entries.append(entry)
        let position = end
        ids[entry.id] = position
        if let identifier = entry.identifier { identifiers[identifier] = position }
        previous.append(last.updateValue(position, forKey: entry.learner) ?? 0)
        if entry.isLearner { learnerCount += 1 }
    }

    /// Lets go of all after a position.
    mutating func truncate(to position: UInt32) {
        while end > position, let entry = entries.popLast(), let before = previous.popLast() {
            ids[entry.id] = nil
            if let identifier = entry.identifier { identifiers[identifier] = nil }
            last[entry.learner] = before > 0 ? before : nil
            if entry.isLearner { learnerCount -= 1 }
        }
    }

    /// The position of an event id.
    func position(ofEvent id: EventID) -> UInt32? { ids[id] }

    /// The position of an identifier.
    func position(ofIdentifier digest: Digest) -> UInt32? { identifiers[digest] }

    /// The positions of a stream.
    func positions(ofLearner number: UInt32) -> [UInt32] {
        var positions: [UInt32] = []
        var next = last[number] ?? 0
        while next > 0 {
            positions.append(next)
            next = previous[Int(next - base) - 1]
        }
        return positions.reversed()
    }

    /// The version of the last event of a stream, or nil where none is held.
    func version(ofLearner number: UInt32) -> UInt32? {
        last[number].map { entries[Int($0 - base) - 1].version }
    }
}
