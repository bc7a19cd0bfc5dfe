public import Credit
internal import EventCoding
internal import Synchronization

/// What no run covers of some streams, in the order of learners, each stream in the order of the log.
///
/// Its size is bounded, as a tail is sealed when it has grown to its greatest size.
public struct UnsealedStreams: Sendable {
    /// The last position before it.
    let base: UInt32
    /// Of ranges of positions that follow each other.
    fileprivate var parts: [Part]

    /// Hands over the entries of a learner with their positions. O(log *n*) to find the first.
    func forEachEntry(
        ofLearner learner: UInt32,
        _ body: (UInt32, RawSpan) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        for index in parts.indices { try parts[index].forEachEntry(ofLearner: learner, body) }
    }

    /// A copy of what there is of some learners, whose entries then lie behind each other: many are fetched at once here,
    /// and each would be waited for where it is needed.
    func copy(ofLearners learners: ClosedRange<UInt32>) -> UnsealedStreams {
        UnsealedStreams(base: base, parts: parts.map { $0.copy(ofLearners: learners) })
    }

    fileprivate struct Part: Sendable {
        private struct Event {
            var learner: UInt32 = 0
            var position: UInt32 = 0
            var range = 0..<0
        }

        /// Fixed part and table of each event.
        private var bytes: [UInt8] = []
        private var events: [Event] = []

        init(count: Int) {
            bytes.reserveCapacity(count * (RecordLayout.fixedPartSize + RecordLayout.saltSize))
            events.reserveCapacity(count)
        }

        /// Takes a copy of the entry of a record, which is verified.
        mutating func append(_ record: RawSpan, at position: UInt32) throws(AccrueError) {
            let entry = try Run.entry(of: record)
            let start = bytes.count
            entry.withUnsafeBytes { bytes.append(contentsOf: $0) }
            events.append(
                Event(learner: FixedPart(entry).learnerNumber, position: position, range: start..<bytes.count)
            )
        }

        /// Sorts by learners, by counting the events of each.
        mutating func sort() {
            var next = [Int](repeating: 0, count: Int(events.lazy.map(\.learner).max() ?? 0) + 2)
            for event in events { next[Int(event.learner) + 1] += 1 }
            for index in next.indices.dropFirst() { next[index] += next[index - 1] }
            var sorted = [Event](repeating: Event(), count: events.count)
            for event in events {
                sorted[next[Int(event.learner)]] = event
                next[Int(event.learner)] += 1
            }
            events = sorted
        }

        func forEachEntry(
            ofLearner learner: UInt32,
            _ body: (UInt32, RawSpan) throws(AccrueError) -> Void
        ) throws(AccrueError) {
            var index = self.index(ofLearner: learner)
            while index < events.count, events[index].learner == learner {
                try body(events[index].position, bytes.span.bytes.extracting(events[index].range))
                index += 1
            }
        }

        func copy(ofLearners learners: ClosedRange<UInt32>) -> Part {
            let start = index(ofLearner: learners.lowerBound)
            let meant = events[start...].prefix { learners.contains($0.learner) }
            var copy = Part(count: meant.count)
            for event in meant {
                let start = copy.bytes.count
                copy.bytes += bytes[event.range]
                copy.events.append(
                    Event(learner: event.learner, position: event.position, range: start..<copy.bytes.count)
                )
            }
            return copy
        }

        /// Where the first event is of a learner, or of one behind.
        private func index(ofLearner learner: UInt32) -> Int {
            var (low, high) = (0, events.count)
            while low < high {
                let middle = (low + high) / 2
                if events[middle].learner < learner { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

extension LMDBSnapshot {
    /// What no run covers up to a position, of all streams: read once, in the order of the log. O(*n*) in its events.
    ///
    /// - Parameters:
    ///   - last: The last event that is meant.
    ///   - readers: How many tasks read side by side.
    public func unsealedStreams(
        through last: Position,
        readers: Int
    ) async throws(AccrueError) -> UnsealedStreams {
        let base = min(indices.cover.withLock(\.sealed), last.rawValue)
        let share = max(1, (last.rawValue - base + UInt32(readers) - 1) / UInt32(readers))
        let results = await withTaskGroup(of: (UInt32, Result<UnsealedStreams.Part, AccrueError>).self) { group in
            for start in stride(from: base, to: last.rawValue, by: Int(share)) {
                group.addTask { (start, self.part(after: start, through: min(last.rawValue, start + share))) }
            }
            return await group.reduce(into: [UInt32: Result<UnsealedStreams.Part, AccrueError>]()) { $0[$1.0] = $1.1 }
        }
        var streams = UnsealedStreams(base: base, parts: [])
        for (_, part) in results.sorted(by: { $0.key < $1.key }) { streams.parts.append(try part.get()) }
        return streams
    }

    private func part(after base: UInt32, through last: UInt32) -> Result<UnsealedStreams.Part, AccrueError> {
        var part = UnsealedStreams.Part(count: Int(last - base))
        do throws(AccrueError) {
            try records.forEachRecord(from: Position(rawValue: base + 1), through: Position(rawValue: last)) {
                (position, record) throws(AccrueError) in
                try part.append(record, at: position.rawValue)
            }
        } catch {
            return .failure(error)
        }
        part.sort()
        return .success(part)
    }

    /// What no run covers of some learners, ascending, whose events are looked up one by one.
    func unsealedStreams(
        ofLearners learners: some Collection<UInt32>,
        through last: Position
    ) throws(AccrueError) -> UnsealedStreams {
        let (base, positions) = indices.cover.withLock { cover in
            (cover.sealed, learners.flatMap { cover.positions(ofLearner: $0) })
        }
        var part = UnsealedStreams.Part(count: positions.count)
        try records.inTransaction { (transaction) throws(AccrueError) in
            for position in positions where position <= last.rawValue {
                try records.record(at: Position(rawValue: position), in: transaction) { (record) throws(AccrueError) in
                    try part.append(record, at: position)
                }
            }
        }
        return UnsealedStreams(base: min(base, last.rawValue), parts: [part])
    }
}
