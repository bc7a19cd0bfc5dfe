import Credit
import EventCoding

/// What must hold of any bytes that are read as a record: an event or a coded error, never a trap, and an event that is
/// read is written again to the same bytes.
enum RecordProperty {
    /// Checks the bytes as they are, and again with digests and checksum made right, as a faulty writer would leave
    /// them: hardly any bytes but those of a writer have a right checksum.
    static func check(_ bytes: [UInt8]) throws(PropertyFailure) {
        try verify(bytes)
        if let sealed = sealed(bytes) { try verify(sealed) }
    }

    private static func verify(_ bytes: [UInt8]) throws(PropertyFailure) {
        let event: Event
        do throws(AccrueError) {
            event = try Event(record: bytes.span.bytes)
        } catch {
            try PropertyFailure.require(
                [.recordDamaged, .formatNewer].contains(error.code),
                "refused with \(error), which is no error of a record"
            )
            return
        }
        var salts: [UInt8] = []
        do throws(RecordError) {
            let view = try RecordView(bytes.span.bytes)
            for index in 0..<view.partCount {
                try view.saltedPart(at: index).withUnsafeBytes { salts += $0.prefix(RecordLayout.saltSize) }
            }
        } catch {
            throw PropertyFailure("an event was read of what is no record: \(error)")
        }
        try PropertyFailure.require(
            EventRecord.saltSize(of: event.command) == salts.count,
            "the event at \(event.position) is written with other parts"
        )
        try PropertyFailure.require(
            EventRecord.bytes(of: event, salts: salts) == bytes,
            "the event at \(event.position) is written to other bytes"
        )
        try verifyLine(of: event)
    }

    /// What is read can be told, whatever its values are.
    private static func verifyLine(of event: Event) throws(PropertyFailure) {
        do {
            let line = try CommandJSON.line(of: event, naming: PositionNames())
            let value = try JSONReader.value(from: line.span.bytes, maximumSize: line.count)
            try PropertyFailure.require(try CanonicalJSON.bytes(of: value) == line, "its line is not canonical")
        } catch let failure as PropertyFailure {
            throw failure
        } catch {
            throw PropertyFailure("its line cannot be read: \(error)")
        }
    }

    /// The bytes with the length of the table, the digests of parts and the checksum that belong to them; nil where
    /// they are too short for that.
    private static func sealed(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= RecordLayout.fixedPartSize else { return nil }
        var record = bytes
        func number(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(record[offset + $1]) << (8 * $1) }
        }
        var tableLength = number(RecordLayout.tableLengthOffset)
        let room = bytes.count - RecordLayout.fixedPartSize
        if tableLength > room || !tableLength.isMultiple(of: RecordLayout.tableEntrySize) {
            let count = min(room / RecordLayout.tableEntrySize, Int(bytes[RecordLayout.tableLengthOffset]) % 4)
            tableLength = count * RecordLayout.tableEntrySize
            store(tableLength, in: &record, at: RecordLayout.tableLengthOffset)
        }
        let end = RecordLayout.fixedPartSize + tableLength
        let partCount = tableLength / RecordLayout.tableEntrySize
        var start = end
        for index in 0..<partCount {
            let entry = RecordLayout.fixedPartSize + index * RecordLayout.tableEntrySize
            let left = bytes.count - start
            // The last part takes what is left.
            let length = index == partCount - 1 ? left : min(left, number(entry + RecordLayout.partLengthOffset))
            store(length, in: &record, at: entry + RecordLayout.partLengthOffset)
            let digest = Digest.sha256(of: record.span.bytes.extracting(start..<start + length)).bytes
            record.replaceSubrange(
                entry + RecordLayout.partDigestOffset..<entry + RecordLayout.tableEntrySize,
                with: digest
            )
            start += length
        }
        store(0, in: &record, at: RecordLayout.checksumOffset)
        store(
            Int(Checksum.crc32c(of: record.span.bytes.extracting(first: end))),
            in: &record,
            at: RecordLayout.checksumOffset
        )
        return record
    }

    private static func store(_ number: Int, in record: inout [UInt8], at offset: Int) {
        for index in 0..<4 { record[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
    }
}

/// Names every position by its number, and knows no document.
private struct PositionNames: ReferenceNamer {
    func name(of position: Position, in space: ReferenceSpace) -> String { "p\(position)" }
    func document(at position: Position) -> Document? { nil }
}
