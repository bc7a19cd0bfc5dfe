import Accrue
import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Rules
import Testing

private let data = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/data")
    .standardized
private let hasData = FileManager.default.fileExists(atPath: data.appending(path: "si-programmes.json").path)

/// Formation rules of real qualifications, where the shared data is there.
@Suite(.enabled(if: hasData)) struct RealFormationTests {
    private static func shared(_ name: String) throws -> JSONValue {
        let bytes = [UInt8](try Data(contentsOf: data.appending(path: name)))
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

    @Test func `all Finnish qualifications load and are judged within the bound`() throws {
        let rules = try RealRules().rules
        var random = SeededRandom(seed: 7)
        var steps: [Int] = []
        for real in rules {
            let solver = FormationSolver(real.rule)
            for share in [1, 4, 10] {
                let held = real.units.filter { _ in Int.random(in: 0..<10, using: &random) < share }
                let result = solver.solve(held)
                steps.append(result.steps)
                #expect(result.verdict != .undetermined, "\(real.name)")
                #expect(result == solver.solve(held.reversed()))
            }
        }
        #expect(rules.count >= 15 && rules.contains { $0.groups > 80 })
        // Most of them need hardly any search.
        #expect(steps.sorted()[steps.count / 2] < 1_000 && steps.allSatisfy { $0 < FormationSolver.usualBound / 2 })
    }
}
