import Accrue
import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Rules
import Testing

/// Formation rules of real qualifications, where the shared data is there.
@Suite(.enabled(if: ConvertedData.isThere, "needs ../shared/data, beside the project")) struct RealFormationTests {
    private static func shared(_ name: String) throws -> JSONValue {
        let bytes = [UInt8](try Data(contentsOf: ConvertedData.folder.appending(path: name)))
        return try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
    }

    private static func points(_ value: JSONValue?) -> Points? {
        switch value {
        case .number(let text), .string(let text): try? Points(text)
        default: nil
        }
    }

    // MARK: Slovenian programmes

    @Test func `the valid elective combinations of real programmes are as many as were counted by hand`() throws {
        let programmes = try #require(try Self.shared("si-programmes.json").array)
        var compared = 0
        for programme in programmes {
            for (rows, derived) in [("general", "derived_general"), ("modules", "derived_modules")] {
                guard let units = programme.object?[rows]?.array, let counts = programme.object?[derived]?.object,
                    let combinations: Int = counts["valid_combinations"]?.integer()
                else { continue }
                let found = Self.combinations(units, counts)
                #expect(found == combinations, "\(programme.object?["id"]?.string ?? "") \(rows)")
                compared += 1
            }
        }
        #expect(compared == 15)
    }

    /// How many sets of electives satisfy the rule that the printed subtotal gives, with the hours that it prints.
    private static func combinations(_ rows: [JSONValue], _ counts: JSONObject) -> Int {
        var mandatory: [HeldUnit] = []
        var electives: [(unit: HeldUnit, hours: Int)] = []
        for row in rows {
            guard let code = row.object?["code"]?.string else { continue }
            let unit = HeldUnit(code: code, credit: Position(rawValue: 1), points: points(row.object?["kt"]))
            if row.object?["type"]?.string == "elective" {
                electives.append((unit, row.object?["hours"]?.integer() ?? 0))
            } else {
                mandatory.append(unit)
            }
        }
        let needed = points(counts["elective_kt"]) ?? .zero
        let hours: Int? = counts["elective_h"]?.integer()
        let rule = FormationRule(
            root: FormationGroup(
                id: "whole",
                children: [
                    .init(
                        .group(
                            FormationGroup(
                                id: "mandatory",
                                children: mandatory.map { .init(.unit($0.code), isRequired: true) }
                            )
                        ),
                        isRequired: !mandatory.isEmpty
                    ),
                    .init(
                        .group(
                            FormationGroup(
                                id: "electives",
                                points: Bounds(least: needed, most: needed),
                                children: electives.map { .init(.unit($0.unit.code)) }
                            )
                        ),
                        isRequired: needed > .zero
                    ),
                ]
            )
        )
        let solver = FormationSolver(rule)
        return (0..<1 << electives.count).count { set in
            let chosen = electives.indices.filter { set >> $0 & 1 == 1 }
            if let hours, chosen.reduce(0, { $0 + electives[$1].hours }) != hours { return false }
            let result = solver.solve(mandatory + chosen.map { electives[$0].unit })
            return result.verdict == .satisfied
                && result.placements.allSatisfy { $0.surplus == .zero && $0.group != nil }
        }
    }

    // MARK: Finnish qualifications

    private static func finnish() throws -> [(name: String, standard: Standard)] {
        try ConvertedData.finnishDocuments().map { name, bytes in
            let value = try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
            guard case .standard(let standard) = try RuleDocument(value) else { throw AccrueError(.notFound, name) }
            return (name, standard)
        }
    }

    /// Units of a version by code, and of another qualification where points are given.
    private static func held(
        _ codes: [String],
        of standard: Standard,
        elsewhere points: [String] = []
    ) throws
        -> [HeldUnit]
    {
        let credit = Position(rawValue: 1)
        let own = try codes.map { code in
            let unit = try #require(standard.qualification.units.first { $0.code == code })
            return HeldUnit(code: code, credit: credit, points: unit.points)
        }
        return try own
            + points.enumerated().map { number, points in
                HeldUnit(code: "X\(number)", credit: credit, points: try Points(points), qualification: "other")
            }
    }

    @Test func `all Finnish qualifications are judged within the bound, in any order`() throws {
        var random = SeededRandom(seed: 7)
        var steps: [Int] = []
        for (name, standard) in try Self.finnish() {
            let solver = FormationSolver(standard.formation)
            let units = standard.qualification.units.filter { $0.parent == nil }.map(\.code)
            for share in [1, 4, 10] {
                let codes = units.filter { _ in Int.random(in: 0..<10, using: &random) < share }
                let held = try Self.held(codes, of: standard)
                let result = solver.solve(held)
                steps.append(result.steps)
                #expect(result.verdict != .undetermined, "\(name)")
                #expect(result == solver.solve(held.reversed()))
            }
            // Nothing is not enough for any of them.
            #expect(solver.solve([]).verdict == .notSatisfied, "\(name)")
        }
        #expect(steps.count == 42)
        // Most of them need hardly any search.
        #expect(steps.sorted()[steps.count / 2] < 1_000 && steps.allSatisfy { $0 < FormationSolver.usualBound / 2 })
    }

    @Test func `the shortest way is found where all units of the register may be taken`() throws {
        let all = try Self.finnish()
        var random = SeededRandom(seed: 3)
        var ways = 0
        // Three take a fifth of a second each, and without optimisation a quarter of a minute.
        let long = ["fi-39.011.2014@2015-08-01-ops", "fi-OPH-2762-2017@2018-08-01", "fi-OPH-5410-2021@2022-08-01"]
        for (name, standard) in all where !long.contains(where: name.hasPrefix) {
            let solver = FormationSolver(standard.formation)
            func units(of other: Standard) -> [HeldUnit] {
                let (own, id) = (standard.qualification.id, other.qualification.id)
                guard other == standard || id != own else { return [] }
                return other.qualification.units.filter { $0.parent == nil }.map {
                    HeldUnit(code: $0.code, credit: .none, points: $0.points, qualification: id == own ? nil : id)
                }
            }
            let available = all.flatMap { units(of: $0.standard) }
            for share in [0, 5] {
                let codes = units(of: standard).map(\.code).filter { _ in Int.random(in: 0..<10, using: &random) < share
                }
                let held = try Self.held(codes, of: standard)
                if solver.solve(held).verdict == .satisfied { continue }
                let way = try #require(solver.completion(of: held, from: available).units, "\(name) \(codes)")
                #expect(solver.solve(held + way).verdict == .satisfied)
                ways += 1
                if share == 0, name.hasPrefix("fi-43.011.2014@2016-08-01-naytto") {
                    // Five that all must have, and one of any other qualification.
                    #expect(way.map(\.code) == ["100015", "100114", "100115", "100116", "100117", "100118"])
                }
            }
        }
        #expect(ways > 14)
    }

    /// Holdings under real rules, and what they come to: each beside one that lacks a little.
    struct Holding: CustomTestStringConvertible, Sendable {
        var version: String
        var units: [String]
        var elsewhere: [String] = []
        var counted: String
        var isSatisfied: Bool

        var testDescription: String { "\(version): \(units.joined(separator: " ")) \(elsewhere)" }

        /// Of information technology: what all need, user support, electives, what is common.
        static func support(
            _ electives: [String],
            _ elsewhere: [String],
            _ counted: String,
            _ isSatisfied: Bool
        )
            -> Holding
        {
            Holding(
                version: "fi-OPH-1117-2019@2019-09-15-reformi",
                units: ["600023", "600024", "600025", "600026", "600002", "400013", "600001"] + electives,
                elsewhere: elsewhere,
                counted: counted,
                isSatisfied: isSatisfied
            )
        }

        /// Of the vehicle trade: what is common, and voluntary parts of it.
        static func common(_ voluntary: [String], _ counted: String) -> Holding {
            Holding(
                version: "fi-OPH-5410-2021@2022-08-01-reformi",
                units: ["106727", "106728", "106729"] + voluntary,
                counted: counted,
                isSatisfied: false
            )
        }

        /// Of business: what all need, what is common, and units of customer service and sales.
        static func sales(_ units: [String], _ counted: String, _ isSatisfied: Bool) -> Holding {
            Holding(
                version: "fi-59.011.2014@2016-08-01-ops",
                units: ["100359", "101053", "101054", "101055", "101056"] + units,
                elsewhere: ["10"],
                counted: counted,
                isSatisfied: isSatisfied
            )
        }
    }

    @Test(arguments: [
        // 45 + 60 + 40 + 35 = 180; the 9 that common units leave open come from elsewhere.
        Holding.support(["600027", "400011"], ["5", "9"], "180", true),
        .support(["600027", "400011"], [], "166", false),
        .support(["600027", "400011"], ["5"], "171", false),
        // Another 15 are beyond the 40.
        .support(["600027", "400011", "600029"], ["5", "9"], "180", true),
        // 60 + 45 is the first of two alternatives, 30 + 30 + 15 + 30 the second; of each one is enough.
        .sales(["100360", "100361", "100365", "100373"], "180", true),
        .sales(["100360", "100365", "100373", "100374", "100375"], "180", true),
        // With 15 less of the second 90 would count; another speciality lacks a part of it only, and has 75.
        .sales(["100360", "100365", "100373", "100374"], "150", false),
        // 26 in all, and 3 for each voluntary part, of one language only one.
        .common([], "26"),
        .common(["106727.VVTK-voluntary", "106728.MLMA-voluntary", "106729.YTTT-voluntary"], "35"),
        .common(["106727.VVTK-voluntary", "106728.MLMA-voluntary", "106727.VVTK-voluntary-2"], "32"),
    ])
    func `what is held under a real rule comes to what the register says`(holding: Holding) throws {
        let standard = try #require(try Self.finnish().first { $0.name == "\(holding.version).json" }?.standard)
        let held = try Self.held(holding.units, of: standard, elsewhere: holding.elsewhere)
        let result = FormationSolver(standard.formation).solve(held)
        #expect(result.groups[0].counted.description == holding.counted)
        #expect((result.verdict == .satisfied) == holding.isSatisfied)
    }

    @Test func `a converted qualification is published with its rule, and progress judges by it`() async throws {
        try await withLedger { ledger in
            let line = #"{"effective":"2020-08-01","id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7bf00"#
            let people = """
                \(line)1","kind":"actor-introduced","identifier":"someone","document":{"role":"registrar"}}
                \(line)2","kind":"learner-introduced","identifier":"aino","actor":"someone"}
                """
            let converted = try ConvertedData.output(of: "fi-qualifications")
            for lines in [Array(converted), Array(people.utf8)] {
                #expect(try await ledger.append(EventLines(lines)).faults.map(\.error.description) == [])
            }
            let day = try CivilDate("2020-08-01")
            func progress(_ version: String, _ units: [String]) throws -> Rules.Progress {
                try ledger.read { (view) throws(AccrueError) in
                    try view.progress(
                        of: view.learner("aino"),
                        towards: version,
                        on: day,
                        supposing: Suppositions(recognitions: units.map { .init($0) })
                    )
                }
            }
            // Five compulsory parts and one of the electives, counted, without points.
            let hair = "fi-43.011.2014@2016-08-01-naytto"
            let compulsory = (100114...100118).map { "\($0)" }
            #expect(try progress(hair, compulsory + ["100119"]).formation.verdict == .satisfied)
            let lacking = try progress(hair, compulsory.filter { $0 != "100116" } + ["100119", "100120"])
            #expect(lacking.formation.verdict == .notSatisfied)
            #expect(lacking.formation.groups.first { $0.id == "1.1.1" }?.missingRequired == ["100116"])
            // What has no fixed size cannot be judged, and says so.
            #expect(throws: AccrueError(.notFound)) { try progress("fi-OPH-2658-2017@2018-01-01-reformi", []) }
        }
    }
}
