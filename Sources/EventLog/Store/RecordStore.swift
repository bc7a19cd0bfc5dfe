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
    let events: Database
    let files: Files

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

    // MARK: Positions

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

    func lastKey(_ transaction: borrowing some Transaction & ~Copyable) throws(LMDBError) -> UInt64 {
        var cursor = try transaction.cursor(events)
        return try cursor.last()?.key.bigEndianNumber ?? 0
    }

    func requireEnd(_ transaction: borrowing some Transaction & ~Copyable) throws(LMDBError) {
        var cursor = try transaction.cursor(events)
        guard let last = try cursor.last() else { return }
        let key = last.key.bigEndianNumber
        let count = try transaction.entryCount(of: events)
        // A record that is damaged itself is told where it is read.
        let position = try? Event(record: last.value).position
        if UInt64(exactly: count) == key, position.map({ UInt64($0.rawValue) == key }) ?? true { return }
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
