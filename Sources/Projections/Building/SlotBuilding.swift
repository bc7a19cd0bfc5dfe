public import Credit
internal import EventCoding
internal import EventLog

/// Fills slots from the log, and brings them forward as it grows.
///
/// Readers keep being served from the slot that serves, and appends go on. What is done stays: a build that was cut off
/// goes on where it was.
public struct SlotBuilding: Sendable {
    /// How far a build is.
    public struct Progress: Sendable {
        /// Learners that are done.
        public let done: UInt32
        /// Learners in all.
        public let learners: UInt32
        /// How many events the log has beyond those that are taken in.
        public let lag: UInt32
        /// How many enrolments rules could not judge so far; their rows say so, and the build goes on.
        public let unjudged: Int64
    }

    /// So many learners' rows a worker folds before they are written.
    var learnersPerWorker = 2_048
    /// So many events are taken in at once at most, which is more than a batch has.
    private static let eventsPerStep: UInt32 = 1 << 17

    let slots: SlotFolder
    let workers: Int

    /// Builds slots of a store.
    ///
    /// - Parameters:
    ///   - slots: The slots.
    ///   - workers: How many threads fold rows side by side; at least 1.
    public init(_ slots: SlotFolder, workers: Int) {
        self.slots = slots
        self.workers = max(1, workers)
    }

    /// Builds a slot: goes on with the unfinished one of this definition, or begins a new one, and brings it forward to
    /// the end of the log.
    ///
    /// - Parameters:
    ///   - definition: What is to be folded.
    ///   - progress: Told now and then how far it is.
    /// - Returns: The slot, finished; nil where the task was cancelled before, and may be gone on with.
    /// - Throws: What reading the log throws, with the position of what cannot be read: nothing is skipped.
    public func build(
        _ definition: ProjectionDefinition,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(AccrueError) -> Slot? {
        let unfinished = try unfinishedSlot(of: definition)
        // Rules that are not there are told before there is a slot.
        if unfinished == nil { _ = try RowFolding(slots.log, known: slots.log.position, definition) }
        let slot = if let unfinished { unfinished } else { try slots.makeSlot(definition) }
        var state = try slot.state()
        let folding = try RowFolding(slots.log, known: state.position, definition, workers: workers)
        var rows = try await self.rows(after: state, folding).get()
        while !state.isReady {
            try progress(tell(state.built, state, slot))
            if Task.isCancelled { return nil }
            let expected = state
            state.built += UInt32(rows.count)
            let following = state
            // The next rows are folded while these are written.
            async let next = workers > 1 ? self.rows(after: following, folding) : .success([])
            try slot.write(rows, state, expecting: expected, areNew: true)
            rows = try await next.get()
            if workers == 1 { rows = try await self.rows(after: state, folding).get() }
        }
        try progress(tell(state.built, state, slot))
        try await bringForward(slot)
        return slot
    }

    /// The rows that a build is to write next.
    private func rows(after state: SlotState, _ folding: RowFolding) async -> Result<[FoldedRow], AccrueError> {
        let last = min(state.learners, state.built + UInt32(workers * learnersPerWorker))
        do throws(AccrueError) {
            return .success(try await folding.rows(of: Array(state.built + 1..<last + 1)))
        } catch {
            return .failure(error)
        }
    }

    func tell(_ done: UInt32, _ state: SlotState, _ slot: Slot) throws(AccrueError) -> Progress {
        let end = try slots.log.position.rawValue
        return Progress(
            done: done,
            learners: state.learners,
            lag: end - min(end, state.position.rawValue),
            unjudged: try slot.unjudged()
        )
    }

    private func unfinishedSlot(of definition: ProjectionDefinition) throws(AccrueError) -> Slot? {
        for number in slots.numbers {
            let slot: Slot
            do throws(AccrueError) {
                slot = try slots.slot(number)
            } catch {
                // Somebody works on it, or has dropped it meanwhile.
                if error.code == .slotBusy || error.code == .slotMissing { continue }
                throw error
            }
            let state = try slot.state()
            guard !state.isReady, state.definition == definition else { continue }
            try slots.requireUsable(state, number)
            return slot
        }
        return nil
    }

    /// Takes in what the log holds behind a finished slot.
    ///
    /// Only rows of learners with new events, and of those who were ever joined with them, are folded again; all rows
    /// where rules judge otherwise than before.
    ///
    /// - Parameters:
    ///   - slot: The slot.
    ///   - end: The state to bring it to; nil brings it to the end of the log.
    public func bringForward(_ slot: Slot, to end: Position? = nil) async throws(AccrueError) {
        while true {
            let state = try slot.state()
            let last = if let end { end } else { try slots.log.position }
            guard state.position < last else { return }
            var step = try step(from: state.position, through: last)
            var next = state
            next.position = step.end
            next.learners += step.introduced
            next.built = next.learners
            next.leaf = try slots.log.read { (snapshot) throws(AccrueError) in
                try SlotState.leaf(at: step.end, in: snapshot)
            }
            let folding = try RowFolding(slots.log, known: step.end, state.definition, workers: workers)
            if step.changesRules, try folding.judges(unlike: state.position) {
                step.learners.formUnion(1...next.learners)
            }
            var rows = try await folding.rows(of: step.learners.sorted())
            let joined = Set(rows.flatMap(\.joined)).subtracting(step.learners)
            rows += try await folding.rows(of: joined.sorted())
            try slot.write(rows, next, expecting: state)
        }
    }

    private struct Step {
        /// The last state within reach.
        var end: Position
        var learners: Set<UInt32> = []
        var introduced: UInt32 = 0
        /// Whether the registry has something new by which rules may judge otherwise.
        var changesRules = false
    }

    /// Whom the events behind a position touch, up to a state that existed.
    private func step(from position: Position, through last: Position) throws(AccrueError) -> Step {
        try slots.log.read { (snapshot) throws(AccrueError) in
            var step = Step(end: position)
            var batch = step
            let end = min(last.rawValue, position.rawValue + Self.eventsPerStep)
            try snapshot.replay(
                from: Position(rawValue: position.rawValue + 1),
                through: Position(rawValue: end)
            ) { (fields) throws(AccrueError) in
                switch EventKind(rawValue: fields.kindNumber) {
                case .learnerIntroduced: batch.introduced += 1
                case .ruleSetActivated, .ruleSetDeactivated, .ruleSetPublished, .qualificationPublished,
                    .authorityGranted, .authorityEnded:
                    batch.changesRules = true
                default: break
                }
                if fields.learnerNumber > 0 { batch.learners.insert(fields.learnerNumber) }
                guard fields.flags.contains(.lastInBatch) else { return }
                batch.end = fields.position
                step = batch
            }
            guard step.end > position else {
                throw AccrueError(.recordDamaged, "no batch ends from position \(position) to \(end)")
            }
            return step
        }
    }
}
