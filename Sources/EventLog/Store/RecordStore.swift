internal import Credit
internal import EventCoding
internal import Glibc
internal import LMDB

/// The records of a log in its LMDB environment: position to record, written at the end only.
struct RecordStore: Sendable {
    /// The version of the store's layout that this code writes, and the greatest it reads.
    static let format: UInt32 = 1

    let environment: Environment
    /// The log's identity.
    let log: LogID
    private let events: Database
    private let files: Files

    private static let logKey = Array("log".utf8)
    private static let formatKey = Array("format".utf8)

    /// Opens the records of a store.
    init(_ folder: StoreFolder, access: Environment.Options.Access, _ options: StoreOptions) throws(AccrueError) {
        try folder.requireStore()
        var settings = Environment.Options()
        settings.access = access
        settings.createsFile = false
        settings.maximumDatabases = 2
        settings.mapSize = options.mapSize
        settings.allowsNetworkFileSystem = options.allowsNetworkFileSystem
        settings.faults = options.faults
        let environment = try storing { () throws(LMDBError) in
            try Environment(path: folder.log, options: settings)
        }
        self.environment = environment
        files = folder.files
        (events, log) = try Self.open(environment, folder)
    }

    private static func open(
        _ environment: Environment,
        _ folder: StoreFolder
    ) throws(AccrueError) -> (Database, LogID) {
        do throws(LMDBError) {
            let meta = try environment.database(named: "meta")
            let (format, log) = try environment.read { (transaction) throws(LMDBError) in
                let format = try transaction.get(formatKey, in: meta)?.bytes
                let log = try transaction.get(logKey, in: meta)?.bytes
                return (format, log)
            }
            let version = (format ?? []).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard version <= Self.format else {
                throw LMDBError(.incompatible, operation: "open", path: folder.path, reason: "format \(version)")
            }
            guard let log = log.flatMap(LogID.init(bytes:)), version > 0 else {
                throw LMDBError(.invalid, operation: "open", path: folder.path, reason: "no log")
            }
            return (try environment.database(named: "events"), log)
        } catch {
            try? environment.close()
            if error.code == .incompatible { throw AccrueError(.formatNewer, "\(folder.path), \(error.reason)") }
            throw AccrueError(store: error)
        }
    }

    /// Makes an empty log in `folder`, which must not be there yet.
    static func create(in folder: StoreFolder, log: LogID, _ options: StoreOptions) throws(AccrueError) {
        try folder.files.makeFolder(folder.log)
        try storing { () throws(LMDBError) in
            var settings = Environment.Options()
            settings.maximumDatabases = 2
            settings.allowsNetworkFileSystem = options.allowsNetworkFileSystem
            settings.faults = options.faults
            let environment = try Environment(path: folder.log, options: settings)
            let meta = try environment.database(named: "meta", creating: true)
            _ = try environment.database(named: "events", creating: true)
            try environment.write { (transaction) throws(LMDBError) in
                try transaction.put(formatKey, format, in: meta)
                try transaction.put(logKey, log.bytes, in: meta)
            }
            try environment.close()
        }
        try folder.files.sync(folder.log)
    }

    // MARK: Reading

    /// The last position, or none.
    func lastPosition() throws(AccrueError) -> Position {
        let key = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try lastKey(transaction)
            }
        }
        return try Self.position(key)
    }

    /// Requires that the log ends where its last key says.
    ///
    /// Keys and the tree above them have no checksum, and what lies behind a wrong end would be lost without a word; so
    /// the tree must hold as many records as its last key says, and the last record must be of that position.
    ///
    /// - Throws: ``Credit/ErrorCode/storeDamaged``.
    func requireEnd() throws(AccrueError) {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in try requireEnd(transaction) }
        }
    }

    /// The first position from `first` on that has a record, or nil where none has.
    func position(from first: Position) throws(AccrueError) -> Position? {
        let key = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) -> UInt64? in
                var cursor = try transaction.cursor(events)
                return try cursor.seek(to: UInt64(first.rawValue))?.key.bigEndianNumber
            }
        }
        return try key.map(Self.position)
    }

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
        guard event.position == position else {
            throw AccrueError(.recordDamaged, "position \(position) holds the record of \(event.position)")
        }
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

    // MARK: Writing

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

    private func lastKey(_ transaction: borrowing some Transaction & ~Copyable) throws(LMDBError) -> UInt64 {
        var cursor = try transaction.cursor(events)
        return try cursor.last()?.key.bigEndianNumber ?? 0
    }

    private func requireEnd(_ transaction: borrowing some Transaction & ~Copyable) throws(LMDBError) {
        var cursor = try transaction.cursor(events)
        guard let last = try cursor.last() else { return }
        let key = last.key.bigEndianNumber
        let count = try transaction.entryCount(of: events)
        // A record that is damaged itself is told where it is read.
        let position = try? Event(record: last.value).position
        if UInt64(count) == key, position.map({ UInt64($0.rawValue) == key }) ?? true { return }
        let record = position.map { ", whose record is of \($0)" } ?? ""
        let reason = "\(count) records, the last at \(key)\(record)"
        throw LMDBError(.corrupted, operation: "end of the log", path: environment.path, reason: reason)
    }

    private static func position(_ key: UInt64) throws(AccrueError) -> Position {
        // The greatest position is never used, so that there is a next one to count with.
        guard key < UInt64(UInt32.max) else { throw AccrueError(.storeDamaged, "position \(key)") }
        return Position(rawValue: UInt32(key))
    }
}

extension RawSpan {
    /// The bytes as a big-endian number.
    var bigEndianNumber: UInt64 {
        switch byteCount {
        case 8: UInt64(bigEndian: unsafeLoadUnaligned(as: UInt64.self))
        case 4: UInt64(UInt32(bigEndian: unsafeLoadUnaligned(as: UInt32.self)))
        case 2: UInt64(UInt16(bigEndian: unsafeLoadUnaligned(as: UInt16.self)))
        default: withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        }
    }
}
