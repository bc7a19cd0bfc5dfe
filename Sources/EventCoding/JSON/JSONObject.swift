/// The members of a JSON object: in order, no key twice, and quick to find by key.
public struct JSONObject: Sendable {
    /// A key and its value.
    public struct Member: Sendable {
        /// The key, its escapes resolved.
        public var key: String
        /// What stands after the colon.
        public var value: JSONValue
        /// The distance in bytes from the start of the text to the key, or 0 if the member was not read from a text.
        public var keyOffset: Int
        /// The distance in bytes from the start of the text to the value, or 0 likewise.
        public var valueOffset: Int

        /// A member; the offsets say where a text has it.
        public init(key: String, value: JSONValue, keyOffset: Int = 0, valueOffset: Int = 0) {
            self.key = key
            self.value = value
            self.keyOffset = keyOffset
            self.valueOffset = valueOffset
        }
    }

    /// All members, in the order they were written.
    public let members: [Member]

    /// Where each member is, sorted by key; empty for the usual small object, where looking at all of them is faster.
    private let sorted: [Int]

    /// Above this number of members, keys are found by bisection.
    private static let smallCount = 32

    /// An object of `members`; of several with one key the first stays.
    public init(_ members: [Member]) {
        self.init(members) { _ in }
    }

    /// An object of `members`, where `onDuplicate` is told of each member whose key stands before it already; such
    /// members are left out.
    init<Failure: Error>(_ members: [Member], onDuplicate: (Member) throws(Failure) -> Void) throws(Failure) {
        var duplicates: [Int] = []
        if members.count <= Self.smallCount {
            for index in members.indices
            where members[..<index].contains(where: { Self.areSame($0.key, members[index].key) }) {
                duplicates.append(index)
            }
        } else {
            let order = Self.sortedIndices(of: members)
            for (before, after) in zip(order, order.dropFirst())
            where Self.areSame(members[before].key, members[after].key) {
                duplicates.append(after)
            }
            duplicates.sort()
        }
        for index in duplicates { try onDuplicate(members[index]) }

        var unique = members
        for index in duplicates.reversed() { unique.remove(at: index) }
        self.members = unique
        self.sorted = unique.count <= Self.smallCount ? [] : Self.sortedIndices(of: unique)
    }

    /// The member with `key`, by its exact characters, or `nil`.
    ///
    /// - Complexity: O(log *n*) in the number of members.
    public func member(_ key: String) -> Member? {
        guard !sorted.isEmpty else { return members.first { Self.areSame($0.key, key) } }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(members[sorted[middle]].key, key) { low = middle + 1 } else { high = middle }
        }
        guard low < sorted.count, Self.areSame(members[sorted[low]].key, key) else { return nil }
        return members[sorted[low]]
    }

    /// The value of `key`, or `nil` if there is no such member.
    ///
    /// - Complexity: O(log *n*) in the number of members.
    public subscript(key: String) -> JSONValue? { member(key)?.value }

    private static func sortedIndices(of members: [Member]) -> [Int] {
        members.indices.sorted { left, right in
            if precedes(members[left].key, members[right].key) { return true }
            if precedes(members[right].key, members[left].key) { return false }
            return left < right
        }
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Swift takes `é` in one and in two code points for equal; in JSON they are different keys.
    static func areSame(_ left: String, _ right: String) -> Bool {
        left == right && left.utf8.elementsEqual(right.utf8)
    }
}

extension JSONObject: Equatable {
    /// Whether both have the same members in the same order, wherever their texts have them.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { areSame($0.key, $1.key) && $0.value == $1.value }
    }
}
