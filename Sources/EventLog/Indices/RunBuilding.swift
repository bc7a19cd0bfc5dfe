internal import Credit
internal import EventCoding
internal import Glibc
internal import LMDB

// Runs are written beside their place, synced, and renamed: a file that bears the name of a run is whole.

extension Run {
    /// Writes the run of a range of the log and opens it. O(*n* log *n*), and *n* entries in memory.
    static func seal(
        _ range: ClosedRange<UInt32>,
        of records: RecordStore,
        learnerCount: UInt32,
        in folder: String
    ) throws(AccrueError) -> Run {
        var tables: [Table: [RunEntry]] = [.ids: [], .identifiers: [], .streams: []]
        var leaf: Digest?
        try records.forEachRecord(
            from: Position(rawValue: range.lowerBound),
            through: Position(rawValue: range.upperBound)
        ) { (position, record) throws(AccrueError) in
            let entries = try Run.entries(of: record)
            for (table, entry) in entries { tables[table]?.append(entry) }
            if position.rawValue == range.upperBound { leaf = try Run.leaf(of: record) }
        }
        guard let leaf else { throw AccrueError(.positionsMissing, "position \(range.upperBound)") }
        for table in Table.allCases {
            tables[table]?.sort { $0.key.lexicographicallyPrecedes($1.key) }
        }
        let statement = Statement(
            log: records.log,
            from: range.lowerBound,
            to: range.upperBound,
            leaf: leaf,
            learnerCount: learnerCount
        )
        return try write(statement, in: folder) { (table, isFirst) in
            isFirst ? tables[table] ?? [] : []
        }
    }

    /// Merges runs that follow each other into one, without holding more than a piece of each in memory.
    static func merge(_ runs: [Run], in folder: String) throws(AccrueError) -> Run {
        guard let first = runs.first, let last = runs.last else { throw AccrueError(.indexDiffers, "nothing to merge") }
        var statement = last.statement
        statement.from = first.statement.from
        var merging: Merging?
        return try write(statement, in: folder) { (table, isFirst) throws(AccrueError) in
            if isFirst { merging = Merging(runs, table) }
            return try merging?.next(8_192) ?? []
        }
    }

    /// What a record puts into each table.
    static func entries(of record: RawSpan) throws(AccrueError) -> [(Table, RunEntry)] {
        let event = try Event(record: record)
        let index = IndexEntry(event)
        let position = event.position.rawValue.bigEndianBytes
        let size = RecordLayout.fixedPartSize + Int(record.littleEndianNumber(at: RecordLayout.tableLengthOffset))
        let entry = record.extracting(first: size).bytes
        var entries: [(Table, RunEntry)] = [
            (.ids, RunEntry(key: index.id.bytes, value: position)),
            (.streams, RunEntry(key: index.learner.bigEndianBytes + position, value: entry)),
        ]
        if let identifier = index.identifier {
            entries.append((.identifiers, RunEntry(key: identifier.bytes, value: position)))
        }
        return entries
    }

    /// The leaf hash of a record.
    static func leaf(of record: RawSpan) throws(AccrueError) -> Digest {
        do throws(RecordError) {
            return try RecordView(record).leafHash
        } catch {
            throw AccrueError(.recordDamaged, "\(error)")
        }
    }

    /// Writes a run and opens it.
    ///
    /// - Parameter next: The next entries of a table in the order of keys, and none at its end.
    private static func write(
        _ statement: Statement,
        in folder: String,
        _ next: (Table, _ isFirst: Bool) throws(AccrueError) -> [RunEntry]
    ) throws(AccrueError) -> Run {
        let path = folder + "/" + statement.fileName
        let part = path + ".part"
        unlink(part)
        var settings = Environment.Options()
        settings.isSingleFile = true
        settings.maximumDatabases = 4
        settings.durability = .unsynced
        // Some 400 bytes an event, and room for the branches; the file takes only what is written.
        settings.mapSize = (64 << 20) + statement.count * 1_024
        settings.allowsNetworkFileSystem = true
        let environment = try storing { () throws(LMDBError) in try Environment(path: part, options: settings) }
        do throws(AccrueError) {
            for table in Table.allCases {
                let database = try storing { () throws(LMDBError) in
                    try environment.database(named: table.rawValue, creating: true)
                }
                var entries = try next(table, true)
                while !entries.isEmpty {
                    try put(entries, into: database, environment)
                    entries = try next(table, false)
                }
            }
            try storing { () throws(LMDBError) in
                let meta = try environment.database(named: "meta", creating: true)
                try environment.write { (transaction) throws(LMDBError) in
                    try transaction.put(statementKey, statement.bytes, in: meta)
                }
                try environment.sync()
                try environment.close()
            }
        } catch {
            try? environment.close()
            unlink(part)
            throw error
        }
        unlink(part + "-lock")
        try StoreFolder.move(part, to: path)
        return try Run(path)
    }

    private static func put(
        _ entries: [RunEntry],
        into database: Database,
        _ environment: Environment
    ) throws(AccrueError) {
        try storing { () throws(LMDBError) in
            try environment.write { (transaction) throws(LMDBError) in
                for entry in entries { try transaction.put(entry.key, entry.value, in: database, .append) }
            }
        }
    }
}

/// The entries of a table of several runs, in the order of keys.
private struct Merging {
    private struct Source {
        let run: Run
        var entries: [RunEntry] = []
        var index = 0
        var isAtEnd = false
    }

    private var sources: [Source]
    private let table: Run.Table

    init(_ runs: [Run], _ table: Run.Table) {
        sources = runs.map { Source(run: $0) }
        self.table = table
    }

    mutating func next(_ count: Int) throws(AccrueError) -> [RunEntry] {
        var merged: [RunEntry] = []
        while merged.count < count {
            for index in sources.indices { try fill(index) }
            let open = sources.indices.filter { sources[$0].index < sources[$0].entries.count }
            let least = open.min { left, right in
                key(left).lexicographicallyPrecedes(key(right))
            }
            guard let least else { return merged }
            merged.append(sources[least].entries[sources[least].index])
            sources[least].index += 1
        }
        return merged
    }

    private func key(_ source: Int) -> [UInt8] { sources[source].entries[sources[source].index].key }

    private mutating func fill(_ index: Int) throws(AccrueError) {
        let source = sources[index]
        guard source.index == source.entries.count, !source.isAtEnd else { return }
        let more = try source.run.entries(of: table, after: source.entries.last?.key, count: 2_048)
        sources[index].isAtEnd = more.isEmpty
        if !more.isEmpty {
            sources[index].entries = more
            sources[index].index = 0
        }
    }
}

extension RawSpan {
    /// The little-endian number of 4 bytes at an offset.
    func littleEndianNumber(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
