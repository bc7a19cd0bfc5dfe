public import Credit

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

    /// Units that some others become: where one of the targets stands, no source does, and no other replacement has them.
    public struct Replacement: Hashable, Sendable {
        /// What is consumed, by places in the holdings.
        public var sources: Set<Int>
        /// What comes of it, by places in the holdings. Nothing else makes these units.
        public var targets: Set<Int>

        /// Makes a replacement.
        public init(sources: Set<Int>, targets: Set<Int>) {
            self.sources = sources
            self.targets = targets
        }
    }

    /// So many replacements are looked at in one search; with more it ends undetermined.
    public static let mostReplacements = 256

    /// Caps. An assignment under which more counts is none: a unit counts or does not, and the cap cuts no points.
    public var shares: [Share]
    /// Residencies, without which the whole is not satisfied.
    public var residencies: [Residency]
    /// What may become of units, by equivalence.
    public var replacements: [Replacement]
    /// Whether declared groups are respected while that is feasible.
    public var respectsDeclared: Bool

    /// Makes limits; without arguments there are none.
    public init(
        shares: [Share] = [],
        residencies: [Residency] = [],
        replacements: [Replacement] = [],
        respectsDeclared: Bool = true
    ) {
        self.shares = shares
        self.residencies = residencies
        self.replacements = replacements
        self.respectsDeclared = respectsDeclared
    }
}

extension FormationLimits {
    /// The replacements by which units stand where they do: those with a target that stands, and those on which these
    /// rest.
    func applied(where stands: (Int) -> Bool) -> [Int] {
        var applied = Set(replacements.indices.filter { replacements[$0].targets.contains(where: stands) })
        var open = Array(applied)
        while let next = open.popLast() {
            for index in replacements.indices
            where !replacements[index].targets.isDisjoint(with: replacements[next].sources) {
                if applied.insert(index).inserted { open.append(index) }
            }
        }
        return applied.sorted()
    }

    /// The units that are not there where these replacements are applied and no others: what they consume, and what others
    /// would have made.
    func absent(where applied: [Int]) -> Set<Int> {
        replacements.indices.reduce(into: []) { absent, index in
            absent.formUnion(applied.contains(index) ? replacements[index].sources : replacements[index].targets)
        }
    }

    /// For each unit those that cannot stand together with it: the same unit once more, or a part of it, what was consumed to
    /// make it, and what is made of the same sources in another way. Parts of one unit stand together. Further units stand
    /// behind those that are held, both in the order of codes.
    func rivals(among units: [HeldUnit], heldCount: Int) -> [[Int]] {
        var rivals = Array(repeating: Set<Int>(), count: units.count)
        func exclude(_ one: Int, _ other: Int) {
            rivals[one].insert(other)
            rivals[other].insert(one)
        }
        func isSame(_ one: Int, _ other: Int) -> Bool {
            units[one].code == units[other].code && units[one].qualification == units[other].qualification
        }
        for further in heldCount..<units.count {
            for held in 0..<heldCount where isSame(held, further) { exclude(held, further) }
        }
        for unit in units.indices.dropFirst() {
            // The same ones are neighbours.
            var other = unit - 1
            while other >= 0, units[other].code == units[unit].code {
                if isSame(other, unit), !units[other].isPart || !units[unit].isPart { exclude(unit, other) }
                other -= 1
            }
        }
        var makers: [Int: Int] = [:]
        for (index, replacement) in replacements.enumerated() {
            for target in replacement.targets { makers[target] = index }
        }
        // For each made unit, which replacement consumes what on the way to it.
        let consumed = makers.mapValues { consumption(by: $0, makers) }
        for (target, uses) in consumed {
            for use in uses { exclude(target, use.unit) }
            // A unit that would take the same source in two ways is its own rival.
            for (other, otherUses) in consumed where other <= target {
                let isSplit = uses.contains { use in
                    otherUses.contains { $0.unit == use.unit && $0.replacement != use.replacement }
                }
                if isSplit { exclude(target, other) }
            }
        }
        return rivals.map { $0.sorted() }
    }

    private struct Use: Hashable {
        var unit: Int
        var replacement: Int
    }

    private func consumption(by replacement: Int, _ makers: [Int: Int]) -> Set<Use> {
        var (uses, open, seen) = (Set<Use>(), [replacement], Set([replacement]))
        while let next = open.popLast() {
            for source in replacements[next].sources {
                uses.insert(Use(unit: source, replacement: next))
                if let maker = makers[source], seen.insert(maker).inserted { open.append(maker) }
            }
        }
        return uses
    }
}
