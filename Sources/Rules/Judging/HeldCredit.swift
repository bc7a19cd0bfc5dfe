public import Credit

/// A credit that a learner holds, with what rules may ask of it.
public struct HeldCredit: Hashable, Sendable {
    /// A grade as it was given.
    public struct Grade: Hashable, Sendable {
        /// Its scale, by identifier.
        public var scale: String
        /// The grade.
        public var code: String
        /// Its place on the scale, the lowest grade first.
        public var rank: UInt16

        /// Makes a grade.
        public init(scale: String, code: String, rank: UInt16) {
            self.scale = scale
            self.code = code
            self.rank = rank
        }
    }

    /// One attempt at the unit of which the credit is.
    public struct Attempt: Hashable, Sendable {
        /// Its number, from 1.
        public var number: UInt16
        /// Whether it was passed.
        public var isPassed: Bool
        /// Its day.
        public var on: CivilDate?
        /// Its grade, if it has one.
        public var grade: Grade?
        /// The unit that was attempted, by code, and its points.
        public var unit: String?
        /// Its points in the version in which it was attempted.
        public var points: Points?

        /// Makes an attempt.
        public init(number: UInt16, isPassed: Bool, on: CivilDate? = nil, grade: Grade? = nil) {
            self.number = number
            self.isPassed = isPassed
            self.on = on
            self.grade = grade
        }
    }

    /// Points as another institution documented them, in its scheme.
    public struct Original: Hashable, Sendable {
        /// The scheme, by identifier.
        public var scheme: String
        /// The points.
        public var points: Points

        /// Makes an amount.
        public init(scheme: String, points: Points) {
            self.scheme = scheme
            self.points = points
        }
    }

    /// The unit as the formation rule sees it.
    public var unit: HeldUnit
    /// The outcomes that are recognised, by code, where these are a part of the unit's only.
    public var outcomes: [String] = []
    /// The qualification version that the unit is of, `id@version`.
    public var version: String
    /// The first day on which the unit may be taken there.
    public var validFrom = CivilDate.earliest
    /// The last day on which it may be completed there, or nil where that is open.
    public var validUntil: CivilDate?
    /// The way by which it came to be recognised; several where it was made of other credits, and none where nothing is
    /// known of it but that it is the home's.
    public var procedures: Set<Procedure> = []
    /// The day of the assessment, where there was one.
    public var assessed: CivilDate?
    /// The day of the recognition.
    public var recognised: CivilDate
    /// The institution that assessed it, or else decided, by identifier.
    public var institution = ""
    /// Whether that is the home institution.
    public var isHome = false
    /// Whether it may assess for the qualification on that day.
    public var isAccredited = false
    /// All attempts at that unit, by number.
    public var attempts: [Attempt] = []
    /// The grade that the decision itself gives, if any; without it that of the attempt that counts.
    public var grade: Grade?
    /// The points of the units that were assessed elsewhere.
    public var originals: [Original] = []
    /// Whether another credit of the unit comes first: it counts only where rules rule that one out, or limit it.
    public var isSpare = false
    /// Where units come first of which this one is a part, their codes: it counts only where rules rule these out.
    public var wholes: [String] = []

    /// Makes a credit of which nothing more is known.
    public init(_ unit: HeldUnit, of version: String, recognised: CivilDate) {
        self.unit = unit
        self.version = version
        self.recognised = recognised
    }

    /// The day on which its outcomes were established: by an assessment, or where there was none, by the recognition.
    var established: CivilDate { assessed ?? recognised }

    /// Whether it came by the home's own assessment, whose grades are the home's.
    var isLocal: Bool { procedures.isSubset(of: [.local]) }

    /// Whether it counts only where rules rule out what comes first.
    var isBehind: Bool { isSpare || !wholes.isEmpty }

    /// Whether another credit is of a unit of which this one is a part.
    func isPart(of other: HeldCredit) -> Bool {
        !other.unit.isPart && other.unit.points != nil && wholes.contains(other.unit.code)
            && other.unit.qualification == unit.qualification
    }

    /// Whether both are of one unit, whole.
    func isSameUnit(as other: HeldCredit) -> Bool {
        !unit.isPart && !other.unit.isPart && unit.code == other.unit.code
            && unit.qualification == other.unit.qualification
    }
}

/// A learner's case: what is held towards one qualification version, and the dates that decide about rules.
public struct RuleCase: Hashable, Sendable {
    /// The version by which is judged, `id@version`.
    public var version: String
    /// Its points in all, where it states them.
    public var total: Points?
    /// The points of its units, by code; a unit without points is there with nil.
    public var units: [String: Points?]
    /// The day of enrolment.
    public var enrolled: CivilDate?
    /// The day of the award.
    public var awarded: CivilDate?
    /// The day of which is asked.
    public var query: CivilDate
    /// What is held.
    public var credits: [HeldCredit]
    /// From what the learner is exempted; rules do not hold, and what the formation rule asks for is not looked at here.
    public var exemptions: [Exemption.Clause] = []

    /// Makes a case.
    public init(
        of version: String,
        total: Points?,
        units: [String: Points?],
        enrolled: CivilDate?,
        awarded: CivilDate?,
        query: CivilDate,
        credits: [HeldCredit]
    ) {
        self.version = version
        self.total = total
        self.units = units
        self.enrolled = enrolled
        self.awarded = awarded
        self.query = query
        self.credits = credits
    }

    /// The dates of the case, and of one credit of it.
    func dates(_ credit: HeldCredit? = nil) -> RuleDates {
        RuleDates(
            enrolment: enrolled,
            assessment: credit?.established,
            recognition: credit?.recognised,
            award: awarded,
            query: query
        )
    }
}
