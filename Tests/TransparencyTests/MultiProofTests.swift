import EventCoding
import Testing

@testable import Transparency

/// Proofs of many leaves, against trees that are built as RFC 9162 defines them.
@Suite struct MultiProofTests {
    private static let leaves = (0..<300).map { Digest.leaf([UInt8($0 & 255), UInt8($0 >> 8)].span.bytes) }

    /// `MTH(D[from:to])`, as it stands in section 2.1.1.
    private static func root(_ range: Range<Int>) -> Digest {
        if range.isEmpty { return .emptyTree }
        if range.count == 1 { return leaves[range.lowerBound] }
        var half = 1
        while 2 * half < range.count { half *= 2 }
        let middle = range.lowerBound + half
        return .node(root(range.lowerBound..<middle), root(middle..<range.upperBound))
    }

    private static func tree(_ size: Int) -> MerkleTree<Never> {
        MerkleTree(size: UInt64(size)) { root(Int($0.start)..<Int($0.start + $0.count)) }
    }

    /// Leaves and smaller sizes, each chosen with a likelihood of its own.
    private static func choose(_ size: Int, _ random: inout SeededNumbers) -> (leaves: [UInt64], cuts: [UInt64]) {
        let (dense, cut) = (random.next(2) == 0, random.next(3))
        let leaves = (0..<UInt64(size)).filter { _ in random.next(dense ? 2 : 12) == 0 }
        return (leaves, (0..<UInt64(size)).filter { _ in cut > 0 && random.next(12) < cut })
    }

    private static func hashes(of numbers: [UInt64]) -> [Digest] { numbers.map { leaves[Int($0)] } }

    @Test func `the roots of the tree and of every smaller one that was asked for follow`() throws {
        var random = SeededNumbers(seed: 41)
        for size in Array(1...64) + (0..<60).map({ _ in 65 + random.next(235) }) {
            for _ in 0..<6 {
                let (leaves, cuts) = Self.choose(size, &random)
                let proof = try MultiProof(of: leaves, in: UInt64(size), cuts: cuts)
                let hashes = Self.tree(size).hashes(of: proof)
                let sizes = cuts + [UInt64(size)]
                let roots = try proof.roots(at: sizes, leafHashes: Self.hashes(of: leaves), hashes: hashes)
                for size in sizes { #expect(roots[size] == Self.root(0..<Int(size)), "\(size) of \(leaves) \(cuts)") }
            }
        }
    }

    @Test func `of all leaves no hash is needed, and of any size the root is known`() throws {
        for size in 1...70 {
            let all = (0..<UInt64(size)).map(\.self)
            let proof = try MultiProof(of: all, in: UInt64(size))
            #expect(proof.hidden.isEmpty)
            let sizes = (0...UInt64(size)).map(\.self)
            let roots = try proof.roots(at: sizes, leafHashes: Self.hashes(of: all), hashes: [])
            for earlier in sizes { #expect(roots[earlier] == Self.root(0..<Int(earlier))) }
        }
    }

    @Test func `as many hashes as the one leaf's own path has`() throws {
        for size in 1...130 {
            for leaf in stride(from: 0, to: size, by: 7) {
                let proof = try MultiProof(of: [UInt64(leaf)], in: UInt64(size))
                #expect(proof.hidden.count == Self.tree(size).inclusionProof(of: UInt64(leaf)).count)
            }
        }
    }

    @Test func `a root within what is only known as a whole is not told`() throws {
        let proof = try MultiProof(of: [0], in: 100)
        let roots = try proof.roots(
            at: [1, 50, 64, 100],
            leafHashes: Self.hashes(of: [0]),
            hashes: Self.tree(100).hashes(of: proof)
        )
        #expect(roots[50] == nil && roots[1] != nil && roots[64] != nil && roots[100] != nil)
    }

    @Test func `any other leaf or hash, in any other order, leads to another root`() throws {
        var random = SeededNumbers(seed: 7)
        for _ in 0..<60 {
            let size = 2 + random.next(60)
            let (leaves, cuts) = Self.choose(size, &random)
            let proof = try MultiProof(of: leaves, in: UInt64(size), cuts: cuts)
            let hashes = Self.tree(size).hashes(of: proof)
            let given = Self.hashes(of: leaves)
            let root = Self.root(0..<size)
            func isProved(_ leaves: [Digest], _ hashes: [Digest]) -> Bool {
                (try? proof.roots(at: [UInt64(size)], leafHashes: leaves, hashes: hashes))?[UInt64(size)] == root
            }
            #expect(isProved(given, hashes))
            for index in hashes.indices {
                for bit in [0, 100, 255] {
                    var bytes = hashes[index].bytes
                    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                    let hash = Digest(bytes: bytes.span.bytes)
                    var other = hashes
                    other[index] = try #require(hash)
                    #expect(!isProved(given, other))
                }
                var fewer = hashes
                fewer.remove(at: index)
                #expect(!isProved(given, fewer))
                if index > 0 {
                    var swapped = hashes
                    swapped.swapAt(index, index - 1)
                    #expect(!isProved(given, swapped))
                }
            }
            for index in given.indices.dropFirst() {
                var swapped = given
                swapped.swapAt(index, index - 1)
                #expect(!isProved(swapped, hashes))
            }
            #expect(!isProved(given + [root], hashes) && !isProved(given, hashes + [root]))
        }
    }

    @Test func `what is out of order or beyond the tree is refused`() {
        for (leaves, cuts): ([UInt64], [UInt64]) in [
            ([3, 2], []), ([2, 2], []), ([10], []), ([], [4, 3]), ([], [5, 5]), ([], [11]),
        ] {
            #expect(throws: TransparencyError.self) { try MultiProof(of: leaves, in: 10, cuts: cuts) }
        }
    }

    @Test func `the walk is short in trees of any size`() throws {
        for bits in [32, 40, 62] {
            let size = UInt64(1) << UInt64(bits) + 12_345
            let proof = try MultiProof(of: [0, 1, size / 3, size - 1], in: size, cuts: [size / 2, size - 1])
            #expect(proof.hidden.count <= 6 * (bits + 1))
            #expect(proof.hidden.allSatisfy { !$0.contains(size / 3) })
        }
    }
}

/// Numbers that are the same in every run.
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A number from 0 to `bound` − 1.
    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
