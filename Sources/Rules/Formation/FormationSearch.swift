internal import Credit

/// Finds the best assignment of units to a formation tree: branch and bound over the seats of units.
///
/// The bound lets a unit take several seats at once (``FormationRelaxation``). Where units that add the same can be moved
/// so that each takes one seat (``FormationSeating``), none beside its rival, and no limit is broken, it is the best of its
/// branch. Where they are too few, the bound counts them from then on; what is left is settled by dividing the seats of one
/// unit.
struct FormationSearch {
    typealias Branch = FormationBranch

    /// An assignment, and what it comes to.
    struct Solution {
        var value: FormationOutcome
        /// For each unit the seat that it takes, or nil.
        var seats: [Int?]
    }

    private let tree: FormationTree
    let units: [HeldUnit]
    let heldCount: Int
    private let limits: FormationLimits
    private let seen: SeenLimits
    let table: FormationSeats
    /// For each unit where it stands in the order of codes: further units stand behind those that are held, and caps do not
    /// look at that.
    private let ranks: [Int]?
    /// For each unit those that cannot stand together with it.
    private let rivals: [[Int]]
    private let bound: Int
    private var relaxation: FormationRelaxation
    /// Branches looked at, and seats in them; each is work, too.
    private var branchWork = 0
    /// Whether the whole may be satisfied: not where a residency cannot be met together with the rest.
    private var mayBeWhole = true

    /// - Parameter need: What is of use, where nothing is sought but that the whole is satisfied.
    init(
        _ tree: FormationTree,
        _ units: [HeldUnit],
        heldCount: Int,
        _ limits: FormationLimits,
        bound: Int,
        need: FormationNeed? = nil
    ) {
        (self.tree, self.units, self.heldCount, self.limits, self.bound) = (tree, units, heldCount, limits, bound)
        ranks = heldCount < units.count ? Self.ranks(of: units) : nil
        seen = SeenLimits(limits, units)
        table = FormationSeats(tree, units, heldCount: heldCount, seen)
        rivals = limits.rivals(among: units, heldCount: heldCount)
        relaxation = FormationRelaxation(tree, table, seen, bound: bound, need: need)
    }

    private static func ranks(of units: [HeldUnit]) -> [Int] {
        var ranks = Array(repeating: 0, count: units.count)
        let order = units.indices.sorted { (units[$0].code, $0) < (units[$1].code, $1) }
        for (rank, unit) in order.enumerated() { ranks[unit] = rank }
        return ranks
    }

    /// Everything is open.
    var root: Branch { Branch(table) }

    /// How much was looked at.
    var work: Int { relaxation.work + branchWork }
    /// Whether it was more than may be: then what was found need not be the best.
    var isExhausted: Bool {
        relaxation.isExhausted || branchWork > bound || limits.replacements.count > FormationLimits.mostReplacements
    }

    /// A branch in which a unit must stand at the place of an id; nil where it cannot stand there.
    func declaring(_ unit: Int, at id: String, _ branch: Branch) -> Branch? {
        guard let seat = branch.seats(of: unit).first(where: { tree.nodes[table.all[$0].place].id == id }) else {
            return nil
        }
        return branch.taking(seat, unit)
    }

    /// For each unit the place where it stands, or nil.
    func places(of solution: Solution) -> [Int?] { solution.seats.map { $0.map { table.all[$0].place } } }

    // MARK: The best

    /// The best solution of a branch; nil where there is none.
    mutating func best(_ branch: Branch) -> Solution? {
        mayBeWhole = true
        let whole = best(branch, notBelow: nil)
        if limits.residencies.isEmpty || whole?.value.isPresent == true { return whole }
        mayBeWhole = false
        return best(branch, notBelow: nil)
    }

    /// - Parameter target: Stop at the first solution that is not worse than this.
    mutating func best(_ root: Branch, notBelow target: FormationOutcome?) -> Solution? {
        var best: Solution?
        var open = [root]
        while let branch = open.popLast() {
            branchWork += 1
            let found = outlook(of: branch)
            if isExhausted { break }
            guard let outlook = found else { continue }
            if let best, !outlook.isBetter(than: best.value) { continue }
            if let target, target.isBetter(than: outlook) { continue }
            let taken = relaxation.seats(of: outlook)
            branchWork += taken.count
            let seats = needed(taken, for: outlook, branch)
            let seating = FormationSeating(seats, branch, table)
            if !seating.crowd.isEmpty {
                if relaxation.count(seating.crowd) { open.append(branch) } else { open += divided(branch, seats) }
                continue
            }
            if let unit = seating.taken.indices.first(where: { isBesideRival($0, seating.taken) }) {
                open += withoutRivals(branch, unit)
                continue
            }
            let solution = Solution(value: outlook, seats: seating.taken)
            if let branches = violation(of: solution, branch) {
                open += branches
                continue
            }
            best = solution
            if target != nil { break }
        }
        return best
    }

    /// What a branch comes to at best; nil where it has no solution.
    private mutating func outlook(of branch: Branch) -> FormationOutcome? {
        guard var outcome = relaxation.best(branch, isWhole: mayBeWhole), outcome.forced == branch.forcedCount else {
            return nil
        }
        // A residency only matters where with it the whole is satisfied.
        if mayBeWhole, !limits.residencies.isEmpty, !outcome.isPresent { return nil }
        // Branches in which more units must stand are no better for it.
        outcome.forced = 0
        return outcome
    }

    /// Of taken seats, some of one unit, so many that the others could be left and it would come to the same: what is beyond
    /// an upper bound keeps nobody from a seat elsewhere. First those of units that have most of them are left, and of most
    /// points; units that count for a residency stay.
    private func needed(_ seats: [Int], for value: FormationOutcome, _ branch: Branch) -> [Int] {
        var counts = Array(repeating: 0, count: units.count)
        for seat in seats { counts[table.all[seat].unit] += 1 }
        guard counts.contains(where: { $0 > 1 }) else { return seats }
        func mayLeave(_ unit: Int) -> Bool {
            !branch.isForced[unit] && !limits.residencies.contains { $0.units.contains(unit) }
        }
        let order = seats.filter { mayLeave(table.all[$0].unit) }
            .map { (counts[table.all[$0].unit], table.all[$0].adds.counted, $0) }.sorted(by: >)
        var tally = tally(of: seats)
        var isLeft = Array(repeating: false, count: table.all.count)
        for (_, _, seat) in order where tally.mayBeSpared(seat) {
            let mark = tally.mark
            tally.leave(seat)
            if isAsGood(tally, as: value) { isLeft[seat] = true } else { tally.goBack(to: mark) }
        }
        return seats.filter { !isLeft[$0] }
    }

    private func tally(of seats: some Sequence<Int>) -> FormationTally {
        FormationTally(seats, tree, table, seen, withResidencies: mayBeWhole)
    }

    private func isAsGood(_ tally: FormationTally, as value: FormationOutcome) -> Bool {
        guard var whole = tally.whole, seen.mayBeKept(by: whole.limited, withResidencies: mayBeWhole) else {
            return false
        }
        if !mayBeWhole { whole.present = 0 }
        return !value.isBetter(than: whole)
    }

    /// Divides the seats of a unit that takes several of these.
    private func divided(_ branch: Branch, _ seats: [Int]) -> [Branch] {
        for (seat, next) in zip(seats, seats.dropFirst()) where table.all[seat].unit == table.all[next].unit {
            let unit = table.all[seat].unit
            return divided(branch, unit, seats.filter { table.all[$0].unit == unit })
        }
        return []
    }

    /// The seats of a unit, each by itself; those that the bound did not use stay together.
    private func divided(_ branch: Branch, _ unit: Int, _ used: [Int]) -> [Branch] {
        var rest = branch
        rest.keep(unit, at: branch.seats(of: unit).filter { !used.contains($0) })
        let isPossible = !branch.isForced[unit] || !rest.seats(of: unit).isEmpty
        return (isPossible ? [rest] : []) + used.reversed().map { branch.taking($0, unit) }
    }

    private func isBesideRival(_ unit: Int, _ seats: [Int?]) -> Bool {
        seats[unit] != nil && rivals[unit].contains { seats[$0] != nil }
    }

    /// A unit stands nowhere, or its rivals do not.
    private func withoutRivals(_ branch: Branch, _ unit: Int) -> [Branch] {
        var (without, alone) = (branch, branch)
        without.keep(unit, at: [])
        for rival in rivals[unit] { alone.keep(rival, at: []) }
        return [without, alone]
    }

    // MARK: Limits of the whole

    /// The branches in which a limit that a solution breaks may be kept; nil where it breaks none.
    private func violation(of solution: Solution, _ branch: Branch) -> [Branch]? {
        if limits.shares.isEmpty && limits.residencies.isEmpty { return nil }
        let counted = FormationWitness(tree, units, places(of: solution), ranks: ranks).counted
        for share in limits.shares {
            let inShare = counted.indices.filter { share.units.contains($0) && counted[$0] > 0 }
            guard inShare.reduce(0, { $0 + counted[$1] }) > share.most.rawValue else { continue }
            return settled(inShare, branch)
        }
        for residency in limits.residencies where mayBeWhole {
            let resident = counted.indices.reduce(0) { $0 + (residency.units.contains($1) ? counted[$1] : 0) }
            guard resident < residency.least.rawValue else { continue }
            return settled(counted.indices.filter { !residency.units.contains($0) && counted[$0] > 0 }, branch)
        }
        return nil
    }

    /// The branches that settle where one more unit stands: nowhere, or at one of its places. How much a unit counts
    /// depends on where it stands, so that to leave units out is not enough.
    private func settled(_ units: [Int], _ branch: Branch) -> [Branch] {
        func isOpen(_ unit: Int) -> Bool { !branch.seats(of: unit).isEmpty && !branch.isForced[unit] }
        guard let unit = units.last(where: isOpen) ?? self.units.indices.last(where: isOpen) else {
            // All that must stand may still have a choice of places.
            let choice = self.units.indices.last { branch.seats(of: $0).count > 1 }
            return choice.map { divided(branch, $0, branch.seats(of: $0)) } ?? []
        }
        var without = branch
        without.keep(unit, at: [])
        return branch.seats(of: unit).map { branch.taking($0, unit) } + [without]
    }

    // MARK: The smallest of equals

    /// Of all best solutions that whose sequence of (unit code, credit position, group id) is the smallest, unassigned
    /// last. Units stand in the order of code and position.
    ///
    /// One unit after the other gets the first of its places with which a solution can still be as good.
    mutating func smallest(_ whole: Branch) -> Solution? {
        relaxation.aimNowhere()
        guard var smallest = best(whole) else { return nil }
        var branch = narrowed(whole, to: smallest)
        let mayChange = units.indices.map { mayChangePlaces($0, branch) }
        var tally = tally(of: smallest.seats.compactMap(\.self))
        var refused: [Int] = []
        for unit in 0..<heldCount {
            for seat in table.ofUnit[unit] where branch.isOpen(seat) {
                if isExhausted { return smallest }
                guard smallest.seats[unit] != seat else { break }
                // What one cannot have, another like it cannot either that could stand where the first does: they would
                // change places.
                let isRefused =
                    mayChange[unit]
                    && refused.contains {
                        table.areAlike($0, seat)
                            && mayStand(unit, like: smallest.seats[table.all[$0].unit], branch)
                    }
                if isRefused { continue }
                branchWork += 1
                if let found = moved(smallest, to: seat, unit, &tally, branch) {
                    smallest = found
                    break
                }
                if let found = exchanged(smallest, seat, unit, branch)
                    ?? displaced(smallest, to: seat, unit, &tally, branch)
                    ?? searched(seat, unit, branch, smallest.value)
                {
                    smallest = found
                    tally = self.tally(of: found.seats.compactMap(\.self))
                    break
                }
                if mayChange[unit] { refused.append(seat) }
            }
            if let seat = smallest.seats[unit] {
                branch = branch.taking(seat, unit)
            } else {
                branch.keep(unit, at: [])
            }
        }
        return smallest
    }

    /// Whether a unit may stand where another does, and it comes to the same.
    private func mayStand(_ unit: Int, like seat: Int?, _ branch: Branch) -> Bool {
        guard let seat else { return true }
        return table.ofUnit[unit].contains { branch.isOpen($0) && table.areAlike($0, seat) }
    }

    /// Whether a unit could change places with another that adds the same, and nobody would see it. Where caps cut points,
    /// the order of units shows in shares and residencies.
    func mayChangePlaces(_ unit: Int, _ branch: Branch) -> Bool {
        limits.shares.isEmpty && limits.residencies.isEmpty && rivals[unit].isEmpty && !branch.isForced[unit]
    }

    /// A branch without the ways out of a choice of one with which no solution is as good as this.
    private mutating func narrowed(_ branch: Branch, to solution: Solution) -> Branch {
        var narrowed = branch
        let taken = Set(places(of: solution).compactMap(\.self))
        for choice in tree.nodes.indices where tree.nodes[choice].count.most == 1 {
            let all = tree.below(choice)
            for way in tree.nodes[choice].groups.map(tree.below) {
                guard taken.isDisjoint(with: way), way.contains(where: { !narrowed.seats(at: $0).isEmpty }) else {
                    continue
                }
                var trial = narrowed
                trial.close(all.lazy.filter { !way.contains($0) })
                let outlook = outlook(of: trial)
                if isExhausted { return branch }
                if outlook.map({ solution.value.isBetter(than: $0) }) ?? true { narrowed.close(way) }
            }
        }
        return narrowed
    }

    /// A solution with one unit at another seat, where it is as good and others stay where they are.
    private func moved(
        _ solution: Solution,
        to seat: Int,
        _ unit: Int,
        _ tally: inout FormationTally,
        _ branch: Branch
    ) -> Solution? {
        let mark = tally.mark
        if let left = solution.seats[unit] { tally.leave(left) }
        tally.take(seat)
        var moved = solution
        moved.seats[unit] = seat
        if isAsGood(tally, as: solution.value), isSound(moved, branch) { return moved }
        tally.goBack(to: mark)
        return nil
    }

    /// The same seats, one of them for this unit, where others can move for it.
    private func exchanged(_ solution: Solution, _ seat: Int, _ unit: Int, _ branch: Branch) -> Solution? {
        var seating = FormationSeating(taken: solution.seats, branch, table)
        guard seating.give(seat, to: unit) else { return nil }
        let exchanged = Solution(value: solution.value, seats: seating.taken)
        return isSound(exchanged, branch) ? exchanged : nil
    }

    /// A solution with one unit at another seat, where it is as good once one later unit stands elsewhere: another that stood
    /// there, or one that can stand where the first did.
    private func displaced(
        _ solution: Solution,
        to seat: Int,
        _ unit: Int,
        _ tally: inout FormationTally,
        _ branch: Branch
    ) -> Solution? {
        let mark = tally.mark
        defer { tally.goBack(to: mark) }
        var displaced = solution
        displaced.seats[unit] = seat
        if let left = solution.seats[unit] { tally.leave(left) }
        tally.take(seat)
        let (place, vacant) = (table.all[seat].place, solution.seats[unit].map { table.all[$0].place })
        for other in units.indices.dropFirst(unit + 1) {
            let theirs = solution.seats[other]
            let isHere = theirs.map { table.all[$0].place == place } ?? false
            let others = table.ofUnit[other].filter {
                branch.isOpen($0) && $0 != theirs && (isHere || table.all[$0].place == vacant)
            }
            if others.isEmpty { continue }
            let with = tally.mark
            if let theirs { tally.leave(theirs) }
            for next in others {
                let without = tally.mark
                tally.take(next)
                if isAsGood(tally, as: solution.value) {
                    displaced.seats[other] = next
                    if isSound(displaced, branch) { return displaced }
                    displaced.seats[other] = theirs
                }
                tally.goBack(to: without)
            }
            tally.goBack(to: with)
        }
        return nil
    }

    /// A solution with a unit at this seat that is as good as a value, the best. What was counted to show that there is none
    /// mostly shows it of the next seat, too; where it does not, it is counted no longer.
    private mutating func searched(_ seat: Int, _ unit: Int, _ branch: Branch, _ value: FormationOutcome) -> Solution? {
        relaxation.aim(at: value, in: branch, isWhole: mayBeWhole)
        let trial = branch.taking(seat, unit)
        if relaxation.countsMore {
            branchWork += 1
            guard let outlook = outlook(of: trial), !value.isBetter(than: outlook) else { return nil }
        }
        relaxation.countAsAimed()
        return best(trial, notBelow: value)
    }

    private func isSound(_ solution: Solution, _ branch: Branch) -> Bool {
        !solution.seats.indices.contains { isBesideRival($0, solution.seats) } && violation(of: solution, branch) == nil
    }
}
