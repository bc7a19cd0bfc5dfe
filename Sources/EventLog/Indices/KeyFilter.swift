internal import EventCoding
internal import LMDB

/// Which keys a run may have: what is not in the filter is not in the run, which saves most look-ups.
///
/// A split block Bloom filter as in Apache Parquet (Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom
/// filters", 2009): a key sets one bit in each of the eight words of one block, so that asking costs one cache line.
/// With sixteen bits a key, about one foreign key in a thousand passes.
struct KeyFilter: Sendable {
    private static let bitsPerKey = 16
    /// Odd numbers that spread a hash over the eight words; those of Parquet.
    private static let salts = SIMD8<UInt32>(
        0x47b6_137b,
        0x4497_4d91,
        0x8824_ad5b,
        0xa2b7_289d,
        0x7054_95c7,
        0x2df1_424b,
        0x9efc_4947,
        0x5c6b_fb31
    )

    /// What filters hold of one key, whatever their size. It is made once for all of them: that takes longer than to ask one.
    struct Key {
        fileprivate let place: UInt64
        /// One bit in each word.
        fileprivate let bits: SIMD8<UInt32>

        /// Of a key by the hash of its first 16 bytes.
        init(_ hash: UInt64) {
            place = hash >> 32
            bits = SIMD8(repeating: 1) &<< ((salts &* UInt32(truncatingIfNeeded: hash)) &>> 27)
        }
    }

    private var blocks: [SIMD8<UInt32>]

    /// A filter with room for so many keys.
    init(capacity: Int) {
        blocks = Array(repeating: .zero, count: capacity * Self.bitsPerKey / 256 + 1)
    }

    /// Takes in keys by the hashes of their first 16 bytes. The memory of all their places is asked for first.
    mutating func insert(_ hashes: [UInt64]) {
        let keys = hashes.map(Key.init)
        for key in keys {
            let start = 32 * block(of: key)
            blocks.span.bytes.extracting(start..<start + 32).foresee()
        }
        for key in keys { blocks[block(of: key)] |= key.bits }
    }

    /// False where a key was never taken in.
    @inline(__always)
    func mayHold(_ key: Key) -> Bool {
        // Without a branch, so that the next looks do not wait for what this one finds.
        let missing = key.bits & ~blocks[block(of: key)]
        let four = missing.lowHalf | missing.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y == 0
    }

    private func block(of key: Key) -> Int { Int((key.place &* UInt64(blocks.count)) >> 32) }

    // MARK: Stored

    /// The words, and a checksum: a bit lost here would let an event in twice.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 * blocks.count + 4)
        for block in blocks {
            for word in block.indices {
                withUnsafeBytes(of: block[word].bigEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes + Checksum.crc32c(of: bytes.span.bytes).bigEndianBytes
    }

    /// Reads what ``bytes`` gave; nil where it is damaged.
    init?(bytes: RawSpan) {
        let size = bytes.byteCount - 4
        guard size > 0, size.isMultiple(of: 32) else { return nil }
        let content = bytes.extracting(first: size)
        guard Checksum.crc32c(of: content) == bytes.extracting(last: 4).bigEndianNumber else { return nil }
        blocks = []
        blocks.reserveCapacity(size / 32)
        for start in stride(from: 0, to: size, by: 32) {
            var block = SIMD8<UInt32>.zero
            for word in block.indices {
                let number = content.unsafeLoadUnaligned(fromByteOffset: start + 4 * word, as: UInt32.self)
                block[word] = UInt32(bigEndian: number)
            }
            blocks.append(block)
        }
    }
}
