/// A view of one record, verified when it is made: nothing is copied, and the view cannot outlive the bytes.
///
/// Verified are length, format version, checksum, reserved bytes and the shape of the table. A part is verified by its
/// digest when it is asked for, as most readers need none.
public struct RecordView: ~Escapable {
    /// The whole record.
    public let bytes: RawSpan

    /// The length of the table.
    private let tableLength: Int

    /// A view of `bytes`, which must be one whole record and nothing more.
    ///
    /// The version is looked at first, so that a record of a later format is called that and not damaged.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - isIntact: True where another checksum over them was verified just now, which tells every damage.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, isIntact: Bool = false) throws(RecordError) {
        try self.init(entry: bytes, isIntact: isIntact)
        try verifyLength()
    }

    /// A view of a record whose parts may be cut off: fixed part and table are verified, and no part may be asked for.
    ///
    /// - Parameters:
    ///   - bytes: The entry, and whatever follows it.
    ///   - isIntact: True where another checksum over them was verified just now.
    @_lifetime(copy bytes)
    public init(entry bytes: RawSpan, isIntact: Bool = false) throws(RecordError) {
        guard bytes.byteCount > RecordLayout.formatVersionOffset else {
            throw .truncated(needed: RecordLayout.fixedPartSize, found: bytes.byteCount)
        }
        let version = bytes.unsafeLoad(fromByteOffset: RecordLayout.formatVersionOffset, as: UInt8.self)
        guard version <= RecordLayout.formatVersion else { throw .newerFormat(version) }
        guard version > 0 else { throw .noFormat }
        guard bytes.byteCount >= RecordLayout.fixedPartSize else {
            throw .truncated(needed: RecordLayout.fixedPartSize, found: bytes.byteCount)
        }
        let tableLength = try Self.checkedTableLength(of: bytes)
        self.bytes = bytes
        self.tableLength = tableLength
        if !isIntact { try verifyChecksum() }
        try verifyReserved()
    }

    // MARK: The Merkle entry

    /// What the log's Merkle tree commits to: fixed part and table. The parts lie outside, each bound by its digest.
    public var entry: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(first: RecordLayout.fixedPartSize + tableLength) }
    }

    /// The hash of the entry as a leaf (RFC 6962).
    public var leafHash: Digest { Digest.leaf(entry) }

    // MARK: Parts

    /// What the table says of one part.
    public struct PartEntry: Hashable, Sendable {
        /// What the part is.
        public let type: UInt16
        /// Its length in bytes, that of its salt included.
        public let length: Int
        /// The SHA-256 of its salt and itself.
        public let digest: Digest
    }

    /// How many parts there are.
    public var partCount: Int { tableLength / RecordLayout.tableEntrySize }

    /// What the table says of part `index`, counted from 0.
    public func partEntry(at index: Int) -> PartEntry {
        let start = entryOffset(of: index)
        let digest = bytes.extracting(start + RecordLayout.partDigestOffset..<start + RecordLayout.tableEntrySize)
        return PartEntry(
            type: bytes.littleEndian(at: start),
            length: partLength(at: index),
            digest: Digest(exactly: digest)
        )
    }

    /// The bytes of part `index`, counted from 0, after comparing them with their digest.
    ///
    /// - Complexity: O(*n*) in the length of the part, at the speed of SHA-256.
    @_lifetime(copy self)
    public func part(at index: Int) throws(RecordError) -> RawSpan {
        try saltedPart(at: index).extracting(droppingFirst: RecordLayout.saltSize)
    }

    /// The salt and the bytes of part `index`, after comparing them with their digest: what is shown to who is shown the
    /// part.
    @_lifetime(copy self)
    public func saltedPart(at index: Int) throws(RecordError) -> RawSpan {
        let start = (0..<index).reduce(RecordLayout.fixedPartSize + tableLength) { $0 + partLength(at: $1) }
        let entry = partEntry(at: index)
        let part = bytes.extracting(start..<start + entry.length)
        guard Digest.sha256(of: part) == entry.digest else { throw .partDigest(type: entry.type) }
        return part
    }

    private func entryOffset(of index: Int) -> Int {
        precondition(index >= 0 && index < partCount, "The record has no part \(index).")
        return RecordLayout.fixedPartSize + index * RecordLayout.tableEntrySize
    }

    private func partLength(at index: Int) -> Int {
        Int(bytes.littleEndian(at: entryOffset(of: index) + RecordLayout.partLengthOffset, as: UInt32.self))
    }
}

// MARK: - Verification

extension RecordView {
    @inline(__always)
    private static func checkedTableLength(of bytes: RawSpan) throws(RecordError) -> Int {
        let stored: UInt32 = bytes.littleEndian(at: RecordLayout.tableLengthOffset)
        let length = Int(stored)
        guard length.isMultiple(of: RecordLayout.tableEntrySize) else { throw .tableLength(stored) }
        let needed = RecordLayout.fixedPartSize + length
        guard bytes.byteCount >= needed else { throw .truncated(needed: needed, found: bytes.byteCount) }
        return length
    }

    @inline(__always)
    private func verifyChecksum() throws(RecordError) {
        let stored: UInt32 = bytes.littleEndian(at: RecordLayout.checksumOffset)
        let computed = RecordLayout.checksum(ofEntry: entry)
        guard stored == computed else { throw .checksum(stored: stored, computed: computed) }
    }

    @inline(__always)
    private func verifyReserved() throws(RecordError) {
        let offsets = RecordLayout.reservedOffsets
        for index in offsets.indices where bytes.littleEndian(at: offsets[index], as: UInt8.self) != 0 {
            throw .reserved(offset: offsets[index])
        }
        for index in 0..<partCount {
            let offset = entryOffset(of: index) + RecordLayout.partReservedOffset
            guard bytes.littleEndian(at: offset, as: UInt16.self) == 0 else { throw .reserved(offset: offset) }
            guard partLength(at: index) >= RecordLayout.saltSize else {
                throw .partLength(type: partEntry(at: index).type, partLength(at: index))
            }
        }
    }

    @inline(__always)
    private func verifyLength() throws(RecordError) {
        let needed = (0..<partCount).reduce(RecordLayout.fixedPartSize + tableLength) { $0 + partLength(at: $1) }
        guard bytes.byteCount >= needed else { throw .truncated(needed: needed, found: bytes.byteCount) }
        guard bytes.byteCount == needed else { throw .overlong(needed: needed, found: bytes.byteCount) }
    }
}

extension RawSpan {
    /// The number at `offset`, whose bytes are there in little-endian order and need no alignment.
    @inlinable
    func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Number.Type = Number.self
    ) -> Number {
        Number(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }
}
