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
        /// Its first key, or what lies between the last key before it and that: where it begins with a stream, the start
        /// of the stream, so that the stream is found at once.
        var first: RunPiece.Rank
        var offset: UInt64
        var length: Int

        /// Where its bytes lie.
        var range: Range<UInt64> { offset..<offset + UInt64(length) }
    }

    /// The blocks of a table, in the order of keys.
    struct Section: Sendable {
        let entryCount: Int
        let blocks: [Block]
        /// By the first bits of keys, how many blocks begin with less: a block is then sought among a few, and the memory
        /// of others is not waited for.
        private let counts: [UInt32]
        /// The other bits.
        private let shift: Int

        init(entryCount: Int, blocks: [Block]) {
            (self.entryCount, self.blocks) = (entryCount, blocks)
            let greatest = blocks.reduce(0) { max($0, $1.first.high) }
            shift = max(0, blocks.count.leadingZeroBitCount - greatest.leadingZeroBitCount)
            var counts: [UInt32] = []
            for (index, block) in blocks.enumerated() {
                while counts.count <= block.first.high >> shift { counts.append(UInt32(index)) }
            }
            self.counts = counts
        }

        /// The one block that may hold a key: the last that does not begin after it. O(log *n*).
        func block(of key: RunPiece.Rank) -> Int? {
            let bits = Int(clamping: key.high >> shift)
            var (low, high) = (blocks.count, blocks.count)
            if bits < counts.count {
                low = Int(counts[bits])
                if bits + 1 < counts.count { high = Int(counts[bits + 1]) }
            }
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
                let sections = Self.sections(covered.span.bytes.extracting(0..<covered.count - 84), through: start)
            else { throw damaged }
            self.init(statement, sections, filter: start..<end)
        }

        /// Reads the index of the blocks, which fill the file up to `end`: no number in it leads anywhere else, so that whoever
        /// counts with them need not look again.
        private static func sections(_ bytes: RawSpan, through end: UInt64) -> [Section]? {
            var sections: [Section] = []
            var (offset, place) = (0, UInt64(0))
            func number(_ count: Int) -> UInt64? {
                guard offset + count <= bytes.byteCount else { return nil }
                defer { offset += count }
                return bytes.extracting(offset..<offset + count).bigEndianNumber
            }
            for table in Table.allCases {
                let sectionStart = place
                guard let entries = number(8), let blocks = number(8), blocks <= UInt64(bytes.byteCount / blockSize)
                else { return nil }
                var section: [Block] = []
                section.reserveCapacity(Int(blocks))
                for _ in 0..<blocks {
                    guard let high = number(8), let low = number(8), let start = number(8), let length = number(4)
                    else { return nil }
                    let first = RunPiece.Rank(high: high, low: low)
                    // They follow each other in the order of keys, each with something in it before its checksum.
                    guard start == place, length > 4, length <= end - place,
                        section.last.map({ !(first < $0.first) }) ?? true
                    else { return nil }
                    section.append(Block(first: first, offset: start, length: Int(length)))
                    place += length
                }
                guard entries <= (place - sectionStart) / UInt64(table.keySize + 2) else { return nil }
                sections.append(Section(entryCount: Int(entries), blocks: section))
            }
            return offset == bytes.byteCount && place == end ? sections : nil
        }
    }

    /// The bytes of a block, verified.
    struct VerifiedBlock: ~Escapable {
        /// All its entries behind each other.
        let content: RawSpan

        @_lifetime(copy bytes)
        init?(_ bytes: RawSpan) {
            guard bytes.byteCount > 4 else { return nil }
            let content = bytes.extracting(droppingLast: 4)
            let checksum = UInt32(bytes.extracting(last: 4).bigEndianNumber)
            guard Checksum.crc32c(of: content) == checksum else { return nil }
            self.content = content
        }

        /// Hands over entries in the order of keys until `body` returns false.
        func forEachEntry(
            _ table: Table,
            _ body: (_ key: RawSpan, _ value: RawSpan) throws(AccrueError) -> Bool
        ) throws(AccrueError) {
            var offset = 0
            while offset < content.byteCount {
                let start = offset + table.keySize + 2
                guard start <= content.byteCount else { throw AccrueError(.indexDiffers, "a block ends too early") }
                let length = UInt16(
                    bigEndian: content.unsafeLoadUnaligned(fromByteOffset: start - 2, as: UInt16.self)
                )
                let end = start + Int(length)
                guard end <= content.byteCount else { throw AccrueError(.indexDiffers, "a block ends too early") }
                let key = content.extracting(offset..<start - 2)
                guard try body(key, content.extracting(start..<end)) else { return }
                offset = end
            }
        }
    }
}

extension Run.Statement {
    /// Reads the bytes of a statement; nil where they are none, or of what cannot be: each learner takes a position.
    init?(bytes: [UInt8]) {
        guard bytes.count == 60, let log = LogID(bytes: Array(bytes[..<16])),
            let leaf = Digest(bytes: bytes.span.bytes.extracting(28..<60))
        else { return nil }
        func number(_ offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        self.init(log: log, from: number(16), to: number(20), leaf: leaf, learnerCount: number(24))
        guard from > 0, from <= to, learnerCount <= to else { return nil }
    }

    /// The bytes: log (16), first and last position, number of learners (4 each), leaf hash (32).
    var bytes: [UInt8] {
        var bytes = log.bytes
        for number in [from, to, learnerCount] { bytes += number.bigEndianBytes }
        return bytes + leaf.bytes
    }
}
