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
        let last = try slots.log.position
        try await bringForward(first, to: last)
        try await bringForward(second, to: last)
        let (one, other) = (try first.state(), try second.state())
        guard one.position == other.position else { throw AccrueError(.slotBusy, "slots at different positions") }
        let foldings = (
            try RowFolding(slots.log, known: one.position, one.definition),
            try RowFolding(slots.log, known: one.position, other.definition)
        )
        var differences: [SlotComparison.Difference] = []
        for learner in stride(from: UInt32(1), through: max(one.learners, other.learners), by: 1) {
            let rows = (try first.bytes(ofLearner: learner), try second.bytes(ofLearner: learner))
            if learner.isMultiple(of: 1_024) { try progress(tell(learner, one, first)) }
            guard rows.0 != rows.1 else { continue }
            let folded = (try foldings.0.wholeRow(ofLearner: learner), try foldings.1.wholeRow(ofLearner: learner))
            var unexplained: [Int] = []
            if folded.0.bytes != rows.0 { unexplained.append(first.number) }
            if folded.1.bytes != rows.1 { unexplained.append(second.number) }
            // One registry names what both rows speak of.
            let registry = foldings.0.registry
            let documents = (document(rows.0, registry), document(rows.1, registry))
            differences.append(
                SlotComparison.Difference(
                    learner: learner,
                    name: try name(ofLearner: learner),
                    changes: RowChange.changes(from: documents.0, to: documents.1),
                    unexplained: unexplained
                )
            )
        }
        return SlotComparison(
            slots: (first.number, second.number),
            definitions: (one.definition, other.definition),
            position: one.position,
            learners: max(one.learners, other.learners),
            differences: differences
        )
    }

    private func document(_ bytes: [UInt8]?, _ registry: Registry) -> JSONValue? {
        bytes.map { LearnerRow($0)?.document(registry) ?? .string("unreadable") }
    }

    private func name(ofLearner number: UInt32) throws(AccrueError) -> String {
        let introduction = try slots.log.read { (snapshot) throws(AccrueError) in
            try snapshot.events(ofLearner: number).first
        }
        return introduction.map { $0.details.identifier ?? "\($0.id)" } ?? "learner \(number)"
    }

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
            let last = min(state.built, first + UInt32(workers * learnersPerWorker) - 1)
            for row in try await folding.rows(of: Array(first...last), wholly: true)
            where try slot.bytes(ofLearner: row.learner) != row.bytes { unequal.append(row.learner) }
            first = last + 1
        }
        return unequal
    }
}
