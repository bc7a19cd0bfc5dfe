public import Credit
internal import EventCoding
internal import EventLog
internal import LMDB

/// A place where a projection is stored, in an environment of its own: one row a learner, and summaries of cohorts.
///
/// Rows, summaries and the position of which they are the fold change in one transaction.
public struct Slot: Sendable {
    /// Its number, from 1.
    public let number: Int
    private let environment: Environment
    private let meta: Database
    private let rows: Database
    private let summaries: Database

    private static let stateKey = Array("state".utf8)

    /// Makes a slot without rows, in a folder that is not there yet.
    static func create(
        _ number: Int,
        in folder: String,
        _ state: SlotState,
        _ faults: FaultPlan? = nil
    ) throws(AccrueError) -> Slot {
        let path = SlotFolder.path(number, in: folder)
        let part = path + ".part"
        StoreFolder.remove(part)
        try StoreFolder.make(part)
        do throws(AccrueError) {
            let slot = try Slot(number, at: part, creating: true, faults)
            try slot.write([], state, expecting: nil)
            try slot.close()
        } catch {
            StoreFolder.remove(part)
            throw error
        }
        try StoreFolder.move(part, to: path)
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
        options.maximumDatabases = 3
        options.faults = faults
        (environment, meta, rows, summaries) = try storing { () throws(LMDBError) in
            let environment = try Environment(path: path, options: options)
            return (
                environment,
                try environment.database(named: "meta", creating: creating),
                try environment.database(named: "rows", creating: creating),
                try environment.database(named: "summaries", creating: creating)
            )
        }
    }

    /// Closes it; what is read or written afterwards is refused.
    public func close() throws(AccrueError) {
        try storing { () throws(LMDBError) in try environment.close() }
    }

    // MARK: Reading

    /// What the slot says of itself.
    public func state() throws(AccrueError) -> SlotState {
        let bytes = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(Self.stateKey, in: meta)?.copied
            }
        }
        guard let state = bytes.flatMap(SlotState.init) else {
            throw AccrueError(.storeDamaged, "slot \(number), its state cannot be read")
        }
        return state
    }

    /// The row of a learner, or nil where there is none.
    public func row(ofLearner learner: UInt32) throws(AccrueError) -> LearnerRow? {
        try bytes(ofLearner: learner).map { (bytes) throws(AccrueError) in try self.row(bytes, learner) }
    }

    /// The row of a learner as it is kept, or nil where there is none.
    public func bytes(ofLearner learner: UInt32) throws(AccrueError) -> [UInt8]? {
        try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                try transaction.get(learner, in: rows)?.copied
            }
        }
    }

    /// The summaries of all cohorts, in the order of their keys.
    public func cohorts() throws(AccrueError) -> [(key: CohortSummary.Key, summary: CohortSummary)] {
        let entries = try storing { () throws(LMDBError) in
            try environment.read { (transaction) throws(LMDBError) in
                var entries: [(key: [UInt8], value: [UInt8])] = []
                var cursor = try transaction.cursor(summaries)
                while let entry = try cursor.next() { entries.append((entry.key.copied, entry.value.copied)) }
                return entries
            }
        }
        return try entries.map { (entry) throws(AccrueError) in
            guard let key = CohortSummary.Key(bytes: entry.key), let summary = CohortSummary(bytes: entry.value) else {
                throw AccrueError(.storeDamaged, "slot \(number), a cohort cannot be read")
            }
            return (key, summary)
        }
    }

    /// How many enrolments rules could not judge: the search took more steps than it may, or they name a version that is
    /// not there.
    public func unjudged() throws(AccrueError) -> Int64 { try cohorts().reduce(0) { $0 + $1.summary.unjudged } }

    func row(_ bytes: [UInt8], _ learner: UInt32) throws(AccrueError) -> LearnerRow {
        guard let row = LearnerRow(bytes) else {
            throw AccrueError(.storeDamaged, "slot \(number), the row of learner \(learner) cannot be read")
        }
        return row
    }

    // MARK: Writing

    /// Puts rows in place of earlier ones, brings the summaries forward, and states what the slot is then the fold of:
    /// all of it, or nothing.
    ///
    /// - Parameters:
    ///   - expected: The state that was seen; nil for a new slot.
    ///   - areNew: Whether the rows belong behind all that are there, as in a build.
    /// - Throws: ``Credit/ErrorCode/slotBusy`` where the slot has another state by now.
    func write(
        _ changed: [FoldedRow],
        _ state: SlotState,
        expecting expected: SlotState?,
        areNew: Bool = false
    ) throws(AccrueError) {
        var earlier: [LearnerRow] = []
        if !areNew {
            for change in changed { if let row = try row(ofLearner: change.learner) { earlier.append(row) } }
        }
        let sums = Self.changes(from: earlier, to: changed)
        let outcome = try Self.writing { () throws(LMDBError) in
            try environment.write { (transaction) throws(LMDBError) -> Outcome in
                guard try transaction.get(Self.stateKey, in: meta)?.copied == expected?.bytes else { return .overtaken }
                for change in changed {
                    try transaction.put(change.learner, change.bytes, in: rows, areNew ? .append : [])
                }
                for (key, change) in sums {
                    let held = try transaction.get(key.bytes, in: summaries)?.copied
                    var summary = CohortSummary()
                    if let held {
                        guard let earlier = CohortSummary(bytes: held) else { return .damaged }
                        summary = earlier
                    }
                    summary.add(change)
                    if summary.enrolments == 0 {
                        try transaction.delete(key.bytes, in: summaries)
                    } else {
                        try transaction.put(key.bytes, summary.bytes, in: summaries)
                    }
                }
                try transaction.put(Self.stateKey, state.bytes, in: meta)
                return .written
            }
        }
        switch outcome {
        case .written: return
        case .overtaken: throw AccrueError(.slotBusy, "slot \(number)")
        case .damaged: throw AccrueError(.storeDamaged, "slot \(number), a cohort cannot be read")
        }
    }

    private enum Outcome { case written, overtaken, damaged }

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

    /// What rows in place of others change in the summaries.
    private static func changes(
        from earlier: [LearnerRow],
        to rows: [FoldedRow]
    ) -> [CohortSummary.Key: CohortSummary] {
        var sums: [CohortSummary.Key: CohortSummary] = [:]
        for (rows, sign) in [(earlier, Int64(-1)), (rows.map(\.row), 1)] {
            for enrolment in rows.lazy.flatMap(\.enrolments) {
                sums[CohortSummary.Key(enrolment), default: CohortSummary()].add(enrolment, sign: sign)
            }
        }
        return sums
    }
}

extension RawSpan {
    fileprivate var copied: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Four bytes as a big-endian number.
    fileprivate var number: UInt32 { withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}
