internal import Credit

/// The best of a tree where a unit may stand at several places at once: an upper bound, and exact where none does.
///
/// Bottom up, each group keeps every way that no other dominates. Where nothing limits how many children contribute, all
/// do, since more never harms; so there is one way only, and ways multiply only under groups that let one choose.
struct FormationRelaxation {
    /// How a way came about: a seat is taken, or something contributes beside what did before.
    private struct Step {
        var seat: Int32 = -1
        var child: Int32 = -1
        var before: Int32 = -1
    }

    /// The ways of a node, found for what was open there and for these ways of the groups in it.
    private final class Found {
        let words: ArraySlice<UInt64>
        let below: [Int]
        /// No other ways have this number.
        let number: Int
        let ways: [FormationOutcome]

        init(_ words: ArraySlice<UInt64>, below: [Int], number: Int, ways: [FormationOutcome]) {
            (self.words, self.below, self.number, self.ways) = (words, below, number, ways)
        }

        func isFor(_ open: [UInt64]) -> Bool {
            words.indices.allSatisfy { words[$0] == open[$0] }
        }
    }

    /// What is known of nodes while the same crowds are counted.
    private struct Memory {
        var found: [[Found]]
        /// For each node what was found for the branch that was looked at last.
        var current: [Found?]

        init(of count: Int) {
            found = Array(repeating: [], count: count)
            current = Array(repeating: nil, count: count)
        }

        func ways(of node: Int) -> [FormationOutcome] { current[node]?.ways ?? [] }

        mutating func forget(_ node: Int) {
            found[node] = []
            current[node] = nil
        }
    }

    /// To compare a way with so many others is one more step of work.
    private static let comparisonsInStep = 16
    /// Beyond so many steps for one bound, branches are cheaper than counting.
    private static let heavy = 4_000
    /// So much is kept for each node: branches differ from each other in few places and come back to what was before.
    private static let kept = 4
    /// More units are not counted together, so that no count of them overflows.
    private static let largestCrowd = 120

    private let tree: FormationTree
    private let table: FormationSeats
    private let limits: SeenLimits
    private let bound: Int
    /// What is of use, where nothing is sought but that the whole is satisfied.
    private let need: FormationNeed?
    /// The nodes in which anything may stand, those in a group before it.
    private let inhabited: [Int]

    /// Units of which no more may stand than there are, each crowd in a lane of what ways use.
    private var crowds: [[Int]] = []
    private var lanes: [FormationOutcome.Used]
    private var capacity = FormationOutcome.Used()
    private var mayCount = true

    private var steps: [Step] = []
    /// Memory of ways that are no longer needed.
    private var spare: [[FormationOutcome]] = []
    private var memory: Memory
    /// What was known before each crowd was counted.
    private var before: [Memory] = []
    private var foundCount = 0
    /// What is aimed at, where less is of no use.
    private var aim: FormationAim?
    /// What was counted when it was aimed.
    private var aimed: (crowds: Int, mayCount: Bool)?
    private var wasWhole = true
    /// So many ways were looked at.
    private(set) var work = 0
    /// So many there may be before less is counted.
    private var dear = 0

    init(_ tree: FormationTree, _ table: FormationSeats, _ limits: SeenLimits, bound: Int, need: FormationNeed?) {
        (self.tree, self.table, self.limits, self.bound, self.need) = (tree, table, limits, bound, need)
        lanes = Array(repeating: FormationOutcome.Used(), count: table.ofUnit.count)
        memory = Memory(of: tree.nodes.count)
        inhabited = tree.nodes.indices.reversed().filter { node in
            tree.below(node).contains { !table.atPlace[$0].isEmpty }
        }
    }

    /// True if more was looked at than may be.
    var isExhausted: Bool { work > bound }
    /// True if this bound is too dear, for good or as long as so much is counted.
    private var isTooDear: Bool { isExhausted || !crowds.isEmpty && work > dear }

    // MARK: Crowds

    /// Counts some units from now on, so that no more of them stand in a way than there are, at the price of more ways. False
    /// where that is not worth it.
    mutating func count(_ crowd: [Int]) -> Bool {
        guard mayCount, crowds.count < FormationOutcome.Used.scalarCount, crowd.count <= Self.largestCrowd else {
            return false
        }
        before.append(memory)
        for unit in crowd { lanes[unit][crowds.count] = 1 }
        capacity[crowds.count] = UInt8(crowd.count)
        crowds.append(crowd)
        // What has no unit of the crowd in it stays as it is.
        for unit in crowd {
            for seat in table.ofUnit[unit] {
                var node: Int? = table.all[seat].place
                while let number = node {
                    memory.forget(number)
                    node = tree.nodes[number].parent
                }
            }
        }
        return true
    }

    /// Gives up what was counted last, and counts no more.
    private mutating func countLess() {
        mayCount = false
        giveUp(beyond: crowds.count - 1)
    }

    /// Whether more is counted than when it was aimed.
    var countsMore: Bool { aimed.map { crowds.count > $0.crowds } ?? false }

    /// Counts what it did when it was aimed.
    mutating func countAsAimed() {
        guard let aimed else { return }
        mayCount = aimed.mayCount
        giveUp(beyond: aimed.crowds)
    }

    private mutating func giveUp(beyond count: Int) {
        while crowds.count > count {
            for unit in crowds.removeLast() { lanes[unit][crowds.count] = 0 }
            capacity[crowds.count] = 0
            if let known = before.popLast() { memory = known }
        }
        aim?.count(count)
    }

    private mutating func forget() {
        memory = Memory(of: tree.nodes.count)
        before = before.map { _ in memory }
    }

    // MARK: What is aimed at

    /// Lets go, where crowds are counted, of ways that cannot lead to something as good as this, the best in a branch, there
    /// or in less of it.
    mutating func aim(at best: FormationOutcome, in branch: FormationBranch, isWhole: Bool) {
        guard aimed == nil, self.best(branch, isWhole: isWhole) != nil else { return }
        aimed = (crowds.count, mayCount)
        aim = FormationAim(
            best,
            tree,
            table,
            branch,
            tree.nodes.indices.map(memory.ways),
            crowds: crowds.map(\.count),
            lanes: lanes
        )
        guard !crowds.isEmpty else { return }
        for node in tree.nodes.indices where memory.ways(of: node).count > 1 { memory.forget(node) }
    }

    /// Keeps all ways again.
    mutating func aimNowhere() {
        countAsAimed()
        aimed = nil
        guard aim != nil else { return }
        aim = nil
        forget()
    }

    /// What ways must lead to.
    private var target: FormationAim? { crowds.isEmpty ? nil : aim }

    // MARK: The whole

    /// The best way for the whole; nil where none keeps the limits.
    ///
    /// - Parameters:
    ///   - branch: Which seats may be taken.
    ///   - isWhole: False where the whole cannot be satisfied for want of a residency, so that its being present is no aim,
    ///     and no residency is.
    mutating func best(_ branch: FormationBranch, isWhole: Bool) -> FormationOutcome? {
        if isWhole != wasWhole { forget() }
        wasWhole = isWhole
        dear = work + Self.heavy
        var isStale = Array(repeating: false, count: tree.nodes.count)
        for node in inhabited {
            if !isStale[node], memory.current[node]?.isFor(branch.words) ?? false { continue }
            if let parent = tree.nodes[node].parent { isStale[parent] = true }
            let below = tree.nodes[node].groups.map { memory.current[$0]?.number ?? -1 }
            if let known = memory.found[node].first(where: { $0.below == below && $0.isFor(branch.words) }) {
                memory.current[node] = known
                continue
            }
            let ways = self.ways(of: node, branch, withResidencies: isWhole)
            if isTooDear {
                if isExhausted { return nil }
                countLess()
                return best(branch, isWhole: isWhole)
            }
            foundCount += 1
            let found = Found(branch.words[table.words(at: node)], below: below, number: foundCount, ways: ways)
            memory.current[node] = found
            if memory.found[node].count == Self.kept { memory.found[node].removeFirst() }
            memory.found[node].append(found)
        }
        var best: FormationOutcome?
        for var way in [tree.nothing] + memory.ways(of: 0)
        where limits.mayBeKept(by: way.limited, withResidencies: isWhole) {
            if !isWhole { way.present = 0 }
            // More where the same unit stands twice.
            way.forced = min(way.forced, Int32(branch.forcedCount))
            if best.map({ way.isBetter(than: $0) }) ?? true { best = way }
        }
        // How much counts in it is no aim then.
        if need != nil { best?.counted = 0 }
        return best
    }

    /// The seats that are taken in a way; several of one unit show that it is a bound only.
    func seats(of outcome: FormationOutcome) -> [Int] {
        var seats: [Int] = []
        var open = [outcome.step]
        while let next = open.popLast() {
            guard next >= 0 else { continue }
            let step = steps[Int(next)]
            if step.seat >= 0 { seats.append(Int(step.seat)) }
            open.append(step.child)
            open.append(step.before)
        }
        return seats.sorted()
    }

    // MARK: One group

    private mutating func ways(
        of number: Int,
        _ branch: FormationBranch,
        withResidencies: Bool
    ) -> [FormationOutcome] {
        let seats = branch.seats(at: number)
        let groups = tree.nodes[number].groups.filter { !memory.ways(of: $0).isEmpty }
        if seats.isEmpty && groups.isEmpty { return [] }
        let limit = tree.nodes[number].count.most.map(Int32.init) ?? .max
        let target = target
        let mayChoose = Int(limit) < seats.count + groups.count
        var ways = emptyWays()
        ways.append(FormationOutcome())
        defer { spare.append(ways) }
        var rest = seats.reduce(Int64(0)) { $0 + max(0, table.all[$1].adds.counted) }
        var toCome = need == nil ? FormationOutcome() : everything(seats, groups)
        for seat in seats {
            let taking = table.all[seat].unit
            var unit = table.all[seat].adds
            unit.forced = branch.isForced[taking] ? 1 : 0
            unit.limited = limits.seen(taking, withResidencies: withResidencies)
            unit.used = lanes[taking]
            unit.step = Int32(steps.count)
            steps.append(Step(seat: Int32(seat)))
            extend(&ways, by: CollectionOfOne(unit), skips: mayChoose || unit.hasCost, limit, at: number)
            if isTooDear { return [] }
            if let need {
                toCome.subtract(table.all[seat].adds)
                ways.removeAll { !need.mayBeReached(with: $0, at: number, toCome) }
            }
            rest -= max(0, unit.counted)
            if let target, ways.count > 1 {
                ways.removeAll { !target.mayBeReached(with: $0, in: number, before: rest) }
            }
        }
        for group in groups {
            let children = memory.ways(of: group)
            extend(&ways, by: children, skips: mayChoose || children.contains { $0.hasCost }, limit, at: number)
            if isTooDear { return [] }
            if let need {
                toCome.subtract(most(of: group))
                ways.removeAll { !need.mayBeReached(with: $0, at: number, toCome) }
            }
            if let target, ways.count > 1 { ways.removeAll { !target.mayBeReached(with: $0, upTo: group) } }
        }
        return finished(ways, number)
    }

    /// What seats and groups come to together, the most of each.
    private func everything(_ seats: [Int], _ groups: [Int]) -> FormationOutcome {
        var everything = FormationOutcome()
        for seat in seats { everything.add(table.all[seat].adds) }
        for group in groups { everything.add(most(of: group)) }
        return everything
    }

    /// The most that a group comes to for the one above, as far as that may be asked for.
    private func most(of group: Int) -> FormationOutcome {
        var most = FormationOutcome()
        for way in memory.ways(of: group) {
            most.present = max(most.present, way.present)
            most.required = max(most.required, way.required)
            most.earned = max(most.earned, way.earned)
        }
        return most
    }

    /// No ways, and room for some.
    private mutating func emptyWays() -> [FormationOutcome] {
        var ways = spare.popLast() ?? []
        ways.removeAll(keepingCapacity: true)
        return ways
    }

    /// Every way with one of some children beside what there is, and without where one may do without.
    private mutating func extend(
        _ ways: inout [FormationOutcome],
        by children: some Collection<FormationOutcome>,
        skips: Bool,
        _ limit: Int32,
        at number: Int
    ) {
        if !skips, ways.count == 1, children.count == 1, ways[0].contributing < limit, let child = children.first {
            // Mostly there is nothing to choose, and the one way takes in what comes.
            steps.append(Step(child: child.step, before: ways[0].step))
            ways[0].add(child)
            need?.reduce(&ways[0], at: number)
            ways[0].step = Int32(steps.count - 1)
            work += 1
            return
        }
        var extended = emptyWays()
        defer { spare.append(extended) }
        for way in ways {
            if way.contributing < limit {
                for child in children {
                    var longer = way
                    longer.add(child)
                    need?.reduce(&longer, at: number)
                    if any(longer.used .> capacity) { continue }
                    work += 1 + extended.count / Self.comparisonsInStep
                    longer.step = Int32(steps.count)
                    if extended.addUndominated(longer) { steps.append(Step(child: child.step, before: way.step)) }
                }
            }
            if skips || way.contributing >= limit {
                work += 1 + extended.count / Self.comparisonsInStep
                _ = extended.addUndominated(way)
            }
            if isTooDear { return }
        }
        swap(&ways, &extended)
    }

    /// What the ways of a group's children come to for the group above.
    private func finished(_ ways: [FormationOutcome], _ number: Int) -> [FormationOutcome] {
        var finished: [FormationOutcome] = []
        let target = target
        for way in ways where way.contributing > 0 {
            var closed = tree.closing(way, of: number, limits)
            if need != nil { (closed.groups, closed.requiredGroups) = (0, .init()) }
            if let target, !target.mayBeReached(with: closed, from: number) { continue }
            if let need, !need.isOfUse(closed, from: number) { continue }
            _ = finished.addUndominated(closed)
        }
        return finished
    }
}
