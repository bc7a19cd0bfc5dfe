public import Credit
internal import Rules

/// What a projection keeps of one learner: every credit with its unit and bucket, and each enrolment with how far it is.
///
/// Balances by scheme and unit are sums of the credits. Events, institutions and versions are named by their positions, so
/// that a row is small; ``document(_:)`` puts names to them.
public struct LearnerRow: Hashable, Sendable {
    /// One line of the balance.
    public struct Credit: Hashable, Sendable {
        /// The event that decided it.
        public var decision: Position
        /// Towards which enrolment; none where it is for none.
        public var enrolment: Position
        /// The version of which the unit is; none where there is no unit.
        public var qualification: Position
        /// The unit's number in that version, 0 where there is none.
        public var unit: UInt16
        /// The scheme of the points; none where there is none.
        public var scheme: Position
        /// The points, where there are any.
        public var points: Points?
        /// Where it stands.
        public var bucket: Bucket
        /// Why it does not count.
        public var exclusion: Exclusion.Kind?
    }

    /// One enrolment.
    public struct Enrolled: Hashable, Sendable {
        /// The event that enrolled.
        public var position: Position
        /// The home institution.
        public var home: Position
        /// The qualification version.
        public var qualification: Position
        /// From when on.
        public var from: CivilDate
        /// Where it stands.
        public var state: Enrolment.State.Kind
        /// The points recognised towards it, in the scheme of the qualification.
        public var recognised: Points
        /// How far it is by the rules of the projection; nil where the version has no formation rule.
        public var progress: Advance?
    }

    /// How far an enrolment is, by rules.
    public struct Advance: Hashable, Sendable {
        /// The verdict.
        public enum Verdict: UInt8, CaseIterable, Sendable {
            case satisfied = 1
            case notSatisfied, undetermined
            /// Rules name a version that is not there or has no formation rule.
            case unjudged
        }

        /// Whether the rule is satisfied.
        public var verdict: Verdict
        /// The version by which was judged; none where it is not there.
        public var judgedBy = Position.none
        /// The points that count, which is no verdict.
        public var counted = Points.zero
        /// The points held beyond what groups take.
        public var surplus = Points.zero
        /// The points that the whole lacks.
        public var missing = Points.zero
        /// The year that the points lead to, 0 where no rule says so.
        public var year: UInt8 = 0
    }

    /// The lines, by decision and bucket.
    public var credits: [Credit] = []
    /// The enrolments, in the order of the log.
    public var enrolments: [Enrolled] = []
}

// MARK: - From a balance

extension LearnerRow {
    /// The row of a learner's case. Progress that cannot be judged is said, never left out.
    init(_ learnerCase: LearnerCase, under rules: inout ProgressRules) {
        let balance = learnerCase.balance
        credits = balance.lines.map { line in
            Credit(
                decision: line.decision,
                enrolment: line.enrolment ?? .none,
                qualification: line.unit?.qualification ?? .none,
                unit: line.unit?.number ?? 0,
                scheme: line.scheme ?? .none,
                points: line.points,
                bucket: line.bucket,
                exclusion: line.exclusion?.kind
            )
        }
        for enrolment in balance.enrolments {
            let scheme = learnerCase.registry.qualification(at: enrolment.qualification)?.schemePosition
            enrolments.append(
                Enrolled(
                    position: enrolment.position,
                    home: enrolment.home,
                    qualification: enrolment.qualification,
                    from: enrolment.from,
                    state: enrolment.state.kind,
                    recognised: balance.recognised(towards: enrolment.position, in: scheme),
                    progress: Advance(of: enrolment, in: learnerCase, under: &rules)
                )
            )
        }
    }
}

extension LearnerRow.Advance {
    fileprivate init?(of enrolment: Enrolment, in learnerCase: LearnerCase, under rules: inout ProgressRules) {
        do throws(AccrueError) {
            let progress = try learnerCase.progress(of: enrolment, under: &rules)
            guard let progress else { return nil }
            let judged = learnerCase.registry.position(of: progress.qualification.identifier, in: .qualification)
            self.init(progress.formation, by: judged ?? .none, year: progress.rules?.year?.number ?? 0)
        } catch {
            self.init(verdict: .unjudged)
        }
    }

    init(_ formation: FormationResult, by version: Position, year: UInt8) {
        verdict =
            switch formation.verdict {
            case .satisfied: .satisfied
            case .notSatisfied: .notSatisfied
            case .undetermined: .undetermined
            }
        judgedBy = version
        counted = formation.groups[0].counted
        surplus = formation.placements.reduce(.zero) { $0 + $1.surplus }
        missing = formation.groups[0].missingPoints
        self.year = year
    }
}
