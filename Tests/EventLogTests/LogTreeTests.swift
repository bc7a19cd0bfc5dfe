import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing
import Transparency

@testable import EventLog

/// The Merkle tree of a log, held to the tree over all its entries, made at once.
struct LogTreeTests {
    /// The tree over the entries as the log gives them, one after the other.
    private static func frontier(_ log: LMDBEventLog, through size: UInt32) throws -> TreeFrontier {
        var frontier = TreeFrontier()
        try log.read { (snapshot) throws(AccrueError) in
            for number in 1...size { frontier.append(try snapshot.leafHash(at: Position(rawValue: number))) }
        }
        return frontier
    }

    /// A log of 1,200 events, whose tiles cover as many as were sealed.
    private func with(sealInterval: Int, _ body: (TemporaryLog) throws -> Void) async throws {
        let store = try TemporaryLog(sealInterval: sealInterval)
        defer { withExtendedLifetime(store) {} }
        for first in stride(from: 1, through: 300, by: 100) { try await store.fill(learners: first...first + 99) }
        try body(store)
    }

    @Test(arguments: [64, 300, 700, 1 << 18]) func `roots and proofs are those of all entries`(
        interval: Int
    ) async throws {
        try await with(sealInterval: interval) { store in
            let log = try store.open(writes: false)
            for size in [UInt32(1), 2, 255, 256, 257, 511, 512, 700, 1_024, 1_199, 1_200] {
                let tree = try log.tree(through: Position(rawValue: size))
                let root = try tree.root()
                #expect(try root == Self.frontier(log, through: size).root, "\(size)")
                for index in [0, UInt64(size) / 2, UInt64(size) - 1] {
                    let leaf = try log.read { (snapshot) throws(AccrueError) in
                        try snapshot.leafHash(at: Position(rawValue: UInt32(index) + 1))
                    }
                    let proof = try tree.inclusionProof(of: index)
                    try TreeProof.verifyInclusion(of: leaf, at: index, in: UInt64(size), root: root, proof)
                }
            }
            #expect(throws: AccrueError.self) { try log.tree(through: Position(rawValue: 1_201)) }
        }
    }

    @Test func `what is signed is read again from the log, and extends what was signed`() async throws {
        try await with(sealInterval: 300) { store in
            let log = try store.open(writes: false)
            let first = try log.root(through: Position(rawValue: 600), extending: nil)
            let second = try log.root(through: Position(rawValue: 1_200), extending: (600, first))
            #expect(try second == log.tree(through: Position(rawValue: 1_200)).root())
            #expect(throws: AccrueError.self) {
                try log.root(through: Position(rawValue: 1_200), extending: (599, first))
            }
            #expect(throws: AccrueError.self) {
                try log.root(through: Position(rawValue: 500), extending: (600, first))
            }
        }
    }

    @Test func `a damaged tile is told by a check, never signed, and made again`() async throws {
        try await with(sealInterval: 300) { store in
            let path = store.path + "/tree/0"
            var bytes = try Data(contentsOf: URL(filePath: path))
            #expect(bytes.count.isMultiple(of: 8_196) && bytes.count > 8_196)
            bytes[9_000] ^= 4
            try bytes.write(to: URL(filePath: path))
            do {
                let log = try store.open(writes: false)
                let findings = log.check().findings
                #expect(findings.map(\.error.code) == [.indexDiffers])
                #expect(throws: AccrueError.self) { try log.root(through: Position(rawValue: 1_200), extending: nil) }
                try log.close()
            }
            try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
            let log = try store.open(writes: false)
            #expect(log.check().findings == [])
            #expect(try log.tree(through: Position(rawValue: 1_200)).root() == Self.frontier(log, through: 1_200).root)
        }
    }

    @Test func `tiles that were not finished, or are another log's, are not taken`() async throws {
        try await with(sealInterval: 300) { store in
            let statement = URL(filePath: store.path + "/tree/statement")
            let stated = try String(contentsOf: statement, encoding: .utf8)
            let words = stated.split(separator: " ")
            let others = [
                "\(words[0]) 512 \(words[2])", "\(words[0]) 1536 \(words[2])", "\(words[0]) 300 \(words[2])", "", "x",
                String(repeating: "0", count: 32) + " \(words[1]) \(words[2])",
            ]
            for other in others {
                try other.write(to: statement, atomically: true, encoding: .utf8)
                let log = try store.open(writes: false)
                #expect(
                    try TreeStore(log.folder, log.records, through: Position(rawValue: 1_200)).size == 0,
                    "\(other)"
                )
                #expect(
                    try log.tree(through: Position(rawValue: 1_200)).root() == Self.frontier(log, through: 1_200).root
                )
                try log.close()
            }
        }
    }

    @Test func `a tree of more than one level grows as it is`() async throws {
        // 66,000 leaves: a full tile of the second level, and a beginning of the third.
        let store = try TemporaryLog(sealInterval: 11_000)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open { $0.mapSize = 256 << 20 }
        for first in stride(from: 1, through: 16_500, by: 2_750) {
            _ = try await log.append { (turn) throws(AccrueError) in
                for number in first..<first + 2_750 {
                    let learner = try turn.append(.learner(number)).event
                    for index in 1...3 { _ = try turn.append(.note(number, index, of: learner.position)) }
                }
                return .keep(true)
            }
        }
        try log.close()
        let reader = try store.open(writes: false) { $0.mapSize = 256 << 20 }
        let last = Position(rawValue: 66_000)
        let tiles = try TreeStore(reader.folder, reader.records, through: last)
        #expect(tiles.size == 65_792 && tiles.holds(level: 1, index: 0))
        // The stored tree is compared with the log, read again.
        _ = try reader.root(through: last, extending: nil)
        #expect(reader.check().findings == [])
    }
}
