/// Where each field of a record lies.
///
/// A record is a fixed part of 128 bytes, a table of its parts, and the parts, each behind a salt of its own:
///
/// ```
/// fixed part (128) │ table entry (40) × n │ salt (16), part 1 │ … │ salt (16), part n
/// └──────────── Merkle entry ─────────────┘
/// ```
///
/// Salts stand outside the entry, so that whoever has an entry and not a part cannot guess the part back from its digest.
///
/// All numbers are little-endian and without alignment. A reference is a position, and zero says that there is none;
/// so does zero for every other optional number except dates and points, whose own values say it. Offsets, sizes and
/// meanings of a format version never change; a new meaning takes a new version.
public enum RecordLayout {
    /// The version this code writes, and the greatest it reads.
    public static let formatVersion: UInt8 = 1

    /// The length of the fixed part.
    public static let fixedPartSize = 128

    // MARK: Fixed part, by offset

    /// Format version, 1 byte.
    public static let formatVersionOffset = 0
    /// Number of the event's kind, 1 byte.
    public static let kindOffset = 1
    /// Flags, 2 bytes.
    public static let flagsOffset = 2
    /// CRC-32C of the fixed part, these 4 bytes taken as zero, and the table.
    public static let checksumOffset = 4
    /// Position in the log, 8 bytes.
    public static let positionOffset = 8
    /// Event id, 16 bytes in the order of its text.
    public static let eventIDOffset = 16
    /// When the log learned of the event, 8 bytes: microseconds since 1970-01-01T00:00:00Z.
    public static let recordedAtOffset = 32
    /// When it holds in the world, 4 bytes: days since 1970-01-01.
    public static let effectiveOffset = 40
    /// When it was decided, 4 bytes likewise.
    public static let decidedOffset = 44
    /// Version of the event's stream, 4 bytes.
    public static let learnerVersionOffset = 48
    /// Number of the event's stream, 4 bytes; zero is the registry's.
    public static let learnerNumberOffset = 52
    /// Points, 8 bytes, in 10⁻⁴.
    public static let pointsOffset = 56
    /// Function exercised, 1 byte.
    public static let functionOffset = 64
    /// Result, 1 byte.
    public static let resultOffset = 65
    /// Procedure, 1 byte.
    public static let procedureOffset = 66
    /// Reserved, 1 byte.
    public static let firstReservedOffset = 67
    /// Attempt, 2 bytes.
    public static let attemptOffset = 68
    /// Number of the unit in its qualification version, 2 bytes.
    public static let unitOffset = 70
    /// Number of the grade in its scale, 2 bytes.
    public static let gradeOffset = 72
    /// Number of the group, 2 bytes.
    public static let groupOffset = 74
    /// Reason code, 2 bytes.
    public static let reasonOffset = 76
    /// Reserved, 2 bytes.
    public static let secondReservedOffset = 78
    /// Length of the table, 4 bytes.
    public static let tableLengthOffset = 80
    /// The eleven references, 4 bytes each.
    public static let referencesOffset = 84

    // MARK: Table

    /// The length of what the table says of one part: type (2), reserved (2), length (4), SHA-256 (32), both of the salt
    /// and the part.
    public static let tableEntrySize = 40
    /// From the start of a table entry to its 2 reserved bytes.
    public static let partReservedOffset = 2
    /// From the start of a table entry to the length of salt and part.
    public static let partLengthOffset = 4
    /// From the start of a table entry to the digest of salt and part.
    public static let partDigestOffset = 8
    /// The length of the random salt before each part.
    public static let saltSize = 16
    /// The bytes of the fixed part that this version leaves empty.
    static var reservedOffsets: InlineArray<3, Int> {
        [firstReservedOffset, secondReservedOffset, secondReservedOffset + 1]
    }

    /// The checksum that belongs into `entry`, whatever stands at its place.
    static func checksum(ofEntry entry: RawSpan) -> UInt32 {
        // The first eight bytes end with the checksum's own place, which is taken as zero.
        let start: UInt32 = entry.littleEndian(at: 0)
        let head = withUnsafeBytes(of: UInt64(start).littleEndian) { Checksum.crc32c(of: $0.bytes) }
        return Checksum.crc32c(of: entry.extracting(droppingFirst: checksumOffset + 4), following: head)
    }
}
