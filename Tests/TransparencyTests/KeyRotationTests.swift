import EventCoding
import Testing

@testable import Transparency

/// One key of a log hands over to the next.
@Suite struct KeyRotationTests {
    private static func signer(_ number: UInt8, _ name: String = "school.example/log") throws -> NoteSigner {
        try #require(NoteSigner(name: name, kind: .log, seed: [UInt8](repeating: number, count: 32)))
    }

    private static func read(_ rotation: KeyRotation) throws -> KeyRotation {
        try KeyRotation(
            from: "\(rotation.from)",
            to: "\(rotation.to)",
            fromSignature: rotation.fromSignature,
            toSignature: rotation.toSignature
        )
    }

    @Test func `a rotation is read as it was made`() throws {
        let (one, two) = (try Self.signer(1), try Self.signer(2))
        let rotation = try KeyRotation(from: one, to: two)
        #expect(try Self.read(rotation) == rotation)
        #expect(rotation.from == one.key && rotation.to == two.key)
    }

    @Test func `it is signed by both, over both, and by nobody else`() throws {
        let (one, two, three) = (try Self.signer(1), try Self.signer(2), try Self.signer(3))
        let (right, other) = (try KeyRotation(from: one, to: two), try KeyRotation(from: one, to: three))
        let third = try KeyRotation(from: three, to: two)
        let texts: [(String, String, String, String)] = [
            ("\(one.key)", "\(two.key)", other.fromSignature, right.toSignature),
            ("\(one.key)", "\(two.key)", right.fromSignature, third.toSignature),
            ("\(one.key)", "\(two.key)", right.toSignature, right.fromSignature),
            ("\(one.key)", "\(three.key)", right.fromSignature, right.toSignature),
            ("\(two.key)", "\(one.key)", right.toSignature, right.fromSignature),
            ("\(one.key)", "\(two.key)", "", right.toSignature),
            ("\(one.key)", "nobody", right.fromSignature, right.toSignature),
        ]
        for (from, to, first, second) in texts {
            #expect(throws: TransparencyError.self) {
                try KeyRotation(from: from, to: to, fromSignature: first, toSignature: second)
            }
        }
    }

    @Test func `the two are keys of one log`() throws {
        let witness = try #require(
            NoteSigner(name: "school.example/log", kind: .cosignature, seed: [UInt8](repeating: 9, count: 32))
        )
        let one = try Self.signer(1)
        #expect(throws: TransparencyError.self) { try KeyRotation(from: one, to: Self.signer(2, "other.example")) }
        #expect(throws: TransparencyError.self) { try KeyRotation(from: one, to: witness) }
        #expect(throws: TransparencyError.self) { try KeyRotation(from: witness, to: one) }
        #expect(throws: TransparencyError.self) { try KeyRotation(from: one, to: one) }
    }

    @Test func `who has an earlier key follows it to the last`() throws {
        let signers = try (1...4).map { try Self.signer($0) }
        let rotations = try (0..<3).map { try KeyRotation(from: signers[$0], to: signers[$0 + 1]) }
        for signer in signers {
            #expect(KeyRotation.key(following: signer.key, through: rotations) == signers[3].key)
        }
        let stranger = try Self.signer(9).key
        #expect(KeyRotation.key(following: stranger, through: rotations) == stranger)
        #expect(KeyRotation.key(following: signers[0].key, through: Array(rotations.dropFirst())) == signers[0].key)
    }
}
