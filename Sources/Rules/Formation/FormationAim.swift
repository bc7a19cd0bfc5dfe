internal import Credit

/// What a search of held units aims at, and which ways may still lead there: one is of no use where it would be worse even
/// with the most that everything else could come to, as long as no more units of a crowd stand than there are.
struct FormationAim {
    /// In larger trees required groups of one depth may be more than are counted.
    private static let largestTree = 250

    /// The objective of a way as one number, where what is best decides whether the whole is satisfied: the numbers of ways
    /// add up as ways do, and the best have the greatest.
    private struct Rank {
        private var ofGroup: Int64
        /// The outermost last.
        private var ofRequired: [(depth: Int, each: Int64)] = []

        /// Nil where the numbers would be too large.
        init?(_ tree: FormationTree, _ table: FormationSeats) {
            var required = Array(repeating: Int64(0), count: FormationOutcome.ByDepth.scalarCount)
            for node in tree.nodes where node.isRequired { required[min(node.depth, required.count - 1)] += 1 }
            ofGroup = 1 + table.all.reduce(0) { $0 + $1.adds.counted }
            var (next, isTooLarge) = ofGroup.multipliedReportingOverflow(by: Int64(tree.nodes.count + 1))
            for depth in required.indices.reversed() where required[depth] > 0 && !isTooLarge {
                ofRequired.append((depth, next))
                (next, isTooLarge) = next.multipliedReportingOverflow(by: required[depth] + 1)
            }
            if isTooLarge { return nil }
        }

        func callAsFunction(_ way: FormationOutcome) -> Int64 {
            ofRequired.reduce(way.counted + Int64(way.groups) * ofGroup) {
                $0 + Int64(way.requiredGroups[$1.depth]) * $1.each
            }
        }

        /// What a present group adds to what is in it.
        func own(_ node: FormationTree.Node) -> Int64 {
            var own = FormationOutcome()
            own.groups = 1
            if node.isRequired { own.requiredGroups[min(node.depth, FormationOutcome.ByDepth.scalarCount - 1)] = 1 }
            return self(own)
        }

        /// How much counts in what ranks so.
        func counted(in rank: Int64) -> Int64 { rank % ofGroup }

        /// Whether nothing but what counts makes two ranks different.
        func differInCounted(_ left: Int64, _ right: Int64) -> Bool { left / ofGroup == right / ofGroup }
    }

    /// The most that something comes to, for each crowd and each number of its units that may stand in it.
    private typealias Most = [Int64]

    /// The most that the whole could come to with a way.
    private struct Prospect {
        /// What all else could add.
        var more: Most
        /// More points than this never count.
        var cap = Int64.max / 2
    }

    private let rank: Rank
    private let target: Int64
    /// For each crowd how many units it has. The first stands for none: nobody is in it.
    private var crowds: [Int]
    /// For each node, with what it comes to for the group above.
    private var around: [Prospect]
    /// For each node, with what is in its group up to it.
    private var behind: [Prospect]
    /// For each node, with some of the units that may stand there, and none of the groups.
    private var within: [Prospect]

    /// Nil where it would not be worth it.
    ///
    /// - Parameters:
    ///   - target: Nothing worse is of use.
    ///   - branch: What is open; in less of it there is no more.
    ///   - ways: For each node its ways in that branch.
    ///   - lanes: For each unit which crowds it is of.
    init?(
        _ target: FormationOutcome,
        _ tree: FormationTree,
        _ table: FormationSeats,
        _ branch: FormationBranch,
        _ ways: [[FormationOutcome]],
        crowds: [Int],
        lanes: [FormationOutcome.Used]
    ) {
        guard tree.nodes.count <= Self.largestTree, let rank = Rank(tree, table) else { return nil }
        self.rank = rank
        self.target = rank(target)
        self.crowds = [0] + crowds
        let nothing = Prospect(more: Most(repeating: 0, count: self.crowds.reduce(0) { $0 + $1 + 1 }))
        around = Array(repeating: nothing, count: tree.nodes.count)
        (behind, within) = (around, around)
        let most = ways.map { ways in self.most(of: ways.map { (rank($0), $0.used) }) }
        for number in tree.nodes.indices where !ways[number].isEmpty {
            let groups = tree.nodes[number].groups.filter { !ways[$0].isEmpty }
            // What the group adds to what is in it, and where.
            var inside = around[number]
            let cap = tree.nodes[number].points.most?.rawValue ?? Int64.max / 4
            inside.cap = min(inside.cap, cap + rank.counted(in: inside.more[0]))
            let own = ways[number].contains(where: \.isPresent) ? rank.own(tree.nodes[number]) : 0
            for index in inside.more.indices { inside.more[index] += own }
            let isChoice = tree.nodes[number].count.most == 1
            var later = nothing.more
            for group in groups.reversed() {
                behind[group] = inside
                behind[group].more = sum(inside.more, later)
                later = isChoice ? zip(later, most[group]).map(max) : sum(later, most[group])
            }
            within[number] = inside
            within[number].more = sum(inside.more, later)
            var earlier = nothing.more
            for seat in branch.seats(at: number) where !groups.isEmpty {
                earlier = sum(
                    earlier,
                    self.most(of: [(table.all[seat].adds.counted, lanes[table.all[seat].unit])])
                )
            }
            for group in groups {
                around[group] = isChoice ? inside : behind[group]
                if isChoice { continue }
                around[group].more = sum(around[group].more, earlier)
                earlier = sum(earlier, most[group])
            }
        }
    }

    /// Takes no notice of crowds that are counted no longer.
    mutating func count(_ number: Int) { crowds.removeLast(max(0, crowds.count - 1 - number)) }

    // MARK: Sums

    private func most(of ways: [(rank: Int64, used: FormationOutcome.Used)]) -> Most {
        var most: Most = []
        for (crowd, count) in crowds.enumerated() {
            let first = most.count
            most.append(contentsOf: repeatElement(0, count: count + 1))
            for way in ways {
                let used = crowd == 0 ? 0 : Int(way.used[crowd - 1])
                most[first + used] = max(most[first + used], way.rank)
            }
            for index in most.indices.dropFirst(first + 1) { most[index] = max(most[index], most[index - 1]) }
        }
        return most
    }

    /// The most of two things together, however the units of each crowd are divided between them.
    private func sum(_ one: Most, _ other: Most) -> Most {
        var sum = one
        var first = 0
        for count in crowds {
            for number in 0...count {
                var most = one[first + number] + other[first]
                for there in 0...number { most = max(most, one[first + number - there] + other[first + there]) }
                sum[first + number] = most
            }
            first += count + 1
        }
        return sum
    }

    // MARK: What may lead there

    /// Whether what a node comes to for the group above may lead there.
    func mayBeReached(with way: FormationOutcome, from node: Int) -> Bool { mayBeReached(way, around[node]) }

    /// Whether what is in a group, up to one of the groups in it, may lead there.
    func mayBeReached(with way: FormationOutcome, upTo group: Int) -> Bool { mayBeReached(way, behind[group]) }

    /// Whether some of the units of a node may lead there, where others that count so much may be added.
    func mayBeReached(with way: FormationOutcome, in node: Int, before counted: Int64) -> Bool {
        mayBeReached(way, within[node], counted)
    }

    private func mayBeReached(_ way: FormationOutcome, _ prospect: Prospect, _ further: Int64 = 0) -> Bool {
        let rank = rank(way) + further
        var first = 0
        for (crowd, count) in crowds.enumerated() {
            let free = crowd == 0 ? 0 : count - Int(way.used[crowd - 1])
            let most = rank + prospect.more[first + free]
            if most < target { return false }
            first += count + 1
        }
        let most = rank + prospect.more[0]
        return !self.rank.differInCounted(target, most) || prospect.cap >= self.rank.counted(in: target)
    }
}
