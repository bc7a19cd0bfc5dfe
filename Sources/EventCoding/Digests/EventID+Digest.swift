public import Credit

extension EventID {
    /// An id made from what it names: the first 16 bytes of a digest, marked as RFC 9562, version 8.
    public init(naming digest: Digest) {
        let bytes = digest.bytes
        func half(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: half(0..<8) & ~0xF000 | 0x8000, low: half(8..<16) & ~(3 << 62) | 2 << 62)
    }
}
