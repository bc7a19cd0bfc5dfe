import EventCoding
import Testing

@testable import Transparency

/// Whose a signature is, and whom it counts for: names are bytes, and a key speaks once.
@Suite struct SignatureIdentityTests {
    private static let state = Checkpoint(origin: "school.example/log", size: 243, root: .emptyTree)

    @Test func `a witness that is listed twice counts once`() throws {
        let witness = NoteSigner("ministry.example/witness", .cosignature, of: 2)
        var note = try SignedNote(text: Self.state.text)
        try note.cosign(witness, at: 1)
        let policy = WitnessPolicy(atLeast: 2, of: [witness.key, witness.key])
        #expect(reason { try policy.verify(note) } == .witnessesMissing)
    }

    @Test func `a public key under two names counts once`() throws {
        // The message of a cosignature does not say who signs, so that whoever has one can put it under the other name.
        let first = NoteSigner("ministry.example/a", .cosignature, of: 2)
        let second = NoteSigner("ministry.example/b", .cosignature, of: 2)
        var note = try SignedNote(text: Self.state.text)
        try note.cosign(first, at: 1)
        let signature = try #require(note.signatures.first)
        try note.add(.init(name: second.key.name, bytes: second.key.hash + signature.bytes.dropFirst(4)))
        #expect(try note.cosigned(by: second.key) == 1)
        let policy = WitnessPolicy(atLeast: 2, of: [first.key, second.key])
        #expect(reason { try policy.verify(note) } == .witnessesMissing)
        #expect(reason { try WitnessPolicy(atLeast: 1, of: policy.witnesses).verify(note) } == nil)
    }

    @Test func `names that only look alike are different names`() throws {
        // One character, or a letter and an accent: equal as Swift compares texts, and not the same bytes.
        let (composed, decomposed) = ("\u{E9}cole.example", "e\u{301}cole.example")
        #expect(composed == decomposed)
        let log = NoteSigner(composed, .log, of: 1)
        var note = try SignedNote(text: Checkpoint(origin: decomposed, size: 1, root: .emptyTree).text)
        try note.sign(log)
        #expect(reason { _ = try Checkpoint(note, signedBy: log.key) } == .otherOrigin)

        var other = try SignedNote(text: Self.state.text)
        try other.sign(log)
        let signature = try #require(other.signatures.first)
        var alike = try SignedNote(text: Self.state.text)
        try alike.add(.init(name: decomposed, bytes: signature.bytes))
        #expect(reason { try alike.verify(log.key) } == .signatureMissing)
        // The one that is known is not taken for a copy of the one that is not.
        try alike.add(signature)
        #expect(reason { try alike.verify(log.key) } == nil)
        #expect(alike.signatures.count == 2)
    }

    @Test func `every signature of a known key must be over the text`() throws {
        let log = NoteSigner("school.example/log", .log, of: 1)
        let witness = NoteSigner("ministry.example/witness", .cosignature, of: 2)
        var note = try SignedNote(text: Self.state.text)
        try note.sign(log)
        try note.cosign(witness, at: 5)
        for signature in note.signatures {
            var bytes = signature.bytes
            bytes[bytes.count - 1] ^= 1
            var other = note
            try other.add(.init(name: signature.name, bytes: bytes))
            #expect(
                reason {
                    try other.verify(log.key)
                    _ = try other.cosigned(by: witness.key)
                } == .signatureInvalid
            )
        }
        // A witness may see a state again.
        var later = try SignedNote(text: Self.state.text)
        try later.cosign(witness, at: 9)
        try note.add(#require(later.signatures.first))
        #expect(try note.cosigned(by: witness.key) == 9)
    }

    @Test func `a time has 63 bits`() throws {
        let witness = NoteSigner("ministry.example/witness", .cosignature, of: 2)
        var note = try SignedNote(text: Self.state.text)
        try note.cosign(witness, at: UInt64(Int64.max))
        #expect(try note.cosigned(by: witness.key) == UInt64(Int64.max))
        #expect(reason { try note.cosign(witness, at: UInt64(Int64.max) + 1) } == .malformed)

        let time = UInt64(1) << 63
        let message = Array("cosignature/v1\ntime \(time)\n\(Self.state.text)".utf8)
        let bytes = witness.key.hash + [0x80, 0, 0, 0, 0, 0, 0, 0] + (try witness.signature(over: message))
        var beyond = try SignedNote(text: Self.state.text)
        try beyond.add(.init(name: witness.key.name, bytes: bytes))
        #expect(reason { _ = try beyond.cosigned(by: witness.key) } == .signatureInvalid)
    }

    @Test func `a tree without leaves has the one root`() throws {
        let other = Digest.leaf([1].span.bytes)
        #expect(
            reason { try TreeProof.verifyConsistency(from: (0, .emptyTree), to: (0, other), []) } == .rootDiffers
        )
        for size: UInt64 in [0, 1, 2] {
            let from = (size: UInt64(0), root: other)
            #expect(reason { try TreeProof.verifyConsistency(from: from, to: (size, other), []) } == .rootDiffers)
        }
        #expect(reason { try TreeProof.verifyConsistency(from: (0, .emptyTree), to: (0, .emptyTree), []) } == nil)
        #expect(reason { try TreeProof.verifyConsistency(from: (0, .emptyTree), to: (1, other), []) } == nil)
        #expect(
            reason { try TreeProof.verifyConsistency(from: (0, .emptyTree), to: (1, other), [other]) } == .proofLength
        )
    }

    @Test func `a secret is not in what a signer says of itself`() throws {
        let signer = NoteSigner("school.example/log", .log, of: 0xA7)
        var dumped = ""
        dump(signer, to: &dumped)
        for text in ["\(signer)", String(reflecting: signer), dumped] {
            #expect(!text.contains("167"), "\(text)")
        }
    }
}
