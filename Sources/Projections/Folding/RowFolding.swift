internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules
internal import Synchronization

extension LMDBEventLog {
    /// The last committed event.
    var position: Position {
        get throws(AccrueError) { try read { (snapshot) throws(AccrueError) in snapshot.position } }
    }
}

/// A row, and whose it is.
struct FoldedRow: Sendable {
    let learner: UInt32
    let row: LearnerRow
    /// The row as it is kept.
    let bytes: [UInt8]
    /// The numbers of all identities that were ever joined with this one: their rows change with its events.
    let joined: [UInt32]

    init(learner: UInt32, row: LearnerRow, joined: [UInt32]) {
        (self.learner, self.row, self.joined) = (learner, row, joined)
        bytes = row.bytes
    }
}

/// Folds rows of many learners side by side, all as known at one position.
struct RowFolding: Sendable {
    let log: LMDBEventLog
    let known: Position
    let definition: ProjectionDefinition
    let registry: Registry
    private let rules: ProgressRules
    private let workers: [RowWorker]

    init(
        _ log: LMDBEventLog,
        known: Position,
        _ definition: ProjectionDefinition,
        workers: Int = 1
    ) throws(AccrueError) {
        self.log = log
        self.known = known
        self.definition = definition
        let registry = try log.read { (snapshot) throws(AccrueError) in try Registry(reading: snapshot, through: known)
        }
        let rules = try definition.rules.applied(registry, on: definition.on)
        (self.registry, self.rules) = (registry, rules)
        self.workers = (0..<workers).map { _ in RowWorker(registry, rules, on: definition.on) }
    }

    /// Whether rules may judge learners without new events otherwise than they did at an earlier state: where any are
    /// applied, they also ask the registry for versions and authorities.
    func judges(unlike earlier: Position) throws(AccrueError) -> Bool {
        if !rules.sets.isEmpty { return true }
        let before = try log.read { (snapshot) throws(AccrueError) in try Registry(reading: snapshot, through: earlier)
        }
        return try !definition.rules.applied(before, on: definition.on).sets.isEmpty
    }

    /// The row of one learner by the whole fold over decoded events: what every other way must come to.
    func wholeRow(ofLearner number: UInt32) throws(AccrueError) -> FoldedRow {
        var rules = rules
        return try log.read { (snapshot) throws(AccrueError) in try wholeRow(ofLearner: number, snapshot, &rules) }
    }

    private func wholeRow(
        ofLearner number: UInt32,
        _ snapshot: LMDBSnapshot,
        _ rules: inout ProgressRules
    ) throws(AccrueError) -> FoldedRow {
        let history = try snapshot.history(ofLearner: number).known(through: known)
        let introduced = history.events.first {
            $0.learnerNumber == number && $0.command.kind == .learnerIntroduced
        }
        guard let introduced else { throw AccrueError(.indexDiffers, "learner \(number) has no introduction") }
        let learnerCase = LearnerCase(
            of: introduced.position,
            in: history,
            registry: registry,
            on: definition.on,
            known: known
        )
        return FoldedRow(learner: number, row: LearnerRow(learnerCase, under: &rules), joined: history.numbers)
    }

    /// How many of some learners are plain, and so fold fast.
    func plainCount(of learners: [UInt32]) throws(AccrueError) -> Int {
        try log.read { (snapshot) throws(AccrueError) in
            try workers[0].plainRows(of: learners[...], in: snapshot, through: known).count { $0 != nil }
        }
    }

    /// The rows of some learners, ascending.
    ///
    /// - Parameter wholly: By the whole fold, as a proof of the faster one.
    func rows(of learners: [UInt32], wholly: Bool = false) async throws(AccrueError) -> [FoldedRow] {
        let share = max(1, (learners.count + workers.count - 1) / workers.count)
        let parts = stride(from: 0, to: learners.count, by: share).map {
            learners[$0..<min($0 + share, learners.count)]
        }
        let results = await withTaskGroup(of: (Int, Result<[FoldedRow], AccrueError>).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, self.rows(of: part, by: self.workers[index], wholly)) }
            }
            return await group.reduce(into: [Int: Result<[FoldedRow], AccrueError>]()) { $0[$1.0] = $1.1 }
        }
        var rows: [FoldedRow] = []
        rows.reserveCapacity(learners.count)
        // In the order of learners, so that of several that cannot be read the first is told.
        for index in parts.indices { rows += try results[index]?.get() ?? [] }
        return rows
    }

    private func rows(
        of learners: ArraySlice<UInt32>,
        by worker: RowWorker,
        _ wholly: Bool
    ) -> Result<[FoldedRow], AccrueError> {
        do throws(AccrueError) {
            return .success(
                try log.read { (snapshot) throws(AccrueError) in
                    var (rows, rules) = ([FoldedRow](), rules)
                    if wholly {
                        for learner in learners { rows.append(try wholeRow(ofLearner: learner, snapshot, &rules)) }
                        return rows
                    }
                    rows.reserveCapacity(learners.count)
                    let plain = try worker.plainRows(of: learners, in: snapshot, through: known)
                    for (learner, row) in zip(learners, plain) {
                        let folded =
                            if let row { FoldedRow(learner: learner, row: row, joined: [learner]) } else {
                                try wholeRow(ofLearner: learner, snapshot, &rules)
                            }
                        rows.append(folded)
                    }
                    return rows
                }
            )
        } catch {
            return .failure(error)
        }
    }
}

/// What one worker keeps from learner to learner.
private final class RowWorker: Sendable {
    private let fold: Mutex<PlainFold>

    init(_ registry: Registry, _ rules: ProgressRules, on date: CivilDate) {
        fold = Mutex(PlainFold(registry, rules, on: date))
    }

    /// The rows of learners to whom only plain things happened; nil for the others.
    func plainRows(
        of learners: ArraySlice<UInt32>,
        in snapshot: LMDBSnapshot,
        through known: Position
    ) throws(AccrueError) -> [LearnerRow?] {
        let result = fold.withLock { fold -> Result<[LearnerRow?], AccrueError> in
            do throws(AccrueError) {
                return .success(try Self.rows(of: learners, in: snapshot, through: known, by: &fold))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func rows(
        of learners: ArraySlice<UInt32>,
        in snapshot: LMDBSnapshot,
        through known: Position,
        by fold: inout PlainFold
    ) throws(AccrueError) -> [LearnerRow?] {
        var rows: [LearnerRow?] = []
        rows.reserveCapacity(learners.count)
        var (present, next) = (UInt32(0), learners.startIndex)
        try snapshot.replayStreams(ofLearners: learners, through: known) { (entry) throws(AccrueError) in
            let learner = FixedPart(entry).learnerNumber
            if learner != present {
                if present > 0 {
                    rows.append(fold.row())
                    next += 1
                }
                while learners[next] < learner {
                    rows.append(nil)
                    next += 1
                }
                fold.begin()
                present = learner
            }
            fold.take(entry)
        }
        if present > 0 { rows.append(fold.row()) }
        while rows.count < learners.count { rows.append(nil) }
        return rows
    }
}
