public import Credit
internal import EventCoding
internal import Synchronization

/// Reads the streams of a run in the order of learners, many blocks at a time: as they lie on the disk, each block
/// verified.
struct StreamReading {
    /// At most so many blocks are read at once; fewer after a jump, as the next one may follow.
    private static let mostBlocks = 32

    private let run: Run
    /// The block that is read next.
    private var nextBlock: Int
    private var blocksAtOnce = 2
    /// The bytes of some blocks that follow each other.
    private var bytes: [UInt8] = []
    /// Where they begin in the file.
    private var start: UInt64 = 0
    /// The block behind the last of them.
    private var endBlock: Int
    /// The block behind the last that is wanted.
    private let limit: Int
    /// What is not handed over yet of the present block.
    private var rest = 0..<0

    /// Begins with a learner, and reads nothing behind another one.
    init(_ run: Run, from first: UInt32, through last: UInt32) {
        self.run = run
        let section = run.sections[Run.Table.streams.rawValue]
        nextBlock = section.block(of: Self.rank(first)) ?? 0
        endBlock = nextBlock
        limit = section.block(of: RunPiece.Rank(high: UInt64(last) << 32 | UInt64(UInt32.max))).map { $0 + 1 } ?? 0
    }

    private static func rank(_ learner: UInt32) -> RunPiece.Rank { RunPiece.Rank(high: UInt64(learner) << 32) }

    /// Hands over the entries of a stream up to a position. Streams are asked for in ascending order.
    mutating func forEachEntry(
        ofLearner learner: UInt32,
        through last: UInt32,
        _ body: (UInt32, RawSpan) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        while true {
            if rest.isEmpty { guard try advance(to: learner) else { return } }
            let (offset, isOver) = try take(learner, last, body)
            rest = offset..<rest.upperBound
            if isOver { return }
        }
    }

    /// Hands over what the present block has of a stream: up to where, and whether more than the stream follows.
    private func take(
        _ learner: UInt32,
        _ last: UInt32,
        _ body: (UInt32, RawSpan) throws(AccrueError) -> Void
    ) throws(AccrueError) -> (offset: Int, isOver: Bool) {
        let block = bytes.span.bytes
        var offset = rest.lowerBound
        while offset < rest.upperBound {
            let start = offset + 10
            guard start <= rest.upperBound else { throw tooShort }
            let key = UInt64(bigEndian: block.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let length = UInt16(bigEndian: block.unsafeLoadUnaligned(fromByteOffset: start - 2, as: UInt16.self))
            let end = start + Int(length)
            guard end <= rest.upperBound else { throw tooShort }
            let owner = UInt32(truncatingIfNeeded: key >> 32)
            if owner > learner { return (offset, true) }
            let position = UInt32(truncatingIfNeeded: key)
            if owner == learner, position <= last { try body(position, block.extracting(start..<end)) }
            offset = end
        }
        return (offset, false)
    }

    private var tooShort: AccrueError { AccrueError(.indexDiffers, "\(run.path), a block ends too early") }

    /// Goes on to the next block, or to that of a learner further on; false after the last.
    private mutating func advance(to learner: UInt32) throws(AccrueError) -> Bool {
        let blocks = run.sections[Run.Table.streams.rawValue].blocks
        if nextBlock == endBlock {
            let rank = Self.rank(learner)
            if nextBlock + 1 < blocks.count, !(rank < blocks[nextBlock + 1].first) {
                nextBlock = run.sections[Run.Table.streams.rawValue].block(of: rank) ?? nextBlock
                blocksAtOnce = 2
            }
            guard nextBlock < limit else { return false }
            try read(blocks[nextBlock..<min(nextBlock + blocksAtOnce, limit)])
            blocksAtOnce = min(2 * blocksAtOnce, Self.mostBlocks)
        }
        let block = blocks[nextBlock]
        nextBlock += 1
        // Verified right before it is used, so that it is fetched once.
        let offset = Int(block.offset - start)
        let content = offset..<offset + block.length - 4
        let stored = bytes.span.bytes.extracting(content.upperBound..<content.upperBound + 4).bigEndianNumber
        guard !content.isEmpty, Checksum.crc32c(of: bytes.span.bytes.extracting(content)) == UInt32(stored) else {
            throw run.damaged(block, in: .streams)
        }
        rest = content
        return true
    }

    private mutating func read(_ blocks: ArraySlice<Run.Block>) throws(AccrueError) {
        guard let first = blocks.first, let last = blocks.last else { return }
        let range = first.offset..<last.range.upperBound
        if bytes.count < range.count { bytes = Array(repeating: 0, count: range.count) }
        try run.file.read(range, into: &bytes)
        start = first.offset
        endBlock = blocks.endIndex
    }
}

extension LMDBSnapshot {
    /// Hands over the entries of streams, fixed part and table, learner by learner, each stream in the order of the log:
    /// verified, and none decoded. For folds over many learners.
    ///
    /// What runs cover is read from them as it lies on the disk, the rest from the log. A stream that is not whole is an
    /// error: nothing is skipped. O(*n*) in the events of the learners, in a bounded memory.
    ///
    /// - Parameters:
    ///   - learners: Their numbers, ascending; some thousands at a time.
    ///   - last: The last event that is meant.
    ///   - unsealed: What no run covers up to `last`, where it was read before, as for all learners; nil looks it up.
    ///   - body: Handed each entry.
    ///   - afterEach: Told each learner behind the last of its entries.
    /// - Throws: ``Credit/ErrorCode/indexDiffers`` where an index is damaged or leaves out an event, with the learner.
    public func replayStreams(
        ofLearners learners: some Collection<UInt32>,
        through last: Position,
        unsealed: UnsealedStreams? = nil,
        _ body: (RawSpan) throws(AccrueError) -> Void,
        afterEach: (UInt32) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        guard let first = learners.first, let lastLearner = learners.max() else { return }
        let unsealed =
            if let unsealed {
                unsealed.copy(ofLearners: first...lastLearner)
            } else { try unsealedStreams(ofLearners: learners, through: last) }
        // They may have been sealed since; each event is still read once.
        let runs = indices.cover.withLock(\.runs).filter { $0.statement.from <= unsealed.base }
        var readings = runs.map { StreamReading($0, from: first, through: lastLearner) }
        for learner in learners {
            var version: UInt32 = 0
            func take(_ position: UInt32, _ entry: RawSpan) throws(AccrueError) {
                let fields = try Self.fields(entry, position)
                version += 1
                guard fields.position.rawValue == position, fields.learnerNumber == learner,
                    fields.learnerVersion == version
                else {
                    throw AccrueError(.indexDiffers, "position \(position), event \(version) of learner \(learner)")
                }
                try body(entry)
            }
            for index in readings.indices {
                try readings[index].forEachEntry(ofLearner: learner, through: unsealed.base, take)
            }
            try unsealed.forEachEntry(ofLearner: learner, take)
            try afterEach(learner)
        }
    }

    @_lifetime(copy entry)
    private static func fields(_ entry: RawSpan, _ position: UInt32) throws(AccrueError) -> FixedPart {
        guard entry.byteCount >= RecordLayout.fixedPartSize + RecordLayout.saltSize else {
            throw AccrueError(.indexDiffers, "position \(position), an entry of \(entry.byteCount) bytes")
        }
        return FixedPart(entry)
    }
}
