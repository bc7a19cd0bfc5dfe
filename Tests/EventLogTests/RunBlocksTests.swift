import AccrueTestKit
import Credit
import EventCoding
import Testing

@testable import EventLog

/// Where entries of a run lie, and how they are found.
@Suite struct RunBlocksTests {
    @Test func `the block of a key is the last that does not begin after it, however keys are spread`() {
        var random = SystemRandomNumberGenerator()
        for round in 0..<300 {
            // Keys of streams, of ids made at random, and of ids made in order.
            let bits = [UInt64(0xFFFF) << 32 | 0xFF, .max, 0xFFF | UInt64(0xABCD) << 48][round % 3]
            var keys = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                RunPiece.Rank(high: random.next() & bits, low: round % 2 == 0 ? 0 : random.next())
            }
            keys.sort()
            let section = Run.Section(
                entryCount: keys.count,
                blocks: keys.map { Run.Block(first: $0, offset: 0, length: 0) }
            )
            let ends = [RunPiece.Rank(high: 0), RunPiece.Rank(high: .max, low: .max)]
            for key in keys + ends + keys.map({ RunPiece.Rank(high: $0.high &+ 1, low: $0.low &- 1) }) {
                #expect(section.block(of: key) == keys.lastIndex { !(key < $0) })
            }
        }
    }

    @Test func `streams are found whole, and little is read beside them`() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var random = SystemRandomNumberGenerator()
        // Few events of each, many, and some without any.
        let counts = (0..<300).map { _ in [0, 1, 5, 14, 70].randomElement(using: &random) ?? 0 }
        var entries: [(learner: UInt32, position: UInt32, value: [UInt8])] = []
        for (index, count) in counts.enumerated() {
            for _ in 0..<count {
                let value = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: [144, 184, 224][index % 3])
                entries.append((UInt32(index + 1), UInt32(entries.count + 1), value))
            }
        }
        let run = try Self.run(of: entries, in: folder["runs"])
        var memory: [UInt8] = []
        for (index, count) in counts.enumerated() {
            let learner = UInt32(index + 1)
            let blocks = run.blocks(ofLearner: learner)
            var found: [UInt32] = []
            try run.forEachEntry(ofLearner: learner, in: blocks, through: .max, &memory) { (position, entry) in
                found.append(position)
                #expect(entry.bytes == entries[Int(position) - 1].value)
            }
            #expect(found == entries.filter { $0.learner == learner }.map(\.position))
            let own = count * (10 + [144, 184, 224][index % 3])
            let read = blocks.reduce(0) { $0 + $1.length }
            // Less than half a block before its first entry, and less than one behind its last.
            #expect(read < own + 4 * blocks.count + 3 * Run.Table.streams.blockSize / 2, "\(count) entries")
            let last = found.count / 2
            var earlier: [UInt32] = []
            let limit = found.isEmpty ? 0 : found[last]
            try run.forEachEntry(ofLearner: learner, in: blocks, through: limit, &memory) { (position, _) in
                earlier.append(position)
            }
            #expect(earlier == Array(found.prefix(last + 1)))
        }
    }

    @Test func `merged runs are the same bytes as one seal of all`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...60)
        let log = try store.open(writes: false)
        let last = try log.read { $0.position.rawValue }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try Files().makeFolder(folder["parts"])
        try Files().makeFolder(folder["whole"])
        func sealed(_ range: ClosedRange<UInt32>, after learners: UInt32, in folder: String) throws -> Run {
            var tail = Tail(base: range.lowerBound - 1, learnerCount: learners)
            try log.records.forEachRecord(
                from: Position(rawValue: range.lowerBound),
                through: Position(rawValue: range.upperBound)
            ) { (_, record) throws(AccrueError) in tail.append(try IndexEntry(record: record)) }
            return try Run.seal(tail, of: log.records, in: folder, log.folder.files)
        }
        let whole = try sealed(1...last, after: 0, in: folder["whole"])
        // One of them is a single event.
        var parts: [Run] = []
        for end in [last / 3, last / 3 + 1, last / 2, last] {
            let start = (parts.last?.statement.to ?? 0) + 1
            parts.append(
                try sealed(start...end, after: parts.last?.statement.learnerCount ?? 0, in: folder["parts"])
            )
        }
        let merged = try Run.merge(parts, in: folder["parts"], log.folder.files)
        #expect(merged.statement == whole.statement)
        #expect(try merged.file.content() == whole.file.content())
    }

    private static func run(
        of entries: [(learner: UInt32, position: UInt32, value: [UInt8])],
        in folder: String
    ) throws -> Run {
        try Files().makeFolder(folder)
        let log = try #require(LogID(bytes: Array(repeating: 1, count: 16)))
        let statement = Run.Statement(
            log: log,
            from: 1,
            to: UInt32(entries.count),
            leaf: Digest.leaf([UInt8]().span.bytes),
            learnerCount: 300
        )
        return try Run.write(statement, keyCount: 1, in: folder, Files()) { (table, writer) throws(AccrueError) in
            guard table == .streams else { return }
            for entry in entries {
                let key = UInt64(entry.learner) << 32 | UInt64(entry.position)
                try writer.append(key.bigEndian, entry.value.span.bytes)
            }
        }
    }
}
