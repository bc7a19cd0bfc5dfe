internal import Credit
internal import EventCoding
internal import Glibc
internal import LMDB

/// A sealed index over a range of positions: a sorted file that is written once and then only read.
///
/// It states the log that it was made from, its range, and the leaf hash at its end, so that it cannot pass for the
/// index of another log or of another future of the same log.
final class Run: Sendable {
    /// What a run states of itself.
    struct Statement: Hashable, Sendable {
        var log: LogID
        var from: UInt32
        var to: UInt32
        var leaf: Digest
        /// How many learners the log has at the end of the run.
        var learnerCount: UInt32

        /// The number of positions covered.
        var count: Int { Int(to - from) + 1 }

        /// The name of the file.
        var fileName: String {
            func padded(_ number: UInt32) -> String {
                let digits = "\(number)"
                return String(repeating: "0", count: 10 - digits.utf8.count) + digits
            }
            return "\(padded(from))-\(padded(to)).run"
        }
    }

    /// The databases of a run.
    enum Table: String, CaseIterable, Sendable {
        /// Event id (16) to position (4).
        case ids
        /// Digest of name space and identifier (32) to position (4).
        case identifiers
        /// Learner number (4) and position (4) to the entry of the record: fixed part and table.
        case streams

        /// The length of its keys.
        var keySize: Int {
            switch self {
            case .ids: 16
            case .identifiers: 32
            case .streams: 8
            }
        }

        /// Whether its keys are in the filter.
        var isFiltered: Bool { self != .streams }
    }

    static let statementKey = Array("run".utf8)
    static let filterKey = Array("filter".utf8)

    let path: String
    let statement: Statement
    let environment: Environment
    private let filter: KeyFilter
    private let tables: [Table: Database]

    /// Opens a run.
    init(_ path: String, faults: FaultPlan?) throws(AccrueError) {
        self.path = path
        var settings = Environment.Options()
        settings.access = .immutable
        settings.isSingleFile = true
        settings.createsFile = false
        settings.maximumDatabases = 4
        settings.allowsNetworkFileSystem = true
        settings.faults = faults
        let opened = try storing { () throws(LMDBError) in
            let environment = try Environment(path: path, options: settings)
            let meta = try environment.database(named: "meta")
            var tables: [Table: Database] = [:]
            for table in Table.allCases { tables[table] = try environment.database(named: table.rawValue) }
            let (statement, filter) = try environment.read {
                (transaction) throws(LMDBError) -> (Statement?, KeyFilter?) in
                let statement = try transaction.get(Self.statementKey, in: meta)?.bytes
                guard let filter = try transaction.get(Self.filterKey, in: meta) else { return (nil, nil) }
                return (statement.flatMap(Statement.init(bytes:)), KeyFilter(bytes: filter))
            }
            return (environment, tables, statement, filter)
        }
        guard let statement = opened.2, let filter = opened.3 else {
            throw AccrueError(.indexDiffers, "\(path) states nothing")
        }
        (environment, tables) = (opened.0, opened.1)
        (self.statement, self.filter) = (statement, filter)
    }

    /// The position that a key of 16 or 32 bytes leads to, or nil. Where the filter does not know it, nothing is read.
    func position(of key: [UInt8], _ rank: RunPiece.Rank, in table: Table) throws(AccrueError) -> UInt32? {
        guard filter.mayHold(rank), let database = tables[table] else { return nil }
        return try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                guard let value = try transaction.get(key, in: database) else { return nil as UInt32? }
                return UInt32(truncatingIfNeeded: value.bigEndianNumber)
            }
        }
    }

    /// True if a table has exactly this entry.
    func holds(_ key: [UInt8], _ value: RawSpan, in table: Table) throws(AccrueError) -> Bool {
        guard let database = tables[table] else { return false }
        return try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                guard let found = try transaction.get(key, in: database) else { return false }
                return found.withUnsafeBytes { found in value.withUnsafeBytes { found.elementsEqual($0) } }
            }
        }
    }

    /// How many entries a table has.
    func entryCount(of table: Table) throws(AccrueError) -> Int {
        guard let database = tables[table] else { return 0 }
        return try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in try transaction.entryCount(of: database) }
        }
    }

    /// Hands over the positions of a stream in order, each with the entry of its record, up to a position.
    func forEachEntry(
        ofLearner number: UInt32,
        through last: UInt32,
        _ body: (UInt32, RawSpan) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        guard let streams = tables[.streams] else { return }
        let end = UInt64(number) << 32 | UInt64(last)
        var failure: AccrueError?
        func take(_ key: RawSpan, _ value: RawSpan) -> Bool {
            let key = key.bigEndianNumber
            guard key <= end else { return false }
            do throws(AccrueError) {
                try body(UInt32(truncatingIfNeeded: key), value)
                return true
            } catch {
                failure = error
                return false
            }
        }
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                var cursor = try transaction.cursor(streams)
                if let first = try cursor.seek(to: UInt64(number) << 32) {
                    guard take(first.key, first.value) else { return }
                } else {
                    return
                }
                while let next = try cursor.next(), take(next.key, next.value) {}
            }
        }
        if let failure { throw failure }
    }

    /// The version of the last event of a stream, or nil where the run has none of it.
    func version(ofLearner number: UInt32) throws(AccrueError) -> UInt32? {
        guard let streams = tables[.streams] else { return nil }
        return try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) -> UInt32? in
                var cursor = try transaction.cursor(streams)
                func version(_ key: RawSpan, _ value: RawSpan) -> UInt32? {
                    key.bigEndianNumber >> 32 == UInt64(number) ? FixedPart(value).learnerVersion : nil
                }
                if try cursor.seek(to: (UInt64(number) + 1) << 32) != nil {
                    guard let found = try cursor.previous() else { return nil }
                    return version(found.key, found.value)
                }
                guard let found = try cursor.last() else { return nil }
                return version(found.key, found.value)
            }
        }
    }

    /// Fills a piece with the entries of a table that come after a key, or from its start.
    func read(_ table: Table, after key: [UInt8]?, into piece: inout RunPiece) throws(AccrueError) {
        guard let database = tables[table] else { return }
        let after = key.map { RunPiece.Rank($0.span.bytes) }
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                var cursor = try transaction.cursor(database)
                if let key {
                    guard let first = try cursor.seek(to: key) else { return }
                    if RunPiece.Rank(first.key) != after { piece.append(first.key, first.value) }
                }
                while !piece.isFull, let next = try cursor.next() { piece.append(next.key, next.value) }
            }
        }
    }
}

extension Run.Statement {
    /// Reads the bytes of a statement; nil where they are none.
    init?(bytes: [UInt8]) {
        guard bytes.count == 60, let log = LogID(bytes: Array(bytes[..<16])),
            let leaf = Digest(bytes: bytes.span.bytes.extracting(28..<60))
        else { return nil }
        func number(_ offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        self.init(log: log, from: number(16), to: number(20), leaf: leaf, learnerCount: number(24))
    }

    /// The bytes: log (16), first and last position, number of learners (4 each), leaf hash (32).
    var bytes: [UInt8] {
        var bytes = log.bytes
        for number in [from, to, learnerCount] { bytes += number.bigEndianBytes }
        return bytes + leaf.bytes
    }
}

extension FixedWidthInteger {
    /// The bytes, most significant first.
    var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }
}

extension EventID {
    /// The 16 bytes in the order of the text.
    var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}
