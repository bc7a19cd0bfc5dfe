import EventCoding
import Testing

@testable import Transparency

@Suite struct TileTests {
    private static let size = 70_000
    private static let entries = (0..<size).map { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    /// All full subtrees of a tree that is large enough to have tiles of three levels.
    private static let hashes = subtrees(over: entries.map { .leaf($0.span.bytes) })

    private static func tree(_ size: Int) -> MerkleTree<TransparencyError> {
        MerkleTree(size: UInt64(size)) { (subtree) throws(TransparencyError) in hashes[subtree] ?? .emptyTree }
    }

    /// The files of a log of a size, as it would publish them.
    private static func files(_ size: Int) throws -> [String: [UInt8]] {
        let tree = tree(size)
        var files: [String: [UInt8]] = [:]
        for tile in Tile.tiles(ofTreeOf: UInt64(size)) {
            files[tile.path] = Tile.bytes(of: try (0..<tile.count).map { try tree.hash(tile.subtree(at: $0)) })
        }
        return files
    }

    // MARK: Paths

    @Test(arguments: [
        ("tile/0/000", Tile(level: 0, index: 0)),
        ("tile/0/x001/x234/067", Tile(level: 0, index: 1_234_067)),
        ("tile/0/x001/234.p/5", Tile(level: 0, index: 1_234, count: 5)),
        ("tile/63/999.p/255", Tile(level: 63, index: 999, count: 255)),
        ("tile/2/x001/000.p/1", Tile(level: 2, index: 1_000, count: 1)),
        ("tile/0/x072/x057/x594/x037/x927/935", Tile(level: 0, index: 72_057_594_037_927_935)),
    ]) func `a path is written the one way that it is`(path: String, tile: Tile) {
        #expect(tile.path == path)
    }

    // MARK: Which tiles

    @Test func `the tile of a subtree holds its leaves`() {
        let size = UInt64(Self.size)
        let listed = Set(Tile.tiles(ofTreeOf: size))
        for subtree in Self.hashes.keys {
            let (tile, places) = Tile.tile(of: subtree, inTreeOf: size)
            let first = tile.subtree(at: places.lowerBound)
            let last = tile.subtree(at: places.upperBound - 1)
            if !listed.contains(tile) || first.start != subtree.start
                || last.start + last.count != subtree.start + subtree.count
            {
                Issue.record("\(subtree)")
            }
        }
    }

    @Test func `tiles are counted right beyond all logs`() throws {
        for size: UInt64 in [1 << 40, (1 << 40) + 12_345, (1 << 62) - 1, (1 << 63) + 257, .max] {
            for start in [0, size / 3, size / 2, size - 1] {
                for level in 0..<64 {
                    let subtree = Subtree(level: level, index: start >> UInt64(level))
                    guard subtree.count <= size, subtree.start <= size - subtree.count else { continue }
                    let (tile, places) = Tile.tile(of: subtree, inTreeOf: size)
                    #expect(tile.level == level / 8 && places.count == 1 << (level % 8))
                    #expect(tile.subtree(at: places.lowerBound).start == subtree.start)
                }
            }
        }
    }

    // MARK: Bytes

    @Test(arguments: [1, 2, 255, 256, 257, 600, 65_536, 65_793, 70_000])
    func `roots and proofs come from published tiles`(size: Int) throws {
        let files = try Self.files(size)
        let tree = MerkleTree(size: UInt64(size)) { (tile: Tile) throws(TransparencyError) in
            guard let bytes = files[tile.path] else { throw TransparencyError(.malformed, tile.path) }
            return try tile.hashes(from: bytes.span.bytes)
        }
        let definition = Self.tree(size)
        #expect(try tree.root() == definition.root())
        for index in [0, size / 3, size / 2, size - 1].map(UInt64.init) {
            #expect(try tree.inclusionProof(of: index) == definition.inclusionProof(of: index))
            #expect(try tree.consistencyProof(from: index) == definition.consistencyProof(from: index))
        }
    }

    @Test func `a tile has its bytes, no more and no less`() throws {
        let tile = Tile(level: 0, index: 3, count: 2)
        let hashes = [Digest.emptyTree, .leaf([1].span.bytes)]
        let bytes = Tile.bytes(of: hashes)
        #expect(bytes == hashes[0].bytes + hashes[1].bytes)
        #expect(try tile.hashes(from: bytes.span.bytes) == hashes)
        let cases: [([UInt8], Int)] = [([], 0), (Array(bytes.dropLast()), 63), (bytes + [0], 64)]
        for (other, place) in cases {
            let error = refusal { _ = try tile.hashes(from: other.span.bytes) }
            #expect(error?.place == .byte(place))
        }
    }

    // MARK: Entries

    @Test func `a bundle is read as it was written, and hashes to its tile`() throws {
        let longest = [UInt8](repeating: 3, count: EntryBundle.longestEntry)
        let bundle = try EntryBundle(entries: [[], [1], longest, [2, 3]])
        let tile = Tile(level: 0, index: 0, count: 4)
        #expect(bundle.bytes.prefix(7) == [0, 0, 0, 1, 1, 0xFF, 0xFF])
        #expect(try EntryBundle(of: tile, bytes: bundle.bytes.span.bytes) == bundle)
        #expect(bundle.leaves[0] == .leaf([UInt8]().span.bytes))

        let full = Tile(level: 0, index: 2)
        let entries = try EntryBundle(entries: Array(Self.entries[512..<768]))
        let read = try EntryBundle(of: full, bytes: entries.bytes.span.bytes)
        let file = try #require(try Self.files(Self.size)[full.path])
        #expect(try read.leaves == full.hashes(from: file.span.bytes))
    }

    @Test func `a bundle that is cut off or goes on is refused where it does`() throws {
        let bytes: [UInt8] = [0, 2, 7, 7, 0, 0, 0, 1, 9]
        let tile = Tile(level: 0, index: 0, count: 3)
        #expect(try EntryBundle(of: tile, bytes: bytes.span.bytes).entries == [[7, 7], [], [9]])
        // Where the entry begins that a cut leaves unfinished.
        for (count, start) in zip(0..<9, [0, 0, 0, 0, 4, 4, 6, 6, 6]) {
            let cut = Array(bytes.prefix(count))
            let error = refusal { _ = try EntryBundle(of: tile, bytes: cut.span.bytes) }
            #expect(error?.place == .byte(start), "\(count) bytes")
        }
        let longer = bytes + [0, 0]
        let error = refusal { _ = try EntryBundle(of: tile, bytes: longer.span.bytes) }
        #expect(error?.place == .byte(9))
    }

    @Test func `an entry that two bytes cannot count is refused`() {
        let long = [UInt8](repeating: 0, count: EntryBundle.longestEntry + 1)
        let tooLong = refusal { _ = try EntryBundle(entries: [[], long]) }
        #expect(tooLong?.reason == .tooLong && tooLong?.subject == "entry 1")
        for count in [0, 257] {
            let entries = [[UInt8]](repeating: [], count: count)
            let error = refusal { _ = try EntryBundle(entries: entries) }
            #expect(error?.reason == .malformed)
        }
    }
}
