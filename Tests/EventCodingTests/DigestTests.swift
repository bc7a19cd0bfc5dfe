import EventCoding
import Testing

@Suite struct DigestTests {
    /// RFC 3720, appendix B.4, and the check value of the catalogue of CRC algorithms.
    static let knownChecksums: [([UInt8], UInt32)] = [
        ([], 0),
        (Array("123456789".utf8), 0xE306_9283),
        (Array(repeating: 0, count: 32), 0x8A91_36AA),
        (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        (Array((0..<32).reversed()), 0x113F_DB5C),
    ]

    @Test(arguments: knownChecksums)
    func `CRC-32C gives the known answers`(bytes: [UInt8], checksum: UInt32) {
        #expect(Checksum.crc32c(of: bytes.span.bytes) == checksum)
        #expect(Checksum.portableCRC32C(of: bytes.span.bytes) == checksum)
    }

    @Test
    func `CRC-32C of two parts is that of the whole, with the processor's instruction and without, at every cut`() {
        let bytes = (0..<67).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 11) }
        let whole = bytes.span.bytes
        let expected = Checksum.portableCRC32C(of: whole)
        let byInstruction = Checksum.crc32c(of: whole)
        #expect(byInstruction == expected)
        for cut in 0...bytes.count {
            let first = whole.extracting(first: cut)
            let second = whole.extracting(droppingFirst: cut)
            let both = Checksum.crc32c(of: second, following: Checksum.crc32c(of: first))
            let portable = Checksum.portableCRC32C(of: second, following: Checksum.portableCRC32C(of: first))
            #expect(both == expected)
            #expect(portable == expected)
        }
    }

    @Test func `CRC-32C of long inputs, which are read in lanes, is what it is without the instruction`() {
        let bytes = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0) }
        for start in 0..<8 {
            for count in [1_007, 1_008, 1_009, 2_015, 2_016, 3_025, 4_096, 4_992] {
                let part = bytes.span.bytes.extracting(start..<start + count)
                #expect(Checksum.crc32c(of: part, following: 7) == Checksum.portableCRC32C(of: part, following: 7))
            }
        }
    }

    @Test func `SHA-256 of abc is that of FIPS 180-4, leading zeros kept`() {
        let abc = Array("abc".utf8)
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Digest.sha256(of: abc.span.bytes).description == expected)
        #expect(
            Digest.sha256(of: abc.span.bytes.extracting(first: 1), abc.span.bytes.extracting(last: 2)).description
                == expected
        )
        let none: [UInt8] = []
        #expect(
            Digest.sha256(of: none.span.bytes).description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }

    @Test func `the leaf hash of RFC 6962 is the one of the empty entry that Certificate Transparency logs know`() {
        let none: [UInt8] = []
        #expect(
            Digest.leaf(none.span.bytes).description
                == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        )
    }

    @Test func `a digest survives its text and its bytes, and other texts are refused`() throws {
        let text = "00" + String(repeating: "0f", count: 30) + "ff"
        let digest = try #require(Digest(hex: text))
        #expect(digest.description == text)
        #expect(digest.bytes.first == 0)
        let bytes = digest.bytes
        let again = Digest(bytes: bytes.span.bytes)
        #expect(again == digest)
        let tooShort = Digest(bytes: bytes.span.bytes.extracting(first: 31))
        #expect(tooShort == nil)
        #expect(Digest(hex: text.uppercased()) == nil)
        #expect(Digest(hex: String(text.dropLast())) == nil)
        #expect(Digest(hex: String(text.dropLast(2))) == nil)
    }

    @Test func `hexadecimal text keeps leading zeros and refuses what is no pair of lower-case digits`() {
        let bytes: [UInt8] = [0x00, 0x0A, 0xFF]
        #expect(Hex.text(of: bytes.span.bytes) == "000aff")
        #expect(Hex.bytes(from: "000aff") == [0x00, 0x0A, 0xFF])
        #expect(Hex.bytes(from: "") == [])
        for text in ["0", "0A", "0g", "0x", " 0", "é"] { #expect(Hex.bytes(from: text) == nil) }
    }
}
