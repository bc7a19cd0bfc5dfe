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

    /// Whether the definitions explain every difference.
    public var isExplained: Bool { differences.allSatisfy(\.unexplained.isEmpty) }
}

extension SlotBuilding {
    /// Brings two slots to one state and compares every row of them.
    ///
    /// Where rows differ, both are folded again from the log: a difference is explained where each slot holds what its
    /// own definition gives.
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
        for learner in stride(from: UInt32(1), through: max(one.learners, other.learners), by: 1) {
            let rows = (try first.bytes(ofLearner: learner), try second.bytes(ofLearner: learner))
            if learner.isMultiple(of: Self.learnersBetweenTellings) { try progress(tell(learner, one, first)) }
            guard rows.0 != rows.1 else { continue }
            differences.append(try explanation.difference(ofLearner: learner, rows, (first.number, second.number)))
        }
        return SlotComparison(
            slots: (first.number, second.number),
            definitions: (one.definition, other.definition),
            position: one.position,
            learners: max(one.learners, other.learners),
            differences: differences
        )
    }

    private static let learnersBetweenTellings: UInt32 = 8_192

    /// The learners whose row in a slot is not, byte for byte, what the log gives by the whole fold: none, if all is well.
    public func unequalRows(
        of slot: Slot,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(AccrueError) -> [UInt32] {
        let state = try slot.state()
        let folding = try RowFolding(slots.log, known: state.position, state.definition, workers: workers)
        var unequal: [UInt32] = []
        var first: UInt32 = 1
        while first <= state.built {
            try progress(tell(first - 1, state, slot))
            let last = min(state.built, first + Self.learnersBetweenTellings - 1)
            let rows = try await folding.rows(of: Array(first...last), on: threads, wholly: true)
            for (index, learner) in rows.learners.enumerated()
            where try slot.bytes(ofLearner: learner).map({ $0[...] }) != rows[index] { unequal.append(learner) }
            first = last + 1
        }
        return unequal
    }
}
