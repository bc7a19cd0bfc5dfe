internal import EventCoding
public import Rules

/// One difference between two rule documents, clause by clause.
public struct RuleDifference: Hashable, Sendable {
    /// The clause: members by name, and members of lists by what names them, such as `rules[attempts].counts`.
    public let path: String
    /// What the first says; nil where it says nothing.
    public let before: String?
    /// What the second says.
    public let after: String?

    /// The differences between two documents, in the order of paths.
    ///
    /// Rules, units, groups and the like are told apart by their ids and codes, so that their order makes no difference.
    public static func between(_ first: RuleDocument, _ second: RuleDocument) -> [RuleDifference] {
        var (before, after) = ([String: String](), [String: String]())
        flatten(first.json, "", into: &before)
        flatten(second.json, "", into: &after)
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            let (one, other) = (before[path], after[path])
            return one == other ? nil : RuleDifference(path: path, before: one, after: other)
        }
    }

    /// The members that name an element of a list.
    private static let names = ["id", "code", "group", "unit", "open", "grade", "year"]

    private static func flatten(_ value: JSONValue, _ path: String, into clauses: inout [String: String]) {
        switch value {
        case .object(let object):
            for member in object.members {
                flatten(member.value, path.isEmpty ? member.key : "\(path).\(member.key)", into: &clauses)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let name = element.object.flatMap { object in
                    names.lazy.compactMap { object.member($0)?.value.text }.first
                }
                flatten(element, "\(path)[\(name ?? element.text ?? "\(index)")]", into: &clauses)
            }
        default: clauses[path] = value.text
        }
    }
}

extension JSONValue {
    /// A scalar as text.
    fileprivate var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let bool): "\(bool)"
        case .null: "null"
        case .array, .object: nil
        }
    }
}
