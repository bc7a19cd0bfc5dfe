import Foundation
import Testing

@testable import LMDB

@Suite struct FreePagesTests {
    let folder: TemporaryFolder
    /// What is in the file, by key.
    private let content: [UInt64: [UInt8]]

    /// A file with free pages of all sorts: of branches, leaves, and values long and very long.
    init() throws {
        folder = try TemporaryFolder()
        let environment = try folder.open { $0.maximumDatabases = 2 }
        let database = try environment.database(named: "a", creating: true)
        let other = try environment.database(named: "b", creating: true)
        var content: [UInt64: [UInt8]] = [:]
        func write(_ round: UInt64) throws(LMDBError) {
            try environment.write { (transaction) throws(LMDBError) in
                for number in round * 100..<round * 100 + 100 {
                    let length = number % 40 == 7 ? 3_000 : number % 90 == 11 ? 20_000 : 40
                    content[number] = [UInt8](repeating: UInt8(number % 251), count: length)
                    try transaction.put(number, content[number] ?? [], in: database, .append)
                    if number % 40 == 7 { try transaction.put(number, content[number] ?? [], in: other) }
                }
                for number in stride(from: round * 100, to: round * 100 + 60, by: 20) {
                    try transaction.delete(number + 7, in: database)
                    content[number + 7] = nil
                    if number % 40 == 0 { try transaction.delete(number + 7, in: other) }
                }
            }
        }
        for round in UInt64(0)..<9 { try write(round) }
        // What a reader may see is let go of, and not used again.
        try environment.read { (_) throws(LMDBError) in
            for round in UInt64(9)..<12 { try write(round) }
        }
        try environment.close()
        self.content = content
    }

    private func open(_ access: Environment.Options.Access = .readWrite) throws(LMDBError) -> Environment {
        try folder.open {
            $0.access = access
            $0.maximumDatabases = 2
        }
    }

    private func requireContent(_ environment: Environment, _ what: Comment) throws {
        let database = try environment.database(named: "a")
        try environment.read { (transaction) throws(LMDBError) in
            for (number, value) in content {
                #expect(try transaction.get(number, in: database)?.bytes == value, "\(number) \(what)")
            }
        }
    }

    /// Where the numbers of free pages lie in the file, and where it says how many there are.
    private func places(_ file: Data) -> (numbers: [Int], counts: [Int]) {
        func load(_ offset: Int, _ size: Int) -> Int {
            file[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let meta = load(144, 8) < load(4_096 + 144, 8) ? 4_096 : 0
        #expect(load(meta + 46, 2) == 1, "one leaf page is enough to hold them")
        let page = load(meta + 80, 8) * 4_096
        let counts = stride(from: page + 16, to: page + load(page + 12, 2), by: 2).map { page + load($0, 2) + 16 }
        return (counts.flatMap { count in (1...max(1, load(count, 8))).map { count + 8 * $0 } }, counts)
    }

    @Test func `every flipped bit in the number of a free page is told, and none in a count does harm`() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.dataFile))
        let (numbers, counts) = places(whole)
        #expect(numbers.count > 10 && counts.count > 1)
        let control = try open()
        try control.checkPages()
        try control.close()
        var refusals = 0
        for place in numbers + counts {
            for bit in 0..<64 where bit < 14 || bit % 8 == 0 {
                var damaged = whole
                damaged[place + bit / 8] ^= 1 << UInt8(bit % 8)
                try damaged.write(to: URL(fileURLWithPath: folder.dataFile))
                let what: Comment = "bit \(bit) at \(place)"
                do {
                    let environment = try open()
                    #expect(counts.contains(place), what)
                    let database = try environment.database(named: "a")
                    for round in UInt64(0)..<6 {
                        try environment.append(10_000 + 200 * round...10_100 + 200 * round, to: database)
                    }
                    try requireContent(environment, what)
                    try environment.close()
                } catch let error as LMDBError {
                    #expect(error.code == .corrupted, what)
                }
                if counts.contains(place) { continue }
                // Who only reads is answered as before, but where the page is one at which a database ends.
                do {
                    let reader = try open(.readOnly)
                    #expect(throws: LMDBError.self, what) { try reader.checkPages() }
                    #expect(try !reader.isWritable(), what)
                    if bit == 0 { try requireContent(reader, what) }
                    try reader.close()
                } catch let error as LMDBError {
                    #expect(error.code == .corrupted && bit < 14, what)
                    refusals += 1
                }
            }
        }
        #expect(refusals < numbers.count)
    }

    @Test func `a node of a kind that there is not is told before anything is written`() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.dataFile))
        let counts = places(whole).counts
        #expect(counts.count > 1)
        // Before a count is its key, of 8 bytes, and before that the size of the key, of 2.
        for place in counts.map({ $0 - 12 }) {
            for bit in 0..<16 {
                var damaged = whole
                damaged[place + bit / 8] ^= 1 << UInt8(bit % 8)
                try damaged.write(to: URL(fileURLWithPath: folder.dataFile))
                let error = #expect(throws: LMDBError.self, "bit \(bit) at \(place)") { try open() }
                #expect(error?.code == .corrupted)
            }
        }
    }

    @Test(arguments: [0, 1, 10, 12, 14, 16])
    func `a page to which is appended must name itself and be filled`(offset: Int) throws {
        let environment = try open()
        let database = try environment.database(named: "a")
        try environment.append(20_000...20_010, to: database)
        try environment.close()
        var file = try Data(contentsOf: URL(fileURLWithPath: folder.dataFile))
        let key = Data([0, 0, 0, 0, 0, 0, 0x4E, 0x2A])
        // The newest of the copies of that leaf; older ones are free.
        let pages = stride(from: 0, to: file.count, by: 4_096).filter { file[$0..<$0 + 4_096].range(of: key) != nil }
        #expect(pages.count == 1)
        file[try #require(pages.first) + offset] ^= 2
        try file.write(to: URL(fileURLWithPath: folder.dataFile))
        #expect(throws: LMDBError.self) { try open() }
        #expect(throws: LMDBError.self) { try open(.readOnly) }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `what readers keep, what is emptied and what is rewritten leaves a sound list`(seed: UInt64) throws {
        var state = seed
        func random(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        var environment = try open()
        for round in 0..<60 {
            let database = try environment.database(named: random(2) == 0 ? "a" : "b")
            try environment.read { (_) throws(LMDBError) in
                for _ in 0...random(6) {
                    try environment.write { (transaction) throws(LMDBError) in
                        if random(25) == 0 { try transaction.removeAll(from: database) }
                        for _ in 0..<random(120) {
                            let key = random(3_000)
                            if random(3) == 0 {
                                try transaction.delete(key, in: database)
                            } else {
                                let length = random(9) == 0 ? random(30_000) : random(200)
                                try transaction.put(key, [UInt8](repeating: 7, count: Int(length)), in: database)
                            }
                        }
                    }
                }
                #expect(try environment.isWritable())
            }
            try environment.checkPages()
            if round % 10 == 9 {
                try environment.close()
                environment = try open()
            }
        }
        try environment.close()
    }
}
