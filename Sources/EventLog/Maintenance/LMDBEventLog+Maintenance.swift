public import Credit
internal import LMDB
internal import Synchronization

extension LMDBEventLog {
    /// Checks the whole log and all indices: O(*n*), while others read and append.
    ///
    /// It never throws for what it finds: damage is what it is there to report.
    public func check(_ progress: (CheckProgress) -> Void = { _ in }) -> CheckReport {
        do throws(AccrueError) {
            return try read { (snapshot) throws(AccrueError) in
                let tree = try TreeStore(folder, records, through: snapshot.position)
                var heads: HeadsFile?
                var failure: AccrueError?
                do throws(AccrueError) {
                    heads = try HeadsFile(folder, records, through: snapshot.position)
                } catch {
                    failure = error
                }
                var check = LogCheck(records, indices, tree, heads)
                check.run(through: snapshot.position, progress)
                var report = check.report
                if let failure { report.note(failure) }
                return report
            }
        } catch {
            var report = CheckReport()
            report.note(error)
            return report
        }
    }

    /// Checks the store at `path`, also one that is too damaged to be opened: then without its indices.
    ///
    /// - Throws: Where there is nothing to check, or nothing that may be read; never for damage.
    public static func check(
        at path: String,
        options: StoreOptions = StoreOptions(),
        _ progress: (CheckProgress) -> Void = { _ in }
    ) throws(AccrueError) -> CheckReport {
        do throws(AccrueError) {
            let log = try LMDBEventLog(path: path, writes: false, options: options)
            defer { try? log.close() }
            let report = log.check(progress)
            if let finding = report.findings.first, finding.error.code == .readOvertaken { throw finding.error }
            return report
        } catch {
            switch error.code {
            case .recordDamaged, .storeDamaged, .positionsMissing, .indexDiffers:
                return checkRecords(at: path, after: error, options, progress)
            default: throw error
            }
        }
    }

    private static func checkRecords(
        at path: String,
        after failure: AccrueError,
        _ options: StoreOptions,
        _ progress: (CheckProgress) -> Void
    ) -> CheckReport {
        var report = CheckReport()
        if let records = try? RecordStore(StoreFolder(path: path, faults: options.faults), access: .readOnly, options) {
            defer { try? records.environment.close() }
            var check = LogCheck(records, nil)
            if let last = try? records.lastPosition() { check.run(through: last, progress) }
            report = check.report
        }
        if !report.findings.contains(where: { $0.error == failure }) { report.note(failure) }
        return report
    }

    /// Why the last attempts at what is done behind the log failed, of works that did; also after it was closed.
    public var failures: [BackgroundWork: AccrueError] { sealing?.failures ?? [:] }

    /// Sizes and counts of now.
    public func statistics() throws(AccrueError) -> LogStatistics {
        let (runs, events, learners) = indices.cover.withLock { ($0.runs, $0.committed, $0.learnerCount) }
        let information = try storing { () throws(LMDBError) in try records.environment.information() }
        var runBytes = 0
        for run in runs { runBytes += Int(clamping: try run.file.size()) }
        return LogStatistics(
            events: events.rawValue,
            learners: learners,
            logBytes: information.usedBytes,
            mapBytes: information.mapSize,
            runs: runs.count,
            runBytes: runBytes,
            unsealedEvents: events.rawValue - (runs.last?.statement.to ?? 0),
            failures: failures
        )
    }
}

/// Sizes and counts of a store.
public struct LogStatistics: Hashable, Sendable {
    /// The events, which is also the last position.
    public let events: UInt32
    /// The learners.
    public let learners: UInt32
    /// Bytes of the log that are in use.
    public let logBytes: Int
    /// Address space reserved for the log, in bytes.
    public let mapBytes: Int
    /// The sealed indices.
    public let runs: Int
    /// Their bytes.
    public let runBytes: Int
    /// The events whose index entries are in memory only.
    public let unsealedEvents: UInt32
    /// Why the last attempts at what is done behind the log failed, where this process appends.
    public let failures: [BackgroundWork: AccrueError]
}
