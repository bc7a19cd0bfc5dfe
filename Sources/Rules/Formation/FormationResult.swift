public import Credit

/// How a learner's units form a qualification: the verdict, and the witness from which anybody can check it.
public struct FormationResult: Hashable, Sendable {
    /// Whether the units satisfy the rule.
    public enum Verdict: String, Hashable, Sendable {
        /// They do.
        case satisfied
        /// They do not yet.
        case notSatisfied = "not-satisfied"
        /// The search took more steps than it may; what is shown is the best that was found.
        case undetermined
    }

    /// Where a unit stands.
    public struct Placement: Hashable, Sendable {
        /// The unit.
        public let unit: HeldUnit
        /// The group or slot that it fills; nil where it fills none: then all of it is surplus.
        public let group: String?
        /// The points that count.
        public let counted: Points
        /// The points that do not: the group, or one around it, takes no more.
        public let surplus: Points
        /// Why it fills no group; nil where it fills one.
        public let hindrance: Hindrance?
    }

    /// Why a unit stands nowhere.
    public enum Hindrance: Hashable, Sendable {
        /// No group lists it, and no slot takes it.
        case unlisted
        /// The same unit stands already, by another credit, or a part of it does.
        case twice
        /// More would count in this share than may.
        case shared(Share)
        /// These groups could take it, and more is achieved with what stands in them, or beside them, instead.
        case outdone([String])
    }

    /// A share of the whole, as far as it is used.
    public struct Share: Hashable, Sendable {
        /// What it is called.
        public let name: String
        /// What counts in it.
        public let counted: Points
        /// The most that may.
        public let most: Points
    }

    /// How a group or slot stands.
    public struct Group: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// Its title, where it has one.
        public let title: String?
        /// How deep it lies; the whole is 0.
        public let depth: Int
        /// Whether the group around it needs it.
        public let isRequired: Bool
        /// Whether what it lacks is missing of the whole, as units stand: it is the whole, or in what is asked for, and either
        /// required or something stands in it. What is not asked for is another way.
        public let isAsked: Bool
        /// The groups in it, by id, where one of them is to be chosen and nothing else may stand in it.
        public let choices: [String]
        /// Its bounds.
        public let points: Bounds<Points>
        /// Its bounds.
        public let count: Bounds<UInt16>
        /// The points counted in it, capped: progress, never a verdict.
        public let counted: Points
        /// The points of what is present in it, capped: they decide.
        public let earned: Points
        /// How many children are present.
        public let present: Int
        /// Whether something stands in it.
        public let isContributing: Bool
        /// Whether it is satisfied and something stands in it.
        public let isPresent: Bool
        /// The points that it lacks.
        public let missingPoints: Points
        /// How many present children it lacks.
        public let missingCount: Int
        /// The required units and groups that it lacks.
        public let missingRequired: [String]
    }

    /// A limit of the whole that keeps it from being satisfied.
    public struct Shortfall: Hashable, Sendable {
        /// The limit.
        public let name: String
        /// What there is.
        public let counted: Points
        /// What is needed.
        public let least: Points
    }

    /// The verdict.
    public internal(set) var verdict: Verdict
    /// The units in the order of code and credit position; those that became others are not among them.
    public internal(set) var placements: [Placement]
    /// The groups and slots, each before those in it; the first is the whole.
    public let groups: [Group]
    /// The replacements by which units became others, by their place in the limits.
    public let applied: [Int]
    /// Residencies that are not met.
    public let shortfalls: [Shortfall]
    /// Units whose declared group could not be respected, by code.
    public let released: [String]
    /// A better way to class the units than their declarations allow: unit codes and groups that would change.
    public internal(set) var better: [Placement]
    /// How many steps the search took.
    public let steps: Int
    /// Whether these were more than it may take: then what was found may satisfy the rule, and yet units may stand better
    /// elsewhere, or as well at places that are smaller.
    public internal(set) var isUnfinished: Bool
}

extension FormationResult {
    init(
        _ tree: FormationTree,
        _ units: [HeldUnit],
        _ places: [Int?],
        _ limits: FormationLimits,
        released: [String],
        better: [Int?]?,
        _ search: FormationSearch
    ) {
        let witness = FormationWitness(tree, units, places)
        applied = limits.applied { places[$0] != nil }
        placements = Set(units.indices).subtracting(limits.absent(where: applied)).sorted().map {
            Placement(
                units[$0],
                places[$0].map { tree.nodes[$0].id },
                witness.counted[$0],
                places[$0] == nil ? Hindrance($0, tree, units, places, limits, witness) : nil
            )
        }
        var codes = Array(repeating: [String](), count: tree.nodes.count)
        for unit in units.indices {
            if let place = places[unit], !units[unit].isPart { codes[place].append(units[unit].code) }
        }
        var groups: [Group] = []
        for number in tree.nodes.indices {
            let isInAsked = tree.nodes[number].parent.map { groups[$0].isAsked } ?? true
            groups.append(Group(tree, number, witness, isInAsked: isInAsked, unitsHere: codes[number]))
        }
        self.groups = groups
        shortfalls = limits.residencies.compactMap { residency in
            let counted = residency.units.reduce(Points.zero) { $0 + Points(rawValue: witness.counted[$1]) }
            return counted < residency.least
                ? Shortfall(name: residency.name, counted: counted, least: residency.least) : nil
        }
        self.released = released
        if let better {
            let other = FormationWitness(tree, units, better)
            self.better = units.indices.filter { better[$0] != places[$0] }.map {
                Placement(units[$0], better[$0].map { tree.nodes[$0].id }, other.counted[$0], nil)
            }
        } else {
            self.better = []
        }
        (steps, isUnfinished) = (search.work, search.isExhausted)
        let isSatisfied = (witness.isPresent[0] || tree.isSatisfiedByNothing) && shortfalls.isEmpty
        verdict = isSatisfied ? .satisfied : isUnfinished ? .undetermined : .notSatisfied
    }
}

extension FormationResult.Placement {
    fileprivate init(
        _ unit: HeldUnit,
        _ group: String?,
        _ counted: Int64,
        _ hindrance: FormationResult.Hindrance?
    ) {
        self.unit = unit
        self.group = group
        self.hindrance = hindrance
        self.counted = Points(rawValue: counted)
        surplus = (unit.points ?? .zero) - self.counted
    }
}

extension FormationResult.Hindrance {
    fileprivate init(
        _ unit: Int,
        _ tree: FormationTree,
        _ units: [HeldUnit],
        _ places: [Int?],
        _ limits: FormationLimits,
        _ witness: FormationWitness
    ) {
        let own = units[unit]
        let groups = tree.places(of: own)
        func isSame(_ other: HeldUnit) -> Bool {
            other.code == own.code && other.qualification == own.qualification && !(other.isPart && own.isPart)
        }
        if groups.isEmpty {
            self = .unlisted
        } else if units.indices.contains(where: { places[$0] != nil && isSame(units[$0]) }) {
            self = .twice
        } else {
            for share in limits.shares where share.units.contains(unit) {
                let counted = share.units.reduce(Points.zero) { $0 + Points(rawValue: witness.counted[$1]) }
                guard counted + (own.points ?? .zero) > share.most else { continue }
                self = .shared(.init(name: share.name, counted: counted, most: share.most))
                return
            }
            self = .outdone(groups.map { tree.nodes[$0].id })
        }
    }
}

extension FormationResult.Group {
    fileprivate init(
        _ tree: FormationTree,
        _ number: Int,
        _ witness: FormationWitness,
        isInAsked: Bool,
        unitsHere: [String]
    ) {
        let node = tree.nodes[number]
        id = node.id
        title = node.title
        depth = node.depth
        isRequired = node.isRequired
        points = node.points
        count = node.count
        counted = Points(rawValue: witness.countedOf[number])
        earned = Points(rawValue: witness.earned[number])
        present = witness.present[number]
        isContributing = witness.contributing[number] > 0
        isPresent = witness.isPresent[number]
        isAsked = isInAsked && (number == 0 || isRequired || isContributing)
        let isChoice = count.most == 1 && node.units.isEmpty && node.groups.allSatisfy { tree.nodes[$0].admits == nil }
        choices = isChoice ? node.groups.map { tree.nodes[$0].id } : []
        missingPoints = max(.zero, (node.points.least ?? .zero) - earned)
        missingCount = max(0, Int(node.count.least ?? 0) - present)
        missingRequired =
            node.units.filter { $0.isRequired && !unitsHere.contains($0.code) }.map(\.code)
            + node.groups.filter { tree.nodes[$0].isRequired && !witness.isPresent[$0] }.map { tree.nodes[$0].id }
    }
}
