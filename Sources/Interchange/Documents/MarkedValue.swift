public import Credit
public import EventCoding

/// What a file says, and on which line it says what: the same tree for JSON and for YAML.
public struct MarkedValue: Sendable {
    /// A document has at most so many bytes.
    public static let largestFile = 1 << 20

    /// The value.
    public let value: JSONValue
    /// True if its scalars are texts, whose types follow from who reads them.
    public let isUntyped: Bool
    private let lines: LineTree

    init(_ value: JSONValue, isUntyped: Bool, lines: LineTree) {
        self.value = value
        self.isUntyped = isUntyped
        self.lines = lines
    }

    /// The line of a member or element such as `rules[2].attempts.counts`, or of what it should stand in; from 1.
    public func line(of path: String?) -> Int { lines.line(of: path ?? "") }
}

/// What is wrong with a file, and on which line.
public struct FileFault: Error, Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// What is wrong, and at which path.
    public let error: AccrueError

    init(_ line: Int, _ error: AccrueError) {
        self.line = line
        self.error = error
    }
}

/// All that is wrong with a file; at least one fault.
public struct FileFaults: Error, Hashable, Sendable {
    /// The faults, in the order in which they were found.
    public let faults: [FileFault]
}
