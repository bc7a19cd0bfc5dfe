internal import Credit
internal import EventLog

extension LMDBEventLog {
    /// The last committed event.
    var position: Position {
        get throws(AccrueError) { try read { (snapshot) throws(AccrueError) in snapshot.position } }
    }
}

/// Folds rows of many learners side by side, all as known at one position.
struct RowFolding: Sendable {
    let log: LMDBEventLog
    let known: Position
    let registry: Registry
    let definition: ProjectionDefinition

    init(_ log: LMDBEventLog, known: Position, _ definition: ProjectionDefinition) throws(AccrueError) {
        self.log = log
        self.known = known
        self.definition = definition
        registry = try log.read { (snapshot) throws(AccrueError) in try Registry(reading: snapshot, through: known) }
    }

    /// The row of one learner.
    func row(ofLearner number: UInt32) throws(AccrueError) -> LearnerRow {
        try log.read { (snapshot) throws(AccrueError) in
            try LearnerRow(ofLearner: number, in: snapshot, known: known, registry: registry, definition)
        }
    }

    /// The rows of some learners, in their order.
    func rows(of learners: [UInt32], workers: Int) async throws(AccrueError) -> [LearnerRow] {
        let share = max(1, (learners.count + workers - 1) / workers)
        let parts = stride(from: 0, to: learners.count, by: share).map {
            learners[$0..<min($0 + share, learners.count)]
        }
        let results = await withTaskGroup(of: (Int, Result<[LearnerRow], AccrueError>).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, self.rows(of: part)) }
            }
            return await group.reduce(into: [Int: Result<[LearnerRow], AccrueError>]()) { $0[$1.0] = $1.1 }
        }
        var rows: [LearnerRow] = []
        rows.reserveCapacity(learners.count)
        // In the order of learners, so that of several that cannot be read the first is told.
        for index in parts.indices { rows += try results[index]?.get() ?? [] }
        return rows
    }

    private func rows(of learners: ArraySlice<UInt32>) -> Result<[LearnerRow], AccrueError> {
        do throws(AccrueError) {
            var rows: [LearnerRow] = []
            rows.reserveCapacity(learners.count)
            for learner in learners { rows.append(try row(ofLearner: learner)) }
            return .success(rows)
        } catch {
            return .failure(error)
        }
    }
}
