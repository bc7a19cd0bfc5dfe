import Foundation

@testable import LMDB

/// A folder of its own for each test, removed when the test lets go of it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "lmdb-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var dataFile: String { path + "/data.mdb" }

    func open(_ change: (inout Environment.Options) -> Void = { _ in }) throws(LMDBError) -> Environment {
        var options = Environment.Options()
        options.mapSize = 16 << 20
        change(&options)
        return try Environment(path: path, options: options)
    }
}

extension RawSpan {
    /// The bytes, copied.
    var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The bytes as a big-endian number.
    var number: UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension Environment {
    /// Puts numbers under themselves, in one transaction.
    func append(_ numbers: some Sequence<UInt64>, to database: Database) throws(LMDBError) {
        try write { (transaction) throws(LMDBError) in
            for number in numbers {
                try transaction.put(number, number, in: database, .append)
            }
        }
    }

    /// All keys, in the cursor's order.
    func keys(of database: Database) throws(LMDBError) -> [UInt64] {
        try read { (transaction) throws(LMDBError) in
            var keys: [UInt64] = []
            var cursor = try transaction.cursor(database)
            while let entry = try cursor.next() {
                keys.append(entry.key.number)
            }
            return keys
        }
    }

    /// The value of a key, copied.
    func value(_ key: some StoredBytes, in database: Database) throws(LMDBError) -> [UInt8]? {
        try read { (transaction) throws(LMDBError) in
            try transaction.get(key, in: database)?.bytes
        }
    }
}
