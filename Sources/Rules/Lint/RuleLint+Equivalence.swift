internal import Credit

// Circles among equivalences: units that would feed on each other.

extension RuleLint {
    /// Looks for a way from a unit back to itself within each set, which is an error; and where there are several, through
    /// more than one of them, of which their authors may know nothing: that is a warning, since judging stops at what a unit
    /// was made of.
    mutating func checkCycles(in sets: [(document: Int, set: RuleSet)]) {
        for set in sets { checkCycles(among: [set]) }
        if Set(sets.map(\.set.id)).count > 1 { checkCycles(among: sets) }
    }

    /// O(units + equivalences), without recursion.
    private mutating func checkCycles(among sets: [(document: Int, set: RuleSet)]) {
        // From units to equivalences and from these, by their places, to units: no place has a name like a unit's, since it
        // begins with a space.
        var edges: [String: [String]] = [:]
        var places: [String: (document: Int, set: String, path: String)] = [:]
        for (document, set) in sets {
            for (index, rule) in set.rules.enumerated() {
                guard case .equivalences(let equivalences) = rule.policy else { continue }
                for (number, equivalence) in equivalences.enumerated() {
                    let place = " \(places.count)"
                    places[place] = (document, set.id, "rules[\(index)].equivalences[\(number)]")
                    for source in equivalence.sources {
                        edges[Self.name(source, equivalence.sourceQualification), default: []].append(place)
                    }
                    edges[place] = equivalence.targets.map { Self.name($0, equivalence.targetQualification) }
                }
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
                    let steps = stack.map(\.unit).drop { $0 != target }
                    let passed = steps.compactMap { places[$0] }
                    guard circles <= 20, let place = passed.last else { return }
                    // What is within one set has been told.
                    if sets.count > 1, Set(passed.map(\.set)).count == 1 { continue }
                    let units = steps.filter { !$0.hasPrefix(" ") }
                    let circle = units.prefix(10) + (units.count > 10 ? ["…"] : []) + [units.first ?? ""]
                    add(
                        .equivalenceCycle,
                        circle.joined(separator: " → "),
                        at: place.path,
                        in: place.document,
                        sets.count > 1 ? .warning : .error
                    )
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
