internal import Credit
internal import LMDB

extension RecordStore {
    /// Writes some of `records` behind `last` in one durable transaction.
    ///
    /// - Throws: ``Credit/ErrorCode/logClosed`` where the log does not end at `last`: another writer was there.
    func append(
        _ records: borrowing EncodedRecords,
        _ range: Range<Int>,
        after last: Position
    ) throws(AccrueError) {
        try requireRoom(for: records.byteCount(of: range))
        var found: UInt64?
        var attempts = 0
        while found == nil {
            do throws(LMDBError) {
                found = try write(records, range, after: UInt64(last.rawValue))
            } catch {
                // The map doubles before the next write; a batch may need more than one doubling.
                attempts += 1
                guard error.code == .mapFull, attempts < 8 else { throw AccrueError(batch: error) }
            }
        }
        guard let found, found != UInt64(last.rawValue) else { return }
        throw AccrueError(.logClosed, "the log ends at \(found), not at \(last): another writer took over")
    }

    /// Requires that the disk can take a batch.
    ///
    /// LMDB tells a disk that fills up in the middle of a write as an I/O error, after which nobody knows what was
    /// kept; so the batch is not begun. Pages are at least half full of records; some more hold the tree above them.
    private func requireRoom(for count: Int) throws(AccrueError) {
        let needed = 2 * count + (64 << 10)
        guard let free = files.freeBytes(environment.path), free < needed else { return }
        throw AccrueError(.diskFull, "\(free) bytes are free, and a batch may need \(needed) [\(environment.path)]")
    }

    /// The last position before the write; if it is another one than `last`, nothing is written.
    private func write(
        _ records: borrowing EncodedRecords,
        _ range: Range<Int>,
        after last: UInt64
    ) throws(LMDBError) -> UInt64 {
        try environment.write { (transaction) throws(LMDBError) -> UInt64 in
            let found = try lastKey(transaction)
            guard found == last else { return found }
            try requireEnd(transaction)
            let bytes = records.bytes.span.bytes
            var (key, start) = (found, records.start(of: range.lowerBound))
            for end in records.ends[range] {
                key += 1
                try transaction.put(key, bytes.extracting(start..<end), in: events, .append)
                start = end
            }
            return found
        }
    }
}
