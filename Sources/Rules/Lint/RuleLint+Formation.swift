internal import Credit

// Formation rules: whether a group can be satisfied at all, and by more than nothing.

/// What a child of a group can bring when everything goes well for it.
struct Reach {
    /// The most points; nil where an open slot sets no end.
    var points: Points?
    /// False if it can never be present.
    var isSatisfiable: Bool
    /// True if it is satisfied by nothing at all.
    var isEmpty: Bool
}

extension RuleLint {
    /// Looks at every group once. What it finds unreachable is so; a group that only fails because two others need the
    /// same unit is found by trying, which is the solver's work.
    mutating func checkFormation(of standard: Standard) {
        let root = standard.formation.root
        var points: [String: Points] = [:]
        for unit in standard.qualification.units { points[unit.code] = unit.points ?? .zero }
        var seen: Set<String> = []
        let reach = check(root, at: "formation", units: points, seen: &seen, depth: 0)
        if reach.isEmpty { add(.groupEmpty, root.id, at: "formation") }
        var required: Set<String> = []
        checkRequired(in: root, at: "formation", &required, depth: 0)
        checkSums(of: standard)
    }

    private mutating func check(
        _ group: FormationGroup,
        at path: String,
        units: [String: Points],
        seen: inout Set<String>,
        depth: Int
    ) -> Reach {
        // Documents end there; trees that a program builds may not.
        guard depth < 64 else {
            add(.tooDeep, group.id, at: path)
            return Reach(points: nil, isSatisfiable: true, isEmpty: false)
        }
        if !seen.insert(group.id).inserted { add(.nameTwice, group.id, at: "\(path).group") }
        var codes: Set<String> = []
        var children: [(reach: Reach, isRequired: Bool)] = []
        for (index, child) in group.children.enumerated() {
            let place = "\(path).children[\(index)]"
            var reach: Reach
            switch child.content {
            case .unit(let code):
                if !codes.insert(code).inserted { add(.nameTwice, code, at: "\(place).unit") }
                if units[code] == nil { add(.unitUnknown, code, at: "\(place).unit") }
                reach = Reach(points: units[code] ?? .zero, isSatisfiable: units[code] != nil, isEmpty: false)
            case .group(let inner):
                reach = check(inner, at: place, units: units, seen: &seen, depth: depth + 1)
                if child.isRequired, reach.isEmpty { add(.groupEmpty, inner.id, at: place) }
            case .open(let slot):
                if !seen.insert(slot.id).inserted { add(.nameTwice, slot.id, at: "\(place).open") }
                reach = Reach(points: slot.points.most, isSatisfiable: true, isEmpty: false)
                reach.isSatisfiable = checkBounds(slot.points, slot.count, at: place)
                reach.isEmpty = (slot.points.least ?? .zero) <= .zero && slot.count.least ?? 0 == 0
                if child.isRequired, reach.isEmpty { add(.groupEmpty, slot.id, at: place) }
            }
            children.append((reach, child.isRequired))
        }
        return reach(of: group, children, at: path)
    }

    /// Units without which two groups cannot be satisfied that both must be: a unit counts once.
    private mutating func checkRequired(
        in group: FormationGroup,
        at path: String,
        _ required: inout Set<String>,
        depth: Int
    ) {
        guard depth < 64 else { return }
        for (index, child) in group.children.enumerated() where child.isRequired {
            let place = "\(path).children[\(index)]"
            switch child.content {
            case .unit(let code):
                if !required.insert(code).inserted {
                    add(.groupUnreachable, "\(code) is required in two groups, and counts once", at: place)
                }
            case .group(let inner): checkRequired(in: inner, at: place, &required, depth: depth + 1)
            case .open: break
            }
        }
    }

    private mutating func reach(
        of group: FormationGroup,
        _ children: [(reach: Reach, isRequired: Bool)],
        at path: String
    ) -> Reach {
        var isSatisfiable = checkBounds(group.points, group.count, at: path)
        let possible = children.filter(\.reach.isSatisfiable)
        let required = possible.filter(\.isRequired)
        let places = min(Int(group.count.most ?? .max), possible.count)
        // A required child that cannot be satisfied is told where it stands, and takes its group with it.
        if children.contains(where: { $0.isRequired && !$0.reach.isSatisfiable }) {
            isSatisfiable = false
        } else if required.count > places {
            add(.groupUnreachable, "\(required.count) required, and at most \(places) may", at: path)
            isSatisfiable = false
        }
        if let least = group.count.least, Int(least) > places, isSatisfiable {
            add(.groupUnreachable, "needs \(least) of \(possible.count)", at: "\(path).count")
            isSatisfiable = false
        }
        let others = possible.filter { !$0.isRequired }.map { $0.reach.points ?? .largest }.sorted(by: >)
        let best = required.map { $0.reach.points ?? .largest } + others.prefix(max(0, places - required.count))
        let sum = best.reduce(Points.zero) { min($0 + $1, .largest) }
        if let least = group.points.least, least > sum, isSatisfiable {
            add(.groupUnreachable, "needs \(least) points of \(sum)", at: "\(path).points")
            isSatisfiable = false
        }
        let isEmpty = required.isEmpty && (group.points.least ?? .zero) <= .zero && group.count.least ?? 0 == 0
        return Reach(
            points: group.points.most.map { min($0, sum) } ?? sum,
            isSatisfiable: isSatisfiable,
            isEmpty: isEmpty
        )
    }

    /// True if bounds leave room.
    private mutating func checkBounds(_ points: Bounds<Points>, _ count: Bounds<UInt16>, at path: String) -> Bool {
        var isOpen = true
        if let least = points.least, let most = points.most, least > most {
            add(.groupContradictory, "\(least) to \(most)", at: "\(path).points")
            isOpen = false
        }
        if let negative = [points.least, points.most].compactMap(\.self).first(where: { $0 < .zero }) {
            add(.groupContradictory, "\(negative)", at: "\(path).points")
            isOpen = false
        }
        if let least = count.least, let most = count.most, least > most {
            add(.groupContradictory, "\(least) to \(most)", at: "\(path).count")
            isOpen = false
        }
        return isOpen
    }
}
