internal import EventCoding

/// Which keys a run may have: what is not in the filter is not in the run, which saves most look-ups.
///
/// A split block Bloom filter as in Apache Parquet (Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom
/// filters", 2009): a key sets one bit in each of the eight words of one block, so that asking costs one cache line.
/// With twelve bits a key, about one foreign key in two hundred passes.
struct KeyFilter: Sendable {
    private static let bitsPerKey = 12
    private static let wordsPerBlock = 8
    /// Odd numbers that spread a hash over the eight words; those of Parquet.
    private static let salts: [UInt32] = [
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
    ]

    private var words: [UInt32]

    /// A filter with room for so many keys.
    init(capacity: Int) {
        let blocks = capacity * Self.bitsPerKey / (32 * Self.wordsPerBlock) + 1
        words = Array(repeating: 0, count: blocks * Self.wordsPerBlock)
    }

    /// Takes in a key by its first 16 bytes.
    mutating func insert(_ key: RunPiece.Rank) {
        let hash = key.hash
        let start = block(hash)
        for word in 0..<Self.wordsPerBlock { words[start + word] |= Self.bit(hash, word) }
    }

    /// False where the key was never taken in.
    func mayHold(_ key: RunPiece.Rank) -> Bool {
        let hash = key.hash
        let start = block(hash)
        for word in 0..<Self.wordsPerBlock where words[start + word] & Self.bit(hash, word) == 0 { return false }
        return true
    }

    private func block(_ hash: UInt64) -> Int {
        let blocks = UInt64(words.count / Self.wordsPerBlock)
        return Int(((hash >> 32) &* blocks) >> 32) * Self.wordsPerBlock
    }

    private static func bit(_ hash: UInt64, _ word: Int) -> UInt32 {
        1 << ((UInt32(truncatingIfNeeded: hash) &* salts[word]) >> 27)
    }

    // MARK: Stored

    /// The words, and a checksum: a bit lost here would let an event in twice.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * words.count + 4)
        for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        bytes += Checksum.crc32c(of: bytes.span.bytes).bigEndianBytes
        return bytes
    }

    /// Reads what ``bytes`` gave; nil where it is damaged.
    init?(bytes: RawSpan) {
        let size = bytes.byteCount - 4
        guard size > 0, size.isMultiple(of: 4 * Self.wordsPerBlock) else { return nil }
        let content = bytes.extracting(first: size)
        guard Checksum.crc32c(of: content) == bytes.extracting(last: 4).bigEndianNumber else { return nil }
        words = [UInt32](unsafeUninitializedCapacity: size / 4) { buffer, count in
            count = size / 4
            for index in 0..<count {
                let word = content.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                buffer.initializeElement(at: index, to: UInt32(littleEndian: word))
            }
        }
    }
}
