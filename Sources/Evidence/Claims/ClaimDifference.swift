internal import EventCoding

/// Where what is claimed first differs from what is computed.
enum ClaimDifference {
    /// `credits[2].points: claimed "8", computed "6"`; nothing where the two are the same.
    static func description(claimed: [UInt8], computed: [UInt8]) -> String {
        guard let one = value(claimed), let other = value(computed) else { return "is no claim" }
        return first(one, other, at: "") ?? "is the same"
    }

    /// Whom a claim is about.
    static func subject(of claim: [UInt8]) -> String {
        let learner = value(claim)?.object?["learner"]?.integer(UInt32.self)
        return learner.map { "learner \($0)" } ?? "nobody"
    }

    private static func value(_ bytes: [UInt8]) -> JSONValue? {
        try? JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
    }

    private static func first(_ claimed: JSONValue?, _ computed: JSONValue?, at path: String) -> String? {
        if claimed == computed { return nil }
        if let one = claimed?.object, let other = computed?.object {
            let keys = Set(one.members.map(\.key)).union(other.members.map(\.key)).sorted()
            let prefix = path.isEmpty ? "" : "\(path)."
            return keys.lazy.compactMap { first(one[$0], other[$0], at: prefix + $0) }.first
        }
        if let one = claimed?.array, let other = computed?.array {
            let count = max(one.count, other.count)
            return (0..<count).lazy.compactMap { index in
                first(
                    index < one.count ? one[index] : nil,
                    index < other.count ? other[index] : nil,
                    at: "\(path)[\(index)]"
                )
            }.first
        }
        return "\(path): claimed \(text(claimed)), computed \(text(computed))"
    }

    private static func text(_ value: JSONValue?) -> String {
        value.map { String(decoding: $0.canonicalBytes, as: UTF8.self) } ?? "nothing"
    }
}
