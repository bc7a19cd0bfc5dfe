internal import Credit
internal import EventCoding
internal import LMDB

/// Looks at a store, from the outside in: what cannot be opened is told without what lies behind it.
struct StoreExaminer {
    private let folder: StoreFolder
    private let options: StoreOptions
    private let freeBytes: (String) -> Int?
    private(set) var findings: [StoreExamination.Finding] = []
    private var hasWriter = false

    /// - Parameter freeBytes: How many bytes may still be written where a path lies.
    init(
        _ folder: StoreFolder,
        _ options: StoreOptions,
        freeBytes: ((String) -> Int?)? = nil
    ) {
        self.folder = folder
        self.options = options
        self.freeBytes = freeBytes ?? folder.files.freeBytes
    }

    mutating func run(_ progress: (CheckProgress) -> Void) {
        guard examineFolder() else { return }
        examineWriter()
        guard let records = open() else { return examineLeftovers() }
        examineEnvironment(records)
        // Before the end of the log is looked for, as another process may append.
        let anchor = Result { () throws(AccrueError) in try HeadAnchor.read(folder) }
        let last: Position
        do throws(AccrueError) {
            last = try records.lastPosition()
        } catch {
            try? records.environment.close()
            return note(error.isOfSurroundings ? .storeUnreadable(error) : .dataFileDamaged(error), folder.data)
        }
        examineHead(anchor, records, last)
        examineClock(records, last)
        examineRuns(records, last)
        // One environment of a file at a time.
        try? records.environment.close()
        examineLeftovers()
        examineRecords(progress)
    }

    private mutating func note(_ observation: StoreExamination.Observation, _ path: String) {
        findings.append(StoreExamination.Finding(observation: observation, path: path))
    }

    // MARK: The folder

    private mutating func examineFolder() -> Bool {
        do throws(AccrueError) {
            try folder.requireStore()
        } catch {
            switch error.code {
            case .storeDamaged: note(.dataFileMissing, folder.data)
            case .storeMissing: note(.storeMissing, folder.path)
            default: note(.storeUnreadable(error), folder.path)
            }
            // What was never finished may be what is looked for.
            examineUnfinishedStores()
            return false
        }
        note(.storeFound, folder.path)
        do throws(AccrueError) {
            let place = try readOnlyPlace()
            note(place == nil ? .writable : .readOnly, place ?? folder.path)
        } catch {
            note(.storeUnreadable(error), folder.path)
        }
        return true
    }

    /// The first file or folder that this process may not write to.
    private func readOnlyPlace() throws(AccrueError) -> String? {
        for place in [folder.path, folder.log, folder.data, folder.runs] {
            if try folder.files.has(place), try !folder.files.mayWrite(place) { return place }
        }
        return nil
    }

    private mutating func examineWriter() {
        do throws(AccrueError) {
            guard let holder = try WriterLock.holder(folder) else { return note(.noWriter, folder.lock) }
            hasWriter = true
            note(.writer(process: Int32(holder)), folder.lock)
        } catch {
            note(.storeUnreadable(error), folder.lock)
        }
    }

    /// Whether a process appends, also one that came after the first look.
    private mutating func isBeingWritten() -> Bool {
        if !hasWriter { hasWriter = (try? WriterLock.holder(folder)) != nil }
        return hasWriter
    }

    /// Opens the log for reading; on a network file system, too, as nothing is written.
    private mutating func open() -> RecordStore? {
        do throws(AccrueError) {
            let records = try RecordStore(folder, access: .readOnly, options)
            note(.localFileSystem, folder.path)
            return records
        } catch {
            switch error.code {
            case .networkFileSystem: note(.networkFileSystem(error), folder.path)
            case .formatNewer: note(.formatNewer(error), folder.data)
            case .logLocked: note(.openHere(error), folder.path)
            case .storeDamaged: note(.dataFileDamaged(error), folder.data)
            default: note(.storeUnreadable(error), folder.path)
            }
            guard error.code == .networkFileSystem, !options.allowsNetworkFileSystem else { return nil }
        }
        var accepting = options
        accepting.allowsNetworkFileSystem = true
        let others = StoreExaminer(folder, accepting)
        return others.reopened()
    }

    private func reopened() -> RecordStore? { try? RecordStore(folder, access: .readOnly, options) }

    private mutating func examineEnvironment(_ records: RecordStore) {
        note(.format(RecordStore.format), folder.data)
        guard let information = try? records.environment.information() else { return }
        note(.dataFile(bytes: information.usedBytes), folder.data)
        let dead = records.environment.deadReaders
        if dead > 0 { note(.deadReaders(dead), folder.log) }
        note(.readers(information.readers, maximum: information.maximumReaders), folder.log)
        guard let free = freeBytes(folder.path) else { return }
        let log = information.usedBytes
        note(free < log ? .diskShort(free: free, log: log) : .diskSpace(free: free, log: log), folder.path)
    }

    // MARK: The log

    private mutating func examineHead(
        _ anchor: Result<HeadAnchor?, AccrueError>,
        _ records: RecordStore,
        _ last: Position
    ) {
        do throws(AccrueError) {
            guard let anchor = try anchor.get() else {
                let runs = try folder.files.names(in: folder.runs)
                return note(runs.isEmpty ? .headMissing : .headLost, folder.head)
            }
            guard anchor.log == records.log else { return note(.headOfOtherLog, folder.head) }
            guard anchor.position <= last else {
                return note(.logShorter(end: last, held: anchor.position), folder.data)
            }
            // A record that cannot be read is told with the records.
            let leaf = try? records.record(at: anchor.position, Run.leaf(of:))
            if let leaf, leaf != anchor.leaf { return note(.logReplaced(anchor.position), folder.data) }
            note(.head(anchor.position), folder.head)
        } catch {
            note(error.isOfSurroundings ? .storeUnreadable(error) : .headUnreadable(error), folder.head)
        }
    }

    private mutating func examineClock(_ records: RecordStore, _ last: Position) {
        guard last > .none, let event = try? records.event(at: last) else { return }
        let now = options.clock()
        if !event.recordedAt.isNear(now) {
            note(.clockFar(now: now, last: event.recordedAt), folder.path)
        } else if now < event.recordedAt {
            note(.clockBehind(now: now, last: event.recordedAt), folder.path)
        } else {
            note(.clock(last: event.recordedAt), folder.path)
        }
    }

    /// Every record and every index entry, by ``LMDBEventLog/check(at:options:_:)``.
    private mutating func examineRecords(_ progress: (CheckProgress) -> Void) {
        var accepting = options
        accepting.allowsNetworkFileSystem = true
        let report: CheckReport
        do throws(AccrueError) {
            report = try LMDBEventLog.check(at: folder.path, options: accepting, progress)
        } catch {
            return note(.storeUnreadable(error), folder.path)
        }
        let told = findings.contains { $0.severity == .damage }
        var damaged = 0
        for finding in report.findings {
            let error = finding.error
            if error.code == .indexDiffers {
                note(.indexDiffers(error, at: finding.position), folder.path)
            } else if error.isOfSurroundings {
                damaged += 1
                // Once, though many records may meet it.
                let observation = StoreExamination.Observation.storeUnreadable(error)
                if !findings.contains(where: { $0.observation == observation }) { note(observation, folder.path) }
            } else if error.code == .storeDamaged, report.isListOfFreePagesDamaged {
                note(.freePagesDamaged(error), folder.data)
            } else if error.code == .storeDamaged, !told {
                note(.dataFileDamaged(error), folder.data)
                damaged += 1
            } else if finding.position != nil || !told {
                // Without a position it is why the log could not be opened, which is told above.
                note(.recordDamaged(error, at: finding.position), folder.data)
                damaged += 1
            }
        }
        let others = report.findingCount - report.findings.count
        if others > 0 {
            note(.moreDamaged(others), folder.data)
        } else if damaged == 0 {
            note(.records(events: report.events, learners: report.learners), folder.data)
        }
    }

    // MARK: What is derived

    private mutating func examineRuns(_ records: RecordStore, _ last: Position) {
        let names: [String]
        do throws(AccrueError) {
            guard try folder.files.has(folder.runs) else { return note(.runsFolderMissing, folder.runs) }
            names = try folder.files.names(in: folder.runs)
        } catch {
            return note(.storeUnreadable(error), folder.runs)
        }
        var fitting: [Run] = []
        for name in names where name.hasSuffix(".run") {
            let path = folder.runs + "/" + name
            do throws(AccrueError) {
                let run = try Run(path, folder.files)
                let (from, to) = (run.statement.from, run.statement.to)
                switch try Indices.misfit(of: run, records, last) {
                case nil where run.statement.fileName != name: note(.runUnused(from: from, to: to), path)
                case nil: fitting.append(run)
                case .otherLog: note(.runOfOtherLog, path)
                case .otherState: note(.runOfOtherState(from: from, to: to), path)
                }
            } catch {
                switch error.code {
                case .notFound: note(.unfinished, path)
                // Only this is made again from the log.
                case .indexDiffers: note(.runUnreadable(error), path)
                case .storeDamaged: note(.dataFileDamaged(error), folder.data)
                // What the others are without it cannot be told.
                default: return note(.storeUnreadable(error), path)
                }
            }
        }
        let cover = Indices.longestCover(of: fitting)
        for run in fitting {
            let (from, to) = (run.statement.from, run.statement.to)
            if cover.contains(where: { $0 === run }) {
                note(.run(from: from, to: to), run.path)
            } else {
                // Between the renaming of a merged run and the removal of its parts there are both.
                note(isBeingWritten() ? .unfinished : .runUnused(from: from, to: to), run.path)
            }
        }
        let rest = last.rawValue - (cover.last?.statement.to ?? 0)
        // What is due is sealed behind the log, so that a few may wait for it.
        note(Int(rest) < 4 * max(1, options.sealInterval) ? .unsealed(rest) : .runsMissing(rest), folder.runs)
    }

    private mutating func examineLeftovers() {
        let parts = [folder.path, folder.tree].flatMap { place in
            names(in: place).filter { $0.hasSuffix(".part") }.map { place + "/" + $0 }
        }
        let others = names(in: folder.runs).filter { !$0.hasSuffix(".run") }.map { folder.runs + "/" + $0 }
        for path in parts + others {
            if isBeingWritten() {
                note(.unfinished, path)
            } else if (try? folder.files.has(path)) ?? true {
                note(.leftover, path)
            }
        }
        examineUnfinishedStores()
    }

    private mutating func examineUnfinishedStores() {
        do throws(AccrueError) {
            for path in try folder.unfinishedStores() { note(.unfinishedStore, path) }
        } catch {
            note(.storeUnreadable(error), folder.path)
        }
    }

    /// The names in a folder; where it cannot be read, that is told.
    private mutating func names(in path: String) -> [String] {
        do throws(AccrueError) {
            return try folder.files.names(in: path)
        } catch {
            note(.storeUnreadable(error), path)
            return []
        }
    }
}
