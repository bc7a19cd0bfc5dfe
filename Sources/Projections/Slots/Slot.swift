public import Credit
internal import EventCoding
internal import EventLog
internal import LMDB

/// A place where a projection is stored, in an environment of its own: one row a learner, and summaries of cohorts.
///
/// Rows, summaries and the position of which they are the fold change in one transaction. They lie in one of two tables:
/// where all rows change, the other one is filled bit by bit, and then takes the place of the first in one transaction.
public struct Slot: Sendable {
    /// Its number, from 1.
    public let number: Int
    private let environment: Environment
    private let meta: Database
    private let tables: (Table, Table)

    private struct Table {
        let rows: Database
        let summaries: Database
    }

    /// Which of the tables is meant.
    enum Place {
        /// The one that is read.
        case present
        /// The one that is being filled to take its place.
        case following
    }

    /// The keys of what is said of the present table. It lies under one of them and tells by it which table that is, so
    /// that no flipped bit makes the other table the present one.
    private static let stateKeys = (Array("state".utf8), Array("state-2".utf8))
    private static let followingKey = Array("following".utf8)

    /// Makes a slot without rows, in a folder that is not there yet.
    static func create(
        _ number: Int,
        in folder: String,
        _ state: SlotState,
        _ faults: FaultPlan? = nil
    ) throws(AccrueError) -> Slot {
        let path = SlotFolder.path(number, in: folder)
        let part = path + ".part"
        let files = Files(faults: faults)
        try files.remove(part)
        try files.makeFolder(part)
        do throws(AccrueError) {
            let slot = try Slot(number, at: part, .creating, faults)
            try slot.write([], state, expecting: nil)
            // Synced once, before it gets its name.
            try slot.storing { () throws(LMDBError) in try slot.environment.sync() }
            try slot.close()
            try files.sync(part)
        } catch {
            try? files.remove(part)
            throw error
        }
        try files.move(part, to: path)
        return try Slot(number, at: path, .writing, faults)
    }

    /// Opens a slot.
    ///
    /// - Throws: ``Credit/ErrorCode/slotMissing`` where there is none.
    static func open(
        _ number: Int,
        in folder: String,
        writes: Bool,
        _ faults: FaultPlan? = nil
    ) throws(AccrueError) -> Slot {
        let path = SlotFolder.path(number, in: folder)
        do throws(AccrueError) {
            return try Slot(number, at: path, writes ? .writing : .reading, faults)
        } catch {
            switch error.code {
            case .storeMissing: throw AccrueError(.slotMissing, "slot \(number)")
            case .logLocked: throw AccrueError(.slotBusy, "slot \(number), which is open in this process")
            default: throw error
            }
        }
    }

    /// What it is opened for.
    private enum Purpose { case creating, writing, reading }

    private init(
        _ number: Int,
        at path: String,
        _ purpose: Purpose,
        _ faults: FaultPlan?
    ) throws(AccrueError) {
        self.number = number
        let creating = purpose == .creating
        var options = Environment.Options()
        options.access = purpose == .reading ? .readOnly : .readWrite
        options.createsFile = creating
        options.durability = creating ? .unsynced : .full
        options.maximumDatabases = 5
        options.faults = faults
        (environment, meta, tables) = try Self.storing(ofSlot: number) { () throws(LMDBError) in
            let environment = try Environment(path: path, options: options)
            func database(_ name: String) throws(LMDBError) -> Database {
                try environment.database(named: name, creating: creating)
            }
            let meta = try database("meta")
            let first = Table(rows: try database("rows"), summaries: try database("summaries"))
            do throws(LMDBError) {
                return (
                    environment, meta, (first, try Table(rows: database("rows-2"), summaries: database("summaries-2")))
                )
            } catch {
                // Slots of early versions have one table. They are outdated, and only their state is read.
                guard error.code == .notFound else { throw error }
                return (environment, meta, (first, first))
            }
        }
    }

    /// Closes it; what is read or written afterwards is refused.
    public func close() throws(AccrueError) {
        try storing { () throws(LMDBError) in try environment.close() }
    }

    // MARK: Reading

    /// What the slot says of itself.
    public func state() throws(AccrueError) -> SlotState {
        guard let state = try state(of: .present) else { throw unreadable("its state cannot be read") }
        return state
    }

    /// The state that is being made of all rows anew, while the slot still holds the one before; nil where none is.
    public func following() throws(AccrueError) -> SlotState? { try state(of: .following) }

    private func state(of place: Place) throws(AccrueError) -> SlotState? {
        let bytes = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(stateKey(place, transaction), in: meta)?.copied
            }
        }
        guard let bytes else { return nil }
        guard let state = SlotState(bytes) else { throw unreadable("its state cannot be read") }
        return state
    }

    func unreadable(_ what: String) -> AccrueError { AccrueError(.slotDamaged, "slot \(number), \(what)") }

    private func table(
        _ place: Place,
        _ transaction: borrowing some Transaction & ~Copyable
    ) throws(LMDBError) -> Table {
        try isSecondPresent(transaction) == (place == .present) ? tables.1 : tables.0
    }

    private func isSecondPresent(_ transaction: borrowing some Transaction & ~Copyable) throws(LMDBError) -> Bool {
        try transaction.get(Self.stateKeys.1, in: meta)?.byteCount != nil
    }

    /// The key of what is said of a table.
    private func stateKey(
        _ place: Place,
        _ transaction: borrowing some Transaction & ~Copyable
    ) throws(LMDBError) -> [UInt8] {
        if place == .following { return Self.followingKey }
        return try isSecondPresent(transaction) ? Self.stateKeys.1 : Self.stateKeys.0
    }

    /// The row of a learner, or nil where there is none.
    public func row(ofLearner learner: UInt32) throws(AccrueError) -> LearnerRow? {
        try bytes(ofLearner: learner).map { (bytes) throws(AccrueError) in try self.row(bytes, learner) }
    }

    /// The row of a learner as it is kept, or nil where there is none.
    ///
    /// - Throws: ``Credit/ErrorCode/slotDamaged`` where it is not what was written.
    public func bytes(ofLearner learner: UInt32) throws(AccrueError) -> [UInt8]? {
        let sealed = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(learner, in: table(.present, transaction).rows)?.copied
            }
        }
        guard let sealed else { return nil }
        guard let bytes = SealedBytes(ofLearner: learner).opened(sealed) else {
            throw unreadable("the row of learner \(learner) is not what was written")
        }
        return bytes
    }

    /// The summaries of all cohorts, in the order of their keys.
    public func cohorts() throws(AccrueError) -> [(key: CohortSummary.Key, summary: CohortSummary)] {
        try cohorts(in: .present)
    }

    private func cohorts(
        in place: Place
    ) throws(AccrueError) -> [(key: CohortSummary.Key, summary: CohortSummary)] {
        try storedCohorts(in: place).map { (entry) throws(AccrueError) in
            guard let summary = entry.summary else { throw unreadable("a cohort is not what was written") }
            return (entry.key, summary)
        }
    }

    /// The cohorts whose summary is not this, or not what was written, in the order of their keys.
    func cohorts(
        unlike sums: [CohortSummary.Key: CohortSummary]
    ) throws(AccrueError) -> [CohortSummary.Key] {
        var rest = sums
        var unlike: [CohortSummary.Key] = []
        for (key, summary) in try storedCohorts(in: .present) {
            let sum = rest.removeValue(forKey: key)
            if summary == nil || summary != sum { unlike.append(key) }
        }
        return (unlike + rest.keys).sorted()
    }

    /// What is stored under each key of a cohort; nil in place of a summary that is not what was written.
    private func storedCohorts(
        in place: Place
    ) throws(AccrueError) -> [(key: CohortSummary.Key, summary: CohortSummary?)] {
        let entries = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                var entries: [(key: [UInt8], value: [UInt8])] = []
                var cursor = try transaction.cursor(table(place, transaction).summaries)
                while let entry = try cursor.next() { entries.append((entry.key.copied, entry.value.copied)) }
                return entries
            }
        }
        return try entries.map { (entry) throws(AccrueError) in
            guard let key = CohortSummary.Key(bytes: entry.key) else { throw unreadable("a key is that of no cohort") }
            return (key, CohortSummary(sealed: entry.value, under: entry.key))
        }
    }

    /// How many enrolments rules could not judge: the search took more steps than it may, or they name a version that is
    /// not there.
    public func unjudged() throws(AccrueError) -> Int64 { try unjudged(in: .present) }

    /// The same of one of the tables.
    func unjudged(in place: Place) throws(AccrueError) -> Int64 {
        try cohorts(in: place).reduce(0) { $0 &+ $1.summary.unjudged }
    }

    /// Whether the row of a learner is stored so, checksum and all.
    func holds(_ sealed: ArraySlice<UInt8>, ofLearner learner: UInt32) throws(AccrueError) -> Bool {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(learner, in: table(.present, transaction).rows)?.copied.elementsEqual(sealed)
                    ?? false
            }
        }
    }

    func row(_ bytes: [UInt8], _ learner: UInt32) throws(AccrueError) -> LearnerRow {
        guard let row = LearnerRow(bytes) else {
            throw unreadable("the row of learner \(learner) cannot be read")
        }
        return row
    }

    // MARK: Writing

    /// Puts rows in place of earlier ones, brings the summaries forward, and states what the slot is then the fold of:
    /// all of it, or nothing.
    ///
    /// - Parameters:
    ///   - expected: The state that was seen; nil where there was none.
    ///   - areNew: Whether the rows belong behind all that are there, as in a build.
    ///   - place: The table.
    /// - Throws: ``Credit/ErrorCode/slotBusy`` where the slot has another state by now.
    func write(
        _ changed: [FoldedRows],
        _ state: SlotState,
        expecting expected: SlotState?,
        areNew: Bool = false,
        in place: Place = .present
    ) throws(AccrueError) {
        var sums: [CohortSummary.Key: CohortSummary] = [:]
        for rows in changed { sums.add(rows.cohorts) }
        if !areNew {
            for learner in changed.lazy.flatMap(\.learners) {
                for enrolment in try row(ofLearner: learner)?.enrolments ?? [] {
                    sums[CohortSummary.Key(enrolment), default: CohortSummary()].add(enrolment, sign: -1)
                }
            }
        }
        try change(place, expecting: expected) { (transaction) throws(LMDBError) in
            let table = try table(place, transaction)
            for rows in changed {
                for (index, learner) in rows.learners.enumerated() {
                    try transaction.put(learner, rows.sealed(index).span.bytes, in: table.rows, areNew ? .append : [])
                }
            }
            for (key, change) in sums {
                let place = key.bytes
                let held = try transaction.get(place, in: table.summaries)?.copied
                guard var summary = held.map({ CohortSummary(sealed: $0, under: place) }) ?? CohortSummary() else {
                    throw LMDBError(.corrupted, operation: "read", path: environment.path, reason: "a cohort")
                }
                summary.add(change)
                if summary.enrolments == 0 {
                    try transaction.delete(place, in: table.summaries)
                } else {
                    try transaction.put(place, summary.sealed(under: place), in: table.summaries)
                }
            }
            try transaction.put(stateKey(place, transaction), state.bytes, in: meta)
        }
    }

    /// Begins to fill the other table, from nothing; or with nil lets go of what is there.
    func follow(with state: SlotState?, expecting expected: SlotState?) throws(AccrueError) {
        try change(.following, expecting: expected) { (transaction) throws(LMDBError) in
            let table = try table(.following, transaction)
            for database in [table.rows, table.summaries] { try transaction.removeAll(from: database) }
            if let state {
                try transaction.put(Self.followingKey, state.bytes, in: meta)
            } else {
                try transaction.delete(Self.followingKey, in: meta)
            }
        }
    }

    /// Lets the other table, which is whole, take the place of the present one.
    ///
    /// - Throws: ``Credit/ErrorCode/slotBusy`` where the other table has another state by now.
    func adoptFollowing(_ state: SlotState) throws(AccrueError) {
        guard state.isReady else { throw AccrueError(.slotUnfinished, "slot \(number), made anew") }
        try change(.following, expecting: state) { (transaction) throws(LMDBError) in
            let table = try table(.present, transaction)
            for database in [table.rows, table.summaries] { try transaction.removeAll(from: database) }
            let (old, new) =
                try isSecondPresent(transaction) ? (Self.stateKeys.1, Self.stateKeys.0) : Self.stateKeys
            try transaction.delete(old, in: meta)
            try transaction.put(new, state.bytes, in: meta)
            try transaction.delete(Self.followingKey, in: meta)
        }
    }

    /// Changes the slot in one transaction, if a table still is in the state that was seen.
    private func change(
        _ place: Place,
        expecting expected: SlotState?,
        _ body: (inout WriteTransaction) throws(LMDBError) -> Void
    ) throws(AccrueError) {
        let isExpected = try writing { () throws(LMDBError) in
            try environment.write { (transaction) throws(LMDBError) -> Bool in
                let held = try transaction.get(stateKey(place, transaction), in: meta)?.copied
                guard held == expected?.bytes else { return false }
                try body(&transaction)
                return true
            }
        }
        if !isExpected { throw AccrueError(.slotBusy, "slot \(number)") }
    }

    /// Writes, again where the map was full: it doubles before each write, and many rows may need that more than once.
    private func writing<Result>(_ body: () throws(LMDBError) -> Result) throws(AccrueError) -> Result {
        var attempts = 0
        while true {
            do throws(LMDBError) {
                return try body()
            } catch {
                attempts += 1
                guard error.code == .mapFull, attempts < 8 else {
                    return try storing { () throws(LMDBError) in throw error }
                }
            }
        }
    }

    // MARK: Errors

    private func storing<Result: ~Copyable>(
        _ body: () throws(LMDBError) -> Result
    ) throws(AccrueError) -> Result {
        try Self.storing(ofSlot: number, body)
    }

    /// Runs `body`, with errors of LMDB as errors of the store, but that what is damaged is the slot alone.
    private static func storing<Result: ~Copyable>(
        ofSlot number: Int,
        _ body: () throws(LMDBError) -> Result
    ) throws(AccrueError) -> Result {
        do throws(LMDBError) {
            return try body()
        } catch {
            let error = AccrueError(store: error)
            guard error.code == .storeDamaged else { throw error }
            throw AccrueError(.slotDamaged, "slot \(number), \(error.subject)")
        }
    }
}

extension RawSpan {
    fileprivate var copied: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Four bytes as a big-endian number.
    fileprivate var number: UInt32 { withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}
