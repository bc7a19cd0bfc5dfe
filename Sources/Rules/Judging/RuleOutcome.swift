public import Credit

/// What rules made of a case: how the units form the qualification, and what each rule did about it.
public struct RuleOutcome: Hashable, Sendable {
    /// A year that points lead to.
    public struct Year: Hashable, Sendable {
        /// Which; 1 is the first.
        public let number: UInt8
        /// By which clause.
        public let clause: RuleClause
    }

    /// The average grade that an award must state.
    public struct Average: Hashable, Sendable {
        /// The mean of the grades that count, rounded half to even at two decimals; nil where no unit that counts has a grade
        /// in numbers, or these are of several scales.
        public let value: Points?
        /// How many units it is of; those without a grade are left out.
        public let units: Int
        /// The scales of their grades, by identifier.
        public let scales: [String]
        /// Of how much of the qualification an award would be.
        public let extent: AwardExtent
        /// By which clause.
        public let clause: RuleClause
    }

    /// How the units form the qualification.
    public internal(set) var formation: FormationResult
    /// The units that the formation was judged with, and what equivalences may make of them.
    public internal(set) var held: [HeldUnit]
    /// The shares, residencies and replacements among them.
    public internal(set) var limits: FormationLimits
    /// What rules did, in the order of units and rules.
    public internal(set) var effects: [RuleEffect]
    /// The year that the learner's points lead to, where a rule of progression is for the case.
    public internal(set) var year: Year?
    /// The average grade, where a rule makes it mandatory.
    public internal(set) var average: Average?

    init(
        _ formation: FormationResult,
        _ held: [HeldUnit],
        _ limits: FormationLimits,
        _ effects: [RuleEffect]
    ) {
        (self.formation, self.held, self.limits, self.effects) = (formation, held, limits, effects)
    }

    /// Whether it is better for the learner: satisfied first, then more points that count.
    func isBetter(than other: RuleOutcome) -> Bool {
        let (one, two) = (formation.verdict == .satisfied, other.formation.verdict == .satisfied)
        return one != two ? one : formation.groups[0].counted > other.formation.groups[0].counted
    }
}

/// The clause of a rule that did something.
public struct RuleClause: Hashable, Sendable, CustomStringConvertible {
    /// Which rule.
    public let name: RuleName
    /// Which version of it.
    public let version: String
    /// The exception by which it acted, if it was one.
    public let exception: String?
    /// The paragraph.
    public let legalBasis: String

    init(_ name: RuleName, _ rule: Rule, _ exception: RuleException?) {
        self.name = name
        version = rule.version
        self.exception = exception?.id
        legalBasis = exception?.legalBasis ?? rule.legalBasis
    }

    /// `shares/recognised 2022, Pravilnik 2022, 8. člen`.
    public var description: String {
        "\(name.set)/\(name.rule) \(version)\(exception.map { ", exception \($0)" } ?? ""), \(legalBasis)"
    }
}

/// What a clause did about a unit, or about the whole.
public struct RuleEffect: Hashable, Sendable {
    /// What.
    public enum Kind: Hashable, Sendable {
        /// The last or first attempt counts, and that was not passed.
        case attemptFailed
        /// It was passed in an attempt beyond the most that are allowed.
        case tooManyAttempts
        /// It held until that day.
        case expired(CivilDate)
        /// It is not valid in its own qualification on that day.
        case notValid(CivilDate)
        /// It stands for these units.
        case standsFor([String])
        /// These outcomes of it count so many points, and the unit is not there.
        case inPart([String], Points)
        /// With others it would stand for these units.
        case onTheWay([String])
        /// It is among those of which at most so many points count.
        case shared(Points)
        /// It is among those of which at least so many points must count.
        case resident(Points)
        /// An attempt after a pass, of this number, that the rule does not admit.
        case notAdmitted(UInt16)
        /// Its points elsewhere are so many of another scheme.
        case converted(HeldCredit.Original, HeldCredit.Original)
        /// Its grade is shown as this one of another scale.
        case graded(HeldCredit.Grade, shown: String, scale: String)

        /// Whether the unit counts no longer.
        public var excludes: Bool {
            switch self {
            case .attemptFailed, .tooManyAttempts, .expired, .notValid: true
            case .standsFor, .inPart, .onTheWay, .shared, .resident, .notAdmitted, .converted, .graded: false
            }
        }
    }

    /// The unit, by code.
    public let unit: String
    /// The credit.
    public let credit: Position
    /// What was done.
    public let kind: Kind
    /// By which clause.
    public let clause: RuleClause
}
