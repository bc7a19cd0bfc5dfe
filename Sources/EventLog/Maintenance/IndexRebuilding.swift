public import Credit
internal import EventCoding
internal import LMDB

/// What was done to make everything again that is computed from the log.
public struct IndexRebuild: Hashable, Sendable {
    /// The last event that is covered now.
    public internal(set) var position = Position.none
    /// The runs made.
    public internal(set) var runs = 0
    /// The files removed that belonged to no state of the log, or to one of before.
    public internal(set) var removed: [String] = []
}

extension LMDBEventLog {
    /// Makes the sealed indices of a store again from its log, and removes what was left over beside them.
    ///
    /// The new runs are made beside the old ones and take their place when all are there, so that a failure leaves what
    /// was. Processes that read go on with the runs that they have open. The log is only read.
    ///
    /// - Throws: ``Credit/ErrorCode/logLocked`` while a process appends; ``Credit/ErrorCode/recordDamaged``,
    ///   ``Credit/ErrorCode/storeDamaged`` or ``Credit/ErrorCode/positionsMissing`` where the log itself is damaged;
    ///   errors of the disk.
    @discardableResult
    public static func rebuildIndices(
        at path: String,
        options: StoreOptions = StoreOptions()
    ) throws(AccrueError) -> IndexRebuild {
        let folder = StoreFolder(path: path, faults: options.faults)
        try folder.requireStore()
        let lock = try WriterLock(folder)
        defer { lock.release() }
        let records = try RecordStore(folder, access: .readOnly, options)
        defer { try? records.environment.close() }
        let anchor = try HeadAnchor.read(folder)
        let last = try records.lastPosition()
        try records.requireEnd()
        try verify(anchor, folder, records, last)
        let (part, tiles) = (folder.runs + ".part", folder.tree + ".part")
        try folder.files.remove(part)
        try folder.files.makeFolder(part)
        do throws(AccrueError) {
            var rebuild = IndexRebuild()
            let names = try seal(through: last, of: records, in: part, folder.files, options.sealInterval)
            (rebuild.position, rebuild.runs) = (last, names.count)
            rebuild.removed = try folder.replaceRuns(with: names, in: part)
            var tree = TreeStore(in: tiles, folder.files)
            try tree.grow(records, through: last)
            try folder.replaceTree(with: tiles)
            try rebuildHeads(folder, records, through: last)
            return rebuild
        } catch {
            for path in [part, tiles] { try? folder.files.remove(path) }
            throw error
        }
    }

    /// Writes the runs that cover a log, as sealing would have made them, and gives their names.
    private static func seal(
        through last: Position,
        of records: RecordStore,
        in part: String,
        _ files: Files,
        _ interval: Int
    ) throws(AccrueError) -> [String] {
        let interval = max(1, interval)
        var runs: [Run] = []
        while let next = next(after: runs, through: last, interval) {
            let learners = runs.last?.statement.learnerCount ?? 0
            var tail = Tail(base: next.lowerBound - 1, learnerCount: learners)
            try records.forEachRecord(
                from: Position(rawValue: next.lowerBound),
                through: Position(rawValue: next.upperBound)
            ) { (_, record) throws(AccrueError) in tail.append(try IndexEntry(record: record)) }
            runs.append(try Run.seal(tail, of: records, in: part, files))
            while let range = Sealing.runsToMerge(of: runs.map(\.statement.count), interval: interval) {
                let merged = try Run.merge(Array(runs[range]), in: part, files)
                for run in runs[range] { try files.remove(run.path) }
                runs.replaceSubrange(range, with: [merged])
            }
        }
        return runs.map(\.statement.fileName)
    }

    private static func next(after runs: [Run], through last: Position, _ interval: Int) -> ClosedRange<UInt32>? {
        let from = (runs.last?.statement.to ?? 0) + 1
        guard from <= last.rawValue else { return nil }
        return from...UInt32(min(Int(last.rawValue), Int(from) + interval - 1))
    }
}

extension StoreFolder {
    /// Puts finished runs into their place and removes everything else there; gives what was removed.
    fileprivate func replaceRuns(with names: [String], in part: String) throws(AccrueError) -> [String] {
        try files.makeFolderIfMissing(runs)
        let before = Set(try files.names(in: runs))
        for name in names { try files.move(part + "/" + name, to: runs + "/" + name) }
        var removed: [String] = []
        for name in before.subtracting(names).sorted() {
            try files.remove(runs + "/" + name)
            removed.append(runs + "/" + name)
        }
        try files.remove(part)
        for name in try files.names(in: path) where name.hasSuffix(".part") {
            try files.remove(path + "/" + name)
            removed.append(path + "/" + name)
        }
        try files.sync(runs)
        try files.sync(path)
        return removed
    }

    /// Puts finished tiles in the place of those before, level by level and the statement last, so that whoever reads
    /// meanwhile finds each there; and removes everything else there.
    fileprivate func replaceTree(with part: String) throws(AccrueError) {
        let names = try files.names(in: part)
        for name in names {
            try files.makeFolderIfMissing(tree)
            try files.move(part + "/" + name, to: tree + "/" + name)
        }
        for name in try files.names(in: tree) where !names.contains(name) { try files.remove(tree + "/" + name) }
        try files.remove(part)
    }
}
