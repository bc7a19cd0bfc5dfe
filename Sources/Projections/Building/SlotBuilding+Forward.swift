public import Credit
internal import EventCoding
internal import EventLog

extension SlotBuilding {
    /// So many events are taken in at once at most, which is more than a batch has.
    private static let eventsPerStep: UInt32 = 1 << 17

    /// Takes in what the log holds behind a finished slot.
    ///
    /// Only rows of learners with new events, and of those who were ever joined with them, are folded again. Where rules
    /// judge otherwise than before, all rows are made anew beside those that are there, which are read until all are done;
    /// if the task is cancelled or the process killed meanwhile, the next call goes on there.
    ///
    /// - Parameters:
    ///   - slot: The slot, opened for writing.
    ///   - end: The state to bring it to at least; nil brings it to the end of the log.
    ///   - progress: Told now and then how far it is, where all rows are made anew.
    public func bringForward(
        _ slot: Slot,
        to end: Position? = nil,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(AccrueError) {
        while true {
            if let following = try usableFollowing(slot) {
                guard let whole = try await fill(slot, following, in: .following, progress) else { return }
                try slot.adoptFollowing(whole)
            }
            let state = try slot.state()
            let last = if let end { end } else { try slots.log.position }
            guard state.position < last else { return }
            let step = try step(from: state.position, through: last)
            let folding = try RowFolding(slots.log, known: step.end, state.definition, workers: workers)
            if step.changesRules, try folding.judges(unlike: state.position) {
                try slot.follow(with: slots.emptyState(state.definition), expecting: nil)
            } else {
                try await take(step, into: slot, state, folding)
            }
        }
    }

    /// What is being made of all rows anew, if it is of this log as it is.
    private func usableFollowing(_ slot: Slot) throws(AccrueError) -> SlotState? {
        guard let following = try slot.following() else { return nil }
        do throws(AccrueError) {
            try slots.requireUsable(following, slot.number)
            return following
        } catch {
            guard error.code == .slotOfOtherLog else { throw error }
            try slot.follow(with: nil, expecting: following)
            return nil
        }
    }

    /// Folds the rows again that a step touches.
    private func take(
        _ step: Step,
        into slot: Slot,
        _ state: SlotState,
        _ folding: RowFolding
    ) async throws(AccrueError) {
        var next = state
        next.position = step.end
        next.learners += step.introduced
        next.built = next.learners
        next.leaf = try slots.log.read { (snapshot) throws(AccrueError) in
            try SlotState.leaf(at: step.end, in: snapshot)
        }
        var rows = try await folding.rows(of: step.learners.sorted(), on: threads)
        let joined = rows.joined.subtracting(step.learners)
        rows.append(try await folding.rows(of: joined.sorted(), on: threads))
        try slot.write([rows], next, expecting: state)
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
            let end = position.advanced(by: Self.eventsPerStep, through: last)
            try snapshot.replay(
                from: Position(rawValue: position.rawValue + 1),
                through: end
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
