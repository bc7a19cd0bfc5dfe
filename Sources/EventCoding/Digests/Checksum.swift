internal import CRC32C

/// Checksums against accidental damage; against intent there is ``Digest``.
public enum Checksum {
    /// The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes`, by the processor's instruction where it has one.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - previous: The checksum of the bytes before these, so that
    ///     `crc32c(of: second, following: crc32c(of: first))` is the checksum of both, one after the other.
    public static func crc32c(of bytes: RawSpan, following previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { crc32c_update(previous, $0.baseAddress, $0.count) }
    }

    /// The same as ``crc32c(of:following:)`` without the instruction, as processors that lack it compute it.
    package static func portableCRC32C(of bytes: RawSpan, following previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { crc32c_update_portable(previous, $0.baseAddress, $0.count) }
    }
}
