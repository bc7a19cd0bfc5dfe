internal import Credit

// Circles among equivalences: units that would feed on each other.

extension RuleLint {
    private struct Edge {
        var target: String
        var path: String
    }

    /// Looks for a way from a unit back to itself. O(units + equivalences), without recursion.
    mutating func checkCycles(_ set: RuleSet) {
        var edges: [String: [Edge]] = [:]
        for (index, rule) in set.rules.enumerated() {
            guard case .equivalences(let equivalences) = rule.policy else { continue }
            for (number, equivalence) in equivalences.enumerated() {
                let path = "rules[\(index)].equivalences[\(number)]"
                for source in equivalence.sources {
                    edges[Self.name(source, equivalence.sourceQualification), default: []] += equivalence.targets.map {
                        Edge(target: Self.name($0, equivalence.targetQualification), path: path)
                    }
                }
            }
        }
        // Units on the way that is looked at, and those from which every way has been looked at.
        var (way, settled): (Set<String>, Set<String>) = ([], [])
        for start in edges.keys.sorted() where !settled.contains(start) {
            var stack: [(unit: String, next: Int)] = [(start, 0)]
            way = [start]
            while let (unit, next) = stack.last {
                guard let edge = edges[unit].flatMap({ next < $0.count ? $0[next] : nil }) else {
                    settled.insert(unit)
                    way.remove(unit)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                if way.contains(edge.target) {
                    let circle = stack.map(\.unit).drop { $0 != edge.target } + [edge.target]
                    add(.equivalenceCycle, circle.joined(separator: " → "), at: edge.path)
                } else if !settled.contains(edge.target) {
                    way.insert(edge.target)
                    stack.append((edge.target, 0))
                }
            }
        }
    }

    private static func name(_ unit: String, _ qualification: String?) -> String {
        qualification.map { "\($0) \(unit)" } ?? unit
    }
}
