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

/// Folds rows of many learners side by side, all as known at one position.
struct RowFolding: Sendable {
    let log: LMDBEventLog
    let known: Position
    let definition: ProjectionDefinition
    let registry: Registry
    let rules: ProgressRules
    private let workers: [RowWorker]
    /// What no run covers, where all learners are to be folded.
    private let unsealed: UnsealedStreams?

    /// - Parameters:
    ///   - workers: How many threads fold side by side.
    ///   - unsealed: What no run covers, where all learners are to be folded, and not a few.
    init(
        _ log: LMDBEventLog,
        known: Position,
        _ definition: ProjectionDefinition,
        workers: Int = 1,
        unsealed: UnsealedStreams? = nil
    ) throws(AccrueError) {
        self.log = log
        self.known = known
        self.definition = definition
        let registry = try log.read { (snapshot) throws(AccrueError) in try Registry(reading: snapshot, through: known)
        }
        let rules = try definition.rules.applied(registry, on: definition.on)
        (self.registry, self.rules, self.unsealed) = (registry, rules, unsealed)
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

    /// The case of one learner, by the whole fold over decoded events: what every other way must come to.
    func learnerCase(
        ofLearner number: UInt32,
        _ snapshot: LMDBSnapshot
    ) throws(AccrueError) -> (case: LearnerCase, history: LearnerHistory) {
        let history = try snapshot.history(ofLearner: number).known(through: known)
        let introduced = history.events.first {
            $0.learnerNumber == number && $0.kind == .learnerIntroduced
        }
        guard let introduced else { throw AccrueError(.indexDiffers, "learner \(number) has no introduction") }
        let learnerCase = LearnerCase(
            of: introduced.position,
            in: history,
            registry: registry,
            on: definition.on,
            known: known
        )
        return (learnerCase, history)
    }

    /// The rows of some learners, ascending.
    ///
    /// - Parameters:
    ///   - threads: Where to fold them; at least as many as workers.
    ///   - wholly: By the whole fold, as a proof of the faster one.
    func rows(
        of learners: [UInt32],
        on threads: YieldingThreads,
        wholly: Bool = false
    ) async throws(AccrueError) -> FoldedRows {
        let share = max(1, min(Int(Self.learnersAtOnce), learners.count / (4 * workers.count)))
        let parts = stride(from: 0, to: learners.count, by: share).map {
            Array(learners[$0..<min($0 + share, learners.count)])
        }
        var rows = FoldedRows()
        for part in try await fold(parts, on: threads, wholly, while: { _ in true }) { rows.append(part) }
        return rows
    }

    /// A worker takes so many learners at once: few, so that none waits long for another.
    static let learnersAtOnce: UInt32 = 128

    /// The rows of learners, part by part: each worker takes the next part while it may, so that what is folded is whole from
    /// the first part on.
    ///
    /// - Parameters:
    ///   - threads: Where to fold them; at least as many as workers.
    ///   - goesOn: Whether another part may be taken, after so many bytes of rows by the same worker.
    /// - Throws: What the first of the parts throws that cannot be read.
    func fold(
        _ parts: [[UInt32]],
        on threads: YieldingThreads,
        _ wholly: Bool = false,
        while goesOn: @escaping @Sendable (_ bytes: Int) -> Bool
    ) async throws(AccrueError) -> [FoldedRows] {
        let next = NextPart()
        let results = await withTaskGroup(of: [Int: Result<FoldedRows, AccrueError>].self) { group in
            for (thread, worker) in workers.enumerated() {
                group.addTask {
                    await threads.run(on: thread) {
                        var (results, bytes): ([Int: Result<FoldedRows, AccrueError>], Int) = ([:], 0)
                        repeat {
                            let index = next.take()
                            guard index < parts.count else { break }
                            let rows = self.rows(of: parts[index], by: worker, wholly)
                            results[index] = rows
                            guard case .success(let rows) = rows else { break }
                            bytes += rows.byteCount
                        } while goesOn(bytes)
                        return results
                    }
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1) { one, _ in one } }
        }
        var rows: [FoldedRows] = []
        // In the order of learners, so that of several that cannot be read the first is told.
        for index in parts.indices {
            guard let part = results[index] else { break }
            rows.append(try part.get())
        }
        return rows
    }

    private func rows(
        of learners: [UInt32],
        by worker: RowWorker,
        _ wholly: Bool
    ) -> Result<FoldedRows, AccrueError> {
        worker.state.withLock { state in
            do throws(AccrueError) {
                return .success(
                    try log.read { (snapshot) throws(AccrueError) in
                        try rows(of: learners, in: snapshot, &state.replay, &state.fold, &state.rules, wholly)
                    }
                )
            } catch {
                return .failure(error)
            }
        }
    }

    private func rows(
        of learners: [UInt32],
        in snapshot: LMDBSnapshot,
        _ replay: inout StreamReplay,
        _ fold: inout PlainFold,
        _ rules: inout ProgressRules,
        _ wholly: Bool
    ) throws(AccrueError) -> FoldedRows {
        func whole(_ learner: UInt32, _ rows: inout FoldedRows) throws(AccrueError) {
            let (learnerCase, history) = try learnerCase(ofLearner: learner, snapshot)
            rows.append(learner, LearnerRow(learnerCase, under: &rules), joined: history.numbers)
        }
        guard wholly else { return try plainRows(of: learners, in: snapshot, &replay, &fold, whole) }
        var rows = FoldedRows()
        for learner in learners { try whole(learner, &rows) }
        return rows
    }

    /// Rows from fixed parts, and from `whole` where a learner is not plain.
    private func plainRows(
        of learners: [UInt32],
        in snapshot: LMDBSnapshot,
        _ replay: inout StreamReplay,
        _ fold: inout PlainFold,
        _ whole: (UInt32, inout FoldedRows) throws(AccrueError) -> Void
    ) throws(AccrueError) -> FoldedRows {
        var rows = FoldedRows()
        fold.begin()
        try replay.replay(snapshot, ofLearners: learners, through: known, unsealed: unsealed) {
            fold.take($0)
        } afterEach: { (learner) throws(AccrueError) in
            if !fold.append(to: &rows, learner) { try whole(learner, &rows) }
            fold.begin()
        }
        return rows
    }

    /// How many of some learners are plain, and so fold fast.
    func plainCount(of learners: [UInt32]) throws(AccrueError) -> Int {
        var (others, replay, fold) = (0, StreamReplay(), PlainFold(registry, rules, on: definition.on))
        _ = try log.read { (snapshot) throws(AccrueError) in
            try plainRows(of: learners, in: snapshot, &replay, &fold) { _, _ in others += 1 }
        }
        return learners.count - others
    }
}

/// Which part of the work is taken next.
private final class NextPart: Sendable {
    private let index = Atomic(0)

    func take() -> Int { index.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// What one worker keeps from learner to learner.
private final class RowWorker: Sendable {
    struct State {
        var fold: PlainFold
        var replay = StreamReplay()
        /// With what the search found for like holdings.
        var rules: ProgressRules
    }

    let state: Mutex<State>

    init(_ registry: Registry, _ rules: ProgressRules, on date: CivilDate) {
        state = Mutex(State(fold: PlainFold(registry, rules, on: date), rules: rules))
    }
}
