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
            for index in units.indices
            where (round + index).isMultiple(of: 11) || round.isMultiple(of: 9) && units[index].code == "A" {
                units[index].isPart = true
            }
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
            #expect(Self.placements(found.placements) == Self.placements(expected, oracle), "\(question)")
            #expect(Self.groups(found) == expected.value.witness.groups, "\(question)")
            #expect(found.released == expected.released, "\(question)")
            #expect(found.applied == expected.value.applied, "\(question)")
            #expect(Self.placements(found.better) == Self.better(expected, oracle), "\(question)")
            for group in found.groups {
                let earned = expected.value.witness.groups[group.id]?.earned ?? 0
                #expect(group.missingPoints.rawValue == max(0, (group.points.least?.rawValue ?? 0) - earned))
                #expect(group.missingCount == max(0, Int(group.count.least ?? 0) - group.present))
            }
            let shortfalls = oracle.limits.residencies.filter { residency in
                residency.units.reduce(0) { $0 + expected.value.witness.units[$1] } < residency.least.rawValue
            }
            #expect(found.shortfalls.map(\.name) == shortfalls.map(\.name), "\(question)")
        }
    }

    /// Where units stand and what they count, a line for each.
    private static func placements(_ placements: [FormationResult.Placement]) -> [String] {
        placements.map { placement in
            let own = placement.unit.points?.rawValue ?? 0
            #expect(placement.counted.rawValue + placement.surplus.rawValue == own)
            return "\(placement.unit.code) \(placement.unit.credit) \(placement.group ?? "-") \(placement.counted)"
        }
    }

    private static func line(_ unit: HeldUnit, _ group: String?, _ counted: Int64) -> String {
        "\(unit.code) \(unit.credit) \(group ?? "-") \(Points(rawValue: counted))"
    }

    private static func placements(_ expected: FormationOracle.Answer, _ oracle: FormationOracle) -> [String] {
        oracle.there(applying: expected.value.applied).map {
            line(oracle.units[$0], expected.groups[$0], expected.value.witness.units[$0])
        }
    }

    /// Units that would stand elsewhere without declarations.
    private static func better(_ expected: FormationOracle.Answer, _ oracle: FormationOracle) -> [String] {
        guard let better = expected.better else { return [] }
        return oracle.units.indices.filter { better.groups[$0] != expected.groups[$0] }.map {
            line(oracle.units[$0], better.groups[$0], better.value.witness.units[$0])
        }
    }

    private static func groups(_ result: FormationResult) -> [String: FormationOracle.GroupStanding] {
        let pairs = result.groups.map { group in
            let standing = FormationOracle.GroupStanding(
                counted: group.counted.rawValue,
                earned: group.earned.rawValue,
                present: group.present,
                isPresent: group.isPresent,
                missingRequired: Set(group.missingRequired)
            )
            return (group.id, standing)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
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
}

extension FormationLimits {
    /// The limits, where units stand in another order: `order` names for each place what stood where before.
    func renumbered(by order: [Int]) -> FormationLimits {
        func places(_ units: Set<Int>) -> Set<Int> { Set(order.indices.filter { units.contains(order[$0]) }) }
        return FormationLimits(
            shares: shares.map { .init(name: $0.name, units: places($0.units), most: $0.most) },
            residencies: residencies.map { .init(name: $0.name, units: places($0.units), least: $0.least) },
            replacements: replacements.map { .init(sources: places($0.sources), targets: places($0.targets)) },
            respectsDeclared: respectsDeclared
        )
    }
}
