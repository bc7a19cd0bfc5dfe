public import Credit
internal import EventCoding
internal import Glibc
internal import LMDB
internal import Synchronization

/// The log on LMDB: one folder, one writing process, any number of readers.
public final class LMDBEventLog: EventLog {
    /// The folder.
    let folder: StoreFolder
    let records: RecordStore
    let indices: Indices
    let options: StoreOptions

    /// A turn: it runs on the writer, and gives what answers it once it is known how the commit went.
    typealias WaitingTurn = @Sendable (Writer) -> @Sendable (AccrueError?) -> Void

    /// Where a reading process last looked for new runs.
    private let adopted = Mutex(Position.none)
    private let lock: WriterLock?
    private let writer: WorkerThread<WaitingTurn>?
    private let owner = OwningProcess()
    private let isClosed = Mutex(false)
    let sealing: Sealing?

    /// What turns are made of.
    public typealias Turn = LMDBTurn
    /// What readers read.
    public typealias Snapshot = LMDBSnapshot

    /// Makes an empty store at `path`, where nothing or an empty folder may be.
    ///
    /// It is made beside its place and renamed, so that what is there is whole.
    ///
    /// - Throws: ``Credit/ErrorCode/storeExists``, ``Credit/ErrorCode/notPermitted`` and errors of the disk.
    public static func create(at path: String, options: StoreOptions = StoreOptions()) throws(AccrueError) {
        guard let log = LogID(bytes: options.randomBytes(16)) else {
            throw AccrueError(.inputOutput, "random bytes are not 16")
        }
        try create(at: path, options) { (folder) throws(AccrueError) in
            try RecordStore.create(in: folder, log: log, options)
        }
    }

    /// Makes a store whose log `fill` puts into a folder beside its place.
    static func create(
        at path: String,
        _ options: StoreOptions,
        _ fill: (StoreFolder) throws(AccrueError) -> Void
    ) throws(AccrueError) {
        let place = StoreFolder(path: path, faults: options.faults)
        let (path, files) = (place.path, place.files)
        let isFile = try files.has(path) ? !files.isFolder(path) : false
        guard !isFile, try files.names(in: path).isEmpty else { throw AccrueError(.storeExists, path) }
        let part = try place.makePart()
        do throws(AccrueError) {
            try fill(part)
            try files.makeFolder(part.runs)
            try files.sync(part.path)
            do throws(AccrueError) {
                try files.move(part.path, to: path)
            } catch {
                // Somebody else was faster.
                throw error.code == .fileExists ? AccrueError(.storeExists, path) : error
            }
        } catch {
            try? files.remove(part.path)
            throw error
        }
    }

    /// Opens the store at `path`.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - writes: True for the one process that appends; others only read, also where they may not write.
    ///   - options: Clock, random bytes and sizes.
    /// - Throws: ``Credit/ErrorCode/storeMissing``, ``Credit/ErrorCode/logLocked``, ``Credit/ErrorCode/formatNewer``,
    ///   ``Credit/ErrorCode/storeDamaged``, ``Credit/ErrorCode/positionsMissing`` where the log is shorter than it was,
    ///   ``Credit/ErrorCode/clockFar``.
    public init(path: String, writes: Bool = true, options: StoreOptions = StoreOptions()) throws(AccrueError) {
        let folder = StoreFolder(path: path, faults: options.faults)
        self.folder = folder
        self.options = options
        try folder.requireStore()
        let lock = writes ? try WriterLock(folder) : nil
        self.lock = lock
        let records = try RecordStore(folder, access: writes ? .readWrite : .readOnly, options)
        self.records = records
        let opened: (indices: Indices, writing: (writer: WorkerThread<WaitingTurn>, sealing: Sealing)?)
        do throws(AccrueError) {
            // First how far the log went, then how far it goes: another process may append in between.
            let anchor = try HeadAnchor.read(folder)
            let last = try records.lastPosition()
            try Self.verify(anchor, folder, records, last)
            if writes { try storing { () throws(LMDBError) in _ = try records.environment.removeDeadReaders() } }
            let indices = try Indices.open(folder, records, through: last, removesOthers: writes)
            let writer = writes ? try Writer(records, indices, last: last, options) : nil
            // After a process that was killed, the head is behind.
            if writes, last > .none, anchor?.position != last { try Self.anchor(folder, records, last) }
            if writes { folder.removeAbandonedParts() }
            let writing = try writer.map {
                (writer) throws(AccrueError) -> (writer: WorkerThread<WaitingTurn>, sealing: Sealing) in
                let sealing = try Sealing(folder, records, indices, options)
                let confined = Confined(writer)
                let thread = try WorkerThread<WaitingTurn>(areAwaited: true, faults: options.faults) { turns in
                    Self.run(turns, on: confined.writer, indices, sealing)
                }
                return (thread, sealing)
            }
            opened = (indices, writing)
        } catch {
            try? records.environment.close()
            throw error
        }
        (indices, writer, sealing) = (opened.indices, opened.writing?.writer, opened.writing?.sealing)
        sealing?.sealIfDue()
    }

    deinit {
        try? close()
    }

    /// The present, by the log's clock.
    public var now: Instant { options.clock() }

    /// The log's identity, the same in every copy of it.
    public var identity: LogID { records.log }

    /// The folder of the store.
    public var path: String { folder.path }

    // MARK: Appending

    /// Runs a turn of the writer.
    public func append<Answer: Sendable>(
        isLong: Bool,
        _ body: @escaping @Sendable (inout LMDBTurn) throws(AccrueError) -> TurnOutcome<Answer>
    ) async throws(AccrueError) -> Answer {
        try owner.require(folder.path)
        guard let writer else { throw AccrueError(.notPermitted, "\(folder.path) is open for reading only") }
        let result: Result<Answer, AccrueError> = await withCheckedContinuation { continuation in
            let turn: WaitingTurn = { writer in
                let result = Self.turn(body, on: writer)
                return { failure in continuation.resume(returning: failure.map { .failure($0) } ?? result) }
            }
            let isTaken = writer.submit(turn, isLong: isLong)
            if !isTaken { continuation.resume(returning: .failure(AccrueError(.logClosed, self.folder.path))) }
        }
        return try result.get()
    }

    private static func turn<Answer: Sendable>(
        _ body: (inout LMDBTurn) throws(AccrueError) -> TurnOutcome<Answer>,
        on writer: Writer
    ) -> Result<Answer, AccrueError> {
        if let closed = writer.closed { return .failure(AccrueError(.logClosed, closed.description)) }
        do throws(AccrueError) {
            try writer.beginTurn()
            var turn = LMDBTurn(writer)
            switch try body(&turn) {
            case .keep(let answer):
                try writer.keepTurn()
                return .success(answer)
            case .discard(let answer):
                writer.dropTurn()
                return .success(answer)
            }
        } catch {
            writer.dropTurn()
            return .failure(error)
        }
    }

    /// Runs turns that waited together, commits once, and then answers all.
    private static func run(_ turns: [WaitingTurn], on writer: Writer, _ indices: Indices, _ sealing: Sealing) {
        var answers: [(position: Position, answer: @Sendable (AccrueError?) -> Void)] = []
        func commit() {
            var failure: AccrueError?
            do throws(AccrueError) {
                try writer.commit()
            } catch {
                failure = error
            }
            indices.cover.withLock { $0.publish(writer.committed) }
            // Who saw or wrote only what became durable is answered so.
            for (position, answer) in answers { answer(position <= writer.committed ? nil : failure) }
            answers.removeAll()
            writer.removeDeadReadersIfDue()
        }
        for turn in turns {
            let answer = turn(writer)
            answers.append((writer.position, answer))
            if writer.isFull { commit() }
        }
        commit()
        sealing.sealIfDue()
    }

    // MARK: Reading

    /// Runs `body` on the last committed state.
    public func read<Answer>(
        _ body: (LMDBSnapshot) throws(AccrueError) -> Answer
    ) throws(AccrueError) -> Answer {
        try owner.require(folder.path)
        if writer == nil { try follow() }
        let (position, learnerCount) = indices.cover.withLock { ($0.committed, $0.learnerCount) }
        let snapshot = LMDBSnapshot(
            records: records,
            indices: indices,
            position: position,
            learnerCount: learnerCount
        )
        return try body(snapshot)
    }

    /// Takes in what another process has appended.
    private func follow() throws(AccrueError) {
        let last = try records.lastPosition()
        try adopted.withLock { (adoptedAt) throws(AccrueError) in
            guard last > indices.cover.withLock({ $0.committed }) else { return }
            try indices.follow(records, through: last)
            // As often as the writer seals.
            guard Int(last.rawValue - adoptedAt.rawValue) >= options.sealInterval else { return }
            // Where they cannot be opened now, the tail serves until the next time.
            try? indices.adoptRuns(folder, records)
            adoptedAt = last
        }
    }

    // MARK: Opening and closing

    /// Closes the log: what waits is done, and how far the log went is written down. Who closes it meanwhile, too, returns when
    /// that is done. Not to be called within a turn or while a record is handed over.
    ///
    /// A child of `fork` has nothing to close.
    public func close() throws(AccrueError) {
        try owner.require(folder.path)
        try isClosed.withLock { (isClosed) throws(AccrueError) in
            if isClosed { return }
            writer?.stop()
            sealing?.stop()
            let head = Result { () throws(AccrueError) in try writeHead() }
            do throws(LMDBError) {
                try records.environment.close()
            } catch {
                guard case .failure(let failure) = head else { throw AccrueError(store: error) }
                throw AccrueError(failure.code, "\(failure.subject); then \(error)")
            }
            isClosed = true
            lock?.release()
            try head.get()
        }
    }

    private func writeHead() throws(AccrueError) {
        let last = indices.cover.withLock { $0.committed }
        guard writer != nil, last > .none else { return }
        do throws(AccrueError) {
            try Self.anchor(folder, records, last)
        } catch {
            // What closed the environment was told to who appended. The head is then behind, as after a process that was killed.
            if error.code != .logClosed && error.code != .commitUncertain { throw error }
        }
    }

    /// Writes down how far the log goes.
    private static func anchor(
        _ folder: StoreFolder,
        _ records: RecordStore,
        _ last: Position
    ) throws(AccrueError) {
        let leaf = try records.record(at: last, Run.leaf(of:))
        try HeadAnchor(log: records.log, position: last, leaf: leaf).write(folder)
    }

    /// Requires that the log holds what it once held.
    static func verify(
        _ anchor: HeadAnchor?,
        _ folder: StoreFolder,
        _ records: RecordStore,
        _ last: Position
    ) throws(AccrueError) {
        guard let anchor else { return }
        guard anchor.log == records.log else {
            throw AccrueError(.positionsMissing, "the log is \(records.log), and \(folder.head) is of \(anchor.log)")
        }
        guard anchor.position <= last else {
            throw AccrueError(.positionsMissing, "the log ends at \(last), and once held \(anchor.position)")
        }
        guard try records.record(at: anchor.position, Run.leaf(of:)) == anchor.leaf else {
            throw AccrueError(.positionsMissing, "position \(anchor.position) is another event than before")
        }
    }
}

/// Carries the writer's state to its thread.
///
/// Unchecked because the state is handed to one ``WorkerThread`` when the log is opened and never touched elsewhere: its work is
/// done by one thread at a time, each after the other by the mutex of its queue.
private struct Confined: @unchecked Sendable {
    let writer: Writer

    init(_ writer: Writer) {
        self.writer = writer
    }
}
