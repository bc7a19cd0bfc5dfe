internal import Credit

/// What taken seats come to, kept up to date while seats are taken and left. A unit may take several.
struct FormationTally {
    private let tree: FormationTree
    private let table: FormationSeats
    private let limits: SeenLimits
    private let withResidencies: Bool
    /// For each node, what contributes to it, and what that comes to for the group above.
    private var sums: [FormationOutcome]
    private var closings: [FormationOutcome]
    /// In how many nodes more contribute than may.
    private var overfull = 0
    private static let usualChanges = 64
    /// What nodes were before they changed, the last change last.
    private var changes: [Change] = []

    private struct Change {
        let node: Int
        let sum: FormationOutcome
        let closing: FormationOutcome
        let overfull: Int
    }

    init(
        _ seats: some Sequence<Int>,
        _ tree: FormationTree,
        _ table: FormationSeats,
        _ limits: SeenLimits,
        withResidencies: Bool
    ) {
        (self.tree, self.table, self.limits, self.withResidencies) = (tree, table, limits, withResidencies)
        sums = Array(repeating: FormationOutcome(), count: tree.nodes.count)
        closings = sums
        changes.reserveCapacity(Self.usualChanges)
        for seat in seats { sums[table.all[seat].place].add(adds(seat)) }
        for node in tree.nodes.indices.reversed() where sums[node].contributing > 0 {
            if isOverfull(node) { overfull += 1 }
            closings[node] = tree.closing(sums[node], of: node, limits)
            if let parent = tree.nodes[node].parent { sums[parent].add(closings[node]) }
        }
    }

    /// The whole; nil where more contribute somewhere than may.
    var whole: FormationOutcome? {
        if overfull > 0 { return nil }
        return sums[0].contributing == 0 ? tree.nothing : closings[0]
    }

    /// A unit takes a seat.
    mutating func take(_ seat: Int) {
        let adds = adds(seat)
        change(table.all[seat].place) { $0.add(adds) }
    }

    /// A unit leaves a seat.
    mutating func leave(_ seat: Int) {
        let adds = adds(seat)
        change(table.all[seat].place) { $0.subtract(adds) }
    }

    /// Whether it may come to the same without a taken seat: not where its group needs it, or all its points count.
    func mayBeSpared(_ seat: Int) -> Bool {
        let (place, adds) = (table.all[seat].place, table.all[seat].adds)
        if adds.hasCost { return true }
        var rest = sums[place]
        rest.subtract(adds)
        if closings[place].isPresent && !tree.isPresent(place, with: rest) { return false }
        if adds.counted == 0 { return true }
        var next: Int? = place
        while let node = next {
            if let most = tree.nodes[node].points.most, sums[node].counted > most.rawValue { return true }
            next = tree.nodes[node].parent
        }
        return false
    }

    private func adds(_ seat: Int) -> FormationOutcome {
        var adds = table.all[seat].adds
        adds.limited = limits.seen(table.all[seat].unit, withResidencies: withResidencies)
        return adds
    }

    private func isOverfull(_ node: Int) -> Bool {
        tree.nodes[node].count.most.map { sums[node].contributing > Int32($0) } ?? false
    }

    private mutating func change(_ place: Int, _ change: (inout FormationOutcome) -> Void) {
        var sum = sums[place]
        change(&sum)
        var (node, changed) = (place, sum)
        while true {
            let before = closings[node]
            changes.append(Change(node: node, sum: sums[node], closing: before, overfull: overfull))
            if isOverfull(node) { overfull -= 1 }
            sums[node] = changed
            if isOverfull(node) { overfull += 1 }
            let closing = tree.closing(changed, of: node, limits)
            // What is beyond a bound is not seen above it.
            if closing == before { return }
            closings[node] = closing
            guard let parent = tree.nodes[node].parent else { return }
            changed = sums[parent]
            changed.subtract(before)
            changed.add(closing)
            node = parent
        }
    }

    // MARK: Trials

    /// What seats are taken, to go back to.
    var mark: Int { changes.count }

    /// Takes the seats that were taken then.
    mutating func goBack(to mark: Int) {
        while changes.count > mark, let change = changes.popLast() {
            (sums[change.node], closings[change.node]) = (change.sum, change.closing)
            overfull = change.overfull
        }
    }
}

extension FormationTree {
    /// What is there where nobody stands.
    var nothing: FormationOutcome {
        var nothing = FormationOutcome()
        if asksForNothing(0) { nothing.present = 1 }
        return nothing
    }

    /// Whether a group is satisfied whatever stands in it.
    func asksForNothing(_ number: Int) -> Bool {
        let node = nodes[number]
        return node.requiredChildren == 0 && node.count.least ?? 0 == 0 && node.points.least ?? .zero <= .zero
    }

    /// Whether the rule asks for nothing at all.
    var isSatisfiedByNothing: Bool { nothing.isPresent }

    /// Whether a group is satisfied by its children, or a slot by its units.
    func isPresent(_ number: Int, with sum: FormationOutcome) -> Bool {
        let points = nodes[number].points
        return sum.contributing > 0 && sum.present >= Int32(nodes[number].count.least ?? 0)
            && min(sum.earned, points.most?.rawValue ?? .max) >= points.least?.rawValue ?? 0
            && Int(sum.required) >= nodes[number].requiredChildren  // more where the same unit stands twice
    }

    /// What the children of a group, or the units of a slot, come to for the group above; nothing where there is nothing.
    func closing(_ sum: FormationOutcome, of number: Int, _ limits: SeenLimits) -> FormationOutcome {
        guard sum.contributing > 0 else { return FormationOutcome() }
        let most = nodes[number].points.most?.rawValue ?? .max
        var whole = sum
        whole.earned = min(sum.earned, most)
        whole.counted = min(sum.counted, most)
        if sum.counted > most { whole.limited = limits.cut(sum.limited, by: sum.counted - most, to: most) }
        let isRequired = nodes[number].isRequired
        let isPresent = isPresent(number, with: sum)
        if isPresent {
            whole.groups += 1
            if isRequired {
                let depth = min(nodes[number].depth, FormationOutcome.ByDepth.scalarCount - 1)
                whole.requiredGroups[depth] = min(254, whole.requiredGroups[depth]) + 1
            }
        } else {
            whole.earned = 0
        }
        // The group above sees one child, whatever it is made of.
        (whole.contributing, whole.present) = (1, isPresent ? 1 : 0)
        whole.required = isPresent && isRequired ? 1 : 0
        return whole
    }
}
