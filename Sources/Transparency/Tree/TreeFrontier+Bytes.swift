internal import EventCoding

extension TreeFrontier {
    /// The size as eight bytes, the most significant first, and behind it the roots of the full subtrees, left to right.
    ///
    /// 8 bytes, and 32 for each one in the binary number of the size.
    public var bytes: [UInt8] {
        var bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: size >> UInt64(8 * $0)) }
        for root in roots { root.append(to: &bytes) }
        return bytes
    }

    /// Reads what ``bytes`` gives.
    ///
    /// The form is verified, and not the hashes: whoever keeps a frontier compares its root with one that is known.
    ///
    /// - Throws: ``TransparencyError`` where there are not as many bytes as the size asks for.
    public init(bytes: RawSpan) throws(TransparencyError) {
        guard bytes.byteCount >= 8 else { throw TransparencyError(.malformed, byte: bytes.byteCount) }
        let size = UInt64(bigEndian: bytes.unsafeLoadUnaligned(as: UInt64.self))
        let end = 8 + size.nonzeroBitCount * Digest.byteCount
        guard bytes.byteCount == end else { throw TransparencyError(.malformed, byte: min(bytes.byteCount, end)) }
        self.init(size: size, roots: Digest.sideBySide(in: bytes.extracting(8..<end)))
    }
}

extension Digest {
    /// The digests that some bytes hold one after the other.
    ///
    /// - Precondition: There are a multiple of 32 bytes.
    static func sideBySide(in bytes: RawSpan) -> [Digest] {
        stride(from: 0, to: bytes.byteCount, by: byteCount).compactMap {
            Digest(bytes: bytes.extracting($0..<$0 + byteCount))
        }
    }
}
