import Testing

@testable import EventCoding

@Suite struct RecordViewTests {
    /// A record whose every field has some value; its parts have 10 and 0 bytes.
    static let record: [UInt8] = {
        var fixedPart = (0..<RecordLayout.fixedPartSize).map { UInt8($0) }
        for offset in [67, 78, 79] { fixedPart[offset] = 0 }
        let parts = [
            RecordLayout.Part(type: 1, content: Array(#"{"a":"b "}"#.utf8)),
            RecordLayout.Part(type: 2, content: []),
        ]
        return RecordLayout.record(fixedPart: fixedPart, parts: parts)
    }()

    /// Fixed part and table.
    static let entrySize = 128 + 2 * 40

    /// The fault of bytes that must have one.
    private func fault(_ bytes: [UInt8]) -> RecordError? {
        do {
            _ = try RecordView(bytes.span.bytes)
            return nil
        } catch {
            return error
        }
    }

    /// The record with other bytes and the checksum that belongs to them: what a faulty writer would leave.
    private func resealed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = Self.record
        change(&bytes)
        let checksum = RecordLayout.checksum(ofEntry: bytes.span.bytes.extracting(first: Self.entrySize))
        RecordLayout.store(checksum, in: &bytes, at: RecordLayout.checksumOffset)
        return bytes
    }

    @Test func `the fields of the fixed part touch and fill 128 bytes`() {
        let sizes: [(Int, Int)] = [
            (RecordLayout.formatVersionOffset, 1), (RecordLayout.kindOffset, 1), (RecordLayout.flagsOffset, 2),
            (RecordLayout.checksumOffset, 4), (RecordLayout.positionOffset, 8), (RecordLayout.eventIDOffset, 16),
            (RecordLayout.recordedAtOffset, 8), (RecordLayout.effectiveOffset, 4), (RecordLayout.decidedOffset, 4),
            (RecordLayout.learnerVersionOffset, 4), (RecordLayout.learnerNumberOffset, 4),
            (RecordLayout.pointsOffset, 8), (RecordLayout.functionOffset, 1), (RecordLayout.resultOffset, 1),
            (RecordLayout.procedureOffset, 1), (RecordLayout.firstReservedOffset, 1), (RecordLayout.attemptOffset, 2),
            (RecordLayout.unitOffset, 2), (RecordLayout.gradeOffset, 2), (RecordLayout.groupOffset, 2),
            (RecordLayout.reasonOffset, 2), (RecordLayout.secondReservedOffset, 2),
            (RecordLayout.tableLengthOffset, 4), (RecordLayout.referencesOffset, 11 * 4),
        ]
        var end = 0
        for (offset, size) in sizes {
            #expect(offset == end)
            end += size
        }
        #expect(end == RecordLayout.fixedPartSize)
    }

    @Test func `a record is read as it was written`() throws {
        let bytes = Self.record
        let record = try RecordView(bytes.span.bytes)
        #expect(record.partCount == 2)
        #expect(record.partEntry(at: 0).type == 1)
        #expect(record.partEntry(at: 0).length == 26)
        #expect(record.partEntry(at: 1).type == 2)
        #expect(record.partEntry(at: 1).length == 16)
        let first = try record.part(at: 0).bytes
        #expect(first == Array(#"{"a":"b "}"#.utf8))
        let second = try record.part(at: 1).byteCount
        #expect(second == 0)
        let salted = try record.saltedPart(at: 0).bytes
        #expect(salted == Array(200..<216) + first)
        let salt = try record.saltedPart(at: 1).bytes
        #expect(salt == Array(216..<232))
        let leaf = Digest.leaf(bytes.span.bytes.extracting(first: Self.entrySize))
        #expect(record.leafHash == leaf)
    }

    @Test func `every flipped bit of the fixed part and the table is found`() {
        for bit in 0..<Self.entrySize * 8 {
            var bytes = Self.record
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(fault(bytes) != nil, "bit \(bit % 8) of byte \(bit / 8)")
        }
    }

    @Test func `every flipped bit of a part is found when the part is read, and leaves the entry readable`() throws {
        for bit in Self.entrySize * 8..<Self.record.count * 8 {
            var bytes = Self.record
            bytes[bit / 8] ^= 1 << (bit % 8)
            let record = try RecordView(bytes.span.bytes)
            let index = bit / 8 < Self.entrySize + 26 ? 0 : 1
            var found: RecordError?
            do throws(RecordError) {
                _ = try record.part(at: index)
            } catch {
                found = error
            }
            #expect(found == .partDigest(type: UInt16(index + 1)))
        }
    }

    @Test func `a record cut off anywhere is refused, and so is one with a byte too many`() {
        let whole = Self.record.count
        for length in 0..<whole {
            let fault = fault(Array(Self.record[..<length]))
            let needed = length < 128 ? 128 : length < Self.entrySize ? Self.entrySize : whole
            #expect(fault == .truncated(needed: needed, found: length))
        }
        #expect(fault(Self.record + [0]) == .overlong(needed: whole, found: whole + 1))
    }

    @Test func `a record of a later format is called that, whatever else it holds`() {
        #expect(fault(resealed { $0[0] = 2 }) == .newerFormat(2))
        #expect(fault([255]) == .newerFormat(255))
        #expect(fault(resealed { $0[0] = 0 }) == .noFormat)
    }

    @Test(arguments: [67, 78, 79, 130, 131])
    func `reserved bytes that are not empty are refused even with the right checksum`(offset: Int) {
        #expect(fault(resealed { $0[offset] = 1 }) == .reserved(offset: offset & ~1 == 130 ? 130 : offset))
    }

    @Test(arguments: [1, 16, 79, 96, UInt32.max])
    func `a table whose length is not that of entries is refused`(length: UInt32) {
        let bytes = resealed { RecordLayout.store(length, in: &$0, at: RecordLayout.tableLengthOffset) }
        #expect(fault(bytes) == .tableLength(length))
    }

    @Test func `a part that is shorter than its salt is refused`() {
        let bytes = resealed { RecordLayout.store(UInt32(15), in: &$0, at: 128 + RecordLayout.partLengthOffset) }
        #expect(fault(bytes) == .partLength(type: 1, 15))
    }

    @Test func `the greatest lengths a table can claim are refused without reading beyond the record`() {
        let bytes = resealed { RecordLayout.store(UInt32.max, in: &$0, at: 128 + RecordLayout.partLengthOffset) }
        #expect(fault(bytes) == .truncated(needed: Self.entrySize + Int(UInt32.max) + 16, found: bytes.count))
    }
}
