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

    /// The differences between two documents, in the order of paths; none only where both say the same.
    ///
    /// Rules, units, groups and the like are told apart by their ids and codes, so that their order makes no difference;
    /// that of a rule's exceptions does, as the first that a case meets acts.
    public static func between(_ first: RuleDocument, _ second: RuleDocument) -> [RuleDifference] {
        var comparison = RuleDocumentComparison()
        comparison.compare(first.json, second.json, at: "")
        return comparison.differences.sorted {
            ($0.path, $0.before ?? "", $0.after ?? "") < ($1.path, $1.before ?? "", $1.after ?? "")
        }
    }
}

/// Walks through two documents side by side.
private struct RuleDocumentComparison {
    private(set) var differences: [RuleDifference] = []

    mutating func compare(_ before: JSONValue?, _ after: JSONValue?, at path: String) {
        switch (before ?? after?.emptied, after ?? before?.emptied) {
        case (.object(let one)?, .object(let other)?) where one.members.count + other.members.count > 0:
            for key in Set((one.members + other.members).map(\.key)) {
                compare(one[key], other[key], at: path.isEmpty ? key : "\(path).\(key)")
            }
        case (.array(let one)?, .array(let other)?) where one.count + other.count > 0:
            compare(one, other, at: path)
        case (let one?, let other?) where one.text == nil || other.text == nil:
            compare(one, nil, at: path)
            compare(nil, other, at: path)
        default: add(before?.text, after?.text, at: path)
        }
    }

    private mutating func add(_ before: String?, _ after: String?, at path: String) {
        if before != after { differences.append(RuleDifference(path: path, before: before, after: after)) }
    }

    private mutating func compare(_ before: [JSONValue], _ after: [JSONValue], at path: String) {
        let repeated = before.repeatedNames.union(after.repeatedNames)
        func name(_ element: JSONValue) -> String {
            let name = element.name
            return repeated.contains(name) ? name + element.qualifier : name
        }
        let (one, other) = (before.map(name), after.map(name))
        if path.hasSuffix(".exceptions") {
            let kept = one.filter(other.contains)
            let moved = other.filter(one.contains)
            add(kept.joined(separator: ", "), moved.joined(separator: ", "), at: path)
        }
        let elements = (
            Dictionary(grouping: zip(one, before), by: \.0), Dictionary(grouping: zip(other, after), by: \.0)
        )
        for name in Set(one + other) {
            var left = elements.0[name, default: []].map(\.1)
            var right = elements.1[name, default: []].map(\.1)
            // Of several of one name those that are the same say so in any order.
            left.removeAll { element in
                guard let same = right.firstIndex(of: element) else { return false }
                right.remove(at: same)
                return true
            }
            for index in 0..<max(left.count, right.count) {
                compare(
                    left.indices.contains(index) ? left[index] : nil,
                    right.indices.contains(index) ? right[index] : nil,
                    at: "\(path)[\(name)]"
                )
            }
        }
    }
}

extension JSONValue {
    /// A scalar, or a container in which nothing is, as text.
    fileprivate var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let bool): "\(bool)"
        case .null: "null"
        case .array(let elements): elements.isEmpty ? "[]" : nil
        case .object(let object): object.members.isEmpty ? "{}" : nil
        }
    }

    /// A container in which something is, without it; nil for all else.
    fileprivate var emptied: JSONValue? {
        switch self {
        case .array(let elements): elements.isEmpty ? nil : .array([])
        case .object(let object): object.members.isEmpty ? nil : .object(JSONObject([]))
        default: nil
        }
    }

    /// What names an element of a list: an id, a code, or the units of which an equivalence is.
    fileprivate var name: String {
        guard let object else { return text ?? "" }
        let members = ["id", "code", "group", "unit", "open", "grade", "year", "by", "from"]
        return members.lazy.compactMap { object[$0].flatMap(\.listed) }.first ?? ""
    }

    /// What tells it from others of that name.
    fileprivate var qualifier: String {
        guard let object else { return "" }
        if let version = object["version"]?.text { return "@\(version)" }
        return ["outcome", "on", "to"].lazy.compactMap { object[$0].flatMap(\.listed) }.first.map { " \($0)" } ?? ""
    }

    /// A scalar, or several in an order of their own.
    private var listed: String? {
        array.map { $0.compactMap(\.text).sorted().joined(separator: ", ") } ?? text
    }
}

extension [JSONValue] {
    /// The names that several have.
    fileprivate var repeatedNames: Set<String> {
        Set(Dictionary(grouping: self, by: \.name).filter { $0.value.count > 1 }.keys)
    }
}
