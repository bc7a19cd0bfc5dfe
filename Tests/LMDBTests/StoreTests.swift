import Foundation
import Testing

@testable import LMDB

@Suite struct StoreTests {
    let folder: TemporaryFolder
    let environment: Environment
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        environment = try folder.open { $0.maximumDatabases = 4 }
        database = try environment.database(named: "numbers", creating: true)
    }

    @Test func `what is put is got back, also after the file is opened again`() throws {
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.put([1, 2], [3, 4, 5], in: database)
            try transaction.put(UInt32(7), [] as [UInt8], in: database)
            let (key, value): ([UInt8], [UInt8]) = ([9], [8, 8])
            try transaction.put(key.span, value.span.bytes, in: database)
        }
        #expect(try environment.value([1, 2], in: database) == [3, 4, 5])
        try environment.close()
        let again = try folder.open { $0.maximumDatabases = 4 }
        let same = try again.database(named: "numbers")
        #expect(try again.value([1, 2], in: same) == [3, 4, 5])
        #expect(try again.value([0, 0, 0, 7], in: same) == [])
        #expect(try again.value([9], in: same) == [8, 8])
        #expect(try again.value([6], in: same) == nil)
    }

    @Test func `integer keys come back in the order of numbers`() throws {
        let numbers: [UInt64] = [300, 1, .max, 0, 256, 255, 1 << 40]
        try environment.write { (transaction) throws(LMDBError) in
            for number in numbers { try transaction.put(number, number, in: database) }
        }
        #expect(try environment.keys(of: database) == numbers.sorted())
    }

    @Test(arguments: [1, 7, 32])
    func `several entries at once are those that one by one would be, from any key on`(limit: Int) throws {
        try environment.append(1...100, to: database)
        for start: UInt64? in [nil, 1, 50, 69, 100, 101] {
            let found = try environment.read { (transaction) throws(LMDBError) in
                var cursor = try transaction.cursor(database)
                var (found, from): ([UInt64], UInt64?) = ([], start)
                while true {
                    let entries = try cursor.next(atMost: limit, from: from)
                    if entries.count == 0 { return found }
                    #expect(entries.count <= limit)
                    for index in 0..<entries.count {
                        found.append(entries[index].key.withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt64($1) } })
                    }
                    from = nil
                }
            }
            #expect(found == Array((start ?? 1)..<101))
        }
    }

    @Test func `what lies ahead may be asked for, however long values are and though nothing lies there`() throws {
        let lengths = [0, 1, 63, 64, 65, 144, 255, 256, 257, 5_000]
        try environment.write { (transaction) throws(LMDBError) in
            for (index, length) in lengths.enumerated() {
                try transaction.put(UInt64(index), [UInt8](repeating: 7, count: length), in: database)
            }
        }
        let found = try environment.read { (transaction) throws(LMDBError) in
            var cursor = try transaction.cursor(database)
            let entries = try cursor.next(atMost: 32)
            var found: [Int] = []
            for index in 0..<entries.count {
                entries.foresee(from: index)
                found.append(entries[index].value.byteCount)
            }
            return found
        }
        #expect(found == lengths)
    }

    @Test func `appending refuses a key that is not greater than the last, and the transaction goes on`() throws {
        try environment.append(1...10, to: database)
        try environment.write { (transaction) throws(LMDBError) in
            for stale: UInt64 in [10, 3, 0] {
                do throws(LMDBError) {
                    try transaction.put(stale, stale, in: database, .append)
                    Issue.record("\(stale) was appended")
                } catch {
                    #expect(error.code == .keyExists)
                }
            }
            try transaction.put(UInt64(11), UInt64(11), in: database, .append)
        }
        #expect(try environment.keys(of: database) == Array(1...11))
    }

    @Test func `a cursor seeks to the first key not less, and walks on from there`() throws {
        try environment.append([10, 20, 30], to: database)
        try environment.read { (transaction) throws(LMDBError) in
            var cursor = try transaction.cursor(database)
            var seen: [UInt64?] = []
            seen.append(try cursor.seek(to: UInt64(11))?.key.number)
            seen.append(try cursor.next()?.key.number)
            seen.append(try cursor.last()?.value.number)
            seen.append(try cursor.next()?.key.number)
            seen.append(try cursor.seek(to: UInt64(20))?.value.number)
            seen.append(try cursor.seek(to: UInt64(31))?.key.number)
            #expect(seen == [20, 30, 30, nil, 20, nil])
        }
    }

    @Test func `a cursor over nothing finds nothing`() throws {
        try environment.read { (transaction) throws(LMDBError) in
            var cursor = try transaction.cursor(database)
            let found = [
                try cursor.last() == nil, try cursor.next() == nil, try cursor.seek(to: UInt64(0)) == nil,
            ]
            #expect(found == [true, true, true])
        }
    }

    @Test func `deleting says whether the key was there`() throws {
        try environment.append([1, 2], to: database)
        try environment.write { (transaction) throws(LMDBError) in
            let removed = [
                try transaction.delete(UInt64(1), in: database), try transaction.delete(UInt64(1), in: database),
            ]
            #expect(removed == [true, false])
        }
        #expect(try environment.keys(of: database) == [2])
    }

    @Test func `a database can be emptied, and counts its entries`() throws {
        try environment.append(1...500, to: database)
        let counts = try environment.write { (transaction) throws(LMDBError) in
            let before = try transaction.entryCount(of: database)
            try transaction.removeAll(from: database)
            return [before, try transaction.entryCount(of: database)]
        }
        #expect(counts == [500, 0])
        #expect(try environment.keys(of: database) == [])
    }

    @Test(arguments: [0, 512])
    func `keys that are empty or too long are refused, and the transaction goes on`(_ length: Int) throws {
        try environment.write { (transaction) throws(LMDBError) in
            do throws(LMDBError) {
                try transaction.put([UInt8](repeating: 1, count: length), [1], in: database)
                Issue.record("a key of \(length) bytes was stored")
            } catch {
                #expect(error.code == .badValueSize)
            }
            try transaction.put([UInt8](repeating: 1, count: 511), [1], in: database)
        }
        #expect(try environment.value([UInt8](repeating: 1, count: 511), in: database) == [1])
    }

    @Test func `a body that throws changes nothing and its error comes out as it is`() throws {
        struct Refused: LMDBErrorConvertible, Equatable {
            var cause: LMDBError?
            init(_ error: LMDBError) { cause = error }
            init() {}
        }
        #expect(throws: Refused()) {
            try environment.write { (transaction) throws(Refused) in
                do throws(LMDBError) {
                    try transaction.put(UInt64(1), UInt64(1), in: database)
                } catch {
                    throw Refused(error)
                }
                throw Refused()
            }
        }
        #expect(try environment.keys(of: database) == [])
        try environment.close()
        #expect(throws: Refused(LMDBError(.closed, operation: "", path: ""))) {
            try environment.read { (_) throws(Refused) in () }
        }
    }

    @Test func `a database of another environment is refused`() throws {
        let other = try TemporaryFolder().open()
        #expect(throws: LMDBError(.foreignDatabase, operation: "", path: "")) {
            try other.append([1], to: database)
        }
    }

    @Test func `a missing database is not found, and one too many is refused`() throws {
        #expect(throws: LMDBError(.notFound, operation: "", path: "")) {
            _ = try environment.database(named: "missing")
        }
        for number in 2...4 { _ = try environment.database(named: "\(number)", creating: true) }
        #expect(throws: LMDBError(.databasesFull, operation: "", path: "")) {
            _ = try environment.database(named: "5", creating: true)
        }
    }
}
