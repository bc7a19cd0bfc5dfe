internal import Credit
internal import EventCoding
internal import Synchronization

extension Indices {
    /// The indices of a store: the longest gap-free cover of runs that fit the log, and the tail re-read from the log.
    ///
    /// - Parameter removesOthers: True for the writer, who removes what does not belong.
    static func open(
        _ folder: StoreFolder,
        _ records: RecordStore,
        through last: Position,
        removesOthers: Bool
    ) throws(AccrueError) -> Indices {
        var cover = Cover()
        cover.runs = try longestCover(folder, records, through: last)
        cover.tail = Tail(base: cover.sealed, learnerCount: cover.runs.last?.statement.learnerCount ?? 0)
        let kept = Set(cover.runs.map(\.statement.fileName))
        let indices = Indices(cover)
        try indices.follow(records, through: last)
        try records.requireEnd()
        guard removesOthers else { return indices }
        // Only now: a run does not fit, too, where the log's own record is damaged, and then holds the last copy of it.
        for name in try folder.files.names(in: folder.runs) where !kept.contains(name) {
            // What stays is not used, and removed another time.
            try? folder.files.remove(folder.runs + "/" + name)
        }
        return indices
    }

    /// Takes in what the log has gained.
    func follow(_ records: RecordStore, through last: Position) throws(AccrueError) {
        let end = cover.withLock { $0.tail.end }
        if end >= last.rawValue { return cover.withLock { $0.publish(last) } }
        do throws(AccrueError) {
            try records.forEachRecord(from: Position(rawValue: end + 1), through: last) {
                (position, record) throws(AccrueError) in
                let entry = try IndexEntry(record: record)
                try position.requireRecord(of: FixedPart(record).position)
                cover.withLock { $0.tail.append(entry) }
            }
        } catch {
            // Nor is anything kept that was made of what may have been written over while it was read.
            cover.withLock { $0.tail.truncate(to: end) }
            throw error
        }
        cover.withLock { $0.publish(last) }
    }

    /// Takes over the runs that the writing process has sealed meanwhile, so that a reader's tail stays short.
    func adoptRuns(_ folder: StoreFolder, _ records: RecordStore) throws(AccrueError) {
        let (known, last) = cover.withLock { ($0.runs, $0.committed) }
        let runs = try Self.longestCover(folder, records, through: last, known: known)
        // What was let go of is destroyed outside the lock.
        _ = cover.withLock { $0.adopt(runs) }
    }

    /// The longest gap-free cover from the first position on, of runs that were made from this log as it is.
    ///
    /// - Parameter known: Runs that are open; a file is opened once.
    private static func longestCover(
        _ folder: StoreFolder,
        _ records: RecordStore,
        through last: Position,
        known: [Run] = []
    ) throws(AccrueError) -> [Run] {
        var candidates: [Run] = []
        var attempts = 0
        var isComplete = false
        // The writer may merge one away between the listing and the opening; what it was merged into is listed then.
        while !isComplete && attempts < 8 {
            isComplete = true
            attempts += 1
            candidates.removeAll()
            for name in try folder.files.names(in: folder.runs) where name.hasSuffix(".run") {
                let path = folder.runs + "/" + name
                do throws(AccrueError) {
                    let open = known.first { $0.path == path }
                    let run = if let open { open } else { try Run(path, folder.files) }
                    if try misfit(of: run, records, last) == nil { candidates.append(run) }
                } catch {
                    switch error.code {
                    case .notFound: isComplete = false
                    // What is damaged is no index; it is made again from the log.
                    case .indexDiffers: break
                    default: throw error
                    }
                }
            }
        }
        return longestCover(of: candidates)
    }

    /// The runs that cover the most positions from 1 without a gap.
    static func longestCover(of candidates: [Run]) -> [Run] {
        var runs: [Run] = []
        var end: UInt32 = 0
        while let next = candidates.filter({ $0.statement.from == end + 1 }).max(by: {
            $0.statement.to < $1.statement.to
        }) {
            runs.append(next)
            end = next.statement.to
        }
        return runs
    }

    /// Why a run is not one of a log as it is.
    enum Misfit: Hashable, Sendable {
        /// It was made from another log.
        case otherLog
        /// It covers positions that the log does not have, or has with another event: the log was replaced.
        case otherState
    }

    /// Why a run was not made from this log as it is; nil if it was.
    static func misfit(of run: Run, _ records: RecordStore, _ last: Position) throws(AccrueError) -> Misfit? {
        let statement = run.statement
        guard statement.log == records.log else { return .otherLog }
        guard statement.to <= last.rawValue else { return .otherState }
        do throws(AccrueError) {
            let leaf = try records.record(at: Position(rawValue: statement.to), Run.leaf(of:))
            return leaf == statement.leaf ? nil : .otherState
        } catch {
            guard error.code == .recordDamaged || error.code == .positionsMissing else { throw error }
            return .otherState
        }
    }
}

extension Indices.Cover {
    /// Takes over a longer cover, and gives back what it replaces.
    fileprivate mutating func adopt(_ longer: [Run]) -> (runs: [Run], tail: Tail)? {
        guard let last = longer.last, last.statement.to > sealed, last.statement.to <= tail.end else { return nil }
        let replaced = (runs, tail)
        var rest = Tail(base: last.statement.to, learnerCount: last.statement.learnerCount)
        for entry in tail.entries.dropFirst(Int(last.statement.to - tail.base)) { rest.append(entry) }
        (runs, tail) = (longer, rest)
        return replaced
    }
}
