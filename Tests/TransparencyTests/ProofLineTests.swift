import EventCoding
import Testing

@testable import Transparency

/// Proofs of entries and requests to witnesses, as texts.
@Suite struct ProofLineTests {
    private static let leaves = (0..<11).map { Digest.leaf([UInt8($0)].span.bytes) }

    private static func tree(_ size: Int) -> MerkleTree<Never> {
        let hashes = subtrees(over: leaves)
        return MerkleTree(size: UInt64(size)) { hashes[$0] ?? .emptyTree }
    }

    private static func note(_ size: Int) throws -> SignedNote {
        let root = tree(size).root()
        var note = try SignedNote(Checkpoint(origin: "school.example/log", size: UInt64(size), root: root))
        try note.sign(NoteSigner("school.example/log", .log, of: 1))
        return note
    }

    private static func replacing(_ line: Int, _ text: String?, in whole: String) -> String {
        var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let text { lines[line - 1] = text } else { lines.remove(at: line - 1) }
        return lines.joined(separator: "\n")
    }

    // MARK: Proofs

    @Test(arguments: [[], [0], Array(0...255), [UInt8](repeating: 7, count: 70_000)])
    func `a proof is read as it was written, with what is added to it`(extra: [UInt8]) throws {
        for index in 0..<11 {
            let proof = EntryProof(
                extra: extra,
                index: UInt64(index),
                hashes: Self.tree(11).inclusionProof(of: UInt64(index)),
                checkpoint: try Self.note(11)
            )
            let read = try EntryProof(bytes: Array("\(proof)".utf8))
            #expect(read == proof && "\(read)" == "\(proof)")
            let key = NoteSigner("school.example/log", .log, of: 1).key
            #expect(try read.verify(Self.leaves[index], log: key).size == 11)
            #expect(
                refusal { try read.verify(Self.leaves[(index + 1) % 11], log: key) }?
                    .reason
                    == .rootDiffers
            )
        }
    }

    @Test func `a proof is refused with its line`() throws {
        let proof = EntryProof(
            extra: [1, 2],
            index: 9,
            hashes: Self.tree(11).inclusionProof(of: 9),
            checkpoint: try Self.note(11)
        )
        // 1 heading, 2 extra, 3 index, 4-6 hashes, 7 empty, 8-10 checkpoint, 11 empty, 12 signature.
        let text = "\(proof)"
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 13)
        let cases: [(Int, String?, Int)] = [
            (1, "c2sp.org/tlog-proof@v2", 1), (1, "", 1), (1, nil, 1), (2, "extra", 2), (2, "extra ", 2),
            (2, "extra AQI", 2), (2, "extra  AQI=", 2), (2, "Extra AQI=", 2), (3, "index", 3), (3, "index ", 3),
            (3, "index 09", 3), (3, "index +9", 3), (3, "index -9", 3), (3, "index 9 ", 3), (3, nil, 3),
            (3, "index 18446744073709551616", 3), (4, "AAAA", 4), (5, "=", 5), (6, " ", 6), (6, "x\ty", 6),
            // Without the empty line, the origin is no hash.
            (7, nil, 7), (11, nil, 11), (11, "x", 7), (12, "— x AAAA", 12), (12, "\u{1}", 12), (12, nil, 12),
        ]
        for (line, other, expected) in cases {
            let spoilt = Self.replacing(line, other, in: text)
            let error = refusal { _ = try EntryProof(spoilt) }
            // What is parted wrongly is told of at a place near by; all else at its own.
            if line != 11 { #expect(error?.place == .line(expected), "\(line): \(other ?? "removed")") }
            #expect(error?.reason == .malformed)
        }
        #expect(refusal { _ = try EntryProof("") }?.place == .line(1))
        let cut = text.dropLast()
        #expect(refusal { _ = try EntryProof(String(cut)) }?.place == .line(12))
        let carried = text.replacing("\n", with: "\r\n")
        #expect(refusal { _ = try EntryProof(carried) }?.place == .line(1))
    }

    @Test func `a proof has at most 64 hashes`() throws {
        let (many, note) = ([Digest](repeating: .emptyTree, count: 65), try Self.note(11))
        let most = EntryProof(index: 0, hashes: Array(many.dropLast()), checkpoint: note)
        #expect(try EntryProof("\(most)") == most)
        let proof = "\(EntryProof(index: 0, hashes: many, checkpoint: note))"
        #expect(refusal { _ = try EntryProof(proof) }?.place == .line(67))
    }

    @Test func `a proof asks for its witnesses`() throws {
        let witness = NoteSigner("ministry.example/witness", .cosignature, of: 2)
        var note = try Self.note(11)
        try note.cosign(witness, at: 1_764_000_000)
        let key = NoteSigner("school.example/log", .log, of: 1).key
        let other = NoteSigner("partner.example/witness", .cosignature, of: 3).key
        let hashes = Self.tree(11).inclusionProof(of: 4)
        let proof = try EntryProof("\(EntryProof(index: 4, hashes: hashes, checkpoint: note))")
        for (atLeast, keys, isEnough) in [
            (1, [witness.key], true), (1, [other, witness.key], true), (2, [other, witness.key], false), (1, [], false),
            (1, [other], false), (0, [], true),
        ] as [(Int, [NoteKey], Bool)] {
            let error = refusal {
                try proof.verify(Self.leaves[4], log: key, WitnessPolicy(atLeast: atLeast, of: keys))
            }
            #expect(error?.reason == (isEnough ? nil : .witnessesMissing))
        }
    }

    // MARK: Requests

    @Test func `a request is read as it was written, and is refused with its line`() throws {
        let request = WitnessRequest(
            from: 4,
            hashes: Self.tree(11).consistencyProof(from: 4),
            checkpoint: try Self.note(11)
        )
        #expect(request.hashes.count == 2)
        let text = "\(request)"
        #expect(try WitnessRequest(text) == request)
        for (line, other) in [
            (1, "old"), (1, "old 04"), (1, "new 4"), (1, ""), (2, "x"), (3, "AAAA"), (9, "— x AAAA"), (9, "\t"),
        ] {
            let spoilt = Self.replacing(line, other, in: text)
            let error = refusal { _ = try WitnessRequest(spoilt) }
            #expect(error == TransparencyError(.malformed, line: line), "\(line): \(other)")
        }
        let many = [Digest](repeating: .emptyTree, count: 64)
        let long = "\(WitnessRequest(from: 4, hashes: many, checkpoint: request.checkpoint))"
        #expect(refusal { _ = try WitnessRequest(long) }?.place == .line(65))
    }

    @Test func `a note that is full takes no further signature, and stays as it is`() throws {
        // What a log sends to a witness is kept by it; it must be able to read it again.
        let row = "— x AAAAAAA=\n"
        let text = Checkpoint(origin: "school.example/log", size: 1, root: .emptyTree).text
        var note = try SignedNote(text + "\n" + String(repeating: row, count: SignedNote.mostSignatures))
        let before = note
        let witness = NoteSigner("ministry.example/witness", .cosignature, of: 2)
        #expect(refusal { try note.cosign(witness, at: 1) }?.reason == .tooLong)
        #expect(note == before)
        // The same from another copy; one that it has already changes nothing.
        let other = SignedNote.Signature(name: "x", bytes: [0, 0, 0, 0, 1])
        #expect(refusal { try note.add(other) }?.reason == .tooLong)
        try note.add(#require(note.signatures.first))
        #expect(note == before)

        let filler = String(repeating: "a", count: SignedNote.longest - text.utf8.count - 2 - row.utf8.count)
        var long = try SignedNote(text + filler + "\n\n" + row)
        #expect(refusal { try long.cosign(witness, at: 1) }?.reason == .tooLong)
        #expect(refusal { try long.add(other) }?.reason == .tooLong)
        #expect(long.signatures.count == 1)
        #expect(try SignedNote("\(long)") == long)
    }
}
