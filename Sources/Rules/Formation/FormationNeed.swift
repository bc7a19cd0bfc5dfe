internal import Credit

/// What matters of a way where nothing is sought but that the whole is satisfied: what is more than enough, and what stands in
/// groups that are not satisfied, is not told apart.
///
/// That is exact. A group gives the one above nothing but its points, that it is present, and that it contributes. Of points
/// no more are of use than the group may have, nor than the one above could use beside the least of its other required groups,
/// unless its own least asks for more; of what is present no more than the least count. A group that is not satisfied gives
/// nothing, so that as much is achieved where nothing stands in it; unless one around it asks for nothing but that anything
/// stands there. Limits of the whole look at what counts, wherever it stands: with them less is left out.
struct FormationNeed {
    private let tree: FormationTree
    /// For each node, the most points in it that are of use.
    private let useful: [Int64]
    /// For each node, whether what stands there may be of use though it is not satisfied.
    private let keepsUnfinished: [Bool]
    private let hasLimits: Bool
    /// The most points that the rule or a residency asks for anywhere.
    private let greatest: Int64

    init(_ tree: FormationTree, _ limits: FormationLimits) {
        self.tree = tree
        hasLimits = !limits.shares.isEmpty || !limits.residencies.isEmpty
        var useful: [Int64] = []
        var keepsUnfinished: [Bool] = []
        for node in tree.nodes {
            let isInside = node.parent.map { keepsUnfinished[$0] || tree.asksForNothing($0) } ?? false
            keepsUnfinished.append(hasLimits || isInside)
            let least = node.points.least?.rawValue ?? 0
            var above: Int64 = 0
            if let parent = node.parent {
                let required = tree.nodes[parent].groups.reduce(Int64(0)) { sum, group in
                    let other = tree.nodes[group]
                    return sum + (other.isRequired && other.id != node.id ? other.points.least?.rawValue ?? 0 : 0)
                }
                above = useful[parent] - required
            }
            useful.append(min(node.points.most?.rawValue ?? .max, max(least, above)))
        }
        (self.useful, self.keepsUnfinished) = (useful, keepsUnfinished)
        greatest = limits.residencies.reduce(useful.max() ?? 0) { max($0, $1.least.rawValue) }
    }

    /// A way of a group's children, or of a slot's units, without what makes no difference.
    func reduce(_ way: inout FormationOutcome, at number: Int) {
        way.groups = 0
        way.requiredGroups = .init()
        if hasLimits { return }
        let node = tree.nodes[number]
        way.counted = 0
        way.earned = min(way.earned, useful[number])
        way.present = min(way.present, Int32(node.count.least ?? 0))
        way.required = min(way.required, Int32(node.requiredChildren))
        if node.count.most == nil { way.contributing = min(way.contributing, 1) }
    }

    /// Whether a way of a group that is not finished may still be of use, if all the rest came to it.
    func mayBeReached(with way: FormationOutcome, at number: Int, _ rest: FormationOutcome) -> Bool {
        if keepsUnfinished[number] { return true }
        let node = tree.nodes[number]
        return way.present + rest.present >= Int32(node.count.least ?? 0)
            && Int(way.required + rest.required) >= node.requiredChildren
            && way.earned + rest.earned >= node.points.least?.rawValue ?? 0
    }

    /// Whether what a group comes to is of use for the one above.
    func isOfUse(_ closed: FormationOutcome, from number: Int) -> Bool { closed.isPresent || keepsUnfinished[number] }

    // MARK: Open slots

    /// Whether one unit of so many points has all that could be of use at some slots.
    func isEnough(_ points: Points, at places: [Int]) -> Bool {
        !hasLimits && places.allSatisfy { points.rawValue >= useful[$0] }
    }

    /// The most further units of so many points that a shortest way has at some slots. With more in one of them there would be
    /// one without which it has all the same what is of use of points, of units, and that anything stands there.
    func most(of points: Points, at places: [Int]) -> Int {
        var most = Array(repeating: 0, count: tree.nodes.count)
        for number in tree.nodes.indices.reversed() {
            let node = tree.nodes[number]
            if node.admits == nil {
                let inside = node.groups.map { most[$0] }.sorted(by: >)
                most[number] = inside.prefix(Int(node.count.most ?? .max)).reduce(0, +)
            } else if places.contains(number) {
                let useful = hasLimits ? greatest : useful[number]
                let each = points.rawValue
                let forPoints = each > 0 ? Int((useful + each - 1) / each) : 0
                most[number] = min(max(forPoints, Int(node.count.least ?? 0), 1), Int(node.count.most ?? .max))
            }
        }
        return most[0]
    }
}
