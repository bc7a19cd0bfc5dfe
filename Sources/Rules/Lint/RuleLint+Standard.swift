internal import Credit

// Qualification versions: their units and their sums.

extension RuleLint {
    mutating func check(_ standard: Standard) {
        let qualification = standard.qualification
        let country = qualification.country
        if country.utf8.count != 2 || !country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
            add(.countryInvalid, country, at: "country")
        }
        if qualification.id.contains("@") { add(.identifierInvalid, qualification.id, at: "id") }
        if let until = qualification.validUntil, let end = qualification.transitionEnd, end < until {
            add(.validityContradictory, "\(end), before \(until)", at: "transitionEnd")
        }
        checkNames(qualification.units.map(\.code), at: "units", ".code")
        checkParents(qualification.units)
        checkFormation(of: standard)
        checkPlaces(of: standard)
    }

    /// Parents that are not there or lead back, and those whose points are not the sum of their parts.
    private mutating func checkParents(_ units: [Unit]) {
        var indices: [String: Int] = [:]
        for (index, unit) in units.enumerated() where indices[unit.code] == nil { indices[unit.code] = index }
        var parts: [String: [Unit]] = [:]
        for (index, unit) in units.enumerated() {
            guard let parent = unit.parent else { continue }
            parts[parent, default: []].append(unit)
            if indices[parent] == nil { add(.unitUnknown, parent, at: "units[\(index)].parent") }
        }
        checkWaysUp(units, indices)
        for (index, unit) in units.enumerated() {
            guard let points = unit.points, let parts = parts[unit.code] else { continue }
            let counted = parts.compactMap(\.points)
            let sum = counted.reduce(.zero, +)
            if counted.count == parts.count, sum != points {
                add(.sumDiffers, "\(points), and its parts give \(sum)", at: "units[\(index)].points", .warning)
            }
        }
    }

    /// Units that are a part of themselves. O(*n*): each unit is passed once.
    private mutating func checkWaysUp(_ units: [Unit], _ indices: [String: Int]) {
        var settled: Set<String> = []
        for unit in units where !settled.contains(unit.code) {
            var way: Set<String> = [unit.code]
            var ancestor = unit.parent
            while let code = ancestor, let index = indices[code], !settled.contains(code) {
                guard way.insert(code).inserted else {
                    add(.ruleContradictory, "\(code) is a part of itself", at: "units[\(index)].parent")
                    break
                }
                ancestor = units[index].parent
            }
            settled.formUnion(way)
        }
    }

    // MARK: Sums

    /// Compares what is stated and printed with what the rows give: misprints are told, never corrected.
    mutating func checkSums(of standard: Standard) {
        var points: [String: Points] = [:]
        // In a sum a unit without points adds nothing.
        for unit in standard.qualification.units { points[unit.code] = unit.points ?? .zero }
        checkSums(of: standard.formation.root, at: "formation", points, standard.printed)
        let root = standard.formation.root.points
        if let stated = standard.qualification.points, let least = root.least, stated != least {
            add(.sumDiffers, "\(stated), and the formation needs \(least)", at: "points", .warning)
        }
    }

    private mutating func checkSums(
        of group: FormationGroup,
        at path: String,
        _ units: [String: Points],
        _ printed: [String: Points],
        depth: Int = 0
    ) {
        guard depth < 64 else { return }
        var rows: [Points] = []
        for (index, child) in group.children.enumerated() {
            let row: Points?
            switch child.content {
            case .unit(let code): row = units[code]
            case .group(let inner):
                row = printed[inner.id] ?? inner.points.exact
                checkSums(of: inner, at: "\(path).children[\(index)]", units, printed, depth: depth + 1)
            case .open(let slot): row = slot.points.exact
            }
            if let row { rows.append(row) }
        }
        // Where a row has no points of its own, there is no sum to compare with.
        guard rows.count == group.children.count, !rows.isEmpty else { return }
        let sum = rows.reduce(.zero, +)
        if let total = printed[group.id] {
            if total != sum { add(.sumDiffers, "\(total), and its rows give \(sum)", at: "\(path).printed", .warning) }
        } else if let exact = group.points.exact, exact != sum, group.children.allSatisfy(\.isRequired) {
            add(.sumDiffers, "\(exact), and its rows give \(sum)", at: "\(path).points", .warning)
        }
    }

    // MARK: Places

    /// Units that stand nowhere, neither themselves nor a part of them nor what they are a part of.
    private mutating func checkPlaces(of standard: Standard) {
        let units = standard.qualification.units
        var placed = standard.formation.root.listedUnits
        for unit in units where placed.contains(unit.code) {
            if let parent = unit.parent { placed.insert(parent) }
        }
        for (index, unit) in units.enumerated()
        where !placed.contains(unit.code) && !(unit.parent.map(placed.contains) ?? false) {
            add(.unitUnplaced, unit.code, at: "units[\(index)]", .warning)
        }
    }
}

extension Bounds {
    /// The one value that bounds leave, or nil.
    fileprivate var exact: Value? { least == most ? least : nil }
}

extension FormationGroup {
    /// Codes of the units that stand in it, as deep as documents go.
    var listedUnits: Set<String> {
        var codes: Set<String> = []
        var groups = [self]
        while let group = groups.popLast() {
            for child in group.children {
                switch child.content {
                case .unit(let code): codes.insert(code)
                case .group(let inner): groups.append(inner)
                case .open: break
                }
            }
        }
        return codes
    }
}
