public import Credit
internal import EventCoding
internal import EventLog

/// How two slots differ at one state of the log, and why.
public struct SlotComparison: Sendable {
    /// One learner whose rows differ.
    public struct Difference: Sendable {
        /// The learner's number.
        public let learner: UInt32
        /// The learner's pseudonym.
        public let name: String
        /// What differs: a place in the row, and its value in either slot.
        public let changes: [RowChange]
        /// The slots whose row is not what the log gives; none where the definitions explain the difference.
        public let unexplained: [Int]
        /// Those of them whose row is not even what was written.
        public let damaged: [Int]
        /// What explains it, if the definitions do.
        public let reasons: [Reason]
    }

    /// The two slots.
    public let slots: (Int, Int)
    /// Their definitions, which explain what differs.
    public let definitions: (ProjectionDefinition, ProjectionDefinition)
    /// The state of the log of which both are the fold.
    public let position: Position
    /// How many learners were compared.
    public let learners: UInt32
    /// All differences, by learner.
    public let differences: [Difference]
    /// The slots whose summaries are not the sums of their rows, of those that have no damaged row.
    public let miscounted: [Int]

    /// Whether the definitions explain every difference, and summaries are right.
    public var isExplained: Bool { differences.allSatisfy(\.unexplained.isEmpty) && miscounted.isEmpty }
}

/// What of a slot is not what the log gives: nothing, if all is well.
public struct SlotFaults: Hashable, Sendable {
    /// The learners whose row is another one, or cannot be read.
    public internal(set) var learners: [UInt32] = []
    /// The cohorts whose summary is another one, or cannot be read, in the order of their keys.
    public internal(set) var cohorts: [CohortSummary.Key] = []

    /// Whether all is as it must be.
    public var isEmpty: Bool { learners.isEmpty && cohorts.isEmpty }
}

extension SlotBuilding {
    /// Brings two slots to one state and compares every row of them.
    ///
    /// Where rows differ, both are folded again from the log: a difference is explained where each slot holds what its
    /// own definition gives. A row that is damaged is a difference that nothing explains.
    ///
    /// - Throws: ``Credit/ErrorCode/slotDamaged`` where a slot cannot be brought forward as what it holds is damaged.
    public func compare(
        _ first: Slot,
        _ second: Slot,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(AccrueError) -> SlotComparison {
        // Where all rows are made anew a slot comes further than asked for, and the other one follows.
        var last = try slots.log.position
        for _ in 0..<3 {
            for slot in [first, second] {
                try await bringForward(slot, to: last, progress: progress)
                last = max(last, try slot.state().position)
            }
        }
        let (one, other) = (try first.state(), try second.state())
        guard one.position == other.position else { throw AccrueError(.slotBusy, "slots at different positions") }
        var explanation = SlotExplanation(
            try RowFolding(slots.log, known: one.position, one.definition),
            try RowFolding(slots.log, known: one.position, other.definition)
        )
        var differences: [SlotComparison.Difference] = []
        var sums: [[CohortSummary.Key: CohortSummary]] = [[:], [:]]
        for learner in stride(from: UInt32(1), through: max(one.learners, other.learners), by: 1) {
            let rows = (try first.stored(ofLearner: learner), try second.stored(ofLearner: learner))
            if learner.isMultiple(of: Self.learnersBetweenTellings) {
                try progress(tell(learner, one, unjudged: sums[0].unjudged))
            }
            for (index, row) in [rows.0, rows.1].enumerated() {
                guard case .whole(let row, _) = row else { continue }
                for enrolment in row.enrolments {
                    sums[index][CohortSummary.Key(enrolment), default: CohortSummary()].add(enrolment, sign: 1)
                }
            }
            if let bytes = rows.0.bytes, bytes == rows.1.bytes { continue }
            differences.append(try explanation.difference(ofLearner: learner, rows, (first.number, second.number)))
        }
        let damaged = Set(differences.flatMap(\.damaged))
        var miscounted: [Int] = []
        for (slot, sums) in zip([first, second], sums) where !damaged.contains(slot.number) {
            if try !slot.cohorts(unlike: sums).isEmpty { miscounted.append(slot.number) }
        }
        return SlotComparison(
            slots: (first.number, second.number),
            definitions: (one.definition, other.definition),
            position: one.position,
            learners: max(one.learners, other.learners),
            differences: differences,
            miscounted: miscounted
        )
    }

    private static let learnersBetweenTellings: UInt32 = 8_192

    /// What of a slot is not, byte for byte, what the log gives by the whole fold.
    public func faults(
        of slot: Slot,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(AccrueError) -> SlotFaults {
        let state = try slot.state()
        let folding = try RowFolding(slots.log, known: state.position, state.definition, workers: workers)
        var faults = SlotFaults()
        var sums: [CohortSummary.Key: CohortSummary] = [:]
        var first: UInt32 = 1
        while first <= state.built {
            try progress(tell(first - 1, state, unjudged: sums.unjudged))
            let last = min(state.built, first + Self.learnersBetweenTellings - 1)
            let rows = try await folding.rows(of: Array(first...last), on: threads, wholly: true)
            sums.add(rows.cohorts)
            for (index, learner) in rows.learners.enumerated()
            where try !slot.holds(rows.sealed(index), ofLearner: learner) { faults.learners.append(learner) }
            first = last + 1
        }
        faults.cohorts = try slot.cohorts(unlike: sums)
        return faults
    }
}
