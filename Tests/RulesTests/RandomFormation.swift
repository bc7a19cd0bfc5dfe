import Credit
import Rules

/// Small random rules with holdings, from a seed.
struct RandomFormation {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int((state >> 33) % UInt64(range.count))
    }

    private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    private mutating func points(upTo most: Int) -> Points { Points(rawValue: Int64(number(0...most)) * 5_000) }

    private mutating func bounds(upTo most: Int) -> Bounds<Points> {
        let least = chance(45) ? points(upTo: most) : nil
        let more = chance(45) ? (least ?? .zero) + points(upTo: most) : nil
        return Bounds(least: least, most: more)
    }

    private mutating func count() -> Bounds<UInt16> {
        let least = chance(30) ? UInt16(number(1...2)) : nil
        return Bounds(least: least, most: chance(35) ? (least ?? 1) + UInt16(number(0...1)) : nil)
    }

    /// A rule, holdings, and limits of the whole.
    mutating func next() -> (FormationRule, [HeldUnit], FormationLimits) {
        let codes = ["A", "B", "C", "D", "E"]
        var names = 0
        func name() -> String {
            names += 1
            return "g\(names)"
        }
        var budget = 7
        // C, D and E may stand wherever one of them does, so that nobody could tell them apart.
        let areAlike = chance(35)
        let alike: Set<String> = ["C", "D", "E"]
        func group(_ depth: Int, _ random: inout RandomFormation) -> FormationGroup {
            let id = name()
            var children: [FormationChild] = []
            var here: Set<String> = []
            for _ in 0..<random.number(1...3) where budget > 0 {
                budget -= 1
                let isRequired = random.chance(25)
                if depth < 3, random.chance(40) {
                    children.append(FormationChild(.group(group(depth + 1, &random)), isRequired: isRequired))
                } else if random.chance(12) {
                    let slot = OpenSlot(
                        id: name(),
                        points: random.bounds(upTo: 12),
                        count: random.count(),
                        qualifications: random.chance(50) ? ["other"] : []
                    )
                    children.append(FormationChild(.open(slot), isRequired: isRequired))
                } else {
                    let code = codes[random.number(0...4)]
                    let isOne = areAlike && alike.contains(code)
                    for code in isOne ? alike.sorted() : [code] where here.insert(code).inserted {
                        children.append(FormationChild(.unit(code), isRequired: isRequired && !isOne))
                    }
                }
            }
            return FormationGroup(
                id: id,
                points: random.bounds(upTo: 16),
                count: random.count(),
                children: children
            )
        }
        let rule = FormationRule(root: group(0, &self))
        var units: [HeldUnit] = []
        let same = chance(80) ? points(upTo: 8) : nil
        for (index, code) in codes.enumerated() where chance(areAlike ? 90 : 75) {
            let own = chance(85) ? points(upTo: 16) : nil
            units.append(
                HeldUnit(
                    code: code,
                    credit: Position(rawValue: UInt32(index + 1)),
                    points: areAlike && alike.contains(code) ? same : own
                )
            )
        }
        // A second credit for the same unit counts nothing beside the first.
        if chance(15) {
            units.append(HeldUnit(code: "A", credit: Position(rawValue: 8), points: points(upTo: 16)))
        }
        for code in ["X", "Y"] where chance(25) {
            units.append(
                HeldUnit(
                    code: code,
                    credit: Position(rawValue: 9),
                    points: points(upTo: 16),
                    qualification: chance(70) ? "other" : "third"
                )
            )
        }
        for index in units.indices where chance(10) { units[index].declared = "g\(number(1...5))" }
        var limits = FormationLimits()
        if chance(25) {
            limits.shares.append(.init(name: "share", units: some(of: units), most: points(upTo: 20)))
        }
        if chance(20) {
            limits.residencies.append(.init(name: "home", units: some(of: units), least: points(upTo: 16)))
        }
        if chance(30) { addReplacements(to: &units, &limits, codes) }
        limits.respectsDeclared = chance(85)
        return (rule, units, limits)
    }

    /// Units of which others may become, and others of those.
    private mutating func addReplacements(
        to units: inout [HeldUnit],
        _ limits: inout FormationLimits,
        _ codes: [String]
    ) {
        for number in 0..<self.number(1...2) where !units.isEmpty {
            var sources: Set<Int> = []
            for _ in 0..<self.number(1...2) { sources.insert(self.number(0...units.count - 1)) }
            var targets: Set<Int> = []
            for target in 0..<self.number(1...2) where units.count < 8 {
                targets.insert(units.count)
                units.append(
                    HeldUnit(
                        code: codes[self.number(0...4)],
                        credit: Position(rawValue: UInt32(20 + 2 * number + target)),
                        points: points(upTo: 16)
                    )
                )
            }
            limits.replacements.append(.init(sources: sources, targets: targets))
        }
    }

    private mutating func some(of units: [HeldUnit]) -> Set<Int> {
        var some: Set<Int> = []
        for index in units.indices where chance(50) { some.insert(index) }
        return some
    }
}
