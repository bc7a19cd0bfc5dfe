internal import Credit
internal import EventCoding
internal import Glibc
internal import Synchronization

/// Seals the tail into runs and merges small runs into larger ones, on a thread of its own behind the log.
///
/// Nothing waits for it, and nothing is lost if it fails: indices are made from the log, and made again when it is
/// next opened.
final class Sealing: Sendable {
    /// So many runs of one size are merged into one of the next.
    private static let fanIn = 4

    private let indices: Indices
    private let interval: Int
    private let thread: WorkerThread<Position>

    init(_ folder: StoreFolder, _ records: RecordStore, _ indices: Indices, interval: Int) {
        self.indices = indices
        self.interval = max(1, interval)
        let work = Work(folder: folder, records: records, indices: indices, interval: max(1, interval))
        thread = WorkerThread { positions in
            // Only the latest matters.
            guard let last = positions.last else { return }
            work.seal(through: last)
        }
    }

    /// Seals in the background if there is enough to seal up to a committed position.
    func sealIfDue(through committed: Position) {
        let base = indices.cover.withLock { $0.tail.base }
        guard committed.rawValue >= base, Int(committed.rawValue - base) >= interval else { return }
        _ = thread.submit(committed)
    }

    /// Finishes what was begun.
    func stop() {
        thread.stop()
    }

    private struct Work: Sendable {
        let folder: StoreFolder
        let records: RecordStore
        let indices: Indices
        let interval: Int

        func seal(through committed: Position) {
            do throws(AccrueError) {
                let (base, learners) = indices.cover.withLock {
                    ($0.tail.base, $0.tail.learners(through: committed.rawValue))
                }
                guard Int(committed.rawValue) - Int(base) >= interval else { return }
                let range = base + 1...committed.rawValue
                let run = try Run.seal(range, of: records, learnerCount: learners, in: folder.runs)
                indices.cover.withLock { cover in
                    cover.runs.append(run)
                    cover.tail.seal(through: committed.rawValue)
                }
                try HeadAnchor(log: records.log, position: committed, leaf: run.statement.leaf).write(folder)
                while let runs = runsToMerge() { try merge(runs) }
            } catch {
                // The tail stays, and is tried again with the next events; a check tells of what is damaged.
            }
        }

        /// The newest runs, where there are enough of one size.
        private func runsToMerge() -> [Run]? {
            let newest = indices.cover.withLock { Array($0.runs.suffix(Sealing.fanIn)) }
            guard newest.count == Sealing.fanIn, Set(newest.map { tier(of: $0) }).count == 1 else { return nil }
            return newest
        }

        private func tier(of run: Run) -> Int {
            var tier = 0
            var size = interval * Sealing.fanIn
            while run.statement.count >= size {
                tier += 1
                size *= Sealing.fanIn
            }
            return tier
        }

        private func merge(_ runs: [Run]) throws(AccrueError) {
            let merged = try Run.merge(runs, in: folder.runs)
            indices.cover.withLock {
                $0.runs.replaceSubrange($0.runs.count - runs.count..<$0.runs.count, with: [merged])
            }
            // Readers that have them open keep them until they let go.
            for run in runs { unlink(run.path) }
        }
    }
}
