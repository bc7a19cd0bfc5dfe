public import Credit

/// A unit that a learner holds, as a formation rule looks at it.
public struct HeldUnit: Hashable, Sendable {
    /// Its code.
    public var code: String
    /// The event that makes it count; of two credits with one code the earlier comes first.
    public var credit: Position
    /// Its points in the version by which is judged; nil where it carries none, which is not 0.
    public var points: Points?
    /// The id of the other qualification that it is of, for open slots; nil for the version's own units.
    public var qualification: String?
    /// The group that the registrar declared for it, by id, if any.
    public var declared: String?

    /// Makes a unit of the version by which is judged.
    public init(
        code: String,
        credit: Position,
        points: Points?,
        qualification: String? = nil,
        declared: String? = nil
    ) {
        self.code = code
        self.credit = credit
        self.points = points
        self.qualification = qualification
        self.declared = declared
    }
}

/// What holds for the whole beside the tree, by units of the holdings.
public struct FormationLimits: Hashable, Sendable {
    /// The most that some units may count together: a share by recognition or from non-formal learning.
    public struct Share: Hashable, Sendable {
        /// What it is called in answers.
        public var name: String
        /// Which units are counted together, by their place in the holdings.
        public var units: Set<Int>
        /// The most.
        public var most: Points

        /// Makes a share.
        public init(name: String, units: Set<Int>, most: Points) {
            self.name = name
            self.units = units
            self.most = most
        }
    }

    /// The least that some units must count together: residency.
    public struct Residency: Hashable, Sendable {
        /// What it is called in answers.
        public var name: String
        /// Which units are counted together, by their place in the holdings.
        public var units: Set<Int>
        /// The least.
        public var least: Points

        /// Makes a residency.
        public init(name: String, units: Set<Int>, least: Points) {
            self.name = name
            self.units = units
            self.least = least
        }
    }

    /// Caps.
    public var shares: [Share]
    /// Residencies, without which the whole is not satisfied.
    public var residencies: [Residency]
    /// Whether declared groups are respected while that is feasible.
    public var respectsDeclared: Bool

    /// Makes limits; without arguments there are none.
    public init(shares: [Share] = [], residencies: [Residency] = [], respectsDeclared: Bool = true) {
        self.shares = shares
        self.residencies = residencies
        self.respectsDeclared = respectsDeclared
    }
}
