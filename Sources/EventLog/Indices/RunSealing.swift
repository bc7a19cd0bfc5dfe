internal import Credit
internal import EventCoding

extension Run {
    /// Writes the run of a tail, whose events the log holds, and opens it. O(*n* log *n*), and *n* entries in memory.
    static func seal(
        _ tail: Tail,
        of records: RecordStore,
        in folder: String,
        _ files: Files
    ) throws(AccrueError) -> Run {
        let sorted = try SortedTail(tail, records)
        let statement = Statement(
            log: records.log,
            from: tail.base + 1,
            to: tail.end,
            leaf: try records.record(at: Position(rawValue: tail.end), leaf(of:)),
            learnerCount: tail.learnerCount
        )
        return try write(statement, keyCount: sorted.keyCount, in: folder, files) {
            (table, writer) throws(AccrueError) in
            try sorted.write(table, to: &writer)
        }
    }

    /// What a run keeps of a record: its Merkle entry.
    @_lifetime(copy record)
    static func entry(of record: RawSpan) throws(AccrueError) -> RawSpan {
        do throws(RecordError) {
            let entry = try RecordView(record).entry
            // Indices keep its length in two bytes.
            guard entry.byteCount <= Int(UInt16.max) else { throw .tableLength(UInt32(clamping: entry.byteCount)) }
            return entry
        } catch {
            throw AccrueError(error, in: record)
        }
    }

    /// The leaf hash of a record.
    static func leaf(of record: RawSpan) throws(AccrueError) -> Digest {
        do throws(RecordError) {
            return try RecordView(record).leafHash
        } catch {
            throw AccrueError(error, in: record)
        }
    }
}

/// The entries of a tail, sorted by the keys of each table.
private struct SortedTail {
    private let base: UInt32
    private var ids: [(rank: RunPiece.Rank, position: UInt32)] = []
    private var identifiers: [(rank: RunPiece.Rank, digest: Digest, position: UInt32)] = []
    /// Learner and position.
    private var streams: [UInt64] = []
    /// The Merkle entries of the records in the order of positions, and where each ends.
    private var entries: [UInt8] = []
    private var ends: [Int] = [0]

    var keyCount: Int { ids.count + identifiers.count }

    init(_ tail: Tail, _ records: RecordStore) throws(AccrueError) {
        base = tail.base
        ids.reserveCapacity(tail.entries.count)
        streams.reserveCapacity(tail.entries.count)
        var position = tail.base
        for entry in tail.entries {
            position += 1
            ids.append((RunPiece.Rank(entry.id), position))
            streams.append(UInt64(entry.learner) << 32 | UInt64(position))
            if let digest = entry.identifier {
                identifiers.append((RunPiece.Rank(digest.bytes.span.bytes), digest, position))
            }
        }
        ids.sort { $0.rank < $1.rank }
        identifiers.sort { $0.rank < $1.rank }
        streams.sort()
        try readEntries(of: tail, records)
    }

    private mutating func readEntries(of tail: Tail, _ records: RecordStore) throws(AccrueError) {
        entries.reserveCapacity(tail.entries.count * RecordLayout.fixedPartSize)
        ends.reserveCapacity(tail.entries.count + 1)
        guard tail.end > tail.base else { return }
        try records.forEachRecord(
            from: Position(rawValue: tail.base + 1),
            through: Position(rawValue: tail.end)
        ) { (_, record) throws(AccrueError) in
            try Run.entry(of: record).withUnsafeBytes { entries.append(contentsOf: $0) }
            ends.append(entries.count)
        }
    }

    /// Writes the entries of a table.
    func write(_ table: Run.Table, to writer: inout RunWriter) throws(AccrueError) {
        switch table {
        case .ids:
            for (rank, position) in ids {
                try writer.append((rank.high.bigEndian, rank.low.bigEndian), position.bigEndian)
            }
        case .identifiers:
            for (_, digest, position) in identifiers {
                try writer.append(digest.bytes.span.bytes, position.bigEndianBytes.span.bytes)
            }
        case .streams:
            // Entries lie anywhere: some are looked at first, so that memory is waited for once, not for each.
            for start in stride(from: 0, to: streams.count, by: 32) {
                let some = streams[start..<min(start + 32, streams.count)]
                glance(at: some)
                for key in some { try writer.append(key.bigEndian, entries.span.bytes.extracting(place(of: key))) }
            }
        }
    }

    /// Where the entry of an event of a stream is.
    private func place(of key: UInt64) -> Range<Int> {
        let index = Int(UInt32(truncatingIfNeeded: key) - base)
        return ends[index - 1]..<ends[index]
    }

    /// Looks at the memory of entries, and gives something of what lies there, so that no compiler leaves it out.
    @discardableResult
    private func glance(at keys: ArraySlice<UInt64>) -> UInt8 {
        var seen: UInt8 = 0
        for key in keys {
            let place = place(of: key)
            for offset in stride(from: place.lowerBound, to: place.upperBound, by: 64) { seen ^= entries[offset] }
            seen ^= entries[place.upperBound - 1]
        }
        return seen
    }
}
