internal import Credit

// Circles among equivalences: units that would feed on each other.

extension RuleLint {
    /// Looks for a way from a unit back to itself. O(units + equivalences), without recursion.
    mutating func checkCycles(_ set: RuleSet) {
        // From units to equivalences and from these, by their paths, to units: no path has a name like a unit's, since it
        // begins with a space.
        var edges: [String: [String]] = [:]
        for (index, rule) in set.rules.enumerated() {
            guard case .equivalences(let equivalences) = rule.policy else { continue }
            for (number, equivalence) in equivalences.enumerated() {
                let path = " rules[\(index)].equivalences[\(number)]"
                for source in equivalence.sources {
                    edges[Self.name(source, equivalence.sourceQualification), default: []].append(path)
                }
                edges[path] = equivalence.targets.map { Self.name($0, equivalence.targetQualification) }
            }
        }
        var circles = 0
        // Units on the way that is looked at, and those from which every way has been looked at.
        var (way, settled): (Set<String>, Set<String>) = ([], [])
        for start in edges.keys.sorted() where !settled.contains(start) {
            var stack: [(unit: String, next: Int)] = [(start, 0)]
            way = [start]
            while let (unit, next) = stack.last {
                guard let target = edges[unit].flatMap({ next < $0.count ? $0[next] : nil }) else {
                    settled.insert(unit)
                    way.remove(unit)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                if way.contains(target) {
                    // A few show what is wrong; a file made to have thousands is not worth more.
                    circles += 1
                    guard circles <= 20, let path = stack.last(where: { $0.unit.hasPrefix(" ") })?.unit else { return }
                    let units = stack.map(\.unit).drop { $0 != target }.filter { !$0.hasPrefix(" ") }
                    let circle = units.prefix(10) + (units.count > 10 ? ["…"] : []) + [units.first ?? ""]
                    add(.equivalenceCycle, circle.joined(separator: " → "), at: String(path.dropFirst()))
                } else if !settled.contains(target) {
                    way.insert(target)
                    stack.append((target, 0))
                }
            }
        }
    }

    private static func name(_ unit: String, _ qualification: String?) -> String {
        qualification.map { "\($0) \(unit)" } ?? unit
    }
}
