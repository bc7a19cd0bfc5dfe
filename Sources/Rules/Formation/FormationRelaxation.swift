internal import Credit

/// The best of a tree where a unit may stand at several places at once: an upper bound, and exact where none does.
///
/// Bottom up, each group keeps every way that no other dominates. Where nothing limits how many children contribute, all
/// do, since more never harms; so there is one way only, and ways multiply only under groups that let one choose.
struct FormationRelaxation {
    /// How a way came about: the way before, and what contributes in addition.
    private enum Step {
        case unit(Int, at: Int, before: Int?)
        case group(lastStep: Int?, before: Int?)
    }

    /// To compare a way with so many others is one more step of work.
    private static let comparisonsInStep = 16
    /// Beyond so many steps for one bound, branches are cheaper than counting.
    private static let heavy = 800

    private let tree: FormationTree
    private let units: [HeldUnit]
    /// Units from this number on are not held yet.
    private let heldCount: Int
    private let limits: SeenLimits
    /// Classes of units of which no more may stand than there are, each in a lane of what ways use.
    private(set) var counted: [[Int]] = []
    private var lanes: [Int?]
    private var capacity = FormationOutcome.Used()
    private var mayCount = true
    private var steps: [Step] = []
    /// For each node the ways found last, and for which units, so that a branch looks again only where it differs from the
    /// one before.
    private var found: [(units: [Int], ways: [FormationOutcome])?]
    private var wasWhole = true
    /// So many ways were looked at.
    private(set) var work = 0
    private let bound: Int

    init(_ tree: FormationTree, _ units: [HeldUnit], heldCount: Int, _ limits: FormationLimits, bound: Int) {
        (self.tree, self.units, self.heldCount, self.bound) = (tree, units, heldCount, bound)
        self.limits = SeenLimits(limits, units)
        lanes = Array(repeating: nil, count: units.count)
        found = Array(repeating: nil, count: tree.nodes.count)
    }

    /// Counts units that are alike from now on, so that no more of them stand in a way than there are: an exact bound for
    /// them, at the price of more ways. False where that is not worth it.
    mutating func count(_ units: [Int]) -> Bool {
        guard mayCount, counted.count < FormationOutcome.Used.scalarCount, lanes[units[0]] == nil else { return false }
        forget()
        for unit in units { lanes[unit] = counted.count }
        capacity[counted.count] = UInt8(min(units.count, 254))
        counted.append(units)
        return true
    }

    /// Gives up what was counted last, and never counts again.
    private mutating func countLess() {
        mayCount = false
        guard let last = counted.popLast() else { return }
        forget()
        for unit in last { lanes[unit] = nil }
        capacity[counted.count] = 0
    }

    /// True if more was looked at than may be.
    var isExhausted: Bool { work > bound }

    /// The best way for the whole; nil where none keeps the limits.
    ///
    /// - Parameters:
    ///   - allowed: For each unit, where it may stand.
    ///   - forced: Units that must stand somewhere.
    ///   - isWhole: False where the whole cannot be satisfied for want of a residency, so that its being present is no aim,
    ///     and no residency is.
    mutating func best(_ allowed: [[Int]], forced: Set<Int>, isWhole: Bool) -> FormationOutcome? {
        if isWhole != wasWhole { forget() }
        wasWhole = isWhole
        let before = work
        var unitsAt = Array(repeating: [Int](), count: tree.nodes.count)
        for (unit, places) in allowed.enumerated() {
            // Whether a unit must stand somewhere makes a difference, too.
            for place in places { unitsAt[place].append(2 * unit + (forced.contains(unit) ? 1 : 0)) }
        }
        for node in tree.nodes.indices.reversed() {
            let isKnown = found[node].map { $0.units == unitsAt[node] } ?? false
            if isKnown { continue }
            let ways = self.ways(of: node, unitsAt[node].map { $0 / 2 }, forced, withResidencies: isWhole)
            if isExhausted { break }
            found[node] = (unitsAt[node], ways)
            if let parent = tree.nodes[node].parent { found[parent] = nil }
        }
        let ways = found[0]?.ways ?? []
        if work - before > Self.heavy { countLess() }
        var nothing = FormationOutcome()
        nothing.isPresent = tree.isSatisfiedByNothing
        var best: FormationOutcome?
        for var way in [nothing] + ways where limits.mayBeKept(by: way.limited, withResidencies: isWhole) {
            way.isPresent = way.isPresent && isWhole
            if best.map({ way.isBetter(than: $0) }) ?? true { best = way }
        }
        return best
    }

    private mutating func forget() {
        found = Array(repeating: nil, count: tree.nodes.count)
    }

    /// Where each unit stands in a way: several places show that it is a bound only.
    func places(of outcome: FormationOutcome) -> [[Int]] {
        var places = Array(repeating: [Int](), count: units.count)
        var open = [outcome.step]
        while let next = open.popLast() {
            guard let step = next else { continue }
            switch steps[step] {
            case .unit(let unit, let place, let before):
                places[unit].append(place)
                open.append(before)
            case .group(let last, let before):
                open.append(last)
                open.append(before)
            }
        }
        return places
    }

    // MARK: One group

    private mutating func ways(
        of number: Int,
        _ unitsHere: [Int],
        _ forced: Set<Int>,
        withResidencies: Bool
    ) -> [FormationOutcome] {
        let (tree, units, capacity) = (tree, units, capacity)
        let node = tree.nodes[number]
        let below = node.groups.map { (number: $0, ways: found[$0]?.ways ?? []) }.filter { !$0.ways.isEmpty }
        if unitsHere.isEmpty && below.isEmpty { return [] }
        let limit = node.count.most.map(Int.init) ?? .max
        let mayChoose = limit < unitsHere.count + below.count
        let required = Set(node.units.lazy.filter(\.isRequired).map(\.code))
        var ways = [FormationOutcome()]
        for unit in unitsHere {
            let isNew = unit >= heldCount
            let points = units[unit].points?.rawValue ?? 0
            // Where much counts in a share already, doing without a unit of it may be better.
            let seen = limits.seen(unit, withResidencies: withResidencies)
            let lane = lanes[unit]
            let skips = mayChoose || isNew || lane != nil || any(seen .> 0)
            ways = extended(ways, skips: skips, limit) { way, steps in
                var way = way
                if let lane {
                    if way.used[lane] >= capacity[lane] { return [] }
                    way.used[lane] += 1
                }
                way.contributing += 1
                way.present += 1
                if required.contains(units[unit].code) { way.required += 1 }
                way.earned += points
                way.counted += points
                way.limited &+= seen
                if forced.contains(unit) { way.forced += 1 }
                if isNew {
                    way.further += 1
                    way.furtherPoints += points
                }
                steps.append(.unit(unit, at: number, before: way.step))
                way.step = steps.count - 1
                return [way]
            }
        }
        for (group, children) in below {
            // Where units could be added, doing without a group may be cheaper.
            let skips =
                mayChoose || children.contains { $0.further > 0 || any($0.limited .> 0) || any($0.used .> 0) }
            ways = extended(ways, skips: skips, limit) { way, steps in
                children.compactMap { child in
                    var way = way
                    way.used &+= child.used
                    if any(way.used .> capacity) { return nil }
                    way.contributing += 1
                    if child.isPresent {
                        way.present += 1
                        if tree.nodes[group].isRequired { way.required += 1 }
                    }
                    way.earned += child.earned
                    way.counted += child.counted
                    way.forced += child.forced
                    way.groups += child.groups
                    way.limited &+= child.limited
                    way.requiredGroups &+= child.requiredGroups
                    way.further += child.further
                    way.furtherPoints += child.furtherPoints
                    steps.append(.group(lastStep: child.step, before: way.step))
                    way.step = steps.count - 1
                    return way
                }
            }
        }
        return finished(ways, node)
    }

    /// Every way with one more child, and without it where one may do without.
    private mutating func extended(
        _ ways: [FormationOutcome],
        skips: Bool,
        _ limit: Int,
        _ extend: (FormationOutcome, inout [Step]) -> [FormationOutcome]
    ) -> [FormationOutcome] {
        var extended: [FormationOutcome] = []
        for way in ways {
            if way.contributing < limit {
                for longer in extend(way, &steps) {
                    work += 1 + extended.count / Self.comparisonsInStep
                    extended.addUndominated(longer)
                }
            }
            if skips || way.contributing >= limit {
                work += 1 + extended.count / Self.comparisonsInStep
                extended.addUndominated(way)
            }
            if isExhausted { return ways }
        }
        return extended
    }

    /// What the ways of a group's children come to for the group above.
    private mutating func finished(_ ways: [FormationOutcome], _ node: FormationTree.Node) -> [FormationOutcome] {
        var finished: [FormationOutcome] = []
        for way in ways where way.contributing > 0 {
            var whole = way
            let most = node.points.most?.rawValue ?? .max
            whole.earned = min(way.earned, most)
            whole.counted = min(way.counted, most)
            if way.counted > most { whole.limited = limits.cut(way.limited, by: way.counted - most, to: most) }
            whole.isPresent =
                way.present >= Int(node.count.least ?? 0) && whole.earned >= node.points.least?.rawValue ?? 0
                && way.required >= node.requiredChildren  // more where the same unit stands twice
            if whole.isPresent {
                whole.groups += 1
                if node.isRequired {
                    let depth = min(node.depth, FormationOutcome.ByDepth.scalarCount - 1)
                    whole.requiredGroups[depth] = min(254, whole.requiredGroups[depth]) + 1
                }
            } else {
                whole.earned = 0
            }
            // The group above sees one child, whatever it is made of.
            (whole.contributing, whole.present, whole.required) = (0, 0, 0)
            finished.addUndominated(whole)
        }
        return finished
    }
}

extension FormationTree {
    /// Whether the rule asks for nothing at all.
    var isSatisfiedByNothing: Bool {
        let root = nodes[0]
        return root.requiredChildren == 0 && root.count.least ?? 0 == 0 && root.points.least ?? .zero <= .zero
    }
}
