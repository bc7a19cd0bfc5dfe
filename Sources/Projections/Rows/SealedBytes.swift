internal import EventCoding

/// A row or summary as it is stored: its bytes, and a checksum of its key and these, so that neither a flipped bit nor what
/// was written under another key is taken for it.
struct SealedBytes {
    /// How many bytes a checksum takes.
    static let overhead = 4

    /// The checksum of the key alone.
    private let start: UInt32

    init(ofLearner learner: UInt32) {
        start = withUnsafeBytes(of: learner.bigEndian) { Checksum.crc32c(of: $0.bytes) }
    }

    init(under key: [UInt8]) {
        start = Checksum.crc32c(of: key.span.bytes)
    }

    /// The checksum, lowest byte first.
    func checksum(of bytes: RawSpan) -> InlineArray<4, UInt8> {
        let checksum = Checksum.crc32c(of: bytes, following: start)
        return InlineArray { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    }

    /// The bytes with their checksum.
    func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let checksum = checksum(of: bytes.span.bytes)
        return bytes + checksum.indices.map { checksum[$0] }
    }

    /// The bytes without their checksum, or nil where it is not theirs.
    func opened(_ sealed: [UInt8]) -> [UInt8]? {
        guard sealed.count >= Self.overhead else { return nil }
        let bytes = Array(sealed.dropLast(Self.overhead))
        return self.sealed(bytes) == sealed ? bytes : nil
    }
}
