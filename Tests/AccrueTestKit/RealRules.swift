internal import Credit
internal import EventCoding
internal import Foundation
public import Rules

/// The formation rules of real Finnish qualifications, from `../shared/data/fi-qualifications.json` beside the project.
public struct RealRules {
    /// A rule with all units that its version has.
    public struct Named {
        /// Its number, and how large it is.
        public let name: String
        /// The rule.
        public let rule: FormationRule
        /// The units.
        public let units: [HeldUnit]
        /// How many groups and slots it has.
        public let groups: Int
    }

    /// The rules, the smallest first.
    public private(set) var rules: [Named] = []

    /// Reads them.
    public init() throws {
        // The file stands in two packages.
        let name = "shared/data/fi-qualifications.json"
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path) {
            folder.deleteLastPathComponent()
        }
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
            throw MissingRules(path: "../shared/data")
        }
        let bytes = [UInt8](data)
        let document = try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
        for snapshot in document.object?["qualifications"]?.array ?? [] {
            for mode in snapshot.object?["modes"]?.object?.members ?? [] {
                guard let rule = mode.value.object?["rule"], let units = mode.value.object?["units"]?.object else {
                    continue
                }
                var groups = 0
                let root = Self.group(rule, &groups)
                let held = units.members.map {
                    HeldUnit(
                        code: $0.key,
                        credit: Position(rawValue: 1),
                        points: Self.points($0.value.object?["credits"])
                    )
                }
                let name = "\(rules.count + 1), \(groups) groups, \(held.count) units"
                rules.append(Named(name: name, rule: FormationRule(root: root), units: held, groups: groups))
            }
        }
        rules.sort { ($0.groups, $0.units.count) < ($1.groups, $1.units.count) }
    }

    /// Sibling specialisations are one choice; what has a positive least number of points, and is neither a
    /// specialisation nor a heading nor open, is required.
    private static func group(_ rule: JSONValue, _ groups: inout Int) -> FormationGroup {
        groups += 1
        let number = groups
        var children: [FormationChild] = []
        var specialisations: [FormationChild] = []
        for child in rule.object?["children"]?.array ?? [] {
            if let unit = child.object?["unit"]?.string {
                children.append(FormationChild(.unit(unit)))
                continue
            }
            let bounds = bounds(child.object?["credits"])
            switch child.object?["role"]?.string {
            case "osaamisala": specialisations.append(FormationChild(.group(group(child, &groups))))
            case "määrittelemätön", "vieras":
                groups += 1
                children.append(
                    FormationChild(.open(OpenSlot(id: "open-\(groups)", points: bounds, count: count(child))))
                )
            default:
                let isHeading = child.object?["role"]?.string == "tutkintonimike"
                let isRequired = !isHeading && bounds.least ?? .zero > .zero
                children.append(FormationChild(.group(group(child, &groups)), isRequired: isRequired))
            }
        }
        if !specialisations.isEmpty {
            groups += 1
            let one = Bounds<UInt16>(least: 1, most: 1)
            let choice = FormationGroup(id: "choice-\(groups)", count: one, children: specialisations)
            children.append(FormationChild(.group(choice), isRequired: true))
        }
        return FormationGroup(
            id: "group-\(number)",
            points: bounds(rule.object?["credits"]),
            count: count(rule),
            children: children
        )
    }

    private static func points(_ value: JSONValue?) -> Points? {
        switch value {
        case .number(let text), .string(let text): try? Points(text)
        default: nil
        }
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

struct MissingRules: Error, CustomStringConvertible {
    let path: String
    var description: String { "no fi-qualifications.json in \(path): progress, solver and impact need it" }
}
