public import Credit

/// What a rule lays down.
public enum Policy: Hashable, Sendable {
    /// The qualification version by which learners are judged, `id@version`: its units, points and formation rule.
    case standard(String)
    /// Which attempt counts, and how many there may be.
    case attempts(AttemptPolicy)
    /// The most that may come in some ways.
    case share(ShareCap)
    /// The least that must come from some bodies.
    case residency(Residency)
    /// For how long credit holds.
    case expiry(Expiry)
    /// Which units stand for which others.
    case equivalences([Equivalence])
    /// How points of one scheme become points of another.
    case conversion(Conversion)
    /// How grades of one scale are shown in another; never in history.
    case gradeDisplay(GradeDisplay)
    /// For which awards an average grade is mandatory. Credit without a grade is left out of it.
    case gradeAverage([AwardExtent])
    /// On which of a case's dates a unit taken from another qualification must be valid there.
    case borrowedUnits(DateBasis)
    /// How many points lead to which year.
    case progression([ProgressionStep])
    /// Whether the registrar's declaration of the group that a unit fills is respected.
    case allocation(AllocationPolicy)
    /// What a part of a unit's outcomes counts; without such a policy it counts nothing.
    case outcomePoints([OutcomePoints])
    /// Nothing any more: how a later version ends a rule whose earlier ones are published.
    case repealed

    /// The kinds of policy.
    public enum Kind: String, CaseIterable, Sendable {
        /// A qualification version.
        case standard
        /// Attempts.
        case attempts
        /// A cap by procedure.
        case share
        /// Residency.
        case residency
        /// Expiry.
        case expiry
        /// Equivalences.
        case equivalences
        /// Conversion of points.
        case conversion
        /// Display of grades.
        case gradeDisplay
        /// Average grade.
        case gradeAverage
        /// Units of other qualifications.
        case borrowedUnits
        /// Progression.
        case progression
        /// Allocation to groups.
        case allocation
        /// Points of outcomes.
        case outcomePoints
        /// Nothing any more.
        case repealed

        /// Whether it lays something down for a case as a whole, not for each credit.
        var isAboutCase: Bool {
            switch self {
            case .standard, .residency, .gradeAverage, .progression, .allocation: true
            case .attempts, .share, .expiry, .equivalences, .conversion, .gradeDisplay, .borrowedUnits, .outcomePoints,
                .repealed:
                false
            }
        }
    }

    /// Of which kind it is.
    public var kind: Kind {
        switch self {
        case .standard: .standard
        case .attempts: .attempts
        case .share: .share
        case .residency: .residency
        case .expiry: .expiry
        case .equivalences: .equivalences
        case .conversion: .conversion
        case .gradeDisplay: .gradeDisplay
        case .gradeAverage: .gradeAverage
        case .borrowedUnits: .borrowedUnits
        case .progression: .progression
        case .allocation: .allocation
        case .outcomePoints: .outcomePoints
        case .repealed: .repealed
        }
    }
}

/// Which attempt at a unit counts, and how many there may be.
public struct AttemptPolicy: Hashable, Sendable {
    /// Which attempt counts.
    public enum Counting: CaseIterable, Sendable {
        /// The best: a pass stays a pass.
        case best
        /// The last, even if it is worse.
        case last
        /// The first.
        case first

        /// The words in documents.
        public static let words = Words<Counting>()
    }

    /// When a grade may be raised.
    public enum ImprovementTime: CaseIterable, Sendable {
        /// At any time.
        case always
        /// Until the award.
        case beforeAward
        /// Only after it.
        case afterAward

        /// The words in documents.
        public static let words = Words<ImprovementTime>()
    }

    /// Which attempt counts.
    public var counts: Counting
    /// The most attempts at one unit, or nil where there is no limit.
    public var maximum: UInt16?
    /// The most attempts after a pass, or nil where there is no limit.
    public var improvements: UInt16?
    /// When they may be made.
    public var improve: ImprovementTime
    /// True if they must be at the unit of the same code and points.
    public var sameUnit: Bool

    /// Makes a policy.
    public init(
        counts: Counting,
        maximum: UInt16? = nil,
        improvements: UInt16? = nil,
        improve: ImprovementTime = .always,
        sameUnit: Bool = false
    ) {
        self.counts = counts
        self.maximum = maximum
        self.improvements = improvements
        self.improve = improve
        self.sameUnit = sameUnit
    }
}

/// The most that may come in some ways: at most two thirds by recognition.
public struct ShareCap: Hashable, Sendable {
    /// The ways that are counted together.
    public var procedures: [Procedure]
    /// The most.
    public var atMost: Quantity

    /// Makes a cap.
    public init(procedures: [Procedure], atMost: Quantity) {
        self.procedures = procedures
        self.atMost = atMost
    }
}

/// The least that must come from some bodies: at least 18 points from accredited ones.
public struct Residency: Hashable, Sendable {
    /// Whose credit it must be.
    public enum Body: CaseIterable, Sendable {
        /// The home institution's.
        case home
        /// That of any institution with the authority to assess for the qualification.
        case accredited

        /// The words in documents.
        public static let words = Words<Body>()
    }

    /// Whose credit it must be.
    public var from: Body
    /// The least.
    public var atLeast: Quantity

    /// Makes a residency.
    public init(from: Body, atLeast: Quantity) {
        self.from = from
        self.atLeast = atLeast
    }
}

/// For how long credit holds.
public struct Expiry: Hashable, Sendable {
    /// For how many months.
    public var months: UInt16
    /// From which date: assessment or recognition.
    public var from: DateBasis
    /// Codes of the units; empty means every unit.
    public var units: [String]
    /// True if credit does not expire from a qualification that was awarded with it.
    public var frozenByAward: Bool

    /// Makes an expiry.
    public init(months: UInt16, from: DateBasis, units: [String] = [], frozenByAward: Bool = true) {
        self.months = months
        self.from = from
        self.units = units
        self.frozenByAward = frozenByAward
    }
}

/// How many points lead to which year.
public struct ProgressionStep: Hashable, Sendable {
    /// The year.
    public var year: UInt8
    /// The least points.
    public var points: Points

    /// Makes a step.
    public init(year: UInt8, points: Points) {
        self.year = year
        self.points = points
    }
}

/// Of how much of a qualification an award is.
public enum AwardExtent: CaseIterable, Sendable {
    /// The whole.
    case full
    /// Some of its units.
    case partial

    /// The words in documents.
    public static let words = Words<AwardExtent>()
}

/// Which group a unit fills where several would take it.
public enum AllocationPolicy: CaseIterable, Sendable {
    /// The one that the registrar declared, while that is feasible.
    case declared
    /// The best, whatever was declared.
    case best

    /// The words in documents.
    public static let words = Words<AllocationPolicy>()
}

/// What one outcome of a unit counts by itself.
public struct OutcomePoints: Hashable, Sendable {
    /// The unit, by code.
    public var unit: String
    /// The outcome, by code.
    public var outcome: String
    /// Its points.
    public var points: Points

    /// Makes points of an outcome.
    public init(unit: String, outcome: String, points: Points) {
        self.unit = unit
        self.outcome = outcome
        self.points = points
    }
}
