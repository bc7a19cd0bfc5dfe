extension RecordLayout {
    /// A part on its way into a record.
    struct Part {
        var type: UInt16
        var content: [UInt8]
    }

    /// Completes a record whose fixed part, from `start` to the end of `records`, is filled in: adds format version,
    /// length of the table, the table and the parts in the order given, and the checksum.
    ///
    /// - Precondition: `salt` has 16 bytes; a part is shorter than 4 GB.
    static func complete(_ records: inout [UInt8], from start: Int, parts: [Part], salt: RawSpan) {
        precondition(records.count == start + fixedPartSize && salt.byteCount == saltSize)
        records[start + formatVersionOffset] = formatVersion
        store(UInt32(parts.count * tableEntrySize + saltSize), in: &records, at: start + tableLengthOffset)
        for part in parts {
            let entry = records.count
            records.append(contentsOf: repeatElement(0, count: partDigestOffset))
            store(part.type, in: &records, at: entry)
            store(UInt32(part.content.count), in: &records, at: entry + partLengthOffset)
            Digest.sha256(of: part.content.span.bytes).append(to: &records)
        }
        salt.withUnsafeBytes { records.append(contentsOf: $0) }
        let checksum = checksum(ofEntry: records.span.bytes.extracting(start..<records.count))
        store(checksum, in: &records, at: start + checksumOffset)
        for part in parts { records += part.content }
    }

    /// Writes `number` in little-endian order over the bytes at `offset`.
    static func store(_ number: some FixedWidthInteger & BitwiseCopyable, in record: inout [UInt8], at offset: Int) {
        var span = record.mutableSpan
        var bytes = span.mutableBytes
        bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
}
