import Accrue
import EventCoding
import Testing

@testable import Transparency

/// The tree over the ends of streams, held to one that is made anew from all of them.
@Suite struct HeadsTreeTests {
    private static func frontier(_ heads: [StreamHead]) -> TreeFrontier {
        var frontier = TreeFrontier()
        for head in heads { frontier.append(head.leaf) }
        return frontier
    }

    /// Takes a random event: of a new stream, or of one that is there.
    private static func grow(_ tree: inout HeadsTree, _ position: UInt32, _ random: inout SeededRandom) throws {
        let isNew = UInt64.random(in: 0..<3, using: &random) == 0
        let stream = isNew ? tree.count : UInt32.random(in: 0..<tree.count, using: &random)
        let version = stream < tree.count ? tree.heads[Int(stream)].version + 1 : 1
        try tree.take(stream: stream, version: version, position: position)
    }

    @Test func `a leaf is version and position, least significant byte first`() {
        let bytes: [UInt8] = [4, 3, 2, 1, 8, 7, 6, 5]
        #expect(StreamHead(version: 0x0102_0304, position: 0x0506_0708).leaf == .leaf(bytes.span.bytes))
        #expect(StreamHead.none.leaf == .leaf([UInt8](repeating: 0, count: 8).span.bytes))
    }

    @Test func `the root of the two streams in the article`() throws {
        var tree = try HeadsTree(
            heads: [StreamHead(version: 3, position: 9), StreamHead(version: 2, position: 7)],
            groups: []
        )
        #expect("\(tree.root())" == "18375be65b518736c1446e9f41f69e1910ad83fdefcad2247197dddb1205440b")
    }

    @Test func `a log without events has the registry's empty end`() {
        var tree = HeadsTree()
        #expect(tree.count == 1 && tree.root() == StreamHead.none.leaf)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the root is that of a tree made anew, whenever it is asked for`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var tree = HeadsTree()
        for position in 1...UInt32(1_500) {
            try Self.grow(&tree, position, &random)
            guard UInt64.random(in: 0..<9, using: &random) == 0 else { continue }
            try #require(tree.root() == Self.frontier(tree.heads).root, "after \(position)")
        }
        #expect(tree.count > 300)
    }

    @Test func `every stream of every size is proved to end where it does, and nowhere else`() throws {
        var tree = HeadsTree()
        for size in 1...UInt32(70) {
            if size > 1 { try tree.take(stream: size - 1, version: 1, position: size) }
            let root = tree.root()
            for stream in 0..<size {
                let proof = try tree.proof(of: stream)
                #expect(proof.head == tree.heads[Int(stream)])
                try proof.verify(streams: size, root: root)
                for head in [
                    StreamHead(version: proof.head.version + 1, position: proof.head.position),
                    StreamHead(version: proof.head.version, position: proof.head.position ^ 1),
                ] {
                    let other = HeadProof(stream: stream, head: head, hashes: proof.hashes)
                    #expect(throws: TransparencyError.self) { try other.verify(streams: size, root: root) }
                }
                let beside = HeadProof(stream: stream ^ 1, head: proof.head, hashes: proof.hashes)
                #expect(throws: TransparencyError.self) { try beside.verify(streams: size, root: root) }
                if size > 1 {
                    #expect(throws: TransparencyError.self) { try proof.verify(streams: size + 1, root: .emptyTree) }
                }
            }
            #expect(throws: TransparencyError.self) { try tree.proof(of: size) }
        }
    }

    @Test func `what was kept goes on as what was not`() throws {
        var random = SeededRandom(seed: 4)
        var tree = HeadsTree()
        for position in 1...UInt32(3_000) {
            try Self.grow(&tree, position, &random)
            guard position.isMultiple(of: 97) else { continue }
            let groups = tree.groups()
            var kept = try HeadsTree(heads: tree.heads, groups: groups)
            #expect(kept.root() == tree.root())
            let stream = UInt32.random(in: 0..<tree.count, using: &random)
            #expect(try kept.proof(of: stream) == tree.proof(of: stream))
            tree = kept
        }
        #expect(throws: TransparencyError.self) { try HeadsTree(heads: tree.heads, groups: []) }
        #expect(throws: TransparencyError.self) { try HeadsTree(heads: [], groups: []) }
    }

    @Test func `a kept end that is not under its hash is found before anything rests on it`() throws {
        var tree = HeadsTree()
        for stream in 1...UInt32(99) { try tree.take(stream: stream, version: 1, position: stream) }
        let groups = tree.groups()
        var heads = tree.heads
        heads[20] = StreamHead(version: 1, position: 77)
        var altered = try HeadsTree(heads: heads, groups: groups)
        #expect(throws: TransparencyError.self) { try altered.take(stream: 17, version: 2, position: 100) }
        #expect(throws: TransparencyError.self) { try altered.proof(of: 20) }
        // Behind the full groups the root itself tells.
        heads = tree.heads
        heads[98] = StreamHead(version: 1, position: 77)
        var atTheEnd = try HeadsTree(heads: heads, groups: groups)
        #expect(atTheEnd.root() != tree.root())
    }

    @Test func `an event that does not follow is refused`() throws {
        var tree = HeadsTree()
        try tree.take(stream: 0, version: 1, position: 1)
        #expect(throws: TransparencyError.self) { try tree.take(stream: 2, version: 1, position: 2) }
        for (version, position) in [(1, 2), (3, 2), (2, 1)] as [(UInt32, UInt32)] {
            var other = tree
            #expect(throws: TransparencyError.self) {
                try other.take(stream: 0, version: version, position: position)
            }
        }
        try tree.take(stream: 1, version: 1, position: 2)
        #expect(tree.count == 2)
    }
}
