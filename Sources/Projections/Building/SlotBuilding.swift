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

    /// So many learners' rows a worker folds at once.
    var learnersAtOnce: UInt32 = RowFolding.learnersAtOnce
    /// After so long rows are written: what a build that is cut off loses, and how often it tells how far it is.
    var pause = Duration.milliseconds(500)
    /// So many bytes of rows are held at most before they are written, while the next ones are folded: few, as nothing is
    /// folded while the last ones are.
    private static let mostBytes = 1 << 20
    /// So many times as many learners are folded before rows are written, however small these are.
    private static let mostParts: UInt32 = 1_024

    let slots: SlotFolder
    let workers: Int
    /// One for each worker, and one that writes.
    let threads: YieldingThreads

    /// Builds slots of a store.
    ///
    /// - Parameters:
    ///   - slots: The slots.
    ///   - workers: How many threads fold rows side by side; at least 1.
    /// - Throws: ``Credit/ErrorCode/inputOutput`` where the system has no threads to give.
    public init(_ slots: SlotFolder, workers: Int) throws(AccrueError) {
        self.slots = slots
        self.workers = max(1, workers)
        threads = try YieldingThreads(count: self.workers + 1)
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
        guard try await fill(slot, try slot.state(), in: .present, progress) != nil else { return nil }
        try await bringForward(slot, progress: progress)
        return Task.isCancelled ? nil : slot
    }

    /// Fills a table of a slot with the rows of all learners, from where it is, and gives the state that it is then in; nil
    /// where the task was cancelled before.
    func fill(
        _ slot: Slot,
        _ begun: SlotState,
        in place: Slot.Place,
        _ progress: @Sendable (Progress) -> Void
    ) async throws(AccrueError) -> SlotState? {
        var state = begun
        let snapshot = try slots.log.read { (snapshot) throws(AccrueError) in snapshot }
        let folding = try RowFolding(
            slots.log,
            known: state.position,
            state.definition,
            workers: workers,
            unsealed: try await snapshot.unsealedStreams(through: state.position, readers: workers)
        )
        var rows = try await self.rows(after: state, folding).get()
        while !state.isReady {
            try progress(tell(state.built, state, unjudged: slot.unjudged(in: place)))
            if Task.isCancelled { return nil }
            let expected = state
            state.built += rows.reduce(0) { $0 + UInt32($1.count) }
            let following = state
            // The next rows are folded while these are written, on a thread of its own, as that waits for the disk.
            let folded = rows
            async let written = threads.run(on: workers) { () -> Result<Void, AccrueError> in
                do throws(AccrueError) {
                    return .success(
                        try slot.write(folded, following, expecting: expected, areNew: true, in: place)
                    )
                } catch {
                    return .failure(error)
                }
            }
            let next = await self.rows(after: following, folding)
            try await written.get()
            rows = try next.get()
        }
        try progress(tell(state.built, state, unjudged: slot.unjudged(in: place)))
        return state
    }

    /// The rows that a build is to write next: as many as are folded in a while.
    private func rows(
        after state: SlotState,
        _ folding: RowFolding
    ) async -> Result<[FoldedRows], AccrueError> {
        let last = min(UInt64(state.learners), UInt64(state.built) + UInt64(Self.mostParts * learnersAtOnce))
        let parts = stride(from: UInt64(state.built) + 1, through: last, by: Int(learnersAtOnce)).map {
            Array(UInt32($0)...UInt32(min(last, $0 + UInt64(learnersAtOnce) - 1)))
        }
        let (end, most) = (ContinuousClock.now + pause, Self.mostBytes / workers)
        do throws(AccrueError) {
            return .success(
                try await folding.fold(parts, on: threads) { bytes in bytes < most && ContinuousClock.now < end }
            )
        } catch {
            return .failure(error)
        }
    }

    func tell(_ done: UInt32, _ state: SlotState, unjudged: Int64) throws(AccrueError) -> Progress {
        let end = try slots.log.position.rawValue
        return Progress(
            done: done,
            learners: state.learners,
            lag: end - min(end, state.position.rawValue),
            unjudged: unjudged
        )
    }

    private func unfinishedSlot(of definition: ProjectionDefinition) throws(AccrueError) -> Slot? {
        for number in try slots.numbers {
            do throws(AccrueError) {
                let slot = try slots.slot(number, writes: true)
                let state = try slot.state()
                guard !state.isReady, state.definition == definition else { continue }
                try slots.requireUsable(state, number)
                return slot
            } catch {
                // Somebody works on it, or has dropped it meanwhile; or nobody can go on with it.
                guard [.slotBusy, .slotMissing, .slotDamaged, .slotOfOtherLog].contains(error.code) else { throw error }
            }
        }
        return nil
    }
}
