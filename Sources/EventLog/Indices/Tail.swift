internal import Credit
internal import EventCoding

/// The index entries of the newest events, in memory: those that no run covers yet.
struct Tail: Sendable {
    /// The last position that is covered by runs.
    private(set) var base: UInt32
    /// How many learners the log has.
    private(set) var learnerCount: UInt32
    /// One entry for each event after ``base``.
    private(set) var entries: [IndexEntry] = []

    private var ids: [EventID: UInt32] = [:]
    private var identifiers: [Digest: UInt32] = [:]
    private var streams: [UInt32: [UInt32]] = [:]

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
        ids[entry.id] = end
        if let identifier = entry.identifier { identifiers[identifier] = end }
        streams[entry.learner, default: []].append(end)
        if entry.isLearner { learnerCount += 1 }
    }

    /// Lets go of all after a position.
    mutating func truncate(to position: UInt32) {
        while end > position, let entry = entries.last {
            ids[entry.id] = nil
            if let identifier = entry.identifier { identifiers[identifier] = nil }
            streams[entry.learner]?.removeLast()
            if streams[entry.learner]?.isEmpty == true { streams[entry.learner] = nil }
            if entry.isLearner { learnerCount -= 1 }
            entries.removeLast()
        }
    }

    /// Lets go of all up to a position, which a run covers now.
    mutating func seal(through position: UInt32) {
        var rest = Tail(base: position, learnerCount: learnerCount)
        for entry in entries.dropFirst(Int(position - base)) { rest.append(entry) }
        rest.learnerCount = learnerCount
        self = rest
    }

    /// The position of an event id.
    func position(ofEvent id: EventID) -> UInt32? { ids[id] }

    /// The position of an identifier.
    func position(ofIdentifier digest: Digest) -> UInt32? { identifiers[digest] }

    /// The positions of a stream.
    func positions(ofLearner number: UInt32) -> [UInt32] { streams[number] ?? [] }

    /// How many learners there were at a position that is held.
    func learners(through position: UInt32) -> UInt32 {
        let later = entries.dropFirst(Int(position - base)).count { $0.isLearner }
        return learnerCount - UInt32(later)
    }

    /// The version of the last event of a stream, or nil where none is held.
    func version(ofLearner number: UInt32) -> UInt32? {
        streams[number]?.last.map { entries[Int($0 - base) - 1].version }
    }
}
