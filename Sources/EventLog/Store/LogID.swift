internal import EventCoding

/// The identity of a log: 16 random bytes, the same in every copy of it.
public struct LogID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes.
    let bytes: [UInt8]

    /// These 16 bytes, or nil where there are not so many.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads 32 hexadecimal digits.
    package init?(_ text: String) {
        guard let bytes = Hex.bytes(from: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// 32 hexadecimal digits.
    public var description: String { Hex.text(of: bytes.span.bytes) }
}
