internal import LMDB

/// What lies in a slot of a store that nobody has open, to be looked at and changed behind its back.
public struct StoredSlot {
    private let path: String

    /// The slot of a number, in the store at a path.
    public init(_ number: Int, of store: String) {
        path = "\(store)/projections/slot-\(number)"
    }

    /// The key of a learner's row.
    public static func key(ofLearner learner: UInt32) -> [UInt8] {
        withUnsafeBytes(of: learner.bigEndian) { [UInt8]($0) }
    }

    /// All keys of a database, in order.
    public func keys(in database: String) throws -> [[UInt8]] {
        try withEnvironment { environment in
            let database = try environment.database(named: database)
            return try environment.read { (transaction) throws(LMDBError) in
                var keys: [[UInt8]] = []
                var cursor = try transaction.cursor(database)
                while let entry = try cursor.next() { keys.append(entry.key.withUnsafeBytes { [UInt8]($0) }) }
                return keys
            }
        }
    }

    /// What lies under a key, checksum and all; nothing where nothing does.
    public func bytes(under key: [UInt8], in database: String) throws -> [UInt8] {
        try withEnvironment { environment in
            let database = try environment.database(named: database)
            return try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(key, in: database)?.withUnsafeBytes { [UInt8]($0) } ?? []
            }
        }
    }

    /// Puts bytes in the place of what lies under a key.
    public func put(_ bytes: [UInt8], under key: [UInt8], in database: String) throws {
        try withEnvironment { environment in
            let database = try environment.database(named: database)
            try environment.write { (transaction) throws(LMDBError) in try transaction.put(key, bytes, in: database) }
        }
    }

    /// Flips a bit of what lies under a key.
    public func flip(under key: [UInt8], in database: String) throws {
        var bytes = try bytes(under: key, in: database)
        bytes[bytes.count / 2] ^= 1
        try put(bytes, under: key, in: database)
    }

    private func withEnvironment<Result>(_ body: (Environment) throws -> Result) throws -> Result {
        var options = Environment.Options()
        options.maximumDatabases = 5
        let environment = try Environment(path: path, options: options)
        let result = try body(environment)
        try environment.close()
        return result
    }
}
