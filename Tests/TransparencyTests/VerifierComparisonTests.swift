import EventCoding
import Testing

@testable import Transparency

/// The verification of RFC 9162, which walks up bit by bit, against one that walks down as the proofs are defined.
///
/// Two ways that have nothing in common but the definition must agree on every proof, right or wrong.
@Suite struct VerifierComparisonTests {
    private static let leaves = (0..<40).map { Digest.leaf([UInt8($0)].span.bytes) }
    private static let hashes = subtrees(over: leaves)

    private static func tree(_ size: Int) -> MerkleTree<Never> {
        MerkleTree(size: UInt64(size)) { hashes[$0] ?? .emptyTree }
    }

    /// The greatest power of two smaller than a number.
    private static func split(_ count: Int) -> Int {
        var power = 1
        while 2 * power < count { power *= 2 }
        return power
    }

    /// The root to which `PATH(m, D[n])` leads, or nil where the proof has another length.
    private static func root(_ leaf: Digest, _ index: Int, _ size: Int, _ proof: ArraySlice<Digest>) -> Digest? {
        guard size > 1 else { return proof.isEmpty ? leaf : nil }
        guard let last = proof.last else { return nil }
        let middle = split(size)
        return index < middle
            ? root(leaf, index, middle, proof.dropLast()).map { .node($0, last) }
            : root(leaf, index - middle, size - middle, proof.dropLast()).map { .node(last, $0) }
    }

    /// The roots of the first `m` and of all leaves to which `SUBPROOF(m, D[n], b)` leads, or nil.
    private static func roots(
        _ earlier: Int,
        _ size: Int,
        _ known: Digest?,
        _ proof: ArraySlice<Digest>
    ) -> (Digest, Digest)? {
        if earlier == size {
            if let known { return proof.isEmpty ? (known, known) : nil }
            return proof.count == 1 ? proof.first.map { ($0, $0) } : nil
        }
        guard let last = proof.last else { return nil }
        let middle = split(size)
        if earlier <= middle {
            return roots(earlier, middle, known, proof.dropLast()).map { ($0, .node($1, last)) }
        }
        return roots(earlier - middle, size - middle, nil, proof.dropLast()).map { (.node(last, $0), .node(last, $1)) }
    }

    private static func isAccepted(_ body: () throws(TransparencyError) -> Void) -> Bool { (try? body()) != nil }

    @Test func `inclusion: every proof under every other index and size`() throws {
        let most = 20
        var accepted = 0
        for size in 1...most {
            for index in 0..<size {
                let proof = Self.tree(size).inclusionProof(of: UInt64(index))
                let root = Self.tree(size).root()
                for otherSize in 0...most + 1 {
                    for otherIndex in 0...most + 1 {
                        let isRight =
                            otherIndex < otherSize
                            && Self.root(Self.leaves[index], otherIndex, otherSize, proof[...]) == root
                        let isAccepted = Self.isAccepted { () throws(TransparencyError) in
                            try TreeProof.verifyInclusion(
                                of: Self.leaves[index],
                                at: UInt64(otherIndex),
                                in: UInt64(otherSize),
                                root: root,
                                proof
                            )
                        }
                        if isRight != isAccepted { Issue.record("\(index)/\(size) as \(otherIndex)/\(otherSize)") }
                        accepted += isAccepted ? 1 : 0
                    }
                }
            }
        }
        // Each as itself at least.
        #expect(accepted >= most * (most + 1) / 2)
    }

    @Test func `consistency: every proof under every other pair of sizes`() throws {
        let most = 17
        for later in 1...most {
            for earlier in 1...later {
                let proof = Self.tree(later).consistencyProof(from: UInt64(earlier))
                let (first, second) = (Self.tree(earlier).root(), Self.tree(later).root())
                for otherLater in 1...most + 1 {
                    for otherEarlier in 1...most + 1 {
                        let read =
                            otherEarlier <= otherLater ? Self.roots(otherEarlier, otherLater, first, proof[...]) : nil
                        let isRight = read.map { $0 == (first, second) } ?? false
                        let isAccepted = Self.isAccepted { () throws(TransparencyError) in
                            try TreeProof.verifyConsistency(
                                from: (UInt64(otherEarlier), first),
                                to: (UInt64(otherLater), second),
                                proof
                            )
                        }
                        if isRight != isAccepted {
                            Issue.record("\(earlier) to \(later) as \(otherEarlier) to \(otherLater)")
                        }
                    }
                }
            }
        }
    }

    @Test func `proofs too short, too long, in another order or with a hash twice are refused`() throws {
        for later in 1...40 {
            let (tree, second) = (Self.tree(later), Self.tree(later).root())
            for other in 0..<later {
                let inclusion = tree.inclusionProof(of: UInt64(other))
                for proof in Self.spoilt(inclusion) {
                    let isAccepted = Self.isAccepted { () throws(TransparencyError) in
                        try TreeProof.verifyInclusion(
                            of: Self.leaves[other],
                            at: UInt64(other),
                            in: UInt64(later),
                            root: second,
                            proof
                        )
                    }
                    if isAccepted { Issue.record("inclusion of \(other) in \(later)") }
                }
                let first = Self.tree(other).root()
                for proof in Self.spoilt(tree.consistencyProof(from: UInt64(other))) {
                    let isAccepted = Self.isAccepted { () throws(TransparencyError) in
                        try TreeProof.verifyConsistency(
                            from: (UInt64(other), first),
                            to: (UInt64(later), second),
                            proof
                        )
                    }
                    if isAccepted { Issue.record("consistency of \(other) and \(later)") }
                }
            }
        }
    }

    private static func spoilt(_ proof: [Digest]) -> [[Digest]] {
        var others = [proof + [.emptyTree], [.emptyTree] + proof, proof + proof, Array(proof.reversed())]
        for place in proof.indices {
            var (shorter, longer) = (proof, proof)
            shorter.remove(at: place)
            longer.insert(proof[place], at: place)
            others += [shorter, longer, Array(proof[..<place])]
        }
        return others.filter { $0 != proof }
    }
}
