internal import Credit
internal import EventCoding

// A run is: blocks of entries, the filter, the index of the blocks, and a footer of fixed length at the end. All numbers
// are big-endian. A block is entries behind each other, each a key, the length of its value (2) and the value, and ends
// with the CRC-32C of all of it. The footer ends with the checksum of index and footer.

extension Run {
    /// What a run states of itself.
    struct Statement: Hashable, Sendable {
        var log: LogID
        var from: UInt32
        var to: UInt32
        var leaf: Digest
        /// How many learners the log has at the end of the run.
        var learnerCount: UInt32

        /// The number of positions covered.
        var count: Int { Int(to - from) + 1 }

        /// The name of the file.
        var fileName: String {
            func padded(_ number: UInt32) -> String {
                let digits = "\(number)"
                return String(repeating: "0", count: 10 - digits.utf8.count) + digits
            }
            return "\(padded(from))-\(padded(to)).run"
        }
    }

    /// Some entries that follow each other, and lie under one checksum.
    struct Block: Sendable {
        /// A block is about so long; the page of a disk.
        static let size = 4_096

        /// The first key.
        var first: RunPiece.Rank
        var offset: UInt64
        var length: Int

        /// Where its bytes lie.
        var range: Range<UInt64> { offset..<offset + UInt64(length) }
    }

    /// The blocks of a table, in the order of keys.
    struct Section: Sendable {
        var entryCount = 0
        var blocks: [Block] = []

        /// The one block that may hold a key: the last that does not begin after it. O(log *n*).
        func block(of key: RunPiece.Rank) -> Int? {
            var (low, high) = (0, blocks.count)
            while low < high {
                let middle = (low + high) / 2
                if key < blocks[middle].first { high = middle } else { low = middle + 1 }
            }
            return low > 0 ? low - 1 : nil
        }
    }

    /// What stands behind the blocks.
    struct Trailer: Sendable {
        private static let mark = Array("accrue-1".utf8)
        private static let footerSize: UInt64 = 88
        private static let blockSize = 28

        var statement: Statement
        var sections: [Section]
        /// Where the filter lies.
        var filter: Range<UInt64>

        init(_ statement: Statement, _ sections: [Section], filter: Range<UInt64>) {
            (self.statement, self.sections, self.filter) = (statement, sections, filter)
        }

        /// The bytes that follow the filter.
        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            for section in sections {
                bytes += UInt64(section.entryCount).bigEndianBytes + UInt64(section.blocks.count).bigEndianBytes
                for block in section.blocks {
                    bytes += block.first.high.bigEndianBytes + block.first.low.bigEndianBytes
                    bytes += block.offset.bigEndianBytes + UInt32(block.length).bigEndianBytes
                }
            }
            bytes += statement.bytes + filter.lowerBound.bigEndianBytes + filter.upperBound.bigEndianBytes + Self.mark
            return bytes + Checksum.crc32c(of: bytes.span.bytes).bigEndianBytes
        }

        /// Reads the trailer of a file.
        init(_ file: OpenFile) throws(AccrueError) {
            let damaged = AccrueError(.indexDiffers, "\(file.path) is no run, or damaged")
            let size = try file.size()
            guard size >= Self.footerSize else { throw damaged }
            let footer = try file.bytes(size - Self.footerSize..<size)
            let bytes = footer.span.bytes
            let (start, end) = (
                bytes.extracting(60..<68).bigEndianNumber, bytes.extracting(68..<76).bigEndianNumber
            )
            guard footer[76..<84].elementsEqual(Self.mark), start <= end, end <= size - Self.footerSize,
                let statement = Statement(bytes: Array(footer[..<60]))
            else { throw damaged }
            let covered = try file.bytes(end..<size - 4)
            guard Checksum.crc32c(of: covered.span.bytes) == UInt32(bytes.extracting(84..<88).bigEndianNumber),
                let sections = Self.sections(covered.span.bytes.extracting(0..<covered.count - 84))
            else { throw damaged }
            self.init(statement, sections, filter: start..<end)
        }

        private static func sections(_ bytes: RawSpan) -> [Section]? {
            var sections: [Section] = []
            var offset = 0
            func number(_ count: Int) -> UInt64? {
                guard offset + count <= bytes.byteCount else { return nil }
                defer { offset += count }
                return bytes.extracting(offset..<offset + count).bigEndianNumber
            }
            for _ in Table.allCases {
                guard let entries = number(8), let blocks = number(8), blocks <= UInt64(bytes.byteCount / blockSize)
                else { return nil }
                var section = Section(entryCount: Int(entries))
                section.blocks.reserveCapacity(Int(blocks))
                for _ in 0..<blocks {
                    guard let high = number(8), let low = number(8), let start = number(8), let length = number(4)
                    else { return nil }
                    // They follow each other, so that several can be read at once.
                    guard start >= section.blocks.last?.range.upperBound ?? 0, start <= UInt64(Int64.max) else {
                        return nil
                    }
                    let first = RunPiece.Rank(high: high, low: low)
                    section.blocks.append(Block(first: first, offset: start, length: Int(length)))
                }
                sections.append(section)
            }
            return offset == bytes.byteCount ? sections : nil
        }
    }

    /// The bytes of a block, verified.
    struct VerifiedBlock: Sendable {
        private let bytes: ArraySlice<UInt8>

        init?(_ bytes: ArraySlice<UInt8>) {
            guard bytes.count > 4 else { return nil }
            let content = bytes.span.bytes.extracting(0..<bytes.count - 4)
            let checksum = UInt32(bytes.span.bytes.extracting(last: 4).bigEndianNumber)
            guard Checksum.crc32c(of: content) == checksum else { return nil }
            self.bytes = bytes
        }

        /// Hands over entries in the order of keys until `body` returns false.
        func forEachEntry(
            _ table: Table,
            _ body: (_ key: RawSpan, _ value: RawSpan) throws(AccrueError) -> Bool
        ) throws(AccrueError) {
            let content = bytes.span.bytes.extracting(0..<bytes.count - 4)
            var offset = 0
            while offset < content.byteCount {
                let start = offset + table.keySize + 2
                guard start <= content.byteCount else { throw AccrueError(.indexDiffers, "a block ends too early") }
                let length = Int(content.extracting(start - 2..<start).bigEndianNumber)
                guard start + length <= content.byteCount else {
                    throw AccrueError(.indexDiffers, "a block ends too early")
                }
                let key = content.extracting(offset..<start - 2)
                guard try body(key, content.extracting(start..<start + length)) else { return }
                offset = start + length
            }
        }
    }
}

extension Run.Statement {
    /// Reads the bytes of a statement; nil where they are none.
    init?(bytes: [UInt8]) {
        guard bytes.count == 60, let log = LogID(bytes: Array(bytes[..<16])),
            let leaf = Digest(bytes: bytes.span.bytes.extracting(28..<60))
        else { return nil }
        func number(_ offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        self.init(log: log, from: number(16), to: number(20), leaf: leaf, learnerCount: number(24))
    }

    /// The bytes: log (16), first and last position, number of learners (4 each), leaf hash (32).
    var bytes: [UInt8] {
        var bytes = log.bytes
        for number in [from, to, learnerCount] { bytes += number.bigEndianBytes }
        return bytes + leaf.bytes
    }
}
