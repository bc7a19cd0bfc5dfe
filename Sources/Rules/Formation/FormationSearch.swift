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
    private let bound: Int
    private var relaxation: FormationRelaxation
    /// Branches looked at; each is work, too.
    private var branches = 0
    /// Whether the whole may be satisfied: not where a residency cannot be met together with the rest.
    private var mayBeWhole = true

    init(_ tree: FormationTree, _ units: [HeldUnit], heldCount: Int, _ limits: FormationLimits, bound: Int) {
        (self.tree, self.units, self.heldCount, self.limits, self.bound) = (tree, units, heldCount, limits, bound)
        rivals = limits.rivals(among: units)
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
    }

    /// - Parameter target: Stop at the first solution that is not worse than this.
    private mutating func best(_ root: Branch, notBelow target: FormationOutcome?) -> Solution? {
        var best: Solution?
        var open = [root]
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
            let places = relaxation.places(of: outcome)
            if let unit = places.indices.first(where: { places[$0].count > 1 }) {
                open += divided(branch, unit, places[unit])
                continue
            }
            if let unit = places.indices.first(where: { isBesideRival($0, places) }) {
                open += withoutRivals(branch, unit)
                continue
            }
            let solution = Solution(value: outcome, places: places.map(\.first))
            if let branches = violation(of: solution, branch) {
                open += branches
                continue
            }
            best = solution
            if target != nil { break }
        }
        return best
    }

    /// The places of a unit, each by itself; those that the bound did not use stay together.
    private func divided(_ branch: Branch, _ unit: Int, _ used: [Int]) -> [Branch] {
        var parts = used.sorted { tree.nodes[$0].id > tree.nodes[$1].id }.map { [$0] }
        parts.insert(branch.allowed[unit].filter { !used.contains($0) }, at: 0)
        return parts.map { places in
            var part = branch
            part.allowed[unit] = places
            return part
        }
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
    private func violation(of solution: Solution, _ branch: Branch) -> [Branch]? {
        if limits.shares.isEmpty && limits.residencies.isEmpty { return nil }
        let counted = FormationWitness.counted(tree, units, solution.places)
        for share in limits.shares {
            let inShare = counted.indices.filter { share.units.contains($0) && counted[$0] > 0 }
            guard inShare.reduce(0, { $0 + counted[$1] }) > share.most.rawValue else { continue }
            return settled(inShare, branch)
        }
        for residency in limits.residencies where mayBeWhole {
            let resident = counted.indices.reduce(0) { $0 + (residency.units.contains($1) ? counted[$1] : 0) }
            guard resident < residency.least.rawValue else { continue }
            let others = counted.indices.filter { !residency.units.contains($0) && counted[$0] > 0 }
            return settled(others, branch)
        }
        return nil
    }

    /// The branches that settle where one more unit stands: nowhere, or at one of its places. How much a unit counts
    /// depends on where it stands, so that to leave units out is not enough.
    private func settled(_ units: [Int], _ branch: Branch) -> [Branch] {
        func isOpen(_ unit: Int) -> Bool { !branch.allowed[unit].isEmpty && !branch.forced.contains(unit) }
        guard let unit = units.last(where: isOpen) ?? branch.allowed.indices.last(where: isOpen) else {
            // All that must stand may still have a choice of places.
            let choice = branch.allowed.indices.last { branch.allowed[$0].count > 1 }
            return choice.map { divided(branch, $0, branch.allowed[$0]) } ?? []
        }
        var nowhere = branch
        nowhere.allowed[unit] = []
        return branch.allowed[unit].map { place in
            var there = branch
            there.allowed[unit] = [place]
            there.forced.insert(unit)
            return there
        } + [nowhere]
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
