internal import Credit

/// Judges which units form a qualification, exactly.
///
/// A held unit is assigned to at most one place where it is listed or admitted. The objective, in order: the whole
/// satisfied; most required groups present, outermost first; most present groups; most counted points; and of all that
/// are equal the smallest sequence of (unit code, credit position, group id), unassigned last. So the result is the same
/// in whatever order units are given, and on every machine.
///
/// The search is branch and bound. Rules with choices upon choices may take many steps; beyond the bound it ends with
/// ``FormationResult/Verdict/undetermined``.
public struct FormationSolver: Sendable {
    /// So many steps suffice for every rule met so far, many times over, and take less than a second.
    public static let usualBound = 1_000_000

    let tree: FormationTree
    /// The most steps that one search may take.
    public let bound: Int
    /// What was found before, where it is remembered.
    private let memory: FormationMemory?

    /// Lays out a rule, to be used for many learners.
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - bound: The most steps that one search may take.
    ///   - remembers: Whether results are remembered, some tens of megabytes at most, as many learners hold the same.
    public init(_ rule: FormationRule, bound: Int = usualBound, remembers: Bool = false) {
        tree = FormationTree(rule)
        self.bound = bound
        memory = remembers ? FormationMemory() : nil
    }

    /// The points that the whole needs, or else takes, where the rule says.
    var total: Points? { tree.nodes[0].points.least ?? tree.nodes[0].points.most }

    /// Whether the rule has open slots, which take units of other qualifications.
    public var hasSlots: Bool { !tree.slots.isEmpty }

    /// How some units form the whole.
    ///
    /// - Parameters:
    ///   - held: The units, in any order.
    ///   - limits: Shares, residencies and replacements, by places in `held`.
    public func solve(_ held: [HeldUnit], _ limits: FormationLimits = FormationLimits()) -> FormationResult {
        let order = Self.order(of: held)
        let units = order.map { held[$0] }
        let limits = limits.renumbered(by: order)
        return memory?.result(of: units, limits, search) ?? search(units, limits)
    }

    private func search(_ units: [HeldUnit], _ limits: FormationLimits) -> FormationResult {
        var search = FormationSearch(tree, units, heldCount: units.count, limits, bound: bound)
        let free = search.root
        var (branch, released) = (free, [Int]())
        if limits.respectsDeclared { (branch, released) = declared(free, units, &search) }
        let solution = search.smallest(branch)
        var better: FormationSearch.Solution?
        if branch.forcedCount > 0, let solution, !search.isExhausted {
            better = search.smallest(free)
            if let found = better, !found.value.isBetter(than: solution.value) { better = nil }
        }
        return FormationResult(
            tree,
            units,
            solution.map(search.places) ?? units.map { _ in nil },
            limits,
            released: released.map { units[$0].code },
            better: better.map(search.places),
            search
        )
    }

    static func order(of held: [HeldUnit]) -> [Int] {
        held.indices.sorted { (held[$0].code, held[$0].credit, $0) < (held[$1].code, held[$1].credit, $1) }
    }

    /// Keeps units in their declared groups where that is feasible; those for which it is not are given back.
    private func declared(
        _ free: FormationBranch,
        _ units: [HeldUnit],
        _ search: inout FormationSearch
    ) -> (FormationBranch, released: [Int]) {
        var (branch, released) = (free, [Int]())
        for unit in units.indices {
            guard let id = units[unit].declared else { continue }
            if let trial = search.declaring(unit, at: id, branch), search.best(trial) != nil {
                branch = trial
            } else {
                released.append(unit)
            }
        }
        return (branch, released)
    }
}

extension FormationLimits {
    /// The limits, where units stand in another order: `order` names for each place what stood where before.
    func renumbered(by order: [Int]) -> FormationLimits {
        var places = Array(repeating: 0, count: order.count)
        for (place, before) in order.enumerated() { places[before] = place }
        var limits = self
        for index in shares.indices { limits.shares[index].units = Set(shares[index].units.map { places[$0] }) }
        for index in residencies.indices {
            limits.residencies[index].units = Set(residencies[index].units.map { places[$0] })
        }
        limits.replacements = replacements.map { replacement in
            Replacement(
                sources: Set(replacement.sources.map { places[$0] }),
                targets: Set(replacement.targets.map { places[$0] })
            )
        }
        return limits
    }
}
