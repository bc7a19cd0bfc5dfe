public import Credit
internal import EventCoding
internal import Synchronization

/// Reads the streams of a run in the order of learners, many blocks at a time: as they lie on the disk, each block
/// verified.
struct StreamReading {
    /// At most so many blocks are read at once; fewer after a jump, as the next one may follow.
    private static let mostBlocks = 16

    private var run: Run
    /// Its blocks.
    private var blocks: [Run.Block] = []
    /// The block that is read next.
    private var nextBlock = 0
    private var blocksAtOnce = 2
    /// The bytes of some blocks that follow each other.
    private var bytes: [UInt8] = []
    /// Where they begin in the file.
    private var start: UInt64 = 0
    /// The block behind the last of them.
    private var endBlock = 0
    /// The block behind the last that is wanted.
    private var limit = 0
    /// What is not handed over yet of the present block.
    private var rest = 0..<0

    init(_ run: Run) {
        self.run = run
    }

    /// Begins with a learner, and reads nothing behind another one. Its memory stays, whichever run it reads.
    mutating func begin(_ run: Run, from first: UInt32, through last: UInt32) {
        self.run = run
        let section = run.sections[Run.Table.streams.rawValue]
        blocks = section.blocks
        nextBlock = section.block(of: Self.rank(first)) ?? 0
        (endBlock, blocksAtOnce, rest) = (nextBlock, 2, 0..<0)
        limit = section.block(of: RunPiece.Rank(high: UInt64(last) << 32 | UInt64(UInt32.max))).map { $0 + 1 } ?? 0
    }

    private static func rank(_ learner: UInt32) -> RunPiece.Rank { RunPiece.Rank(high: UInt64(learner) << 32) }

    /// Hands over the entries of a stream. Streams are asked for in ascending order.
    mutating func forEachPart(
        of finding: inout StreamFinding,
        _ body: (consuming StreamEntries) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        repeat {
            if rest.isEmpty { guard try advance(to: finding.learner) else { return } }
            guard let found = try finding.find(in: bytes.span.bytes, rest) else {
                throw AccrueError(.indexDiffers, "\(run.path), a block ends too early")
            }
            rest = found.end..<rest.upperBound
            if found.count > 0 {
                try body(StreamEntries(bytes.span.bytes.extracting(found.range), count: found.count))
            }
        } while rest.isEmpty
    }

    /// Goes on to the next block, or to that of a learner further on; false after the last.
    private mutating func advance(to learner: UInt32) throws(AccrueError) -> Bool {
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
        if bytes.count < range.count {
            bytes = Array(repeating: 0, count: max(range.count, Self.mostBlocks * Run.Table.streams.blockSize))
        }
        try run.file.read(range, into: &bytes)
        start = first.offset
        endBlock = blocks.endIndex
    }
}

/// Reads streams of many learners, and keeps its memory from call to call.
public struct StreamReplay: Sendable {
    private var readings: [StreamReading] = []

    /// Begins with no memory.
    public init() {}

    /// Hands over the entries of streams, fixed part and table, learner by learner, each stream in the order of the log:
    /// verified, and none decoded. For folds over many learners.
    ///
    /// What runs cover is read from them as it lies on the disk, the rest from the log. A stream that is not whole is an
    /// error: nothing is skipped. O(*n*) in the events of the learners, in a bounded memory.
    ///
    /// - Parameters:
    ///   - snapshot: The log.
    ///   - learners: Their numbers, ascending; some hundreds at a time.
    ///   - last: The last event that is meant.
    ///   - unsealed: What no run covers up to `last`, where it was read before, as for all learners; nil looks it up.
    ///   - body: Handed some entries of one learner at a time.
    ///   - afterEach: Told each learner behind the last of its entries.
    /// - Throws: ``Credit/ErrorCode/indexDiffers`` where an index is damaged or leaves out an event, with the learner.
    public mutating func replay(
        _ snapshot: LMDBSnapshot,
        ofLearners learners: [UInt32],
        through last: Position,
        unsealed: UnsealedStreams? = nil,
        _ body: (consuming StreamEntries) throws(AccrueError) -> Void,
        afterEach: (UInt32) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        guard let first = learners.first, let lastLearner = learners.last else { return }
        let unsealed =
            if let unsealed { unsealed } else { try snapshot.unsealedStreams(ofLearners: learners, through: last) }
        // They may have been sealed since; each event is still read once.
        let runs = snapshot.indices.cover.withLock(\.runs).filter { $0.statement.from <= unsealed.base }
        while readings.count < runs.count { readings.append(StreamReading(runs[readings.count])) }
        for index in runs.indices { readings[index].begin(runs[index], from: first, through: lastLearner) }
        var readings = readings.mutableSpan
        for learner in learners {
            var finding = StreamFinding(ofLearner: learner, through: unsealed.base)
            for index in runs.indices { try readings[index].forEachPart(of: &finding, body) }
            var beyond = finding.beyond
            try unsealed.forEachPart(of: &beyond, body)
            try afterEach(learner)
        }
    }
}
