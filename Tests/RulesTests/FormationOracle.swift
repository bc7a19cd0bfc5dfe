import Credit
import Rules

/// The definition of the solver by exhaustion: tries every assignment there is. Slow, and written from the definition
/// alone, over the rule as it is written.
struct FormationOracle {
    let rule: FormationRule
    let units: [HeldUnit]
    let limits: FormationLimits

    /// How a group or slot stands.
    struct GroupStanding: Equatable {
        var counted: Int64 = 0
        var earned: Int64 = 0
        var present = 0
        var isPresent = false
        var missingRequired: Set<String> = []
    }

    /// What an assignment comes to.
    struct Value {
        var isSatisfied: Bool
        var requiredGroups: [Int]
        var groups: Int
        var counted: Int64
        var sequence: [String]
        /// What each unit counts, and how each group stands.
        var witness: Witness
        /// The replacements without which the units would not stand.
        var applied: [Int]

        /// The objective, in its order.
        func isBetter(than other: Value) -> Bool {
            isBetter(but: other) ?? sequence.lexicographicallyPrecedes(other.sequence)
        }

        /// The same without the smallest of equals; nil where they are equal.
        func isBetter(but other: Value) -> Bool? {
            if isSatisfied != other.isSatisfied { return isSatisfied }
            if requiredGroups != other.requiredGroups {
                return other.requiredGroups.lexicographicallyPrecedes(requiredGroups)
            }
            if groups != other.groups { return groups > other.groups }
            if counted != other.counted { return counted > other.counted }
            return nil
        }
    }

    /// What units count and how groups stand, by id.
    struct Witness {
        var units: [Int64]
        var groups: [String: GroupStanding] = [:]
    }

    /// What is best.
    struct Answer {
        var value: Value
        /// For each unit its group, nil where it stands in none.
        var groups: [String?]
        /// Units whose declaration was given back, by code.
        var released: [String]
        /// What would be better without declarations.
        var better: (value: Value, groups: [String?])?
    }

    /// The best of all that respect declarations. Declarations are kept one after the other where some assignment keeps them
    /// all; the others are given back.
    func best() -> Answer {
        var (kept, released) = ([Int: String](), [String]())
        for unit in units.indices where limits.respectsDeclared {
            guard let declared = units[unit].declared else { continue }
            kept[unit] = declared
            if best(keeping: kept) == nil {
                kept[unit] = nil
                released.append(units[unit].code)
            }
        }
        guard let best = best(keeping: kept), let free = self.best(keeping: [:]) else {
            preconditionFailure("to leave every unit out is an assignment")
        }
        let isBetter = free.value.isBetter(but: best.value) == true
        return Answer(value: best.value, groups: best.groups, released: released, better: isBetter ? free : nil)
    }

    private func best(keeping kept: [Int: String]) -> (value: Value, groups: [String?])? {
        var best: (value: Value, groups: [String?])?
        var groups: [String?] = Array(repeating: nil, count: units.count)
        func assign(_ unit: Int) {
            guard unit < units.count else {
                if let value = value(of: groups), best.map({ value.isBetter(than: $0.value) }) ?? true {
                    best = (value, groups)
                }
                return
            }
            for group in places(of: units[unit], in: rule.root) + [nil] where kept[unit] == nil || kept[unit] == group {
                groups[unit] = group
                assign(unit + 1)
            }
        }
        assign(0)
        return best
    }

    private func places(of unit: HeldUnit, in group: FormationGroup) -> [String?] {
        group.children.flatMap { child -> [String?] in
            switch child.content {
            case .unit(let code): return code == unit.code && unit.qualification == nil ? [group.id] : []
            case .group(let inner): return places(of: unit, in: inner)
            case .open(let slot):
                guard let other = unit.qualification else { return [] }
                return slot.qualifications.isEmpty || slot.qualifications.contains(other) ? [slot.id] : []
            }
        }
    }

    // MARK: One assignment

    fileprivate struct Standing {
        var isPresent = false
        var isContributing = false
        var earned: Int64 = 0
        var counted: Int64 = 0
        var groups = 0
        var requiredGroups: [Int] = Array(repeating: 0, count: 8)
        var units: [Int] = []
    }

    /// Nil where more children contribute somewhere than may, or more counts in a share than may.
    private func value(of groups: [String?]) -> Value? {
        guard let applied = replacements(for: groups) else { return nil }
        var witness = Witness(units: units.map { $0.points?.rawValue ?? 0 })
        for unit in units.indices where groups[unit] == nil { witness.units[unit] = 0 }
        guard let root = standing(of: rule.root, 0, false, groups, &witness) else { return nil }
        let counted = witness.units
        for share in limits.shares where share.units.reduce(0, { $0 + counted[$1] }) > share.most.rawValue {
            return nil
        }
        var isSatisfied = root.isContributing ? root.isPresent : asksForNothing
        for residency in limits.residencies
        where residency.units.reduce(0, { $0 + counted[$1] }) < residency.least.rawValue { isSatisfied = false }
        return Value(
            isSatisfied: isSatisfied,
            requiredGroups: root.requiredGroups,
            groups: root.groups,
            counted: root.counted,
            sequence: groups.map { $0 ?? "\u{10FFFF}" },
            witness: witness,
            applied: applied
        )
    }

    /// The fewest replacements that give exactly the units that stand: none that would be consumed, and none that would not be
    /// made. Nil where there are none, or a unit stands twice; only parts of one stand together.
    private func replacements(for groups: [String?]) -> [Int]? {
        let standing = Set(groups.indices.filter { groups[$0] != nil })
        func name(_ unit: Int) -> String { "\(units[unit].code) of \(units[unit].qualification ?? "")" }
        let wholes = standing.filter { !units[$0].isPart }.map(name)
        let parts = Set(standing.filter { units[$0].isPart }.map(name))
        guard Set(wholes).count == wholes.count, parts.isDisjoint(with: wholes) else { return nil }
        let choices = (0..<1 << limits.replacements.count).map { choice in
            limits.replacements.indices.filter { choice >> $0 & 1 == 1 }
        }
        return choices.sorted { $0.count < $1.count }.first { isPossible($0, for: standing) }
    }

    private func isPossible(_ applied: [Int], for standing: Set<Int>) -> Bool {
        let made = limits.replacements.reduce(into: Set<Int>()) { $0.formUnion($1.targets) }
        let applied = applied.map { limits.replacements[$0] }
        var (there, consumed) = (Set(units.indices).subtracting(made), Set<Int>())
        for replacement in applied { there.formUnion(replacement.targets) }
        for replacement in applied {
            guard replacement.sources.isSubset(of: there), replacement.sources.isDisjoint(with: consumed) else {
                return false
            }
            consumed.formUnion(replacement.sources)
        }
        return standing.isSubset(of: there.subtracting(consumed))
    }

    /// The units that are there where these replacements are applied.
    func there(applying applied: [Int]) -> [Int] {
        let absent = limits.replacements.indices.reduce(into: Set<Int>()) { absent, index in
            let replacement = limits.replacements[index]
            absent.formUnion(applied.contains(index) ? replacement.sources : replacement.targets)
        }
        return units.indices.filter { !absent.contains($0) }
    }

    private var asksForNothing: Bool {
        rule.root.points.least ?? .zero <= .zero && rule.root.count.least ?? 0 == 0
            && !rule.root.children.contains(where: \.isRequired)
    }

    private func standing(
        of group: FormationGroup,
        _ depth: Int,
        _ isRequired: Bool,
        _ groups: [String?],
        _ witness: inout Witness
    ) -> Standing? {
        var standing = Standing()
        var (contributing, present) = (0, 0)
        var lacking: Set<String> = []
        for child in group.children {
            var isThere = false
            var name = ""
            switch child.content {
            case .unit(let code):
                name = code
                // Parts of a unit are several.
                for unit in units.indices
                where groups[unit] == group.id && units[unit].code == code && units[unit].qualification == nil {
                    isThere = isThere || !units[unit].isPart
                    contributing += 1
                    standing.earned += units[unit].points?.rawValue ?? 0
                    standing.counted += units[unit].points?.rawValue ?? 0
                    standing.units.append(unit)
                }
            case .group(let inner):
                name = inner.id
                guard let below = self.standing(of: inner, depth + 1, child.isRequired, groups, &witness) else {
                    return nil
                }
                isThere = below.isPresent
                if below.isContributing { contributing += 1 }
                standing.add(below)
            case .open(let slot):
                name = slot.id
                let inside = units.indices.filter { groups[$0] == slot.id }
                witness.groups[slot.id] = GroupStanding()
                guard !inside.isEmpty else { break }
                if let most = slot.count.most, inside.count > Int(most) { return nil }
                var below = Standing()
                below.isContributing = true
                below.units = inside
                below.earned = inside.reduce(0) { $0 + (units[$1].points?.rawValue ?? 0) }
                below.counted = below.earned
                let whole = inside.count(where: { !units[$0].isPart })
                below.close(
                    slot.points,
                    whole >= Int(slot.count.least ?? 0),
                    depth + 1,
                    child.isRequired,
                    &witness.units
                )
                witness.groups[slot.id] = below.asGroup(whole, [])
                isThere = below.isPresent
                contributing += 1
                standing.add(below)
            }
            if isThere { present += 1 } else if child.isRequired { lacking.insert(name) }
        }
        if let most = group.count.most, contributing > Int(most) { return nil }
        standing.isContributing = contributing > 0
        if standing.isContributing {
            standing.close(
                group.points,
                present >= Int(group.count.least ?? 0) && lacking.isEmpty,
                depth,
                isRequired,
                &witness.units
            )
        }
        witness.groups[group.id] = standing.asGroup(present, lacking)
        return standing
    }
}

extension FormationOracle.Standing {
    fileprivate func asGroup(_ present: Int, _ lacking: Set<String>) -> FormationOracle.GroupStanding {
        .init(counted: counted, earned: earned, present: present, isPresent: isPresent, missingRequired: lacking)
    }

    fileprivate mutating func add(_ below: Self) {
        if below.isPresent { earned += below.earned }
        counted += below.counted
        groups += below.groups
        for depth in requiredGroups.indices { requiredGroups[depth] += below.requiredGroups[depth] }
        units += below.units
    }

    fileprivate mutating func close(
        _ points: Bounds<Points>,
        _ isWhole: Bool,
        _ depth: Int,
        _ isRequired: Bool,
        _ each: inout [Int64]
    ) {
        let most = points.most?.rawValue ?? .max
        earned = min(earned, most)
        counted = min(counted, most)
        isPresent = isWhole && earned >= points.least?.rawValue ?? 0
        if isPresent {
            groups += 1
            if isRequired { requiredGroups[depth] += 1 }
        }
        var excess = units.reduce(0) { $0 + each[$1] } - min(most, units.reduce(0) { $0 + each[$1] })
        for unit in units.sorted(by: >) {
            let cut = min(each[unit], excess)
            each[unit] -= cut
            excess -= cut
        }
    }
}
