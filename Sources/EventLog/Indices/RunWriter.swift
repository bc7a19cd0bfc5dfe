internal import Credit
internal import EventCoding
internal import Glibc

// Runs are written beside their place, synced, and renamed: a file that bears the name of a run is whole.

extension Run {
    /// Gives the next entries of a table, in the order of keys; none at its end. The piece that it is given is empty.
    typealias Source = (Table, inout RunPiece) throws(AccrueError) -> Void

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
            var filter = KeyFilter(capacity: keyCount)
            var sections: [Section] = []
            for table in Table.allCases { sections.append(try write(table, to: output, &filter, source)) }
            let start = output.offset
            try output.append(filter.bytes)
            try output.append(Trailer(statement, sections, filter: start..<output.offset).bytes)
            try output.finish()
            try files.move(part, to: path)
        } catch {
            try? files.remove(part)
            throw error
        }
        return try Run(path, files)
    }

    private static func write(
        _ table: Table,
        to output: RunOutput,
        _ filter: inout KeyFilter,
        _ source: Source
    ) throws(AccrueError) -> Section {
        var entryCount = 0
        var blocks: [Block] = []
        var piece = RunPiece(table)
        var block: [UInt8] = []
        var first: RunPiece.Rank?
        var learner: UInt64?
        func endBlock() throws(AccrueError) {
            guard let rank = first else { return }
            block += Checksum.crc32c(of: block.span.bytes).bigEndianBytes
            blocks.append(Block(first: rank, offset: output.offset, length: block.count))
            try output.append(block)
            block.removeAll(keepingCapacity: true)
            first = nil
        }
        while true {
            piece.removeAll()
            try source(table, &piece)
            if piece.count == 0 { break }
            entryCount += piece.count
            if table.isFiltered { for rank in piece.ranks { filter.insert(rank) } }
            for index in 0..<piece.count {
                var rank = piece.ranks[index]
                let beginsStream = table == .streams && rank.high >> 32 != learner
                // Blocks begin with streams where they can, so that who reads one reads little else.
                let isFull = block.count + piece.size(of: index) > table.blockSize - 4
                if isFull || beginsStream && block.count >= table.blockSize / 2 { try endBlock() }
                if beginsStream {
                    learner = rank.high >> 32
                    rank = RunPiece.Rank(high: rank.high & ~UInt64(UInt32.max))
                }
                if first == nil { first = rank }
                piece.append(index, to: &block)
            }
        }
        try endBlock()
        return Section(entryCount: entryCount, blocks: blocks)
    }
}

/// A new file that is written from its start to its end.
private final class RunOutput {
    private static let bufferSize = 1 << 20
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
        buffer += bytes
        offset += UInt64(bytes.count)
        if buffer.count >= Self.bufferSize { try flush() }
        if offset - synced >= Self.syncInterval { try sync() }
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
