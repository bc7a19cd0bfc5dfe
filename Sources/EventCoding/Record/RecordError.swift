/// Why bytes are not a record that this code may read.
public enum RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are fewer bytes than the record says it has: how many it needs, how many there are.
    case truncated(needed: Int, found: Int)
    /// There are more bytes than the record says it has: how many it has, how many there are.
    case overlong(needed: Int, found: Int)
    /// A later version of this software wrote it: the format's version.
    case newerFormat(UInt8)
    /// The format's version is zero, which none ever was.
    case noFormat
    /// Fixed part and table are not what was written: the checksum stored, and that of the bytes.
    case checksum(stored: UInt32, computed: UInt32)
    /// Bytes that this version leaves empty are not: the offset of the first.
    case reserved(offset: Int)
    /// The length of the table is not that of whole entries: the length.
    case tableLength(UInt32)
    /// A part is shorter than its salt: its type, and its length.
    case partLength(type: UInt16, Int)
    /// A part is not what was written: its type.
    case partDigest(type: UInt16)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .truncated(let needed, let found): "\(found) bytes, where \(needed) are needed"
        case .overlong(let needed, let found): "\(found) bytes, where it has \(needed)"
        case .newerFormat(let version): "of format \(version)"
        case .noFormat: "of no format"
        case .checksum: "the checksum of its fixed part differs"
        case .reserved(let offset): "byte \(offset), which is left empty, is not"
        case .tableLength(let length): "a table of \(length) bytes"
        case .partLength(let type, let length): "part \(type) of \(length) bytes"
        case .partDigest(let type): "the digest of part \(type) differs"
        }
    }
}
