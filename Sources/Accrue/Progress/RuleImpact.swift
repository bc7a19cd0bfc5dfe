public import Credit
internal import EventCoding
internal import EventLog
public import Rules

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

        fileprivate init(_ progress: Progress) {
            qualification = progress.qualification.identifier
            (verdict, counted, award) = (progress.formation.verdict, progress.counted, progress.award)
        }
    }

    /// What other rules do about one enrolment.
    public struct Change: Sendable {
        /// The learner.
        public let learner: Learner
        /// As it is.
        public let before: Outcome
        /// As it would be.
        public let after: Outcome
        /// The clauses that act otherwise than before, in the order of their effects; of a rule that acts no longer, the
        /// clause that did.
        public let clauses: [RuleClause]
        /// What was issued and would say otherwise: decisions and documents on credits that would count otherwise, and the
        /// award if the rule would no longer be satisfied. They stand, whatever rules say.
        public let documents: [Position]

        /// Complete as it would be, and not as it is.
        public var gains: Bool { before.verdict == .notSatisfied && after.verdict == .satisfied }
        /// Complete as it is, and not as it would be.
        public var loses: Bool { before.verdict == .satisfied && after.verdict == .notSatisfied }
        /// One of the two took more steps than a search may take, so that nobody knows.
        public var isUndetermined: Bool { before.verdict == .undetermined || after.verdict == .undetermined }
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

extension Progress {
    fileprivate var isComplete: Bool { formation.verdict == .satisfied }
    fileprivate var counted: Points { formation.groups[0].counted }

    /// True if it comes to the same: the verdict, the points, what fills which place, and by which version.
    fileprivate func isSame(as other: Progress) -> Bool {
        formation.verdict == other.formation.verdict && formation.groups == other.formation.groups
            && qualification.identifier == other.qualification.identifier
            && rules?.year?.number ?? 0 == other.rules?.year?.number ?? 0
    }
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
        if let award = before.award, before.isComplete, after.formation.verdict == .notSatisfied {
            documents.insert(award)
        }
        return documents.sorted()
    }
}

extension LedgerView {
    /// What other rules would do about all learners.
    ///
    /// - Parameters:
    ///   - rules: The rule sets that would hold, all versions.
    ///   - present: Those that hold; nil means those in force on that day, as known.
    ///   - date: The day.
    ///   - isMeant: Which enrolments to look at.
    ///   - progress: Told now and then how many learners are behind.
    public func impact(
        of rules: [RuleSet],
        against present: [RuleSet]? = nil,
        on date: CivilDate,
        where isMeant: (Enrolment) -> Bool = { _ in true },
        progress: (UInt32) -> Void = { _ in }
    ) throws(AccrueError) -> RuleImpact {
        let present = present ?? rulesInForce(on: date)
        var impact = RuleImpact()
        var (presentRules, otherRules) = (ProgressRules(present), ProgressRules(rules))
        try forEachLearner { (learner) throws(AccrueError) in
            if learner.number.isMultiple(of: 256) { progress(learner.number) }
            let learnerCase = try learnerCase(of: learner, on: date)
            for enrolment in learnerCase.balance.enrolments where isMeant(enrolment) {
                guard let before = try learnerCase.progress(of: enrolment, under: &presentRules),
                    let after = try learnerCase.progress(of: enrolment, under: &otherRules)
                else {
                    impact.unjudged += 1
                    continue
                }
                if !after.exemptions.isEmpty,
                    let without = try learnerCase.progress(of: enrolment, under: &otherRules, withExceptions: false),
                    !after.isAlike(without)
                {
                    impact.exempted.append(.init(learner: learner, after: after, without: without))
                }
                if before.isSame(as: after) {
                    impact.unchanged += 1
                } else {
                    impact.changes.append(
                        .init(
                            learner: learner,
                            before: .init(before),
                            after: .init(after),
                            clauses: after.clauses(unlike: before),
                            documents: learnerCase.diverging(before, after)
                        )
                    )
                }
            }
            return true
        }
        return impact
    }
}
