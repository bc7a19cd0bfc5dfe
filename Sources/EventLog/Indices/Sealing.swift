internal import Credit
internal import Synchronization

/// Seals the tail into runs, merges small runs into larger ones, and lets the tree grow, on threads of their own behind
/// the log.
///
/// Nothing waits for it, and nothing is lost if it fails: indices are made from the log, and made again when it is
/// next opened. A long merge does not keep the tail from being sealed, so that memory stays bounded.
final class Sealing: Sendable {
    private let work: SealingWork
    private let sealer: WorkerThread<Void>
    private let merger: WorkerThread<Void>
    private let hasher: WorkerThread<Void>?

    /// - Throws: ``Credit/ErrorCode/inputOutput`` where the system has no threads to give.
    init(
        _ folder: StoreFolder,
        _ records: RecordStore,
        _ indices: Indices,
        _ options: StoreOptions
    ) throws(AccrueError) {
        let faults = options.faults
        let interval = max(1, options.sealInterval)
        let work = SealingWork(folder: folder, records: records, indices: indices, interval: interval)
        // Nobody waits for a merge. The tree is asked for when something is signed, and what it lacks is hashed then.
        let hasher =
            options.keepsTree ? try WorkerThread<Void>(yields: true, faults: faults) { _ in work.hash() } : nil
        let merger = try WorkerThread<Void>(yields: true, faults: faults) { _ in work.merge() }
        (self.work, self.merger, self.hasher) = (work, merger, hasher)
        sealer = try WorkerThread(faults: faults) { _ in
            work.seal()
            _ = merger.submit(())
            _ = hasher?.submit(())
        }
    }

    /// Why the last attempts failed, of works that did.
    var failures: [BackgroundWork: AccrueError] { work.failures }

    /// Seals in the background if there is enough to seal. To be called by who does the writer's work, with nothing pending.
    func sealIfDue() {
        if work.freezeIfDue() { _ = sealer.submit(()) }
    }

    /// So many runs of one size are merged into one of the next.
    private static let fanIn = 4

    /// Which runs are merged next, of so many positions each: the oldest of the smallest size of which there are enough.
    ///
    /// A run that is smaller than one behind it counts as large as that. Otherwise it would lie between larger ones for ever,
    /// and every question would look into it.
    static func runsToMerge(of counts: [Int], interval: Int) -> Range<Int>? {
        var tiers: [Int] = []
        for count in counts.reversed() { tiers.append(max(tier(of: count, interval), tiers.last ?? 0)) }
        tiers.reverse()
        for tier in Set(tiers).sorted() {
            guard let first = tiers.firstIndex(of: tier), tiers.count(where: { $0 == tier }) >= fanIn else { continue }
            return first..<first + fanIn
        }
        return nil
    }

    private static func tier(of count: Int, _ interval: Int) -> Int {
        var tier = 0
        var size = interval * fanIn
        while count >= size {
            tier += 1
            size *= fanIn
        }
        return tier
    }

    /// Finishes what was begun, and seals a tail that is worth it, as who opens the log next would have to read it.
    func stop() {
        if work.isRestDue() { _ = sealer.submit(()) }
        sealer.stop()
        merger.stop()
        hasher?.stop()
    }
}

/// What is done behind the log. Where it fails nothing is lost, and it is tried again.
public enum BackgroundWork: String, CaseIterable, Sendable {
    /// Index entries in memory become a run.
    case sealing
    /// How far the log went is written down, once a run is sealed.
    case anchoring
    /// Small runs become a larger one, and what they were is removed.
    case merging
    /// The tree grows.
    case hashing
}

/// What sealing works on, shared by its threads.
private final class SealingWork: Sendable {
    private struct State {
        var isSealing = false
        /// Nothing is appended any more.
        var isAtEnd = false
        var failures: [BackgroundWork: AccrueError] = [:]
        /// Where sealing failed, it is tried again when the log has come so far.
        var nextAttempt: UInt32 = 0
        /// Runs that were merged into others and are still there.
        var merged: [String] = []
    }

    private let folder: StoreFolder
    private let records: RecordStore
    private let indices: Indices
    private let interval: Int
    private let state = Mutex(State())

    init(folder: StoreFolder, records: RecordStore, indices: Indices, interval: Int) {
        (self.folder, self.records, self.indices, self.interval) = (folder, records, indices, interval)
    }

    var failures: [BackgroundWork: AccrueError] { state.withLock { $0.failures } }

    /// Sets the tail aside if it is long enough; true if there is something to seal that nobody seals yet.
    func freezeIfDue() -> Bool {
        let (isFrozen, end) = indices.cover.withLock { cover in
            if cover.frozen == nil && cover.tail.entries.count >= interval { cover.freeze() }
            return (cover.frozen != nil, cover.committed.rawValue)
        }
        guard isFrozen else { return false }
        return state.withLock { state in
            if state.isSealing || end < state.nextAttempt { return false }
            state.isSealing = true
            return true
        }
    }

    /// True if there is something to seal now that nothing is appended any more: an eighth of what is sealed otherwise. Where
    /// sealing has failed it is not tried once more, so that it is told.
    func isRestDue() -> Bool {
        let hasFailed = state.withLock { state in
            state.isAtEnd = true
            return state.failures[.sealing] != nil
        }
        return !hasFailed && indices.cover.withLock { $0.frozen != nil || isWorthIt($0.tail) }
    }

    private func isWorthIt(_ tail: Tail) -> Bool { tail.entries.count >= max(1, interval / 8) }

    /// What is sealed next.
    private func nextTail() -> Tail? {
        let isAtEnd = state.withLock { $0.isAtEnd }
        return indices.cover.withLock { cover in
            if isAtEnd && cover.frozen == nil && isWorthIt(cover.tail) { cover.freeze() }
            return cover.frozen
        }
    }

    func seal() {
        // Not where it failed meanwhile, unless it was asked for again.
        if state.withLock({ $0.isAtEnd && !$0.isSealing && $0.failures[.sealing] != nil }) { return }
        do throws(AccrueError) {
            while let tail = nextTail() {
                let run = try Run.seal(tail, of: records, in: folder.runs, folder.files)
                // Memory is let go of outside the lock.
                let sealed = indices.cover.withLock { $0.replaceFrozen(with: run) }
                _ = sealed
                anchor(run)
            }
            state.withLock { state in
                state.isSealing = false
                state.failures[.sealing] = nil
            }
        } catch {
            // The tail stays, and is tried again later; statistics say so, and a check tells of what is damaged.
            let end = indices.cover.withLock { $0.committed.rawValue }
            state.withLock { state in
                state.isSealing = false
                state.failures[.sealing] = error
                state.nextAttempt = end + UInt32(interval)
            }
        }
    }

    /// Writes down that the log holds what a run covers. Where that fails the run is sealed all the same, and the next one, or
    /// who closes the log, writes more.
    private func anchor(_ run: Run) {
        let end = Position(rawValue: run.statement.to)
        let head = HeadAnchor(log: records.log, position: end, leaf: run.statement.leaf)
        let failure = attempt { () throws(AccrueError) in try head.write(folder) }
        state.withLock { $0.failures[.anchoring] = failure }
    }

    private func attempt(_ body: () throws(AccrueError) -> Void) -> AccrueError? {
        do throws(AccrueError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    /// Lets the tree grow as far as the log is sealed.
    func hash() {
        let failure = attempt { () throws(AccrueError) in
            let end = Position(rawValue: indices.cover.withLock { $0.sealed })
            var tree = try TreeStore(folder, records, through: end)
            try tree.grow(records, through: end)
        }
        state.withLock { $0.failures[.hashing] = failure }
    }

    func merge() {
        var removal = removeMerged()
        let failure = attempt { () throws(AccrueError) in
            while let runs = runsToMerge() {
                let merged = try Run.merge(Array(runs), in: folder.runs, folder.files)
                // Meanwhile others were only added behind them.
                indices.cover.withLock { $0.runs.replaceSubrange(runs.indices, with: [merged]) }
                state.withLock { $0.merged += runs.map(\.path) }
                removal = removeMerged()
            }
        }
        state.withLock { $0.failures[.merging] = failure ?? removal }
    }

    /// Removes runs that were merged, also those that could not be removed before, and gives why one cannot be now.
    private func removeMerged() -> AccrueError? {
        var failures: [AccrueError] = []
        // Readers that have them open keep them until they let go.
        let left = state.withLock { $0.merged }.filter { path in
            let failure = attempt { () throws(AccrueError) in try folder.files.remove(path) }
            if let failure { failures.append(failure) }
            return failure != nil
        }
        state.withLock { $0.merged = left }
        return failures.first
    }

    private func runsToMerge() -> ArraySlice<Run>? {
        let runs = indices.cover.withLock { $0.runs }
        return Sealing.runsToMerge(of: runs.map(\.statement.count), interval: interval).map { runs[$0] }
    }
}
