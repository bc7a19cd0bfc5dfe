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

        /// The key of what is said of it.
        fileprivate var stateKey: [UInt8] {
            switch self {
            case .present: Array("state".utf8)
            case .following: Array("following".utf8)
            }
        }
    }

    /// There where the second table is the present one.
    private static let secondKey = Array("second".utf8)

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
            let slot = try Slot(number, at: part, creating: true, faults)
            try slot.write([], state, expecting: nil)
            // Synced once, before it gets its name.
            try storing { () throws(LMDBError) in try slot.environment.sync() }
            try slot.close()
        } catch {
            try? files.remove(part)
            throw error
        }
        try files.move(part, to: path)
        return try Slot(number, at: path, creating: false, faults)
    }

    /// Opens a slot.
    ///
    /// - Throws: ``Credit/ErrorCode/slotMissing`` where there is none.
    static func open(_ number: Int, in folder: String, _ faults: FaultPlan? = nil) throws(AccrueError) -> Slot {
        let path = SlotFolder.path(number, in: folder)
        do throws(AccrueError) {
            return try Slot(number, at: path, creating: false, faults)
        } catch {
            switch error.code {
            case .storeMissing: throw AccrueError(.slotMissing, "slot \(number)")
            case .logLocked: throw AccrueError(.slotBusy, "slot \(number), which is open in this process")
            default: throw error
            }
        }
    }

    private init(_ number: Int, at path: String, creating: Bool, _ faults: FaultPlan?) throws(AccrueError) {
        self.number = number
        var options = Environment.Options()
        options.createsFile = creating
        options.durability = creating ? .unsynced : .full
        options.maximumDatabases = 5
        options.faults = faults
        (environment, meta, tables) = try storing { () throws(LMDBError) in
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
                // Slots of earlier versions have one table.
                guard error.code == .notFound else { throw error }
                let second = Table(
                    rows: try environment.database(named: "rows-2", creating: true),
                    summaries: try environment.database(named: "summaries-2", creating: true)
                )
                return (environment, meta, (first, second))
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
                try transaction.get(place.stateKey, in: meta)?.copied
            }
        }
        guard let bytes else { return nil }
        guard let state = SlotState(bytes) else { throw unreadable("its state cannot be read") }
        return state
    }

    func unreadable(_ what: String) -> AccrueError { AccrueError(.storeDamaged, "slot \(number), \(what)") }

    private func table(
        _ place: Place,
        _ transaction: borrowing some Transaction & ~Copyable
    ) throws(LMDBError) -> Table {
        let isSecond = try transaction.get(Self.secondKey, in: meta)?.copied != nil
        return isSecond == (place == .present) ? tables.1 : tables.0
    }

    /// The row of a learner, or nil where there is none.
    public func row(ofLearner learner: UInt32) throws(AccrueError) -> LearnerRow? {
        try bytes(ofLearner: learner).map { (bytes) throws(AccrueError) in try self.row(bytes, learner) }
    }

    /// The row of a learner as it is kept, or nil where there is none.
    public func bytes(ofLearner learner: UInt32) throws(AccrueError) -> [UInt8]? {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(learner, in: table(.present, transaction).rows)?.copied
            }
        }
    }

    /// The summaries of all cohorts, in the order of their keys.
    public func cohorts() throws(AccrueError) -> [(key: CohortSummary.Key, summary: CohortSummary)] {
        try cohorts(in: .present)
    }

    private func cohorts(
        in place: Place
    ) throws(AccrueError) -> [(key: CohortSummary.Key, summary: CohortSummary)] {
        let entries = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                var entries: [(key: [UInt8], value: [UInt8])] = []
                var cursor = try transaction.cursor(table(place, transaction).summaries)
                while let entry = try cursor.next() { entries.append((entry.key.copied, entry.value.copied)) }
                return entries
            }
        }
        return try entries.map { (entry) throws(AccrueError) in
            guard let key = CohortSummary.Key(bytes: entry.key), let summary = CohortSummary(bytes: entry.value) else {
                throw unreadable("a cohort cannot be read")
            }
            return (key, summary)
        }
    }

    /// How many enrolments rules could not judge: the search took more steps than it may, or they name a version that is
    /// not there.
    public func unjudged() throws(AccrueError) -> Int64 { try unjudged(in: .present) }

    /// The same of one of the tables.
    func unjudged(in place: Place) throws(AccrueError) -> Int64 {
        try cohorts(in: place).reduce(0) { $0 + $1.summary.unjudged }
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
                    try transaction.put(learner, rows[index].span.bytes, in: table.rows, areNew ? .append : [])
                }
            }
            for (key, change) in sums {
                let held = try transaction.get(key.bytes, in: table.summaries)?.copied
                guard var summary = held.map(CohortSummary.init) ?? CohortSummary() else {
                    throw LMDBError(.corrupted, operation: "read", path: environment.path, reason: "a cohort")
                }
                summary.add(change)
                if summary.enrolments == 0 {
                    try transaction.delete(key.bytes, in: table.summaries)
                } else {
                    try transaction.put(key.bytes, summary.bytes, in: table.summaries)
                }
            }
            try transaction.put(place.stateKey, state.bytes, in: meta)
        }
    }

    /// Begins to fill the other table, from nothing; or with nil lets go of what is there.
    func follow(with state: SlotState?, expecting expected: SlotState?) throws(AccrueError) {
        try change(.following, expecting: expected) { (transaction) throws(LMDBError) in
            let table = try table(.following, transaction)
            for database in [table.rows, table.summaries] { try transaction.removeAll(from: database) }
            if let state {
                try transaction.put(Place.following.stateKey, state.bytes, in: meta)
            } else {
                try transaction.delete(Place.following.stateKey, in: meta)
            }
        }
    }

    /// Lets the other table, which is whole, take the place of the present one.
    func adoptFollowing(_ state: SlotState) throws(AccrueError) {
        try change(.following, expecting: state) { (transaction) throws(LMDBError) in
            let table = try table(.present, transaction)
            for database in [table.rows, table.summaries] { try transaction.removeAll(from: database) }
            if try !transaction.delete(Self.secondKey, in: meta) { try transaction.put(Self.secondKey, [1], in: meta) }
            try transaction.put(Place.present.stateKey, state.bytes, in: meta)
            try transaction.delete(Place.following.stateKey, in: meta)
        }
    }

    /// Changes the slot in one transaction, if a table still is in the state that was seen.
    private func change(
        _ place: Place,
        expecting expected: SlotState?,
        _ body: (inout WriteTransaction) throws(LMDBError) -> Void
    ) throws(AccrueError) {
        let isExpected = try Self.writing { () throws(LMDBError) in
            try environment.write { (transaction) throws(LMDBError) -> Bool in
                guard try transaction.get(place.stateKey, in: meta)?.copied == expected?.bytes else { return false }
                try body(&transaction)
                return true
            }
        }
        if !isExpected { throw AccrueError(.slotBusy, "slot \(number)") }
    }

    /// Writes, again where the map was full: it doubles before each write, and many rows may need that more than once.
    private static func writing<Result>(_ body: () throws(LMDBError) -> Result) throws(AccrueError) -> Result {
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
}

extension RawSpan {
    fileprivate var copied: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Four bytes as a big-endian number.
    fileprivate var number: UInt32 { withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}
