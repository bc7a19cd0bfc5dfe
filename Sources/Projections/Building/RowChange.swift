internal import EventCoding

/// One place at which two rows differ.
public struct RowChange: Hashable, Sendable {
    /// The place: `schemes KT buckets recognised`.
    public let place: String
    /// The value in the first row, or nil where it has none there.
    public let before: String?
    /// The value in the second, or nil likewise.
    public let after: String?

    /// All places at which two rows differ, in order; what only one of them has is one place.
    static func changes(from before: JSONValue?, to after: JSONValue?) -> [RowChange] {
        switch (before, after) {
        case (.object(let one), .object(let other)): changes(one.values, other.values, "")
        default: before == after ? [] : [RowChange(place: "row", before: before?.summary, after: after?.summary)]
        }
    }

    private static func changes(
        _ before: [String: JSONValue],
        _ after: [String: JSONValue],
        _ place: String
    ) -> [RowChange] {
        Set(before.keys).union(after.keys).sorted().flatMap { key -> [RowChange] in
            let place = place.isEmpty ? key : "\(place) \(key)"
            let (one, other) = (before[key], after[key])
            if one == other { return [] }
            if let one = one?.parts, let other = other?.parts { return changes(one, other, place) }
            return [RowChange(place: place, before: one?.summary, after: other?.summary)]
        }
    }
}

extension JSONObject {
    /// The members by key.
    fileprivate var values: [String: JSONValue] {
        Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
    }
}

extension JSONValue {
    /// What an array or object is made of. Elements of arrays go by what they are about, not by their number: a credit
    /// by its decision, a sum by its scheme.
    fileprivate var parts: [String: JSONValue]? {
        switch self {
        case .object(let object): return object.values
        case .array(let elements):
            var parts: [String: JSONValue] = [:]
            for element in elements {
                let subject = element.subject
                var (name, count) = (subject, 1)
                while parts[name] != nil {
                    count += 1
                    name = "\(subject)/\(count)"
                }
                parts[name] = element
            }
            return parts
        default: return nil
        }
    }

    private var subject: String {
        for key in ["decision", "scheme", "enrolment"] {
            switch object?[key] {
            case .string(let text), .number(let text): return text
            default: continue
            }
        }
        return "?"
    }

    /// The value in a line: of an object what a reader wants to know of it first.
    fileprivate var summary: String? {
        switch self {
        case .null: return nil
        case .bool(let value): return "\(value)"
        case .number(let text), .string(let text): return text
        case .array(let elements): return elements.compactMap(\.summary).joined(separator: ", ")
        case .object(let object):
            let told = ["unit", "bucket", "state", "points", "recognised", "scheme", "buckets"]
            return told.compactMap { object[$0]?.summary }.joined(separator: " ")
        }
    }
}
