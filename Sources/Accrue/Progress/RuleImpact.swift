public import Credit
internal import Dispatch
internal import EventCoding
internal import EventLog
public import Rules
internal import Synchronization

/// Who gains and who loses if other rules held.
public struct RuleImpact: Sendable {
    /// How an enrolment stands under some rules: no more than is told, as there may be very many.
    public struct Outcome: Sendable {
        /// The identifier of the version that judges.
        public let qualification: String
        /// Whether its rule is satisfied.
        public let verdict: FormationResult.Verdict
        /// The points that count.
        public let counted: Points
        /// The event that awarded the qualification, if it was awarded.
        public let award: Position?
        /// The year that points lead to, where a rule of progression is for the case.
        public let year: UInt8?
        /// The average grade, where a rule makes it mandatory and there is one.
        public let average: Points?

        fileprivate init(_ progress: Progress) {
            qualification = progress.qualification.identifier
            (verdict, counted, award) = (progress.formation.verdict, progress.counted, progress.award)
            (year, average) = (progress.rules?.year?.number, progress.rules?.average?.value)
        }
    }

    /// A unit that would count elsewhere, otherwise, or by another credit.
    public struct Move: Hashable, Sendable {
        /// How it counts.
        public struct Place: Hashable, Sendable {
            /// The group or slot that it fills, by id.
            public let group: String
            /// The event that makes it count.
            public let credit: Position
            /// The points that count.
            public let counted: Points
        }

        /// The unit, by code.
        public let unit: String
        /// As it is; nil where it fills no place.
        public let before: Place?
        /// As it would be; nil where it would fill none.
        public let after: Place?
    }

    /// What other rules do about one enrolment.
    public struct Change: Sendable {
        /// What is otherwise, the most that there is to say.
        public enum Kind: Sendable {
            /// One of the two took more steps than a search may take, so that nobody knows about completion.
            case undetermined
            /// Complete as it would be, and not as it is.
            case gains
            /// Complete as it is, and not as it would be.
            case loses
            /// The points that count.
            case points
            /// What fills which place, what is missing, or by which version that is judged.
            case places
            /// The year that points lead to.
            case year
            /// The average grade.
            case average
        }

        /// What is otherwise.
        public let kind: Kind
        /// The learner.
        public let learner: Learner
        /// As it is.
        public let before: Outcome
        /// As it would be.
        public let after: Outcome
        /// Which units would count elsewhere, otherwise, or by another credit, in the order of codes.
        public let moves: [Move]
        /// The clauses that act otherwise than before, in the order of their effects; of a rule that acts no longer, the
        /// clause that did.
        public let clauses: [RuleClause]
        /// What was issued and would say otherwise: decisions and documents on credits that would count otherwise, and the
        /// award if the rule would no longer be satisfied. They stand, whatever rules say.
        public let documents: [Position]

        /// Awarded, by rules that are satisfied, and would not be any more. The award stands.
        public var contradictsAward: Bool { before.award.map(documents.contains) ?? false }
        /// Complete as it is or may be, and not as it would be, as far as anybody knows.
        public var mayLose: Bool { before.verdict != .notSatisfied && after.verdict != .satisfied }
        /// How many points more would count.
        public var points: Points { after.counted - before.counted }
    }

    /// An enrolment that other rules would judge otherwise, had no exceptions been granted.
    public struct Exempted: Sendable {
        /// The learner.
        public let learner: Learner
        /// As it would be, exceptions included.
        public let after: Progress
        /// As it would be without them.
        public let without: Progress
    }

    /// Enrolments that would stand otherwise, in the order of learners.
    public internal(set) var changes: [Change] = []
    /// Enrolments that would stand as they do.
    public internal(set) var unchanged = 0
    /// Enrolments, among those of both sorts, in which exceptions would make a difference to the verdict, the points or what
    /// is missing.
    public internal(set) var exempted: [Exempted] = []
    /// Enrolments in versions that were published without formation rule.
    public internal(set) var unjudged = 0
}

extension RuleImpact.Change.Kind {
    /// What is otherwise; nil where it comes to the same.
    fileprivate init?(_ before: Progress, _ after: Progress) {
        func isOtherwise(_ value: (Progress) -> some Equatable) -> Bool { value(before) != value(after) }
        switch (before.formation.verdict, after.formation.verdict) {
        case (.notSatisfied, .satisfied): self = .gains
        case (.satisfied, .notSatisfied): self = .loses
        case (let one, let other) where one != other: self = .undetermined
        case (let verdict, _):
            let kinds: [(kind: Self, isOtherwise: Bool)] = [
                (.points, isOtherwise(\.counted)),
                (.places, isOtherwise(\.places) || isOtherwise(\.formation.groups)),
                (.places, isOtherwise(\.qualification.identifier)),
                (.year, isOtherwise { $0.rules?.year?.number ?? 0 }), (.average, isOtherwise(\.average)),
            ]
            guard let kind = kinds.first(where: \.isOtherwise)?.kind else { return nil }
            self = verdict == .undetermined ? .undetermined : kind
        }
    }
}

extension Progress {
    fileprivate var counted: Points { formation.groups[0].counted }
    /// What fills which place.
    fileprivate var places: [FormationResult.Placement] { formation.placements.filter { $0.group != nil } }
    /// How each unit that fills a place counts. The same unit of another qualification is another unit, and of one that is
    /// recognised in parts each part counts by itself.
    private var countedUnits: [CountedUnit: RuleImpact.Move.Place] {
        places.reduce(into: [:]) { counted, placement in
            let unit = CountedUnit(placement.unit)
            counted[unit] = placement.group.map {
                RuleImpact.Move.Place(group: $0, credit: placement.unit.credit, counted: placement.counted)
            }
        }
    }

    /// Which units count otherwise in another answer.
    fileprivate func moves(to other: Progress) -> [RuleImpact.Move] {
        let (before, after) = (countedUnits, other.countedUnits)
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
            .sorted { ($0.code, $0.qualification, $0.part) < ($1.code, $1.qualification, $1.part) }
            .map { RuleImpact.Move(unit: $0.code, before: before[$0], after: after[$0]) }
    }

    /// The average grade, whichever clause asks for it.
    fileprivate var average: [Points?] { rules?.average.map { [$0.value] } ?? [] }
}

extension Progress {
    /// True if the verdict, the points and what is missing are the same; what is asked for may differ.
    fileprivate func isAlike(_ other: Progress) -> Bool {
        formation.verdict == other.formation.verdict && counted == other.counted
            && formation.groups.elementsEqual(other.formation.groups) { one, two in
                one.missingPoints == two.missingPoints && one.missingCount == two.missingCount
                    && one.missingRequired == two.missingRequired
            }
    }
}

/// A unit that fills a place, or a part of one.
private struct CountedUnit: Hashable {
    let code: String
    let qualification: String
    /// The credit of a part.
    let part: Position

    init(_ unit: HeldUnit) {
        (code, qualification) = (unit.code, unit.qualification ?? "")
        part = unit.isPart ? unit.credit : .none
    }
}

extension LearnerCase {
    /// What was issued on credits that count otherwise in one answer than in the other, in the order of the log.
    fileprivate func diverging(_ before: Progress, _ after: Progress) -> [Position] {
        func counted(_ progress: Progress) -> [Position: Points] {
            Dictionary(progress.formation.placements.map { ($0.unit.credit, $0.counted) }, uniquingKeysWith: +)
        }
        let (one, other) = (counted(before), counted(after))
        let moved = Set(before.credits.keys).union(after.credits.keys).filter { one[$0] ?? .zero != other[$0] ?? .zero }
        var documents = Set(
            moved.flatMap { (before.credits[$0] ?? after.credits[$0])?.trail ?? [] }.filter {
                switch standing.event(at: $0)?.kind {
                case .creditDocumented, .recognitionDecided: true
                default: false
                }
            }
        )
        if let award = before.award, !before.isAwardedUnsatisfied, after.isAwardedUnsatisfied,
            after.formation.verdict != .undetermined
        {
            documents.insert(award)
        }
        return documents.sorted()
    }
}

extension RuleImpact {
    /// Adds what is found of further learners.
    mutating func append(_ other: RuleImpact) {
        changes += other.changes
        unchanged += other.unchanged
        exempted += other.exempted
        unjudged += other.unjudged
    }
}

extension LedgerView where Log: Sendable {
    /// What other rules would do about all learners. The same, however many work on it.
    ///
    /// - Parameters:
    ///   - rules: The rule sets that would hold, all versions.
    ///   - present: Those that hold; nil means those in force on that day, as known.
    ///   - date: The day.
    ///   - workers: How many threads judge side by side; at least 1.
    ///   - isMeant: Which enrolments to look at.
    ///   - progress: Told now and then how many learners are behind, by one thread at a time.
    public func impact(
        of rules: [RuleSet],
        against present: [RuleSet]? = nil,
        on date: CivilDate,
        workers: Int = 1,
        where isMeant: @Sendable (Enrolment) -> Bool = { _ in true },
        progress: @Sendable (UInt32) -> Void = { _ in }
    ) throws(AccrueError) -> RuleImpact {
        let comparison = RuleComparison(
            present: ProgressRules(present ?? rulesInForce(on: date)),
            other: ProgressRules(rules)
        )
        let learners = log.learnerCount
        let found = Mutex(FoundImpact())
        // Each takes the next learners, so that none waits for a slower one.
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var comparison = comparison
            while let (part, first) = found.withLock({ $0.next(of: learners) }) {
                let last = min(learners, first + FoundImpact.learnersAtOnce - 1)
                let impact = Result { () throws(AccrueError) in
                    try self.impact(on: date, first...last, &comparison, where: isMeant)
                }
                found.withLock { found in
                    found.take(impact, part)
                    progress(min(learners, found.judged))
                }
            }
        }
        // In the order of learners, so that of several that cannot be read the first is told.
        return try found.withLock {
            Result { [parts = $0.parts] () throws(AccrueError) in
                var impact = RuleImpact()
                for part in parts { if let part { impact.append(try part.get()) } }
                return impact
            }
        }.get()
    }

    private func impact(
        on date: CivilDate,
        _ learners: ClosedRange<UInt32>,
        _ comparison: inout RuleComparison,
        where isMeant: (Enrolment) -> Bool
    ) throws(AccrueError) -> RuleImpact {
        var impact = RuleImpact()
        try forEachLearner(in: learners) { (learner) throws(AccrueError) in
            let learnerCase = try learnerCase(of: learner, on: date)
            for enrolment in learnerCase.balance.enrolments where isMeant(enrolment) {
                try comparison.compare(enrolment, of: learner, in: learnerCase, &impact)
            }
            return true
        }
        return impact
    }
}

/// What was found of learners, part by part.
private struct FoundImpact {
    static let learnersAtOnce: UInt32 = 64

    /// What was found of each part; nil of one that is being judged.
    private(set) var parts: [Result<RuleImpact, AccrueError>?] = []
    private(set) var judged: UInt32 = 0
    private var hasFailed = false

    /// The next part and its first learner; nil where none is left, or one could not be read.
    mutating func next(of learners: UInt32) -> (part: Int, first: UInt32)? {
        let first = UInt32(parts.count) * Self.learnersAtOnce + 1
        guard first <= learners, !hasFailed else { return nil }
        parts.append(nil)
        return (parts.count - 1, first)
    }

    mutating func take(_ impact: Result<RuleImpact, AccrueError>, _ part: Int) {
        parts[part] = impact
        judged += Self.learnersAtOnce
        if case .failure = impact { hasFailed = true }
    }
}

/// Two choices of rules, by both of which each enrolment is judged.
private struct RuleComparison: Sendable {
    var present: ProgressRules
    var other: ProgressRules

    /// Says what the other rules do about an enrolment.
    mutating func compare(
        _ enrolment: Enrolment,
        of learner: Learner,
        in learnerCase: LearnerCase,
        _ impact: inout RuleImpact
    ) throws(AccrueError) {
        var memory = HoldingsMemory()
        guard let before = try learnerCase.progress(of: enrolment, under: &present, remembering: &memory),
            let after = try learnerCase.progress(of: enrolment, under: &other, remembering: &memory)
        else {
            impact.unjudged += 1
            return
        }
        if !after.exemptions.isEmpty,
            let without = try learnerCase.progress(
                of: enrolment,
                under: &other,
                withExceptions: false,
                remembering: &memory
            ),
            !after.isAlike(without)
        {
            impact.exempted.append(.init(learner: learner, after: after, without: without))
        }
        if let kind = RuleImpact.Change.Kind(before, after) {
            impact.changes.append(
                .init(
                    kind: kind,
                    learner: learner,
                    before: .init(before),
                    after: .init(after),
                    moves: before.moves(to: after),
                    clauses: after.clauses(unlike: before),
                    documents: learnerCase.diverging(before, after)
                )
            )
        } else {
            impact.unchanged += 1
        }
    }
}
