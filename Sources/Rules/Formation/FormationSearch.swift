internal import Credit

/// Finds the best assignment of units to a formation tree: branch and bound over the places of units.
///
/// The bound lets a unit stand at several places at once (``FormationRelaxation``). Where the best of that needs no unit
/// twice, none beside its rival, and breaks no limit, it is the best of its branch; otherwise the search divides the
/// places of one such unit.
struct FormationSearch {
    /// An assignment, and what it comes to.
    struct Solution {
        var value: FormationOutcome
        /// For each unit the place where it stands, or nil.
        var places: [Int?]
    }

    private let tree: FormationTree
    private let units: [HeldUnit]
    private let heldCount: Int
    private let limits: FormationLimits
    /// For each unit those that cannot stand together with it.
    private let rivals: [[Int]]
    /// For each unit those that are like it, itself among them, in their order; nobody where it is alone.
    private let likes: [[Int]]
    private let bound: Int
    private var relaxation: FormationRelaxation
    /// Branches looked at; each is work, too.
    private var branches = 0
    /// Whether the whole may be satisfied: not where a residency cannot be met together with the rest.
    private var mayBeWhole = true

    init(_ tree: FormationTree, _ units: [HeldUnit], heldCount: Int, _ limits: FormationLimits, bound: Int) {
        (self.tree, self.units, self.heldCount, self.limits, self.bound) = (tree, units, heldCount, limits, bound)
        rivals = limits.rivals(among: units)
        likes = Self.likes(tree, units, heldCount: heldCount, limits, rivals)
        relaxation = FormationRelaxation(tree, units, heldCount: heldCount, limits, bound: bound)
    }

    /// How much was looked at.
    var work: Int { relaxation.work + branches }
    /// Whether it was more than may be: then what was found need not be the best.
    var isExhausted: Bool {
        relaxation.isExhausted || branches > bound || limits.replacements.count > FormationLimits.mostReplacements
    }

    // MARK: The best

    /// The best solution where units stand only at allowed places, and all that must stand do; nil where there is none.
    mutating func best(_ places: FormationSolver.Places) -> Solution? {
        let branch = Branch(allowed: places.allowed, forced: places.forced)
        mayBeWhole = true
        let whole = best(branch, notBelow: nil)
        if limits.residencies.isEmpty || whole?.value.isPresent == true { return whole }
        mayBeWhole = false
        return best(branch, notBelow: nil)
    }

    private struct Branch {
        var allowed: [[Int]]
        var forced: Set<Int>

        func isAlike(_ one: Int, _ other: Int) -> Bool {
            allowed[one] == allowed[other] && forced.contains(one) == forced.contains(other)
        }
    }

    /// Units that could be exchanged for each other, and nobody would see it: of the same places and points, required by
    /// none, in the same limits, and without rivals.
    private static func likes(
        _ tree: FormationTree,
        _ units: [HeldUnit],
        heldCount: Int,
        _ limits: FormationLimits,
        _ rivals: [[Int]]
    ) -> [[Int]] {
        struct Likeness: Hashable {
            var places: [Int]
            var points: Points?
            var declared: String?
            var limits: [Bool]
            var isHeld: Bool
        }
        var classes: [Likeness: [Int]] = [:]
        for unit in units.indices where rivals[unit].isEmpty {
            let places = tree.places(of: units[unit])
            let isRequired = places.contains { place in
                tree.nodes[place].units.contains { $0.isRequired && $0.code == units[unit].code }
            }
            if places.count < 2 || isRequired { continue }
            let likeness = Likeness(
                places: places,
                points: units[unit].points,
                declared: units[unit].declared,
                limits: limits.shares.map { $0.units.contains(unit) }
                    + limits.residencies.map { $0.units.contains(unit) },
                isHeld: unit < heldCount
            )
            classes[likeness, default: []].append(unit)
        }
        var likes = Array(repeating: [Int](), count: units.count)
        for like in classes.values where like.count > 1 {
            for unit in like { likes[unit] = like }
        }
        return likes
    }

    /// - Parameter target: Stop at the first solution that is not worse than this.
    private mutating func best(_ root: Branch, notBelow target: FormationOutcome?) -> Solution? {
        var best: Solution?
        var open = [root]
        let order = likes.indices.map { unit in likes[unit].filter { root.isAlike($0, unit) } }
        while let branch = open.popLast() {
            branches += 1
            let found = relaxation.best(branch.allowed, forced: branch.forced, isWhole: mayBeWhole)
            if isExhausted { break }
            guard var outcome = found, outcome.forced == branch.forced.count else { continue }
            // A residency only matters where with it the whole is satisfied.
            if mayBeWhole, !limits.residencies.isEmpty, !outcome.isPresent { continue }
            // Branches in which more units must stand are no better for it.
            outcome.forced = 0
            if let best, !outcome.isBetter(than: best.value) { continue }
            if let target, target.isBetter(than: outcome) { continue }
            let places = exchanged(relaxation.places(of: outcome), branch)
            if let unit = places.indices.first(where: { places[$0].count > 1 }) {
                if !likes[unit].isEmpty, relaxation.count(likes[unit]) {
                    open.append(branch)
                    continue
                }
                open += divided(branch, unit, places[unit], order)
                continue
            }
            if let unit = places.indices.first(where: { isBesideRival($0, places) }) {
                open += withoutRivals(branch, unit)
                continue
            }
            let solution = Solution(value: outcome, places: places.map(\.first))
            if let branches = violation(of: solution, branch, order) {
                open += branches
                continue
            }
            best = solution
            if target != nil { break }
        }
        return best
    }

    /// Gives the places at which units that are alike stand to as many of them, each one, where there are enough.
    private func exchanged(_ places: [[Int]], _ branch: Branch) -> [[Int]] {
        var exchanged = places
        for like in relaxation.counted {
            var open = like[...]
            while let first = open.first {
                let same = open.filter { branch.isAlike($0, first) }
                open.removeAll { same.contains($0) }
                let all = same.flatMap { places[$0] }
                guard all.count <= same.count, same.contains(where: { places[$0].count > 1 }) else { continue }
                let order = tree.places(of: units[first])
                let sorted = order.flatMap { place in all.filter { $0 == place } }
                for (index, unit) in same.enumerated() {
                    exchanged[unit] = index < sorted.count ? [sorted[index]] : []
                }
            }
        }
        return exchanged
    }

    /// The places of a unit, each by itself; those that the bound did not use stay together.
    private func divided(_ branch: Branch, _ unit: Int, _ used: [Int], _ order: [[Int]]) -> [Branch] {
        let others = branch.allowed[unit].filter { !used.contains($0) }
        let rest = branch.forced.contains(unit) && others.isEmpty ? [] : [part(branch, unit, at: others, order)]
        return rest
            + used.sorted { tree.nodes[$0].id > tree.nodes[$1].id }.map { place in
                var there = branch
                there.forced.insert(unit)
                return part(there, unit, at: [place], order)
            }
    }

    /// A branch in which a unit stands at one of some places, or nowhere. Of units that are alike the first stands at the
    /// first place, since to exchange them changes nothing; and nowhere is the last.
    private func part(_ branch: Branch, _ unit: Int, at places: [Int], _ order: [[Int]]) -> Branch {
        var part = branch
        part.allowed[unit] = places
        guard !order[unit].isEmpty else { return part }
        let all = tree.places(of: units[unit])
        let first = all.firstIndex { places.contains($0) } ?? all.count
        let isThere = places.count == 1 && part.forced.contains(unit)
        for other in order[unit] where other != unit {
            part.allowed[other].removeAll { place in
                let rank = all.firstIndex(of: place) ?? all.count
                return other > unit ? rank < first : isThere && rank > first
            }
        }
        return part
    }

    private func isBesideRival(_ unit: Int, _ places: [[Int]]) -> Bool {
        !places[unit].isEmpty && rivals[unit].contains { !places[$0].isEmpty }
    }

    /// A unit stands nowhere, or its rivals do not.
    private func withoutRivals(_ branch: Branch, _ unit: Int) -> [Branch] {
        var (without, alone) = (branch, branch)
        without.allowed[unit] = []
        for rival in rivals[unit] { alone.allowed[rival] = [] }
        return [without, alone]
    }

    // MARK: Limits of the whole

    /// The branches in which a limit that a solution breaks may be kept; nil where it breaks none.
    private func violation(of solution: Solution, _ branch: Branch, _ order: [[Int]]) -> [Branch]? {
        if limits.shares.isEmpty && limits.residencies.isEmpty { return nil }
        let counted = FormationWitness.counted(tree, units, solution.places)
        for share in limits.shares {
            let inShare = counted.indices.filter { share.units.contains($0) && counted[$0] > 0 }
            guard inShare.reduce(0, { $0 + counted[$1] }) > share.most.rawValue else { continue }
            return settled(inShare, branch, order)
        }
        for residency in limits.residencies where mayBeWhole {
            let resident = counted.indices.reduce(0) { $0 + (residency.units.contains($1) ? counted[$1] : 0) }
            guard resident < residency.least.rawValue else { continue }
            let others = counted.indices.filter { !residency.units.contains($0) && counted[$0] > 0 }
            return settled(others, branch, order)
        }
        return nil
    }

    /// The branches that settle where one more unit stands: nowhere, or at one of its places. How much a unit counts
    /// depends on where it stands, so that to leave units out is not enough.
    private func settled(_ units: [Int], _ branch: Branch, _ order: [[Int]]) -> [Branch] {
        func isOpen(_ unit: Int) -> Bool { !branch.allowed[unit].isEmpty && !branch.forced.contains(unit) }
        guard let unit = units.last(where: isOpen) ?? branch.allowed.indices.last(where: isOpen) else {
            // All that must stand may still have a choice of places.
            let choice = branch.allowed.indices.last { branch.allowed[$0].count > 1 }
            return choice.map { divided(branch, $0, branch.allowed[$0], order) } ?? []
        }
        return branch.allowed[unit].map { place in
            var there = branch
            there.forced.insert(unit)
            return part(there, unit, at: [place], order)
        } + [part(branch, unit, at: [], order)]
    }

    // MARK: The smallest of equals

    /// Of all best solutions that whose sequence of (unit code, credit position, group id) is the smallest, unassigned
    /// last. Units stand in the order of code and position.
    mutating func smallest(_ places: FormationSolver.Places) -> Solution? {
        guard var smallest = best(places) else { return nil }
        var branch = Branch(allowed: places.allowed, forced: places.forced)
        for unit in units.indices where unit < heldCount {
            for place in places.allowed[unit] {
                if isExhausted { return smallest }
                guard smallest.places[unit] != place else { break }
                var trial = branch
                trial.allowed[unit] = [place]
                trial.forced.insert(unit)
                if let found = best(trial, notBelow: smallest.value) {
                    smallest = found
                    break
                }
            }
            branch.allowed[unit] = smallest.places[unit].map { [$0] } ?? []
            if smallest.places[unit] != nil { branch.forced.insert(unit) }
        }
        return smallest
    }

    /// Of all best solutions that with the smallest codes of further units, which stand in the order of codes.
    mutating func fewest(_ places: FormationSolver.Places) -> Solution? {
        guard var fewest = best(places) else { return nil }
        var branch = Branch(allowed: places.allowed, forced: places.forced)
        for unit in heldCount..<units.count {
            guard let last = fewest.places.lastIndex(where: { $0 != nil }), unit < last, !isExhausted else { break }
            var trial = branch
            trial.forced.insert(unit)
            if fewest.places[unit] != nil {
                branch = trial
            } else if let found = best(trial, notBelow: fewest.value) {
                (fewest, branch) = (found, trial)
            } else {
                branch.allowed[unit] = []
            }
        }
        return fewest
    }
}
