import Accrue
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
        let document = try Self.shared("fi-qualifications.json")
        let snapshots = try #require(document.object?["qualifications"]?.array)
        var (rules, greatest) = (0, 0)
        var random = SeededRandom(seed: 7)
        var steps: [Int] = []
        for snapshot in snapshots {
            for mode in snapshot.object?["modes"]?.object?.members ?? [] {
                guard let rule = mode.value.object?["rule"], let units = mode.value.object?["units"]?.object else {
                    continue
                }
                var numbers = 0
                let root = Self.group(rule, &numbers)
                greatest = max(greatest, numbers)
                rules += 1
                let solver = FormationSolver(FormationRule(root: root))
                let all = units.members.map {
                    HeldUnit(
                        code: $0.key,
                        credit: Position(rawValue: 1),
                        points: Self.points($0.value.object?["credits"])
                    )
                }
                for share in [1, 4, 10] {
                    let held = all.filter { _ in Int.random(in: 0..<10, using: &random) < share }
                    let result = solver.solve(held)
                    steps.append(result.steps)
                    #expect(result.verdict != .undetermined, "\(mode.key) of \(snapshot.object?["id"] ?? .null)")
                    #expect(result == solver.solve(held.reversed()))
                }
            }
        }
        #expect(rules >= 15 && greatest > 80)
        // Most of them need hardly any search.
        #expect(steps.sorted()[steps.count / 2] < 1_000 && steps.allSatisfy { $0 < FormationSolver.usualBound / 2 })
    }

    /// Sibling specialisations are one choice; what has a positive least number of points, and is neither a
    /// specialisation nor a heading nor open, is required.
    private static func group(_ rule: JSONValue, _ numbers: inout Int) -> FormationGroup {
        numbers += 1
        let number = numbers
        let object = rule.object
        var children: [FormationChild] = []
        var specialisations: [FormationChild] = []
        for child in object?["children"]?.array ?? [] {
            if let unit = child.object?["unit"]?.string {
                children.append(FormationChild(.unit(unit)))
                continue
            }
            let bounds = Self.bounds(child.object?["credits"])
            switch child.object?["role"]?.string {
            case "osaamisala":
                specialisations.append(FormationChild(.group(group(child, &numbers))))
            case "määrittelemätön", "vieras":
                numbers += 1
                let slot = OpenSlot(id: "open-\(numbers)", points: bounds, count: Self.count(child))
                children.append(FormationChild(.open(slot)))
            default:
                let isHeading = child.object?["role"]?.string == "tutkintonimike"
                let isRequired = !isHeading && bounds.least ?? .zero > .zero
                children.append(FormationChild(.group(group(child, &numbers)), isRequired: isRequired))
            }
        }
        if !specialisations.isEmpty {
            numbers += 1
            let choice = FormationGroup(
                id: "specialisation-\(numbers)",
                count: Bounds(least: 1, most: 1),
                children: specialisations
            )
            children.append(FormationChild(.group(choice), isRequired: true))
        }
        return FormationGroup(
            id: "group-\(number)",
            points: bounds(object?["credits"]),
            count: count(rule),
            children: children
        )
    }

    private static func bounds(_ value: JSONValue?) -> Bounds<Points> {
        let ends = value?.array ?? []
        return ends.count == 2 ? Bounds(least: points(ends[0]), most: points(ends[1])) : Bounds()
    }

    private static func count(_ value: JSONValue) -> Bounds<UInt16> {
        let ends = value.object?["count"]?.array ?? []
        return ends.count == 2 ? Bounds(least: ends[0].integer(), most: ends[1].integer()) : Bounds()
    }
}
