internal import Credit
internal import EventCoding
internal import LMDB

extension RecordStore {
    /// The event at a position that the log holds, verified.
    func event(at position: Position) throws(AccrueError) -> Event {
        try record(at: position) { (record) throws(AccrueError) in try Self.event(record, at: position) }
    }

    /// Reads several events in one transaction, which ends with `body`.
    func reading<Result>(
        _ body: ((Position) throws(AccrueError) -> Event) throws(AccrueError) -> Result
    ) throws(AccrueError) -> Result {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) -> Swift.Result<Result, AccrueError> in
                do throws(AccrueError) {
                    return .success(try body { (position) throws(AccrueError) in try event(at: position, transaction) })
                } catch {
                    return .failure(error)
                }
            }
        }.get()
    }

    /// Runs `body` within one transaction, from which it may read records.
    func inTransaction(
        _ body: (borrowing ReadTransaction) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) -> Swift.Result<Void, AccrueError> in
                do throws(AccrueError) {
                    return .success(try body(transaction))
                } catch {
                    return .failure(error)
                }
            }
        }.get()
    }

    /// Hands over the bytes of a record within a transaction.
    func record<Result>(
        at position: Position,
        in transaction: borrowing ReadTransaction,
        _ body: (RawSpan) throws(AccrueError) -> Result
    ) throws(AccrueError) -> Result {
        try storing { () throws(LMDBError) in try record(at: position, transaction, body) }.get()
    }

    private func event(
        at position: Position,
        _ transaction: borrowing ReadTransaction
    ) throws(AccrueError) -> Event {
        try storing { () throws(LMDBError) in
            try record(at: position, transaction) { (record) throws(AccrueError) in
                try Self.event(record, at: position)
            }
        }.get()
    }

    private static func event(_ record: RawSpan, at position: Position) throws(AccrueError) -> Event {
        let event = try Event(record: record)
        try position.requireRecord(of: event.position)
        return event
    }

    /// Hands over the bytes of a record.
    func record<Result>(
        at position: Position,
        _ body: (RawSpan) throws(AccrueError) -> Result
    ) throws(AccrueError) -> Result {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) -> Swift.Result<Result, AccrueError> in
                try record(at: position, transaction, body)
            }
        }.get()
    }

    private func record<Result>(
        at position: Position,
        _ transaction: borrowing ReadTransaction,
        _ body: (RawSpan) throws(AccrueError) -> Result
    ) throws(LMDBError) -> Swift.Result<Result, AccrueError> {
        guard let record = try transaction.get(UInt64(position.rawValue), in: events) else {
            return .failure(AccrueError(.positionsMissing, "position \(position)"))
        }
        do throws(AccrueError) {
            return .success(try body(record))
        } catch {
            return .failure(error)
        }
    }

    /// Hands over records of a range one after the other.
    func forEachRecord(
        from first: Position,
        through last: Position,
        _ body: (Position, RawSpan) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        try forEachRecords(from: first, through: last) { (position, records) throws(AccrueError) in
            for index in 0..<records.count {
                records.foresee(from: index)
                try body(Position(rawValue: position.rawValue + UInt32(index)), records[index].value)
            }
        }
    }

    /// Hands over records of a range, some at once, each time with the position of the first.
    ///
    /// They are read in short transactions, so that no reader keeps the writer from reusing pages.
    func forEachRecords(
        from first: Position,
        through last: Position,
        _ body: (Position, borrowing Entries) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        var next = first
        while next <= last {
            let outcome = try storing { () throws(LMDBError) in
                try environment.read { (transaction) throws(LMDBError) -> Swift.Result<Position, AccrueError> in
                    try chunk(transaction, from: next, through: last, body)
                }
            }
            next = try outcome.get()
        }
    }

    private func chunk(
        _ transaction: borrowing ReadTransaction,
        from first: Position,
        through last: Position,
        _ body: (Position, borrowing Entries) throws(AccrueError) -> Void
    ) throws(LMDBError) -> Swift.Result<Position, AccrueError> {
        var next = UInt64(first.rawValue)
        let end = min(UInt64(last.rawValue), next + 4_095)
        var cursor = try transaction.cursor(events)
        while next <= end {
            let count = min(Entries.capacity, Int(end - next) + 1)
            let records = try cursor.next(atMost: count, from: next == UInt64(first.rawValue) ? next : nil)
            var found = 0
            while found < records.count, records[found].key.bigEndianNumber == next + UInt64(found) { found += 1 }
            do throws(AccrueError) {
                // What comes before a gap is still there.
                try body(Position(rawValue: UInt32(truncatingIfNeeded: next)), records.prefix(found))
            } catch {
                return .failure(error)
            }
            next += UInt64(found)
            guard found == count else { return .failure(missing(next)) }
        }
        return .success(Position(rawValue: UInt32(truncatingIfNeeded: next)))
    }

    private func missing(_ position: UInt64) -> AccrueError {
        AccrueError(.positionsMissing, "position \(position)")
    }
}

extension Position {
    /// Requires that the record which the log has here says so itself: a record under another key has a right checksum, too.
    ///
    /// - Throws: ``Credit/ErrorCode/recordDamaged``.
    func requireRecord(of found: Position) throws(AccrueError) {
        guard found == self else { throw AccrueError(.recordDamaged, "position \(self) holds the record of \(found)") }
    }
}
