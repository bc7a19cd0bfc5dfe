public import Credit
internal import EventCoding
internal import EventLog
public import Rules

extension SlotComparison {
    /// Why the rows of a learner differ though both slots hold what their own definitions give.
    public enum Reason: Hashable, Sendable {
        /// This event takes effect on this date: after the day of one slot, and not after that of the other.
        case event(Position, CivilDate)
        /// The credit that this event decided has expired by the later day.
        case expiry(Position)
        /// This clause acts in one slot, and not in the other.
        case clause(RuleClause)
        /// The days differ; no single event or clause tells more.
        case day
        /// The rules differ; no single clause tells more.
        case rules
    }
}

/// Folds the rows of learners that differ between two slots again, and says why they do.
struct SlotExplanation {
    private let foldings: (RowFolding, RowFolding)
    private var rules: (ProgressRules, ProgressRules)

    init(_ first: RowFolding, _ second: RowFolding) {
        foldings = (first, second)
        rules = (first.rules, second.rules)
    }

    /// The difference between the rows of a learner, as two slots hold them.
    mutating func difference(
        ofLearner number: UInt32,
        _ rows: (StoredRow, StoredRow),
        _ slots: (Int, Int)
    ) throws(AccrueError) -> SlotComparison.Difference {
        let (first, other, history) = try foldings.0.log.read { (snapshot) throws(AccrueError) in
            let (first, history) = try foldings.0.learnerCase(ofLearner: number, snapshot)
            return (first, try foldings.1.learnerCase(ofLearner: number, snapshot).case, history)
        }
        let folded = (LearnerRow(first, under: &rules.0), LearnerRow(other, under: &rules.1))
        var unexplained: [Int] = []
        if folded.0.bytes != rows.0.bytes { unexplained.append(slots.0) }
        if folded.1.bytes != rows.1.bytes { unexplained.append(slots.1) }
        let introduction = history.events.first { $0.learnerNumber == number && $0.kind == .learnerIntroduced }
        return SlotComparison.Difference(
            learner: number,
            name: introduction.map { $0.details.identifier ?? "\($0.id)" } ?? "learner \(number)",
            changes: RowChange.changes(from: document(rows.0), to: document(rows.1)),
            unexplained: unexplained,
            damaged: [(slots.0, rows.0), (slots.1, rows.1)].filter { $1.isDamaged }.map { $0.0 },
            reasons: unexplained.isEmpty ? reasons((first, other), folded, history) : []
        )
    }

    /// One registry names what both rows speak of.
    private func document(_ row: StoredRow) -> JSONValue? {
        switch row {
        case .missing: nil
        case .damaged: .string("damaged")
        case .whole(let row, _): row.document(foldings.0.registry)
        }
    }

    private mutating func reasons(
        _ cases: (LearnerCase, LearnerCase),
        _ rows: (LearnerRow, LearnerRow),
        _ history: LearnerHistory
    ) -> [SlotComparison.Reason] {
        let (one, other) = (foldings.0.definition, foldings.1.definition)
        var reasons: [SlotComparison.Reason] = []
        let (early, late) = (min(one.on, other.on), max(one.on, other.on))
        for event in history.events where event.effective > early && event.effective <= late {
            reasons.append(.event(event.position, event.effective))
        }
        let expired = [rows.0, rows.1].map { Set($0.credits.filter { $0.bucket == .expired }.map(\.decision)) }
        reasons += expired[0].symmetricDifference(expired[1]).sorted().map { .expiry($0) }
        for clause in clauses(cases) where !reasons.contains(.clause(clause)) { reasons.append(.clause(clause)) }
        guard reasons.isEmpty else { return reasons }
        if one.on != other.on { reasons.append(.day) }
        if one.rules != other.rules { reasons.append(.rules) }
        return reasons
    }

    /// The clauses that act in one case only. What cannot be judged has none to tell.
    private mutating func clauses(_ cases: (LearnerCase, LearnerCase)) -> [RuleClause] {
        var clauses: [RuleClause] = []
        for enrolment in cases.0.balance.enrolments {
            guard let same = cases.1.balance.enrolments.first(where: { $0.position == enrolment.position }),
                let before = try? cases.0.progress(of: enrolment, under: &rules.0),
                let after = try? cases.1.progress(of: same, under: &rules.1)
            else { continue }
            clauses += after.clauses(unlike: before)
        }
        return clauses
    }
}
