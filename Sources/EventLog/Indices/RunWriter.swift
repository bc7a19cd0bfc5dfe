internal import Credit
internal import Glibc
internal import LMDB

// Runs are written beside their place, synced, and renamed: a file that bears the name of a run is whole.

extension Run {
    /// Gives the next entries of a table, in the order of keys; none at its end. The piece that it is given is empty.
    typealias Source = (Table, inout RunPiece) throws(AccrueError) -> Void

    /// Writes a run and opens it.
    ///
    /// - Parameter keyCount: How many ids and identifiers there will be.
    static func write(
        _ statement: Statement,
        keyCount: Int,
        in folder: String,
        faults: FaultPlan?,
        _ source: Source
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
        settings.faults = faults
        let environment = try storing { () throws(LMDBError) in try Environment(path: part, options: settings) }
        do throws(AccrueError) {
            var filter = KeyFilter(capacity: keyCount)
            for table in Table.allCases { try write(table, to: environment, &filter, source) }
            try storing { () throws(LMDBError) in
                let meta = try environment.database(named: "meta", creating: true)
                try environment.write { (transaction) throws(LMDBError) in
                    try transaction.put(statementKey, statement.bytes, in: meta)
                    try transaction.put(filterKey, filter.bytes, in: meta)
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
        return try Run(path, faults: faults)
    }

    private static func write(
        _ table: Table,
        to environment: Environment,
        _ filter: inout KeyFilter,
        _ source: Source
    ) throws(AccrueError) {
        let database = try storing { () throws(LMDBError) in
            try environment.database(named: table.rawValue, creating: true)
        }
        var piece = RunPiece(table)
        while true {
            piece.removeAll()
            try source(table, &piece)
            if piece.count == 0 { return }
            if table.isFiltered { for rank in piece.ranks { filter.insert(rank) } }
            try storing { () throws(LMDBError) in
                try environment.write { (transaction) throws(LMDBError) in
                    try piece.put(into: database, &transaction)
                }
            }
        }
    }
}
