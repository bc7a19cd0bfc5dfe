import Credit
import Rules
import Testing

/// The shortest way to the whole, against every set of further units, and in examples.
@Suite struct FormationCompletionTests {
    @Test(arguments: Array(UInt64(1)...4))
    func `a completion is as short as any, and of those has the smallest codes`(seed: UInt64) throws {
        var random = RandomFormation(seed: seed &+ 1_000)
        var (found, impossible) = (0, 0)
        for _ in 0..<120 {
            var (rule, units, limits) = random.next()
            // Nobody declares what is not held yet.
            for index in units.indices { units[index].declared = nil }
            let (held, kept) = Self.held(units, limits)
            // Units of other qualifications beside those that are held, of which some are alike.
            let foreign = [("V", 2), ("W", 2), ("X", 3), ("Z", 2)].map { code, points in
                HeldUnit(
                    code: code,
                    credit: .none,
                    points: Points(rawValue: points * 10_000),
                    qualification: code == "V" ? "third" : "other"
                )
            }
            let further = Self.own(units) + foreign
            let shortest = Self.shortest(rule, held, further, kept)
            let completion = FormationSolver(rule).completion(of: held, from: further, kept)
            #expect(completion != .unknown)
            #expect(completion.units.map(Self.names) == shortest, "\(rule) \(held) \(kept)")
            if shortest == nil { impossible += 1 } else { found += 1 }
        }
        #expect(found > 20 && impossible > 20)
    }

    /// Some of the units are held: all of others that replacements are about, and the limits of those.
    private static func held(_ units: [HeldUnit], _ limits: FormationLimits) -> ([HeldUnit], FormationLimits) {
        let replaced = limits.replacements.reduce(into: Set<Int>()) { $0.formUnion($1.sources.union($1.targets)) }
        let indices = units.indices.filter {
            replaced.contains($0) || units[$0].qualification != nil || units[$0].credit.rawValue.isMultiple(of: 2)
        }
        return (indices.map { units[$0] }, limits.renumbered(by: indices))
    }

    /// A version's own units, not held yet.
    private static func own(_ units: [HeldUnit]) -> [HeldUnit] {
        var codes: Set<String> = []
        return units.filter { $0.qualification == nil && codes.insert($0.code).inserted }.map {
            HeldUnit(code: $0.code, credit: .none, points: $0.points)
        }
    }

    private static func names(_ units: [HeldUnit]) -> [String] { units.map { "\($0.code) \($0.qualification ?? "")" } }

    /// The same by trying every set. What is held is taken again only where a limit looks at it otherwise.
    private static func shortest(
        _ rule: FormationRule,
        _ held: [HeldUnit],
        _ further: [HeldUnit],
        _ limits: FormationLimits
    ) -> [String]? {
        let made = limits.replacements.reduce(into: Set<Int>()) { $0.formUnion($1.targets) }
        let further = further.filter { unit in
            !held.indices.contains { index in
                let isSame = held[index].code == unit.code && held[index].qualification == unit.qualification
                let mayCountOtherwise =
                    unit.qualification == nil
                    && (made.contains(index) || limits.residencies.contains { !$0.units.contains(index) }
                        || limits.shares.contains { share in
                            let sum = share.units.reduce(Points.zero) { $0 + (held[$1].points ?? .zero) }
                            return share.units.contains(index) && sum > share.most
                        })
                return isSame && !mayCountOtherwise
            }
        }
        let solver = FormationSolver(rule)
        func isEnough(_ chosen: [HeldUnit]) -> Bool {
            // Further units count for every residency, and for no share.
            var limits = limits
            for index in limits.residencies.indices {
                limits.residencies[index].units.formUnion(held.count..<held.count + chosen.count)
            }
            return solver.solve(held + chosen, limits).verdict == .satisfied
        }
        // What is not needed may be left out.
        guard isEnough(further) else { return nil }
        let sets = (0..<1 << further.count).map { choice in
            further.indices.filter { choice >> $0 & 1 == 1 }.map { further[$0] }
        }
        func order(_ set: [HeldUnit]) -> (Int, Points, [String]) {
            (set.count, set.reduce(.zero) { $0 + ($1.points ?? .zero) }, names(set).sorted())
        }
        let ordered = sets.map { (set: $0, order: order($0)) }.sorted { one, other in
            if (one.order.0, one.order.1) != (other.order.0, other.order.1) {
                return (one.order.0, one.order.1) < (other.order.0, other.order.1)
            }
            return one.order.2.lexicographicallyPrecedes(other.order.2)
        }
        return ordered.first { isEnough($0.set) }?.order.2
    }

    private static func unit(_ code: String, _ points: Int) -> HeldUnit {
        HeldUnit(code: code, credit: Position(rawValue: 1), points: Points(rawValue: Int64(points) * 10_000))
    }

    private static func points(_ least: Int?, _ most: Int?) -> Bounds<Points> {
        Bounds(
            least: least.map { Points(rawValue: Int64($0) * 10_000) },
            most: most.map { Points(rawValue: Int64($0) * 10_000) }
        )
    }

    @Test func `open slots are filled by the fewest units of other qualifications`() {
        let slot = OpenSlot(id: "free", points: Self.points(10, 12), qualifications: ["other"])
        let rule = FormationRule(root: FormationGroup(id: "whole", children: [.init(.open(slot), isRequired: true)]))
        func other(_ code: String, _ points: Int, of qualification: String = "other") -> HeldUnit {
            HeldUnit(
                code: code,
                credit: .none,
                points: Points(rawValue: Int64(points) * 10_000),
                qualification: qualification
            )
        }
        // Thousands of them make no difference, for all of a size are alike.
        var available = (0..<3_000).map { other("Z\($0)", 3) }
        available += [other("B", 5), other("A", 5), other("C", 5), other("D", 12, of: "third")]
        let solver = FormationSolver(rule)
        #expect(solver.completion(of: [], from: available).units?.map(\.code) == ["A", "B"])
        #expect(solver.completion(of: [other("A", 5)], from: available).units?.map(\.code) == ["B"])
        #expect(solver.completion(of: [], from: [other("D", 12, of: "third")]) == .impossible)
    }

    @Test func `a search that comes to no end says that nobody knows, and not that there is no way`() {
        // Every size is another one, so that each sum has a way of its own.
        let codes = (0..<10).map { "U\($0)" }
        let group = FormationGroup(id: "whole", points: Self.points(600, nil), children: codes.map { .init(.unit($0)) })
        let available = codes.enumerated().map { number, code in
            HeldUnit(code: code, credit: .none, points: Points(rawValue: Int64(10_000 << number)))
        }
        let rule = FormationRule(root: group)
        #expect(FormationSolver(rule).completion(of: [], from: available).units?.map(\.code) == ["U7", "U9"])
        #expect(FormationSolver(rule, bound: 10).completion(of: [], from: available) == .unknown)
    }

    @Test func `what a share or a residency keeps out may be taken again`() {
        let rule = FormationRule(
            root: FormationGroup(
                id: "whole",
                points: Bounds(least: Points(rawValue: 60_000)),
                children: ["A", "B", "C"].map { .init(.unit($0)) }
            )
        )
        let (solver, held) = (FormationSolver(rule), [Self.unit("A", 3), Self.unit("B", 3)])
        let available = [Self.unit("A", 3), Self.unit("B", 3), Self.unit("C", 2)]
        func completion(_ limits: FormationLimits) -> [String]? {
            solver.completion(of: held, from: available, limits).units?.map(\.code)
        }
        #expect(completion(FormationLimits()) == [])
        let three = Points(rawValue: 30_000)
        #expect(completion(FormationLimits(shares: [.init(name: "s", units: [0, 1], most: three)])) == ["A"])
        #expect(completion(FormationLimits(shares: [.init(name: "s", units: [1], most: .zero)])) == ["B"])
        #expect(completion(FormationLimits(residencies: [.init(name: "r", units: [0], least: three)])) == [])
        #expect(completion(FormationLimits(residencies: [.init(name: "r", units: [], least: three)])) == ["A"])
        let more = Points(rawValue: 60_000)
        #expect(completion(FormationLimits(residencies: [.init(name: "r", units: [0], least: more)])) == ["B"])
    }
}
