import EventCoding
import Testing

@testable import Transparency

@Suite struct NoteTests {
    // The example in the documentation of Go's package for signed notes, whose format C2SP describes.
    private static let peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let note = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    private static let log = NoteSigner("school.example/log", .log, of: 1)
    private static let ministry = NoteSigner("ministry.example/witness", .cosignature, of: 2)
    private static let partner = NoteSigner("partner.example/witness", .cosignature, of: 3)

    @Test func `a note that others signed verifies`() throws {
        let key = try NoteKey(verifierKey: Self.peter)
        #expect(key.name == "PeterNeumann" && "\(key)" == Self.peter)
        let note = try SignedNote(Self.note)
        try note.verify(key)
        #expect("\(note)" == Self.note)
        var other = Self.note
        other.replace("answer", with: "solution")
        #expect(reason { try SignedNote(other).verify(key) } == .signatureInvalid)
        #expect(reason { try SignedNote(Self.note).verify(Self.log.key) } == .signatureMissing)
    }

    @Test func `a key whose hash is another's is refused`() {
        for text in [
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
            "PeterNeumann+c74f20a3", "", "++",
        ] { #expect(reason { _ = try NoteKey(verifierKey: text) } == .keyMalformed) }
    }

    @Test func `a note that is not as specified is refused with its line`() throws {
        let cases = [
            "no text\n", "text\n— x AAAAAAA=\n", "text\n\n", "text\n\n- x AAAAAAA=\n", "text\n\n— x AAAAAAA\n",
            "text\n\n— x+y AAAAAAA=\n", "text\n\n— x  AAAAAAA=\n", "text\n\n— x AAAA\n", "te\u{1}xt\n\n— x AAAAAAA=\n",
            "text\n\n— x AAAAAAA=", "\n\n— x AAAAAAB=\n", "", "\n",
        ]
        for text in cases { #expect(reason { _ = try SignedNote(text) } == .malformed, "\(text)") }
        do {
            _ = try SignedNote("text\n\n— x AAAAAAA=\n— y !\n")
            Issue.record("accepted")
        } catch {
            #expect(error.subject == "line 4")
        }
        let many = "text\n\n" + String(repeating: "— x AAAAAAA=\n", count: SignedNote.mostSignatures + 1)
        #expect(reason { _ = try SignedNote(many) } == .malformed)
    }

    @Test func `a text may have empty lines`() throws {
        var note = try SignedNote(text: "first\n\nsecond\n")
        try note.sign(Self.log)
        #expect(try SignedNote("\(note)") == note)
        #expect(reason { _ = try SignedNote(text: "no line feed") } == .malformed)
    }

    // MARK: Checkpoints

    private static let state = Checkpoint(origin: "school.example/log", size: 243, root: .emptyTree)

    @Test func `a checkpoint is read as it was written, and only so`() throws {
        var extended = Self.state
        extended.extensions = ["rules lipnica@2025", "another line"]
        for state in [Self.state, extended] { #expect(try Checkpoint(text: state.text) == state) }
        let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        #expect(Self.state.text == "school.example/log\n243\n\(root)\n")
        for text in [
            "log\n0243\n\(root)\n", "log\n+243\n\(root)\n", "log\n-1\n\(root)\n", "log\n\n\(root)\n",
            "log\n243\n\(root)",
            "\n243\n\(root)\n", "log\n243\nAAAA\n", "log\n243\n", "log\n243\n\(root)\n\n",
            "log\n243\n\(root)\nx\n\ny\n",
            "log\n18446744073709551616\n\(root)\n",
        ] { #expect(reason { _ = try Checkpoint(text: text) } == .malformed, "\(text)") }
    }

    @Test func `a log signs, witnesses cosign, and a policy counts them`() throws {
        var note = try SignedNote(text: Self.state.text)
        try note.sign(Self.log)
        #expect(try Checkpoint(note, signedBy: Self.log.key) == Self.state)
        let policy = WitnessPolicy(atLeast: 1, of: [Self.ministry.key, Self.partner.key])
        #expect(reason { try policy.verify(note) } == .witnessesMissing)
        try note.cosign(Self.partner, at: 1_764_000_000)
        #expect(try note.cosigned(by: Self.partner.key) == 1_764_000_000)
        #expect(try policy.verify(SignedNote("\(note)")).map(\.time) == [1_764_000_000])
        #expect(reason { try WitnessPolicy(atLeast: 2, of: policy.witnesses).verify(note) } == .witnessesMissing)
        // To sign again is to sign once.
        try note.cosign(Self.partner, at: 1_764_000_001)
        try note.sign(Self.log)
        #expect(note.signatures.count == 2)
        // The same key gives the same bytes.
        #expect("\(note)".utf8.count == "\(try SignedNote("\(note)"))".utf8.count)
    }

    @Test func `a cosignature is over its time and its text`() throws {
        var note = try SignedNote(text: Self.state.text)
        try note.cosign(Self.ministry, at: 1_764_000_000)
        let line = try #require(note.signatures.first)
        for bit in 32..<(32 + 64 + 512) {
            var bytes = line.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            var other = try SignedNote(text: Self.state.text)
            try other.add(SignedNote.Signature(name: line.name, bytes: bytes))
            #expect(reason { _ = try other.cosigned(by: Self.ministry.key) } == .signatureInvalid)
        }
        var grown = Self.state
        grown.size += 1
        var other = try SignedNote(text: grown.text)
        try other.add(line)
        #expect(reason { try WitnessPolicy(atLeast: 0, of: [Self.ministry.key]).verify(other) } == .signatureInvalid)
        // One kind of key does not do what the other does.
        #expect(reason { try note.sign(Self.ministry) } == .keyMalformed)
        #expect(reason { try note.cosign(Self.log, at: 1) } == .keyMalformed)
    }

    @Test func `a checkpoint of another log is refused`() throws {
        var note = try SignedNote(text: Checkpoint(origin: "other.example", size: 1, root: .emptyTree).text)
        try note.sign(Self.log)
        #expect(reason { _ = try Checkpoint(note, signedBy: Self.log.key) } == .otherOrigin)
    }

    // MARK: Proofs of entries

    @Test func `a proof of an entry stands by itself`() throws {
        let leaves = (0..<11).map { Digest.leaf([UInt8($0)].span.bytes) }
        let hashes = subtrees(over: leaves)
        let tree = MerkleTree(size: 11) { (subtree) throws(TransparencyError) in hashes[subtree] ?? .emptyTree }
        var note = try SignedNote(text: Checkpoint(origin: Self.log.key.name, size: 11, root: try tree.root()).text)
        try note.sign(Self.log)
        try note.cosign(Self.ministry, at: 1)
        let proof = EntryProof(index: 9, hashes: try tree.inclusionProof(of: 9), checkpoint: note)
        let read = try EntryProof("\(proof)")
        #expect(read == proof)
        let policy = WitnessPolicy(atLeast: 1, of: [Self.ministry.key])
        #expect(try read.verify(leaves[9], log: Self.log.key, policy).size == 11)
        #expect(reason { try read.verify(leaves[8], log: Self.log.key) } == .rootDiffers)
        #expect(
            reason { try read.verify(leaves[9], log: NoteSigner("school.example/log", .log, of: 9).key) }
                == .signatureMissing
        )
        let lines = "\(proof)".split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let extra = ([lines[0], "extra AAAA"] + lines.dropFirst()).joined(separator: "\n")
        #expect(try EntryProof(extra).index == 9)
        for (line, text) in [(0, "c2sp.org/tlog-proof@v2"), (1, "index 09"), (1, "index"), (2, "AAAA"), (2, "")] {
            var other = lines
            other[line] = text
            #expect(
                reason { try EntryProof(other.joined(separator: "\n")).verify(leaves[9], log: Self.log.key) } != nil
            )
        }
    }

    // MARK: Witnesses

    @Test func `a witness takes what extends what it saw, and nothing else`() throws {
        let leaves = (0..<20).map { Digest.leaf([UInt8($0)].span.bytes) }
        var hashes: [Subtree: Digest] = [:]
        var roots: [Digest] = [.emptyTree]
        var frontier = TreeFrontier()
        for leaf in leaves {
            frontier.append(leaf) { hashes[$0] = $1 }
            roots.append(frontier.root)
        }
        func request(from earlier: Int, to size: Int, root: Digest? = nil) throws -> WitnessRequest {
            let tree = MerkleTree(size: UInt64(size)) { (subtree) throws(TransparencyError) in
                hashes[subtree] ?? .emptyTree
            }
            let state = Checkpoint(origin: Self.log.key.name, size: UInt64(size), root: root ?? roots[size])
            var note = try SignedNote(text: state.text)
            try note.sign(Self.log)
            let proof = try tree.consistencyProof(from: UInt64(earlier))
            return WitnessRequest(from: UInt64(earlier), hashes: proof, checkpoint: note)
        }
        func seen(_ size: Int) -> Checkpoint? {
            size == 0 ? nil : Checkpoint(origin: Self.log.key.name, size: UInt64(size), root: roots[size])
        }
        for (earlier, size) in [(0, 1), (0, 20), (1, 20), (7, 13), (16, 17), (20, 20)] {
            let made = try request(from: earlier, to: size)
            let read = try WitnessRequest("\(made)")
            #expect(read == made)
            #expect(try read.verify(Self.log.key, after: seen(earlier)).size == UInt64(size))
        }
        let good = try request(from: 7, to: 13)
        #expect(reason { _ = try good.verify(Self.log.key, after: seen(8)) } == .otherState)
        #expect(reason { _ = try good.verify(Self.log.key, after: nil) } == .otherState)
        let forged = try request(from: 7, to: 13, root: roots[12])
        #expect(reason { _ = try forged.verify(Self.log.key, after: seen(7)) } == .rootDiffers)
        var older = try request(from: 7, to: 7)
        older.earlier = 13
        #expect(reason { _ = try older.verify(Self.log.key, after: seen(13)) } == .shrunk)
        for text in [
            "", "old\n\n\(good.checkpoint)", "old 07\n\n\(good.checkpoint)", "old 7\nAAAA\n\n\(good.checkpoint)",
            "old 7",
        ] {
            #expect(reason { _ = try WitnessRequest(text) } == .malformed, "\(text)")
        }
    }
}
