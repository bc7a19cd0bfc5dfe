public import Credit

/// One version of one rule: what holds, on which legal basis, and for which cases.
public struct Rule: Hashable, Sendable {
    /// Its id, the same in all versions.
    public var id: String
    /// This version.
    public var version: String
    /// The paragraph it rests on.
    public var legalBasis: String
    /// Which of a case's dates decides whether this version is for it.
    public var dateBasis: DateBasis
    /// The first such date.
    public var validFrom: CivilDate
    /// The last such date, or nil where it is open: until the next version begins.
    public var validUntil: CivilDate?
    /// The last day on which cases that began under this version keep it, or nil for ever.
    public var transitionEnd: CivilDate?
    /// The same for all earlier versions, which are published already and cannot say it themselves.
    public var earlierUntil: CivilDate?
    /// Whether it is also for cases from before ``validFrom``.
    public var retroactivity: Retroactivity
    /// What holds.
    public var policy: Policy
    /// For whom something else holds.
    public var exceptions: [RuleException]

    /// Makes a rule that is open, without transition and exceptions.
    public init(
        id: String,
        version: String,
        legalBasis: String,
        dateBasis: DateBasis,
        validFrom: CivilDate,
        policy: Policy
    ) {
        self.id = id
        self.version = version
        self.legalBasis = legalBasis
        self.dateBasis = dateBasis
        self.validFrom = validFrom
        retroactivity = .none
        self.policy = policy
        exceptions = []
    }
}

/// Which of a case's dates decides the version of a rule.
public enum DateBasis: CaseIterable, Sendable {
    /// The day of enrolment.
    case enrolment
    /// The day of the assessment.
    case assessment
    /// The day of the recognition.
    case recognition
    /// The day of the award.
    case award
    /// The day of which is asked.
    case query

    /// The words in documents.
    public static let words = Words<DateBasis>()
}

/// Whether a rule is also for cases whose date lies before it.
public enum Retroactivity: CaseIterable, Sendable {
    /// No.
    case none
    /// Where it is better for the learner than the version that would hold otherwise.
    case ifFavourable
    /// Yes.
    case full

    /// The words in documents.
    public static let words = Words<Retroactivity>()
}

/// Cases for which a rule does not hold, or another policy does, on its own legal basis.
public struct RuleException: Hashable, Sendable {
    /// Its id, unique in its rule.
    public var id: String
    /// The paragraph it rests on.
    public var legalBasis: String
    /// Which cases.
    public var condition: Condition
    /// What holds instead, of the same kind as the rule's policy; nil exempts.
    public var instead: Policy?

    /// Makes an exception.
    public init(id: String, legalBasis: String, condition: Condition, instead: Policy? = nil) {
        self.id = id
        self.legalBasis = legalBasis
        self.condition = condition
        self.instead = instead
    }

    /// Which cases an exception is for: those that meet everything that is stated.
    public struct Condition: Hashable, Sendable {
        /// The ways by which the credit came to be recognised; empty means any.
        public var procedures: [Procedure]
        /// Codes of units; empty means any.
        public var units: [String]
        /// Outside identifiers of institutions; empty means any.
        public var institutions: [String]
        /// The first day of enrolment.
        public var enrolledFrom: CivilDate?
        /// The last day of enrolment.
        public var enrolledUntil: CivilDate?

        /// Makes a condition.
        public init(
            procedures: [Procedure] = [],
            units: [String] = [],
            institutions: [String] = [],
            enrolledFrom: CivilDate? = nil,
            enrolledUntil: CivilDate? = nil
        ) {
            self.procedures = procedures
            self.units = units
            self.institutions = institutions
            self.enrolledFrom = enrolledFrom
            self.enrolledUntil = enrolledUntil
        }

        /// True if nothing is stated, so that it is for every case.
        var isEmpty: Bool { self == Condition() }
    }
}
