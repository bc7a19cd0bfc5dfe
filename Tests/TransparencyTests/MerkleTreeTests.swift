import EventCoding
import Testing

@testable import Transparency

/// The tree held to the definition of RFC 9162, section 2.1, written as it stands there.
@Suite struct MerkleTreeTests {
    /// Trees of up to so many leaves are looked at in full.
    private static let most = 300
    private static let leaves = (0..<most).map {
        Digest.leaf([UInt8](repeating: UInt8($0 % 251), count: $0 % 7).span.bytes)
    }

    /// `MTH(D[from:to])`, each computed once.
    private final class Definition {
        private var known: [Range<Int>: Digest] = [:]

        func root(_ range: Range<Int>) -> Digest {
            if range.isEmpty { return Digest.sha256(of: [UInt8]().span.bytes) }
            if range.count == 1 { return MerkleTreeTests.leaves[range.lowerBound] }
            if let root = known[range] { return root }
            let middle = range.lowerBound + Self.split(range.count)
            let root = Digest.node(self.root(range.lowerBound..<middle), self.root(middle..<range.upperBound))
            known[range] = root
            return root
        }

        /// The largest power of two smaller than `count`.
        static func split(_ count: Int) -> Int {
            var power = 1
            while 2 * power < count { power *= 2 }
            return power
        }

        /// `PATH(m, D[range])`.
        func path(_ index: Int, _ range: Range<Int>) -> [Digest] {
            if range.count == 1 { return [] }
            let middle = range.lowerBound + Self.split(range.count)
            return index < middle
                ? path(index, range.lowerBound..<middle) + [root(middle..<range.upperBound)]
                : path(index, middle..<range.upperBound) + [root(range.lowerBound..<middle)]
        }

        /// `SUBPROOF(m, D[range], b)`.
        func subproof(_ earlier: Int, _ range: Range<Int>, _ isWhole: Bool) -> [Digest] {
            if earlier == range.upperBound { return isWhole ? [] : [root(range)] }
            let middle = range.lowerBound + Self.split(range.count)
            return earlier <= middle
                ? subproof(earlier, range.lowerBound..<middle, isWhole) + [root(middle..<range.upperBound)]
                : subproof(earlier, middle..<range.upperBound, false) + [root(range.lowerBound..<middle)]
        }
    }

    private static let hashes = subtrees(over: leaves)

    private static func tree(_ size: Int) -> MerkleTree<TransparencyError> {
        MerkleTree(size: UInt64(size)) { (subtree) throws(TransparencyError) in
            precondition(subtree.start + subtree.count <= UInt64(size), "beyond the tree")
            return hashes[subtree] ?? .emptyTree
        }
    }

    @Test func `roots are those of the definition, at once and leaf by leaf`() throws {
        let definition = Definition()
        var frontier = TreeFrontier()
        for size in 0...Self.most {
            #expect(try Self.tree(size).root() == definition.root(0..<size))
            #expect(frontier.root == definition.root(0..<size))
            let made = try TreeFrontier(size: UInt64(size)) { (subtree) throws(TransparencyError) in
                Self.hashes[subtree] ?? .emptyTree
            }
            #expect(made == frontier)
            if size < Self.most { frontier.append(Self.leaves[size]) }
        }
    }

    @Test func `known roots`() throws {
        // The leaves and the roots that implementations of RFC 6962 have in common.
        let entries = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var frontier = TreeFrontier()
        for (entry, root) in zip(entries, roots) {
            let pairs = stride(from: 0, to: entry.count, by: 2).map { entry.dropFirst($0).prefix(2) }
            let bytes = pairs.map { UInt8($0, radix: 16) ?? 0 }
            frontier.append(.leaf(bytes.span.bytes))
            #expect(frontier.root.description == root)
        }
    }

    @Test func `every leaf of every tree is proved as defined, and the proof verifies`() throws {
        let definition = Definition()
        for size in 1...Self.most {
            let (tree, root) = (Self.tree(size), definition.root(0..<size))
            for index in 0..<size {
                let proof = try tree.inclusionProof(of: UInt64(index))
                try #require(proof == definition.path(index, 0..<size), "\(index) of \(size)")
                try TreeProof.verifyInclusion(
                    of: Self.leaves[index],
                    at: UInt64(index),
                    in: UInt64(size),
                    root: root,
                    proof
                )
            }
        }
    }

    @Test func `every pair of sizes is consistent as defined, and the proof verifies`() throws {
        let definition = Definition()
        for later in 1...Self.most {
            let tree = Self.tree(later)
            for earlier in 1...later {
                let proof = try tree.consistencyProof(from: UInt64(earlier))
                try #require(proof == definition.subproof(earlier, 0..<later, true), "\(earlier) to \(later)")
                try TreeProof.verifyConsistency(
                    from: (UInt64(earlier), definition.root(0..<earlier)),
                    to: (UInt64(later), definition.root(0..<later)),
                    proof
                )
            }
        }
    }

    // MARK: Nothing else verifies

    /// The hash with one bit turned.
    private static func flipped(_ digest: Digest, _ bit: Int) -> Digest {
        var bytes = digest.bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return Digest(bytes: bytes.span.bytes) ?? .emptyTree
    }

    private func isRefused(_ body: () throws -> Void) -> Bool { (try? body()) == nil }

    @Test(arguments: [1, 2, 3, 7, 8, 11, 64, 100]) func `a proof of inclusion with any bit changed is refused`(
        size: Int
    ) throws {
        let (tree, root) = (Self.tree(size), Definition().root(0..<size))
        for index in 0..<size {
            let proof = try tree.inclusionProof(of: UInt64(index))
            func refuses(_ leaf: Digest, _ index: UInt64, _ size: UInt64, _ root: Digest, _ proof: [Digest]) -> Bool {
                isRefused { try TreeProof.verifyInclusion(of: leaf, at: index, in: size, root: root, proof) }
            }
            let (leaf, at, of) = (Self.leaves[index], UInt64(index), UInt64(size))
            for bit in stride(from: 0, to: 256, by: 5) {
                #expect(refuses(Self.flipped(leaf, bit), at, of, root, proof))
                #expect(refuses(leaf, at, of, Self.flipped(root, bit), proof))
                for hash in proof.indices {
                    var other = proof
                    other[hash] = Self.flipped(proof[hash], bit)
                    #expect(refuses(leaf, at, of, root, other))
                }
            }
            for bit in 0..<64 {
                #expect(refuses(leaf, at ^ 1 << UInt64(bit), of, root, proof))
            }
            #expect(refuses(leaf, at, of, root, proof + [root]))
            if !proof.isEmpty { #expect(refuses(leaf, at, of, root, Array(proof.dropLast()))) }
        }
    }

    @Test(arguments: [(1, 2), (3, 7), (4, 8), (6, 8), (7, 64), (64, 100), (99, 100), (128, 300)])
    func `a proof of consistency with any bit changed is refused`(sizes: (Int, Int)) throws {
        let definition = Definition()
        let (earlier, later) = (UInt64(sizes.0), UInt64(sizes.1))
        let (first, second) = (definition.root(0..<sizes.0), definition.root(0..<sizes.1))
        let proof = try Self.tree(sizes.1).consistencyProof(from: earlier)
        func refuses(
            _ earlier: UInt64,
            _ first: Digest,
            _ later: UInt64,
            _ second: Digest,
            _ proof: [Digest]
        ) -> Bool {
            isRefused { try TreeProof.verifyConsistency(from: (earlier, first), to: (later, second), proof) }
        }
        #expect(!refuses(earlier, first, later, second, proof))
        for bit in 0..<256 {
            #expect(refuses(earlier, Self.flipped(first, bit), later, second, proof))
            #expect(refuses(earlier, first, later, Self.flipped(second, bit), proof))
            for hash in proof.indices {
                var other = proof
                other[hash] = Self.flipped(proof[hash], bit)
                #expect(refuses(earlier, first, later, second, other))
            }
        }
        #expect(refuses(earlier, first, later, second, proof + [first]))
        #expect(refuses(earlier, first, later, second, Array(proof.dropLast())))
        #expect(refuses(later, second, earlier, first, proof))
    }

    @Test func `a size that has another shape is refused`() throws {
        // A proof speaks of a size only through its shape; sizes of one shape differ in their roots.
        let tree = Self.tree(100)
        let root = try tree.root()
        for size in 1...Self.most where size != 100 {
            let accepted = try (0..<min(size, 100)).filter { index in
                let proof = try tree.inclusionProof(of: UInt64(index))
                return !isRefused {
                    try TreeProof.verifyInclusion(
                        of: Self.leaves[index],
                        at: UInt64(index),
                        in: UInt64(size),
                        root: root,
                        proof
                    )
                }
            }
            #expect(try Self.tree(size).root() != root)
            // None of the leaves on the right edge, where the shape shows.
            #expect(!accepted.contains(99))
        }
    }

    @Test func `sizes beyond all logs are counted right`() throws {
        let sizes: [UInt64] = [1 << 40, (1 << 40) - 1, (1 << 40) + 1, 0xAB_CDEF_0123, 3 << 38]
        for size in sizes {
            let tree = Self.treeOfAlike(size)
            let root = try tree.root()
            for index: UInt64 in [0, 1, size / 3, size / 2, size - 2, size - 1] {
                try TreeProof.verifyInclusion(
                    of: Self.alike[0],
                    at: index,
                    in: size,
                    root: root,
                    try tree.inclusionProof(of: index)
                )
            }
            for earlier: UInt64 in [1, 2, size / 3, size / 2, size - 1] {
                let before = Self.treeOfAlike(earlier)
                try TreeProof.verifyConsistency(
                    from: (earlier, try before.root()),
                    to: (size, root),
                    try tree.consistencyProof(from: earlier)
                )
            }
        }
    }

    private static func treeOfAlike(_ size: UInt64) -> MerkleTree<TransparencyError> {
        MerkleTree(size: size) { (subtree) throws(TransparencyError) in alike[subtree.level] }
    }

    /// The hashes of full subtrees over leaves that are all alike.
    private static let alike = (0..<63).reduce(into: [Digest.leaf([UInt8](repeating: 7, count: 3).span.bytes)]) {
        hashes,
        _ in
        hashes.append(.node(hashes[hashes.count - 1], hashes[hashes.count - 1]))
    }

    // MARK: Tiles

    @Test func `tiles are named as their specification says`() {
        #expect(Tile(level: 0, index: 0).path == "tile/0/000")
        #expect(Tile(level: 2, index: 1_234_067).path == "tile/2/x001/x234/067")
        #expect(Tile(level: 0, index: 999, count: 5).path == "tile/0/999.p/5")
        #expect(Tile(level: 1, index: 1_000).path == "tile/1/x001/000")
        #expect(Tile(level: 0, index: 1_234, count: 17).entriesPath == "tile/entries/x001/234.p/17")
    }

    @Test func `a tree has the tiles that its size asks for`() {
        #expect(Tile.tiles(ofTreeOf: 0).isEmpty)
        #expect(Tile.tiles(ofTreeOf: 1) == [Tile(level: 0, index: 0, count: 1)])
        #expect(
            Tile.tiles(ofTreeOf: 257) == [
                Tile(level: 0, index: 0), Tile(level: 0, index: 1, count: 1), Tile(level: 1, index: 0, count: 1),
            ]
        )
        let tiles = Tile.tiles(ofTreeOf: 70_000)
        #expect(tiles.filter { $0.level == 0 }.count == 274)
        #expect(tiles.last == Tile(level: 2, index: 0, count: 1))
        #expect(tiles.filter { $0.level == 1 }.map(\.count) == [256, 17])
    }
}
