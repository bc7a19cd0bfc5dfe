internal import Crypto

/// A SHA-256 digest (FIPS 180-4): 32 bytes, held as four words so that it needs no allocation and hashes fast.
public struct Digest: Hashable, Sendable {
    /// The number of bytes of every digest.
    public static let byteCount = 32

    /// The bytes in groups of eight, each as a big-endian number.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The digest made of the first 32 of `bytes`, or `nil` if there are not exactly 32.
    public init?(bytes: RawSpan) {
        guard bytes.byteCount == Self.byteCount else { return nil }
        self.init(exactly: bytes)
    }

    /// The digest that `text` names in 64 lower-case hexadecimal digits, or `nil` if it is anything else.
    public init?(hex text: String) {
        guard let bytes = Hex.bytes(from: text) else { return nil }
        self.init(bytes: bytes.span.bytes)
    }

    /// The bytes are known to be 32.
    init(exactly bytes: RawSpan) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// The 32 bytes, in the order they are written and shown.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Appends the 32 bytes to `buffer`.
    public func append(to buffer: inout [UInt8]) {
        let bytes = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        withUnsafeBytes(of: bytes) { buffer.append(contentsOf: $0) }
    }

    /// Whether all 32 bytes are the same.
    public static func == (left: Digest, right: Digest) -> Bool {
        left.words == right.words
    }

    /// Hashes all 32 bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Digest {
    /// SHA-256 of `bytes`.
    public static func sha256(of bytes: RawSpan) -> Digest {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Digest(hash)
    }

    /// SHA-256 of `first` and `second`, one after the other, without joining them in memory.
    public static func sha256(of first: RawSpan, _ second: RawSpan) -> Digest {
        var hash = SHA256()
        first.withUnsafeBytes { hash.update(bufferPointer: $0) }
        second.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Digest(hash)
    }

    /// SHA-256 of pieces, one after the other, until there is none.
    public static func sha256<Failure>(_ next: () throws(Failure) -> [UInt8]?) throws(Failure) -> Digest {
        var hash = SHA256()
        while let piece = try next() { piece.withUnsafeBytes { hash.update(bufferPointer: $0) } }
        return Digest(hash)
    }

    /// The hash of a leaf of a Merkle tree, SHA-256 of a zero byte and then `entry` (RFC 6962, section 2.1).
    ///
    /// The zero keeps an entry from being passed off as an inner node, whose hash starts with a one.
    public static func leaf(_ entry: RawSpan) -> Digest {
        // In one piece, as each piece costs a call; and on the stack.
        withUnsafeTemporaryAllocation(byteCount: entry.byteCount + 1, alignment: 8) { buffer in
            buffer[0] = 0
            entry.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0) }
            return sha256(of: UnsafeRawBufferPointer(buffer).bytes)
        }
    }

    /// The hash of an inner node of a Merkle tree, SHA-256 of a one and the two hashes below it (RFC 6962, section 2.1).
    public static func node(_ left: Digest, _ right: Digest) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 8) { buffer in
            buffer[0] = 1
            left.store(to: buffer, at: 1)
            right.store(to: buffer, at: 1 + byteCount)
            return sha256(of: UnsafeRawBufferPointer(buffer).bytes)
        }
    }

    private func store(to buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        buffer.storeBytes(of: words.0.bigEndian, toByteOffset: offset, as: UInt64.self)
        buffer.storeBytes(of: words.1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        buffer.storeBytes(of: words.2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        buffer.storeBytes(of: words.3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }

    private init(_ hash: SHA256) {
        self = hash.finalize().withUnsafeBytes { Digest(exactly: $0.bytes) }
    }
}

extension Digest: CustomStringConvertible {
    /// The 64 lower-case hexadecimal digits.
    public var description: String { Hex.text(of: bytes.span.bytes) }
}
