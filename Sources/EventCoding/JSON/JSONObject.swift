/// The members of a JSON object: in order, no key twice, and quick to find by key.
public struct JSONObject: Sendable {
    /// A key and its value.
    public struct Member: Sendable {
        /// The key, its escapes resolved.
        public let key: String
        /// What stands after the colon.
        public var value: JSONValue
        /// The distance in bytes from the start of the text to the key, or 0 if the member was not read from a text.
        public var keyOffset: Int
        /// The distance in bytes from the start of the text to the value, or 0 likewise.
        public var valueOffset: Int
        /// Tells most keys apart at a glance.
        fileprivate let fingerprint: UInt64

        /// A member; the offsets say where a text has it.
        public init(key: String, value: JSONValue, keyOffset: Int = 0, valueOffset: Int = 0) {
            self.key = key
            self.value = value
            self.keyOffset = keyOffset
            self.valueOffset = valueOffset
            fingerprint = Self.fingerprint(of: key)
        }

        /// The length and the first characters.
        fileprivate static func fingerprint(of key: String) -> UInt64 {
            key.withBytes { bytes in
                var fingerprint = UInt64(bytes.count)
                for byte in bytes.prefix(7) { fingerprint = fingerprint << 8 | UInt64(byte) }
                return fingerprint
            }
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
        self.init(members) { _, _ in }
    }

    /// An object of `members`, where `onDuplicate` is told of each member whose key stands before it already, and of the
    /// one before; such members are left out.
    init<Failure: Error>(
        _ members: [Member],
        onDuplicate: (_ member: Member, _ before: Member) throws(Failure) -> Void
    ) throws(Failure) {
        var duplicates: [(index: Int, before: Int)] = []
        if members.count <= Self.smallCount {
            for index in members.indices {
                let (key, fingerprint) = (members[index].key, members[index].fingerprint)
                if let before = Self.index(of: key, fingerprint, in: members, before: index) {
                    duplicates.append((index, before))
                }
            }
        } else {
            let order = Self.sortedIndices(of: members)
            for (before, after) in zip(order, order.dropFirst())
            where Self.areSame(members[before].key, members[after].key) {
                duplicates.append((after, before))
            }
            duplicates.sort { $0.index < $1.index }
        }
        for (index, before) in duplicates { try onDuplicate(members[index], members[before]) }

        var unique = members
        for (index, _) in duplicates.reversed() { unique.remove(at: index) }
        self.members = unique
        self.sorted = unique.count <= Self.smallCount ? [] : Self.sortedIndices(of: unique)
    }

    /// The member with `key`, by its exact characters, or `nil`.
    ///
    /// - Complexity: O(log *n*) in the number of members.
    public func member(_ key: String) -> Member? { index(of: key).map { members[$0] } }

    /// Where the member with `key` stands in ``members``, or `nil`.
    func index(of key: String) -> Int? {
        guard !sorted.isEmpty else {
            return Self.index(of: key, Member.fingerprint(of: key), in: members, before: members.count)
        }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(members[sorted[middle]].key, key) { low = middle + 1 } else { high = middle }
        }
        guard low < sorted.count, Self.areSame(members[sorted[low]].key, key) else { return nil }
        return sorted[low]
    }

    private static func index(
        of key: String,
        _ fingerprint: UInt64,
        in members: [Member],
        before end: Int
    ) -> Int? {
        for index in 0..<end
        where members[index].fingerprint == fingerprint && areSame(members[index].key, key) { return index }
        return nil
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
        left.withBytes { left in right.withBytes { left.elementsEqual($0) } }
    }
}

extension JSONObject: Equatable {
    /// Whether both have the same members in the same order, wherever their texts have them.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { areSame($0.key, $1.key) && $0.value == $1.value }
    }
}

extension String {
    /// The characters in UTF-8; quick where the string is native, as all are that were read here.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}
