internal import Credit
internal import EventCoding
internal import Glibc

/// A sealed index over a range of positions: a sorted file that is written once and then only read.
///
/// It states the log that it was made from, its range, and the leaf hash at its end, so that it cannot pass for the
/// index of another log or of another future of the same log. Every byte of it lies under a checksum that is verified
/// when it is read: an index that forgets an event would answer wrongly without an error.
final class Run: Sendable {
    /// The tables of a run.
    enum Table: Int, CaseIterable, Sendable {
        /// Event id (16) to position (4).
        case ids
        /// Digest of name space and identifier (32) to position (4).
        case identifiers
        /// Learner number (4) and position (4) to the entry of the record: fixed part and table.
        case streams

        /// The length of its keys.
        var keySize: Int {
            switch self {
            case .ids: 16
            case .identifiers: 32
            case .streams: 8
            }
        }

        /// A block is about so long. A page of the disk, or less where one entry is looked for in a small table.
        var blockSize: Int { self == .identifiers ? 1_024 : 4_096 }

        /// Whether its keys are in the filter.
        var isFiltered: Bool { self != .streams }
    }

    /// So many blocks are read at once where several follow each other.
    private static let blocksAtOnce = 16

    let file: OpenFile
    let statement: Statement
    let filter: KeyFilter
    let sections: [Section]

    /// Opens a run.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound``, ``Credit/ErrorCode/indexDiffers`` where it is none, or damaged.
    init(_ path: String, _ files: Files) throws(AccrueError) {
        file = try files.open(path, O_RDONLY)
        let trailer = try Trailer(file)
        let bytes = try file.bytes(trailer.filter)
        guard let filter = KeyFilter(bytes: bytes.span.bytes) else {
            throw AccrueError(.indexDiffers, "\(path), its filter")
        }
        self.filter = filter
        (statement, sections) = (trailer.statement, trailer.sections)
    }

    var path: String { file.path }

    /// The position that a key of 16 or 32 bytes leads to, or nil.
    func position(of key: [UInt8], in table: Table) throws(AccrueError) -> UInt32? {
        guard let found = try value(of: key, in: table, { UInt32(truncatingIfNeeded: $0.bigEndianNumber) }) else {
            return nil
        }
        guard found >= statement.from, found <= statement.to else {
            throw AccrueError(.indexDiffers, "\(path), an entry of position \(found)")
        }
        return found
    }

    /// True if a table has exactly this entry.
    func holds(_ key: [UInt8], _ value: RawSpan, in table: Table) throws(AccrueError) -> Bool {
        try self.value(of: key, in: table) { found in
            found.withUnsafeBytes { found in value.withUnsafeBytes { found.elementsEqual($0) } }
        } ?? false
    }

    /// How many entries a table has.
    func entryCount(of table: Table) -> Int { sections[table.rawValue].entryCount }

    /// The blocks of a stream: from the one in which it may begin to the last that begins with it. O(log *n*).
    func blocks(ofLearner number: UInt32) -> ArraySlice<Block> {
        let section = sections[Table.streams.rawValue]
        let (start, end) = (UInt64(number) << 32, UInt64(number) << 32 | UInt64(UInt32.max))
        let first = section.block(of: RunPiece.Rank(high: start)) ?? 0
        var behind = first
        while behind < section.blocks.count, section.blocks[behind].first.high <= end { behind += 1 }
        return section.blocks[first..<behind]
    }

    /// Hands over the positions of a stream in order, each with the entry of its record, up to a position.
    ///
    /// - Parameters:
    ///   - number: Whose stream.
    ///   - blocks: Those of the stream.
    ///   - last: The last position that is meant.
    ///   - memory: Where blocks are read to; to be used again.
    ///   - body: Handed each entry.
    func forEachEntry(
        ofLearner number: UInt32,
        in blocks: ArraySlice<Block>,
        through last: UInt32,
        _ memory: inout [UInt8],
        _ body: (UInt32, RawSpan) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        let (start, end) = (UInt64(number) << 32, UInt64(number) << 32 | UInt64(last))
        try forEachBlock(blocks, of: .streams, &memory) { (block) throws(AccrueError) in
            try block.forEachEntry(.streams) { (key, value) throws(AccrueError) in
                let key = key.bigEndianNumber
                if key >= start && key <= end { try body(UInt32(truncatingIfNeeded: key), value) }
                return key <= end
            }
        }
    }

    /// The version of the last event of a stream, or nil where the run has none of it.
    func version(ofLearner number: UInt32) throws(AccrueError) -> UInt32? {
        guard let block = blocks(ofLearner: number).last else { return nil }
        var version: UInt32?
        let bytes = try file.bytes(block.range)
        try verified(bytes.span.bytes, block, of: .streams).forEachEntry(.streams) { (key, value) throws(AccrueError) in
            let owner = key.bigEndianNumber >> 32
            if owner == UInt64(number) {
                guard value.byteCount >= RecordLayout.fixedPartSize else { throw damaged(block, in: .streams) }
                version = FixedPart(value).learnerVersion
            }
            return owner <= UInt64(number)
        }
        // Each takes a position, so that there is a next one.
        guard version ?? 0 <= statement.to else { throw damaged(block, in: .streams) }
        return version
    }

    /// Fills a piece with the entries of some blocks of a table, and says which block comes next; nil after the last.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - block: The first of the blocks.
    ///   - piece: What is filled.
    ///   - memory: Where blocks are read to; to be used again.
    func read(
        _ table: Table,
        from block: Int,
        into piece: inout RunPiece,
        _ memory: inout [UInt8]
    ) throws(AccrueError) -> Int? {
        let blocks = sections[table.rawValue].blocks
        let end = min(block + Self.blocksAtOnce, blocks.count)
        try forEachBlock(blocks[block..<end], of: table, &memory) { (block) throws(AccrueError) in
            try piece.append(block)
        }
        return end < blocks.count ? end : nil
    }

    // MARK: Bytes

    private func value<Result>(
        of key: [UInt8],
        in table: Table,
        _ body: (RawSpan) -> Result
    ) throws(AccrueError) -> Result? {
        let section = sections[table.rawValue]
        guard let index = section.block(of: RunPiece.Rank(key.span.bytes)) else { return nil }
        let block = section.blocks[index]
        let bytes = try file.bytes(block.range)
        var result: Result?
        try verified(bytes.span.bytes, block, of: table).forEachEntry(table) { (found, value) in
            if found.withUnsafeBytes({ $0.elementsEqual(key) }) { result = body(value) }
            return result == nil
        }
        return result
    }

    @_lifetime(copy bytes)
    private func verified(_ bytes: RawSpan, _ block: Block, of table: Table) throws(AccrueError) -> VerifiedBlock {
        guard let verified = VerifiedBlock(bytes) else { throw damaged(block, in: table) }
        return verified
    }

    /// Hands over blocks that follow each other, some of which are read at once.
    private func forEachBlock(
        _ blocks: ArraySlice<Block>,
        of table: Table,
        _ memory: inout [UInt8],
        _ body: (VerifiedBlock) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        var rest = blocks
        while let first = rest.first {
            let some = rest.prefix(Self.blocksAtOnce)
            rest = rest.dropFirst(Self.blocksAtOnce)
            let range = first.offset..<some.reduce(first.range.upperBound) { max($0, $1.range.upperBound) }
            if memory.count < range.count { memory = Array(repeating: 0, count: 2 * range.count) }
            try file.read(range, into: &memory)
            for block in some {
                let place = Int(block.offset - first.offset)
                let bytes = memory.span.bytes.extracting(place..<place + block.length)
                try body(try verified(bytes, block, of: table))
            }
        }
    }

    /// That a block is not what was written, and whose events are in it.
    func damaged(_ block: Block, in table: Table) -> AccrueError {
        var place = "\(path), the block at \(block.offset)"
        if table == .streams {
            let following = sections[table.rawValue].blocks.first { $0.offset > block.offset }
            place += ", of learner \(block.first.high >> 32)"
            // A stream may go on in the next block.
            place += following.map { " to \($0.first.high >> 32)" } ?? " and all after"
        }
        return AccrueError(.indexDiffers, place)
    }
}

extension FixedWidthInteger {
    /// The bytes, most significant first.
    var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }
}

extension EventID {
    /// The 16 bytes in the order of the text.
    var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}
