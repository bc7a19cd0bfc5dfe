internal import Credit

/// What each unit of an assignment counts, and each group has.
struct FormationWitness {
    /// The points that each unit counts, in ten-thousandths.
    private(set) var counted: [Int64]
    /// For each node, what present children have, capped.
    private(set) var earned: [Int64]
    /// For each node, what contributing children have, capped.
    private(set) var countedOf: [Int64]
    /// For each node, how many children are present, and how many contribute.
    private(set) var present: [Int]
    private(set) var contributing: [Int]
    /// For each node, how many required children are missing.
    private(set) var requiredPresent: [Int]
    /// For each node, whether it is satisfied and anything stands in it.
    private(set) var isPresent: [Bool]

    /// Bottom up, inner caps first.
    ///
    /// - Parameter ranks: For each unit where it stands in the order in which caps spare them, so that the last lose first; nil
    ///   where they stand in that order.
    init(_ tree: FormationTree, _ units: [HeldUnit], _ places: [Int?], ranks: [Int]? = nil) {
        func rank(_ unit: Int) -> Int { ranks?[unit] ?? unit }
        let count = tree.nodes.count
        counted = units.map { $0.points?.rawValue ?? 0 }
        for unit in units.indices where places[unit] == nil { counted[unit] = 0 }
        earned = Array(repeating: 0, count: count)
        countedOf = earned
        present = Array(repeating: 0, count: count)
        contributing = present
        requiredPresent = present
        isPresent = Array(repeating: false, count: count)
        var below = Array(repeating: [Int](), count: count)
        for unit in units.indices {
            guard let place = places[unit] else { continue }
            below[place].append(unit)
            contributing[place] += 1
            if !units[unit].isPart {
                present[place] += 1
                if tree.nodes[place].required.contains(units[unit].code) { requiredPresent[place] += 1 }
            }
            earned[place] += counted[unit]
        }
        for number in tree.nodes.indices.reversed() {
            let node = tree.nodes[number]
            let most = node.points.most?.rawValue ?? .max
            var rest = most
            for unit in below[number].sorted(by: { rank($0) < rank($1) }) {
                counted[unit] = min(counted[unit], rest)
                if rest < .max { rest -= counted[unit] }
            }
            countedOf[number] = below[number].reduce(0) { $0 + counted[$1] }
            earned[number] = min(earned[number], most)
            isPresent[number] =
                contributing[number] > 0 && present[number] >= Int(node.count.least ?? 0)
                && earned[number] >= node.points.least?.rawValue ?? 0
                && requiredPresent[number] == node.requiredChildren
            guard let parent = node.parent, contributing[number] > 0 else { continue }
            below[parent] += below[number]
            contributing[parent] += 1
            guard isPresent[number] else { continue }
            present[parent] += 1
            earned[parent] += earned[number]
            if node.isRequired { requiredPresent[parent] += 1 }
        }
    }
}
