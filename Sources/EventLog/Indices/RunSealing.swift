internal import Credit
internal import EventCoding
internal import LMDB

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
    private struct ID: Comparable {
        let rank: RunPiece.Rank
        let position: UInt32

        static func < (left: ID, right: ID) -> Bool { left.rank < right.rank }
    }

    private struct StreamEntry: Comparable {
        /// Learner and position.
        let key: UInt64
        /// Where the Merkle entry of the record is.
        let place: Range<Int>

        static func < (left: StreamEntry, right: StreamEntry) -> Bool { left.key < right.key }
    }

    private var ids: [ID] = []
    private var identifiers: [(rank: RunPiece.Rank, digest: Digest, position: UInt32)] = []
    private var streams: [StreamEntry] = []
    /// The Merkle entries of the records in the order of positions.
    private var entries: [UInt8] = []

    var keyCount: Int { ids.count + identifiers.count }

    init(_ tail: Tail, _ records: RecordStore) throws(AccrueError) {
        ids.reserveCapacity(tail.entries.count)
        streams.reserveCapacity(tail.entries.count)
        entries.reserveCapacity(tail.entries.count * RecordLayout.fixedPartSize)
        try records.forEachRecord(
            from: Position(rawValue: tail.base + 1),
            through: Position(rawValue: tail.end)
        ) { (position, record) throws(AccrueError) in
            let (position, start) = (position.rawValue, entries.count)
            let entry = tail.entries[Int(position - tail.base) - 1]
            try Run.entry(of: record).withUnsafeBytes { entries.append(contentsOf: $0) }
            streams.append(
                StreamEntry(key: UInt64(entry.learner) << 32 | UInt64(position), place: start..<entries.count)
            )
            ids.append(ID(rank: RunPiece.Rank(entry.id), position: position))
            if let digest = entry.identifier {
                identifiers.append((RunPiece.Rank(digest.bytes.span.bytes), digest, position))
            }
        }
        ids.sort(spreadBy: \.rank.high)
        identifiers.sort { $0.rank < $1.rank }
        streams.sort(spreadBy: \.key)
    }

    /// Writes the entries of a table.
    func write(_ table: Run.Table, to writer: inout RunWriter) throws(AccrueError) {
        switch table {
        case .ids:
            for id in ids {
                try writer.append((id.rank.high.bigEndian, id.rank.low.bigEndian), id.position.bigEndian)
            }
        case .identifiers:
            for (_, digest, position) in identifiers {
                try writer.append(digest.bytes.span.bytes, position.bigEndianBytes.span.bytes)
            }
        case .streams:
            // Entries lie anywhere: the memory of some is asked for ahead, so that none is waited for.
            let (streams, entries) = (streams.span, entries.span.bytes)
            for index in streams.indices {
                if index + 16 < streams.count { entries.extracting(streams[index + 16].place).foresee() }
                try writer.append(streams[index].key.bigEndian, entries.extracting(streams[index].place))
            }
        }
    }
}
