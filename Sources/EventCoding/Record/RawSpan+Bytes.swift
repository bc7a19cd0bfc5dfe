internal import Glibc

extension RawSpan {
    /// The bytes, copied.
    package var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Whether a byte occurs.
    func contains(_ byte: UInt8) -> Bool {
        withUnsafeBytes { bytes in bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false }
    }

    /// Whether some bytes, of which there must be at least four, occur side by side. Where their last four do is looked first.
    func contains(_ sought: [UInt8]) -> Bool {
        let end = sought.count - 4
        precondition(end >= 0)
        guard sought.count <= byteCount else { return false }
        let last = sought.span.bytes.unsafeLoadUnaligned(fromByteOffset: end, as: UInt32.self)
        return withUnsafeBytes { bytes in
            for place in 0...bytes.count - sought.count
            where bytes.loadUnaligned(fromByteOffset: place + end, as: UInt32.self) == last {
                if bytes[place..<place + sought.count].elementsEqual(sought) { return true }
            }
            return false
        }
    }
}
