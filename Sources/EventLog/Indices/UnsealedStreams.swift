public import Credit
internal import EventCoding
internal import LMDB
internal import Synchronization

/// What no run covers of some streams, in the order of learners, each stream in the order of the log.
///
/// Its size is bounded, as a tail is sealed when it has grown to its greatest size.
public struct UnsealedStreams: Sendable {
    /// The last position before it.
    let base: UInt32
    /// Of ranges of positions that follow each other.
    fileprivate var parts: [Part]

    /// Hands over the entries of a stream. O(log *n*) to find the first.
    func forEachPart(
        of finding: inout StreamFinding,
        _ body: (consuming StreamEntries) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        for index in parts.indices { try parts[index].entries(of: &finding, body) }
    }

    fileprivate struct Part: Sendable {
        /// Entries behind each other, each behind its head, as in the block of a run.
        private var bytes: [UInt8] = []
        /// Where those of each learner begin who has any.
        private var starts: [(learner: UInt32, offset: Int)] = []

        init() {}

        /// Makes room for so many bytes of each learner, by number, and tells where that of each begins.
        init(sizes: inout [Int]) {
            var total = 0
            for learner in sizes.indices where sizes[learner] > 0 {
                starts.append((UInt32(learner), total))
                (sizes[learner], total) = (total, total + sizes[learner])
            }
            bytes = Array(repeating: 0, count: total)
        }

        /// Appends an entry. Learners come in ascending order.
        mutating func append(_ entry: RawSpan, of learner: UInt32, at position: UInt32) {
            if starts.last?.learner != learner { starts.append((learner, bytes.count)) }
            let offset = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: StreamEntries.headSize + entry.byteCount))
            put(entry, of: learner, at: position, to: offset)
        }

        /// Puts an entry behind its head to a place that has room for it.
        mutating func put(_ entry: RawSpan, of learner: UInt32, at position: UInt32, to offset: Int) {
            bytes.withUnsafeMutableBytes { bytes in
                let (head, size) = (StreamEntries.headSize, entry.byteCount)
                let key = UInt64(learner) << 32 | UInt64(position)
                let place = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + head + size])
                place.storeBytes(of: key.bigEndian, as: UInt64.self)
                place.storeBytes(of: UInt16(size).bigEndian, toByteOffset: head - 2, as: UInt16.self)
                entry.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: place[head...]).copyMemory(from: $0) }
            }
        }

        func entries(
            of finding: inout StreamFinding,
            _ body: (consuming StreamEntries) throws(AccrueError) -> Void
        ) throws(AccrueError) {
            var (low, high) = (0, starts.count)
            while low < high {
                let middle = (low + high) / 2
                if starts[middle].learner < finding.learner { low = middle + 1 } else { high = middle }
            }
            guard low < starts.count, starts[low].learner == finding.learner else { return }
            let end = low + 1 < starts.count ? starts[low + 1].offset : bytes.count
            guard let found = try finding.find(in: bytes.span.bytes, starts[low].offset..<end), found.count > 0 else {
                return
            }
            try body(StreamEntries(bytes.span.bytes.extracting(found.range), count: found.count))
        }
    }
}

extension LMDBSnapshot {
    /// What no run covers up to a position, of all streams: read in the order of the log. O(*n*) in its events.
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
                group.addTask {
                    do throws(AccrueError) {
                        return (
                            start, .success(try self.part(after: start, through: min(last.rawValue, start + share)))
                        )
                    } catch {
                        return (start, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [UInt32: Result<UnsealedStreams.Part, AccrueError>]()) { $0[$1.0] = $1.1 }
        }
        var streams = UnsealedStreams(base: base, parts: [])
        for (_, part) in results.sorted(by: { $0.key < $1.key }) { streams.parts.append(try part.get()) }
        return streams
    }

    /// What a range has of all streams. It is read twice, at first for the room that each stream takes, so that each entry
    /// is copied to its place at once.
    private func part(after base: UInt32, through last: UInt32) throws(AccrueError) -> UnsealedStreams.Part {
        let (first, last) = (Position(rawValue: base + 1), Position(rawValue: last))
        var places = [Int](repeating: 0, count: Int(learnerCount) + 1)
        try records.forEachRecord(from: first, through: last) { (position, record) throws(AccrueError) in
            // Not verified yet: what makes no sense is damage, and told as such.
            guard record.byteCount >= RecordLayout.fixedPartSize, FixedPart(record).learnerNumber < places.count,
                FixedPart(record).entrySize <= record.byteCount
            else {
                _ = try Run.entry(of: record)
                throw AccrueError(.recordDamaged, "position \(position) is of a learner who is not there")
            }
            places[Int(FixedPart(record).learnerNumber)] += StreamEntries.headSize + FixedPart(record).entrySize
        }
        var part = UnsealedStreams.Part(sizes: &places)
        try records.forEachRecord(from: first, through: last) { (position, record) throws(AccrueError) in
            let entry = try Run.entry(of: record)
            // Otherwise it may be larger than what was counted for its learner.
            try position.requireRecord(of: FixedPart(entry).position)
            let learner = FixedPart(entry).learnerNumber
            part.put(entry, of: learner, at: position.rawValue, to: places[Int(learner)])
            places[Int(learner)] += StreamEntries.headSize + entry.byteCount
        }
        return part
    }

    /// What no run covers of some learners, ascending, whose events are looked up one by one.
    func unsealedStreams(
        ofLearners learners: [UInt32],
        through last: Position
    ) throws(AccrueError) -> UnsealedStreams {
        let (base, positions) = indices.cover.withLock { cover in
            (cover.sealed, learners.map { (learner: $0, positions: cover.positions(ofLearner: $0)) })
        }
        var part = UnsealedStreams.Part()
        try records.inTransaction { (transaction) throws(AccrueError) in
            for (learner, positions) in positions {
                for position in positions where position <= last.rawValue {
                    try records.record(at: Position(rawValue: position), in: transaction) {
                        (record) throws(AccrueError) in
                        part.append(try Run.entry(of: record), of: learner, at: position)
                    }
                }
            }
        }
        return UnsealedStreams(base: min(base, last.rawValue), parts: [part])
    }
}
