import Credit
import Rules
import Testing

/// The solver against exhaustion, and against the examples of the definition.
@Suite struct FormationSolverTests {
    @Test(arguments: Array(UInt64(1)...12))
    func `the solver finds what exhaustion finds`(seed: UInt64) throws {
        var random = RandomFormation(seed: seed)
        for round in 0..<300 {
            var (rule, units, limits) = random.next()
            // Of some units a part is held only.
            for index in units.indices where (round + index).isMultiple(of: 11) { units[index].isPart = true }
            let sorted = units.indices.sorted {
                (units[$0].code, units[$0].credit) < (units[$1].code, units[$1].credit)
            }
            let oracle = FormationOracle(
                rule: rule,
                units: sorted.map { units[$0] },
                limits: limits.renumbered(by: sorted)
            )
            let expected = oracle.best()
            let found = FormationSolver(rule).solve(units, limits)
            let question = "\(rule) \(units) \(limits)"
            #expect(found.verdict == (expected.value.isSatisfied ? .satisfied : .notSatisfied), "\(question)")
            #expect(found.groups[0].counted.rawValue == expected.value.counted, "\(question)")
            let standing = zip(oracle.units, expected.groups).filter { $1 != nil }
            let placed = found.placements.filter { $0.group != nil }
            #expect(placed.map(\.unit) == standing.map(\.0), "\(question)")
            #expect(placed.map(\.group) == standing.map(\.1), "\(question)")
            #expect(found.released == expected.released, "\(question)")
            let counted = found.placements.reduce(Points.zero) { $0 + $1.counted }
            #expect(counted == found.groups[0].counted)
        }
    }

    @Test(arguments: Array(UInt64(1)...4))
    func `a completion is as short as any, and of those has the smallest codes`(seed: UInt64) throws {
        var random = RandomFormation(seed: seed &+ 1_000)
        for _ in 0..<150 {
            let (rule, units, limits) = random.next()
            // Nobody declares what is not held yet.
            let all = units.map {
                var unit = $0
                unit.declared = nil
                return unit
            }
            // Some units are held, and some of the version's own are not yet.
            let held = all.filter { $0.qualification != nil || $0.credit.rawValue.isMultiple(of: 2) }
            let codes = Set(held.filter { $0.qualification == nil }.map(\.code))
            let further = all.filter { $0.credit.rawValue < 6 && !codes.contains($0.code) && $0.qualification == nil }
            guard limits.replacements.isEmpty, limits.shares.isEmpty, limits.residencies.isEmpty else { continue }
            var best: (count: Int, points: Points, codes: [String])?
            for choice in 0..<1 << further.count {
                let chosen = further.indices.filter { choice >> $0 & 1 == 1 }.map { further[$0] }
                let codes = chosen.map(\.code).sorted()
                let points = chosen.reduce(Points.zero) { $0 + ($1.points ?? .zero) }
                guard FormationSolver(rule).solve(held + chosen).verdict == .satisfied else { continue }
                if let best, (best.count, best.points) < (codes.count, points) { continue }
                if let best, (best.count, best.points) == (codes.count, points),
                    !codes.lexicographicallyPrecedes(best.codes)
                {
                    continue
                }
                best = (codes.count, points, codes)
            }
            #expect(
                FormationSolver(rule).completion(of: held, from: further)?.map(\.code) == best?.codes,
                "\(rule) \(held)"
            )
        }
    }

    @Test func `the order of units changes nothing`() {
        var random = RandomFormation(seed: 77)
        for _ in 0..<200 {
            let (rule, units, limits) = random.next()
            let (solver, reversed) = (FormationSolver(rule), Array(units.indices.reversed()))
            #expect(solver.solve(units, limits) == solver.solve(units.reversed(), limits.renumbered(by: reversed)))
        }
    }

    @Test(arguments: Array(UInt64(1)...4))
    func `what is remembered is what a search finds, whoever holds the units`(seed: UInt64) {
        var random = RandomFormation(seed: seed &+ 2_000)
        for _ in 0..<200 {
            let (rule, units, limits) = random.next()
            let (solver, remembering) = (FormationSolver(rule), FormationSolver(rule, remembers: true))
            // Twice, and then with the credits of others, in the same order and in another one.
            for shift in [0, 0, 40, 7] {
                var held = units
                for index in held.indices where shift != 7 {
                    held[index].credit = Position(rawValue: held[index].credit.rawValue + UInt32(shift))
                }
                if shift == 7 {
                    for index in held.indices { held[index].credit = Position(rawValue: UInt32(100 - index)) }
                }
                #expect(remembering.solve(held, limits) == solver.solve(held, limits))
                #expect(remembering.solve(held) == solver.solve(held))
            }
        }
    }

    private static func unit(_ code: String, _ points: Int?) -> HeldUnit {
        HeldUnit(
            code: code,
            credit: Position(rawValue: 1),
            points: points.map { Points(rawValue: Int64($0) * 10_000) }
        )
    }

    private static func points(_ least: Int?, _ most: Int?) -> Bounds<Points> {
        Bounds(
            least: least.map { Points(rawValue: Int64($0) * 10_000) },
            most: most.map { Points(rawValue: Int64($0) * 10_000) }
        )
    }

    @Test func `progress counts what an unsatisfied option has, the verdict does not`() {
        let option = FormationGroup(id: "option", points: Self.points(15, 15), children: [.init(.unit("B"))])
        let core = FormationGroup(id: "core", children: [.init(.unit("A"), isRequired: true)])
        let rule = FormationRule(
            root: FormationGroup(
                id: "whole",
                points: Self.points(60, 60),
                children: [.init(.group(core), isRequired: true), .init(.group(option))]
            )
        )
        let result = FormationSolver(rule).solve([Self.unit("A", 50), Self.unit("B", 10)])
        #expect(result.verdict == .notSatisfied)
        #expect(result.groups[0].counted.description == "60")
        #expect(result.groups[0].earned.description == "50")
        #expect(result.groups[0].missingPoints.description == "10")
        #expect(result.groups[2].missingPoints.description == "5")
        #expect(!result.groups[2].isPresent && result.groups[2].isContributing)
    }

    @Test func `enough points never suffice where a required unit is missing`() {
        let rule = FormationRule(
            root: FormationGroup(
                id: "whole",
                points: Self.points(20, nil),
                children: [.init(.unit("A"), isRequired: true), .init(.unit("B")), .init(.unit("C"))]
            )
        )
        let result = FormationSolver(rule).solve([Self.unit("B", 20), Self.unit("C", 20)])
        #expect(result.verdict == .notSatisfied)
        #expect(result.groups[0].missingRequired == ["A"])
        #expect(result.groups[0].missingPoints == .zero)
    }

    @Test func `a unit without points is present and adds nothing`() {
        let rule = FormationRule(
            root: FormationGroup(
                id: "whole",
                points: Self.points(5, nil),
                children: [.init(.unit("A"), isRequired: true), .init(.unit("B"))]
            )
        )
        #expect(FormationSolver(rule).solve([Self.unit("A", nil), Self.unit("B", 5)]).verdict == .satisfied)
        let without = FormationSolver(rule).solve([Self.unit("A", nil)])
        #expect(without.groups[0].missingPoints.description == "5" && without.groups[0].missingRequired.isEmpty)
    }

    @Test func `a declaration is respected, a better classing is suggested, and an impossible one is released`() {
        let first = FormationGroup(id: "first", points: Self.points(nil, 5), children: [.init(.unit("A"))])
        let second = FormationGroup(id: "second", children: [.init(.unit("A")), .init(.unit("B"))])
        let rule = FormationRule(
            root: FormationGroup(id: "whole", children: [.init(.group(first)), .init(.group(second))])
        )
        var unit = Self.unit("A", 8)
        #expect(FormationSolver(rule).solve([unit]).placements[0].group == "second")
        unit.declared = "first"
        let declared = FormationSolver(rule).solve([unit])
        #expect(declared.placements[0].group == "first" && declared.placements[0].surplus.description == "3")
        #expect(declared.better.map(\.group) == ["second"])
        unit.declared = "elsewhere"
        let released = FormationSolver(rule).solve([unit])
        #expect(released.released == ["A"] && released.placements[0].group == "second")
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
        #expect(solver.completion(of: [], from: available)?.map(\.code) == ["A", "B"])
        #expect(solver.completion(of: [other("A", 5)], from: available)?.map(\.code) == ["B"])
        #expect(solver.completion(of: [], from: [other("D", 12, of: "third")]) == nil)
    }

    @Test func `units that are too few for their places are counted, and not tried one by one`() {
        // Thirty units for ten groups of four: one group after the other wants what another has, in 10! ways.
        let codes = (10..<40).map { "U\($0)" }
        let groups = (10..<20).map { number in
            FormationGroup(
                id: "G\(number)",
                count: Bounds(least: 4, most: 4),
                children: codes.filter { !$0.hasSuffix("\(number - 10)") }.map { .init(.unit($0)) }
            )
        }
        let rule = FormationRule(
            root: FormationGroup(id: "whole", children: groups.map { .init(.group($0), isRequired: true) })
        )
        let result = FormationSolver(rule).solve(codes.map { Self.unit($0, 1) })
        #expect(result.verdict == .notSatisfied)
        #expect(result.groups.count(where: \.isPresent) == 7 && result.groups[0].counted.description == "30")
        #expect(result.steps < 150_000)
    }

    @Test func `a way out of a choice that is as good is not closed`() {
        // Both specialisations are as good, and the smaller unit code decides.
        let first = FormationGroup(id: "b", children: [.init(.unit("A")), .init(.unit("C"))])
        let second = FormationGroup(id: "a", children: [.init(.unit("B")), .init(.unit("A"))])
        let third = FormationGroup(id: "c", children: [.init(.unit("A"))])
        let choice = FormationGroup(
            id: "choice",
            count: Bounds(least: 1, most: 1),
            children: [first, second, third].map { .init(.group($0)) }
        )
        let solver = FormationSolver(FormationRule(root: choice))
        let units = ["A", "B", "C"].map { Self.unit($0, 5) }
        #expect(solver.solve(units).placements.map(\.group) == ["a", "a", nil])
        #expect(solver.solve([units[0], units[2]]).placements.map(\.group) == ["b", "b"])
    }

    @Test func `a search beyond its bound ends undetermined`() {
        var groups: [FormationChild] = []
        let codes = (1...14).map { "U\($0)" }
        for number in 1...8 {
            groups.append(
                .init(
                    .group(
                        FormationGroup(
                            id: "G\(number)",
                            points: Self.points(7, 7),
                            children: codes.map { .init(.unit($0)) }
                        )
                    ),
                    isRequired: true
                )
            )
        }
        let rule = FormationRule(root: FormationGroup(id: "whole", children: groups))
        let units = codes.enumerated().map { Self.unit($1, 2 + 2 * ($0 % 2)) }
        let result = FormationSolver(rule, bound: 5_000).solve(units)
        #expect(result.verdict == .undetermined)
        #expect(result.steps < 20_000)
    }

    @Test func `what satisfies a rule does so though the search was not finished, and says that it was not`() {
        var random = RandomFormation(seed: 31)
        var satisfied = 0
        for _ in 0..<300 {
            let (rule, units, limits) = random.next()
            let whole = FormationSolver(rule).solve(units, limits)
            #expect(!whole.isUnfinished)
            for bound in [1, 2, 4, 8, 16, 32, 64] {
                let cut = FormationSolver(rule, bound: bound).solve(units, limits)
                #expect(cut.isUnfinished ? cut.verdict != .notSatisfied : cut == whole)
                guard cut.isUnfinished, cut.verdict == .satisfied else { continue }
                #expect(whole.verdict == .satisfied)
                satisfied += 1
            }
        }
        #expect(satisfied > 20)
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
            solver.completion(of: held, from: available, limits)?.map(\.code)
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

extension FormationLimits {
    /// The limits, where units stand in another order: `order` names for each place what stood where before.
    fileprivate func renumbered(by order: [Int]) -> FormationLimits {
        func places(_ units: Set<Int>) -> Set<Int> { Set(order.indices.filter { units.contains(order[$0]) }) }
        return FormationLimits(
            shares: shares.map { .init(name: $0.name, units: places($0.units), most: $0.most) },
            residencies: residencies.map { .init(name: $0.name, units: places($0.units), least: $0.least) },
            replacements: replacements.map { .init(sources: places($0.sources), targets: places($0.targets)) }
        )
    }
}
