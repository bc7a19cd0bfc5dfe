internal import Credit

/// A formation rule laid out for the search: groups and open slots by number, parents before children.
struct FormationTree: Sendable {
    /// A group, or an open slot, which is a group of whatever it admits.
    struct Node: Sendable {
        let id: String
        let title: String?
        let parent: Int?
        let depth: Int
        let isRequired: Bool
        let points: Bounds<Points>
        let count: Bounds<UInt16>
        /// Qualifications whose units an open slot takes; nil for groups.
        let admits: [String]?
        /// Codes of the units that are listed here, and whether each is required.
        var units: [(code: String, isRequired: Bool)] = []
        /// Groups and slots in it.
        var groups: [Int] = []

        /// The codes of the units that are required here.
        var required: Set<String> = []
        /// How many of its children are required.
        var requiredChildren = 0

        /// Whether a slot takes a unit.
        func admits(_ unit: HeldUnit) -> Bool {
            guard let admits, let qualification = unit.qualification else { return false }
            return admits.isEmpty || admits.contains(qualification)
        }
    }

    private(set) var nodes: [Node] = []
    /// Where each code is listed, in the order of the ids of groups.
    private var listed: [String: [Int]] = [:]
    /// The open slots, in the order of their ids.
    private(set) var slots: [Int] = []
    /// For each node, the number behind those of all that is in it.
    private var ends: [Int] = []

    init(_ rule: FormationRule) {
        add(rule.root, parent: nil, isRequired: false)
        ends = Array(nodes.indices)
        for node in nodes.indices.reversed() { ends[node] = nodes[node].groups.last.map { ends[$0] } ?? node + 1 }
        let ids = nodes.map(\.id)
        for code in listed.keys { listed[code]?.sort { ids[$0] < ids[$1] } }
        slots.sort { ids[$0] < ids[$1] }
    }

    /// A node and all that is in it.
    func below(_ node: Int) -> Range<Int> { node..<ends[node] }

    private mutating func add(_ group: FormationGroup, parent: Int?, isRequired: Bool) {
        let number = nodes.count
        nodes.append(
            Node(
                id: group.id,
                title: group.title,
                parent: parent,
                depth: parent.map { nodes[$0].depth + 1 } ?? 0,
                isRequired: isRequired,
                points: group.points,
                count: group.count,
                admits: nil
            )
        )
        if let parent { nodes[parent].groups.append(number) }
        for child in group.children {
            if child.isRequired { nodes[number].requiredChildren += 1 }
            switch child.content {
            case .unit(let code):
                nodes[number].units.append((code, child.isRequired))
                if child.isRequired { nodes[number].required.insert(code) }
                if listed[code]?.last != number { listed[code, default: []].append(number) }
            case .group(let group): add(group, parent: number, isRequired: child.isRequired)
            case .open(let slot): add(slot, parent: number, isRequired: child.isRequired)
            }
        }
    }

    private mutating func add(_ slot: OpenSlot, parent: Int, isRequired: Bool) {
        slots.append(nodes.count)
        nodes[parent].groups.append(nodes.count)
        nodes.append(
            Node(
                id: slot.id,
                title: slot.title,
                parent: parent,
                depth: nodes[parent].depth + 1,
                isRequired: isRequired,
                points: slot.points,
                count: slot.count,
                admits: slot.qualifications
            )
        )
    }

    /// Where a unit may be assigned, in the order of the ids of groups.
    func places(of unit: HeldUnit) -> [Int] {
        unit.qualification == nil ? listed[unit.code] ?? [] : slots.filter { nodes[$0].admits(unit) }
    }
}
