internal import Credit
internal import EventCoding
internal import Glibc

// Runs are written beside their place, synced, and renamed: a file that bears the name of a run is whole.

extension Run {
    /// Writes the entries of a table in the order of keys.
    typealias Source = (Table, inout RunWriter) throws(AccrueError) -> Void

    /// Writes a run and opens it.
    ///
    /// - Parameter keyCount: How many ids and identifiers there will be.
    static func write(
        _ statement: Statement,
        keyCount: Int,
        in folder: String,
        _ files: Files,
        _ source: Source
    ) throws(AccrueError) -> Run {
        let path = folder + "/" + statement.fileName
        let part = path + ".part"
        do throws(AccrueError) {
            let output = RunOutput(try files.open(part, O_WRONLY | O_CREAT | O_TRUNC))
            var writer = RunWriter(output, keyCount: keyCount)
            for table in Table.allCases {
                writer.begin(table)
                try source(table, &writer)
                try writer.endTable()
            }
            try writer.finish(statement)
            try files.move(part, to: path)
        } catch {
            try? files.remove(part)
            throw error
        }
        return try Run(path, files)
    }
}

/// The blocks of a new run, and what stands behind them.
struct RunWriter {
    private let output: RunOutput
    private var filter: KeyFilter
    /// Hashes of keys that the filter is to take in together: they lie anywhere in it, and none waits for another.
    private var hashes: [UInt64] = []
    private var sections: [Run.Section] = []
    private var table = Run.Table.ids
    private var entryCount = 0
    private var blocks: [Run.Block] = []
    private var block: [UInt8] = []
    /// The first key of the block.
    private var first = RunPiece.Rank(high: 0)
    /// The learner of the last entry, where entries belong to learners.
    private var learner: UInt64?

    fileprivate init(_ output: RunOutput, keyCount: Int) {
        self.output = output
        filter = KeyFilter(capacity: keyCount)
    }

    /// How much of a block is left for entries.
    private var room: Int { table.blockSize - 4 - block.count }

    private func beginsStream(_ rank: RunPiece.Rank) -> Bool { table == .streams && rank.high >> 32 != learner }

    /// Makes room in the block for an entry.
    private mutating func prepare(_ rank: RunPiece.Rank, _ size: Int) throws(AccrueError) {
        let beginsStream = beginsStream(rank)
        // Blocks begin with streams where they can, so that who reads one reads little else.
        if size > room || beginsStream && block.count >= table.blockSize / 2 { try endBlock() }
        if beginsStream { learner = rank.high >> 32 }
        guard block.isEmpty else { return }
        first = beginsStream ? RunPiece.Rank(high: rank.high & ~UInt64(UInt32.max)) : rank
    }

    /// Appends an entry.
    mutating func append(_ key: RawSpan, _ value: RawSpan) throws(AccrueError) {
        let rank = RunPiece.Rank(key)
        try prepare(rank, key.byteCount + 2 + value.byteCount)
        key.withUnsafeBytes { block.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt16(truncatingIfNeeded: value.byteCount).bigEndian) { block.append(contentsOf: $0) }
        value.withUnsafeBytes { block.append(contentsOf: $0) }
        entryCount += 1
        if table.isFiltered { hashes.append(rank.hash) }
    }

    /// Appends an entry whose key is the memory of a value, such as a number in big-endian order.
    mutating func append(_ key: some BitwiseCopyable, _ value: RawSpan) throws(AccrueError) {
        try withUnsafeBytes(of: key) { (key) throws(AccrueError) in try append(key.bytes, value) }
    }

    /// Appends an entry whose key and value are the memory of values.
    mutating func append(_ key: some BitwiseCopyable, _ value: UInt32) throws(AccrueError) {
        try withUnsafeBytes(of: value) { (value) throws(AccrueError) in try append(key, value.bytes) }
    }

    /// Appends entries of another run.
    mutating func append(_ range: Range<Int>, of piece: borrowing RunPiece) throws(AccrueError) {
        let (ranks, ends) = (piece.ranks.span, piece.ends.span)
        var next = range.lowerBound
        while next < range.upperBound {
            let start = piece.start(of: next)
            try prepare(ranks[next], ends[next] - start)
            var end = next + 1
            while end < range.upperBound, ends[end] - start <= room, !beginsStream(ranks[end]) { end += 1 }
            piece.withEntries(next..<end) { block.append(contentsOf: $0) }
            next = end
        }
        entryCount += range.count
        if table.isFiltered { for index in range { hashes.append(ranks[index].hash) } }
    }

    private mutating func endBlock() throws(AccrueError) {
        guard !block.isEmpty else { return }
        let checksum = Checksum.crc32c(of: block.span.bytes).bigEndian
        withUnsafeBytes(of: checksum) { block.append(contentsOf: $0) }
        blocks.append(Run.Block(first: first, offset: output.offset, length: block.count))
        try output.append(block)
        block.removeAll(keepingCapacity: true)
        filter.insert(hashes)
        hashes.removeAll(keepingCapacity: true)
    }

    fileprivate mutating func begin(_ table: Run.Table) {
        (self.table, entryCount, blocks, learner) = (table, 0, [], nil)
    }

    fileprivate mutating func endTable() throws(AccrueError) {
        try endBlock()
        sections.append(Run.Section(entryCount: entryCount, blocks: blocks))
    }

    /// Writes what stands behind the blocks, and makes all of it durable.
    fileprivate func finish(_ statement: Run.Statement) throws(AccrueError) {
        let start = output.offset
        try output.append(filter.bytes)
        try output.append(Run.Trailer(statement, sections, filter: start..<output.offset).bytes)
        try output.finish()
    }
}

/// A new file that is written from its start to its end.
private final class RunOutput {
    /// Written whole and at a multiple of itself: the system takes it in large pieces.
    private static let bufferSize = 1 << 18
    /// So many bytes are synced at a time: one sync of a large run at its end would make the log's own wait behind it.
    private static let syncInterval: UInt64 = 16 << 20

    private let file: OpenFile
    private var buffer: [UInt8] = []
    /// Where the next byte goes.
    private(set) var offset: UInt64 = 0
    private var synced: UInt64 = 0

    init(_ file: OpenFile) {
        self.file = file
        buffer.reserveCapacity(Self.bufferSize)
    }

    func append(_ bytes: [UInt8]) throws(AccrueError) {
        var rest = bytes[...]
        while buffer.count + rest.count >= Self.bufferSize {
            let some = rest.prefix(Self.bufferSize - buffer.count)
            rest = rest.dropFirst(some.count)
            take(some)
            try flush()
            if offset - synced >= Self.syncInterval { try sync() }
        }
        take(rest)
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        buffer += bytes
        offset += UInt64(bytes.count)
    }

    /// Makes all of it durable.
    func finish() throws(AccrueError) {
        try flush()
        try sync()
    }

    private func sync() throws(AccrueError) {
        try file.sync()
        synced = offset
    }

    private func flush() throws(AccrueError) {
        try file.write(buffer, at: offset - UInt64(buffer.count))
        buffer.removeAll(keepingCapacity: true)
    }
}
