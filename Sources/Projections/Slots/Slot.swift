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
    static func create(_ number: Int, in folder: String, _ state: SlotState) throws(AccrueError) -> Slot {
        let path = SlotFolder.path(number, in: folder)
        let part = path + ".part"
        StoreFolder.remove(part)
        try StoreFolder.make(part)
        do throws(AccrueError) {
            let slot = try Slot(number, at: part, creating: true)
            try slot.write([], state, expecting: nil)
            try slot.close()
        } catch {
            StoreFolder.remove(part)
            throw error
        }
        try StoreFolder.move(part, to: path)
        return try Slot(number, at: path, creating: false)
    }

    /// Opens a slot.
    ///
    /// - Throws: ``Credit/ErrorCode/slotMissing`` where there is none.
    static func open(_ number: Int, in folder: String) throws(AccrueError) -> Slot {
        let path = SlotFolder.path(number, in: folder)
        do throws(AccrueError) {
            return try Slot(number, at: path, creating: false)
        } catch {
            switch error.code {
            case .storeMissing: throw AccrueError(.slotMissing, "slot \(number)")
            case .logLocked: throw AccrueError(.slotBusy, "slot \(number), which is open in this process")
            default: throw error
            }
        }
    }

    private init(_ number: Int, at path: String, creating: Bool) throws(AccrueError) {
        self.number = number
        var options = Environment.Options()
        options.createsFile = creating
        options.maximumDatabases = 3
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

    /// The row of a learner as it is kept, or nil where there is none.
    public func row(ofLearner learner: UInt32) throws(AccrueError) -> [UInt8]? {
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
            guard let key = CohortSummary.Key(bytes: entry.key) else {
                throw AccrueError(.storeDamaged, "slot \(number), the key of a cohort cannot be read")
            }
            return (key, CohortSummary(try Self.document(entry.value)))
        }
        .sorted { $0.key < $1.key }
    }

    /// A row or summary as a document.
    static func document(_ bytes: [UInt8]) throws(AccrueError) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
        } catch {
            throw AccrueError(.storeDamaged, "a row is not as it was written: \(error)")
        }
    }

    // MARK: Writing

    /// Puts rows in place of earlier ones, brings the summaries forward, and states what the slot is then the fold of:
    /// all of it, or nothing.
    ///
    /// - Parameter expected: The state that was seen; nil for a new slot.
    /// - Throws: ``Credit/ErrorCode/slotBusy`` where the slot has another state by now.
    func write(_ changed: [LearnerRow], _ state: SlotState, expecting expected: SlotState?) throws(AccrueError) {
        let encoded = changed.map { ($0.number, $0.bytes, CohortSummary.contributions(of: $0.document)) }
        let isExpected = try storing { () throws(LMDBError) in
            try environment.write { (transaction) throws(LMDBError) -> Bool in
                guard try transaction.get(Self.stateKey, in: meta)?.copied == expected?.bytes else { return false }
                var sums: [CohortSummary.Key: CohortSummary] = [:]
                func add(_ contributions: [CohortSummary.Key: CohortSummary], _ sign: Int64) {
                    for (key, summary) in contributions { sums[key, default: CohortSummary()].add(summary, sign: sign) }
                }
                for (learner, bytes, contributions) in encoded {
                    if let earlier = try transaction.get(learner, in: rows)?.copied,
                        let document = try? Self.document(earlier)
                    {
                        add(CohortSummary.contributions(of: document), -1)
                    }
                    add(contributions, 1)
                    try transaction.put(learner, bytes, in: rows)
                }
                for (key, change) in sums {
                    let held = try transaction.get(key.bytes, in: summaries)?.copied
                    var summary = CohortSummary(held.flatMap { try? Self.document($0) } ?? .null)
                    summary.add(change, sign: 1)
                    if summary.states.isEmpty {
                        try transaction.delete(key.bytes, in: summaries)
                    } else {
                        let bytes = (try? CanonicalJSON.bytes(of: summary.document)) ?? []
                        try transaction.put(key.bytes, bytes, in: summaries)
                    }
                }
                try transaction.put(Self.stateKey, state.bytes, in: meta)
                return true
            }
        }
        guard isExpected else { throw AccrueError(.slotBusy, "slot \(number)") }
    }
}

extension RawSpan {
    fileprivate var copied: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Four bytes as a big-endian number.
    fileprivate var number: UInt32 { withUnsafeBytes { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}
