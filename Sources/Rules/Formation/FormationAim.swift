internal import Credit

/// What a search aims at, and which ways may still lead there: one is of no use where it would be worse even with the most
/// that everything else could come to.
struct FormationAim {
    /// The most that something could come to, each part by itself.
    private struct Most {
        var groups: Int32 = 0
        var requiredGroups = FormationOutcome.ByDepth()
        var counted: Int64 = 0

        mutating func add(_ other: Most) {
            groups += other.groups
            requiredGroups &+= other.requiredGroups
            counted += other.counted
        }

        /// One or the other.
        mutating func formUnion(_ other: Most) {
            groups = max(groups, other.groups)
            requiredGroups = pointwiseMax(requiredGroups, other.requiredGroups)
            counted = max(counted, other.counted)
        }
    }

    /// The most that the whole could come to with a way.
    private struct Prospect {
        /// What all else could add.
        var more = Most()
        /// More than this never counts.
        var cap = Int64.max / 2
    }

    private let target: FormationOutcome
    /// For each node, with what it comes to for the group above.
    private var around: [Prospect]
    /// For each node, with what is in its group up to it.
    private var behind: [Prospect]

    /// In larger trees required groups of one depth may be more than are counted.
    static let largestTree = 250

    /// - Parameters:
    ///   - target: Nothing worse is of use.
    ///   - branch: What is open; in less of it there is no more.
    ///   - ways: For each node its ways in that branch.
    init(
        _ target: FormationOutcome,
        _ tree: FormationTree,
        _ table: FormationSeats,
        _ branch: FormationBranch,
        _ ways: [[FormationOutcome]]
    ) {
        self.target = target
        around = Array(repeating: Prospect(), count: tree.nodes.count)
        behind = around
        let most = ways.map { ways in
            ways.reduce(into: Most()) { most, way in
                most.formUnion(Most(groups: way.groups, requiredGroups: way.requiredGroups, counted: way.counted))
            }
        }
        for number in tree.nodes.indices where !tree.nodes[number].groups.isEmpty {
            // What the group adds to what is in it, and where.
            var inside = around[number]
            let cap = tree.nodes[number].points.most?.rawValue ?? Int64.max / 4
            inside.cap = min(inside.cap, cap + inside.more.counted)
            var own = Most(groups: 1)
            if tree.nodes[number].isRequired {
                own.requiredGroups[min(tree.nodes[number].depth, FormationOutcome.ByDepth.scalarCount - 1)] = 1
            }
            inside.more.add(own)
            let isChoice = tree.nodes[number].count.most == 1
            var units = Most()
            for entry in branch.here[number] { units.counted += max(0, table.all[entry / 2].adds.counted) }
            var later = Most()
            for group in tree.nodes[number].groups.reversed() {
                behind[group] = inside
                behind[group].more.add(later)
                if isChoice { later.formUnion(most[group]) } else { later.add(most[group]) }
            }
            var earlier = units
            for group in tree.nodes[number].groups {
                around[group] = isChoice ? inside : behind[group]
                if isChoice { continue }
                around[group].more.add(earlier)
                earlier.add(most[group])
            }
        }
    }

    /// Whether what a node comes to for the group above may lead there.
    func mayBeReached(with way: FormationOutcome, from node: Int) -> Bool { mayBeReached(way, around[node]) }

    /// Whether what is in a group, up to one of the groups in it, may lead there.
    func mayBeReached(with way: FormationOutcome, upTo group: Int) -> Bool { mayBeReached(way, behind[group]) }

    /// The order of ``FormationOutcome/isBetter(than:)``, where what is best decides whether the whole is satisfied.
    private func mayBeReached(_ way: FormationOutcome, _ prospect: Prospect) -> Bool {
        if way.further != target.further { return way.further < target.further }
        if way.furtherPoints != target.furtherPoints { return way.furtherPoints < target.furtherPoints }
        let required = way.requiredGroups &+ prospect.more.requiredGroups
        if required != target.requiredGroups {
            for depth in 0..<FormationOutcome.ByDepth.scalarCount where required[depth] != target.requiredGroups[depth]
            {
                return required[depth] > target.requiredGroups[depth]
            }
        }
        let groups = way.groups + prospect.more.groups
        if groups != target.groups { return groups > target.groups }
        return min(way.counted + prospect.more.counted, prospect.cap) >= target.counted
    }
}
