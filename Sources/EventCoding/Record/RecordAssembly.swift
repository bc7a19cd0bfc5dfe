extension RecordLayout {
    /// A part on its way into a record.
    struct Part {
        var type: UInt16
        var content: [UInt8]
    }

    /// Completes a record whose fixed part, from `start` to the end of `records`, is filled in: adds format version,
    /// length of the table, the table, the parts in the order given, each behind its salt, and the checksum.
    ///
    /// - Precondition: `salts` has 16 bytes for each part; a part is shorter than 4 GB.
    static func complete(_ records: inout [UInt8], from start: Int, parts: [Part], salts: RawSpan) {
        precondition(records.count == start + fixedPartSize && salts.byteCount == parts.count * saltSize)
        records[start + formatVersionOffset] = formatVersion
        store(UInt32(parts.count * tableEntrySize), in: &records, at: start + tableLengthOffset)
        for (index, part) in parts.enumerated() {
            let entry = records.count
            let salt = salts.extracting(index * saltSize..<(index + 1) * saltSize)
            records.append(contentsOf: repeatElement(0, count: partDigestOffset))
            store(part.type, in: &records, at: entry)
            store(UInt32(saltSize + part.content.count), in: &records, at: entry + partLengthOffset)
            Digest.sha256(of: salt, part.content.span.bytes).append(to: &records)
        }
        let checksum = checksum(ofEntry: records.span.bytes.extracting(start..<records.count))
        store(checksum, in: &records, at: start + checksumOffset)
        for (index, part) in parts.enumerated() {
            let salt = salts.extracting(index * saltSize..<(index + 1) * saltSize)
            salt.withUnsafeBytes { records.append(contentsOf: $0) }
            records += part.content
        }
    }

    /// Writes `number` in little-endian order over the bytes at `offset`.
    static func store(_ number: some FixedWidthInteger & BitwiseCopyable, in record: inout [UInt8], at offset: Int) {
        var span = record.mutableSpan
        var bytes = span.mutableBytes
        bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
}
