extension RecordLayout {
    /// A part on its way into a record.
    struct Part {
        var type: UInt16
        var content: [UInt8]
    }

    /// The record of a fixed part whose fields are filled in: adds format version, length of the table, the table and
    /// the parts in the order given, and the checksum.
    ///
    /// - Precondition: `fixedPart` has 128 bytes and `salt` 16; a part is shorter than 4 GB.
    static func record(fixedPart: [UInt8], parts: [Part], salt: [UInt8]) -> [UInt8] {
        precondition(fixedPart.count == fixedPartSize && salt.count == saltSize)
        let tableLength = parts.count * tableEntrySize + saltSize
        var record = fixedPart
        record.reserveCapacity(fixedPartSize + tableLength + parts.reduce(0) { $0 + $1.content.count })
        record[formatVersionOffset] = formatVersion
        store(UInt32(tableLength), in: &record, at: tableLengthOffset)
        for part in parts {
            let start = record.count
            record.append(contentsOf: repeatElement(0, count: partDigestOffset))
            store(part.type, in: &record, at: start)
            store(UInt32(part.content.count), in: &record, at: start + partLengthOffset)
            Digest.sha256(of: part.content.span.bytes).append(to: &record)
        }
        record += salt
        store(checksum(ofEntry: record.span.bytes), in: &record, at: checksumOffset)
        for part in parts { record += part.content }
        return record
    }

    /// Writes `number` in little-endian order over the bytes at `offset`.
    static func store(_ number: some FixedWidthInteger & BitwiseCopyable, in record: inout [UInt8], at offset: Int) {
        var span = record.mutableSpan
        var bytes = span.mutableBytes
        bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
}
