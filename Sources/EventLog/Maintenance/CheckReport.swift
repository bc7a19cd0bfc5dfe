public import Credit
public import EventCoding

/// What a check of a whole log found.
public struct CheckReport: Sendable {
    /// Something that is not as it must be.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// The event that it is about, if it is about one.
        public let position: Position?
        /// What is wrong.
        public let error: AccrueError

        /// The position, if any, and the error.
        public var description: String { position.map { "\($0): \(error)" } ?? "\(error)" }
    }

    /// At most so many findings are listed; all are counted.
    public static let longestList = 1_000

    /// The last event that was looked at.
    public internal(set) var position = Position.none
    /// The events that could be read.
    public internal(set) var events = 0
    /// The learners that they introduce.
    public internal(set) var learners: UInt32 = 0
    /// The sealed indices that were compared.
    public internal(set) var runs = 0
    /// Whether, of all pages of the file, only those are damaged that list free ones: then a backup, which is made without
    /// them, has every event that can be read.
    public internal(set) var isListOfFreePagesDamaged = false
    /// The leaf hash of the last event, if there is one that can be read.
    public internal(set) var leaf: Digest?
    /// The first findings, in the order in which they were met.
    public private(set) var findings: [Finding] = []
    /// How many there are in all.
    public private(set) var findingCount = 0
    /// What is told once, though many events meet it.
    private var told: Set<String> = []

    /// Whether all is as it must be.
    public var isSound: Bool { findingCount == 0 }

    /// Notes what may be the same for many events, such as a block of an index that is damaged.
    mutating func noteOnce(_ error: AccrueError, at position: Position) {
        if told.insert("\(error)").inserted { note(error, at: position) }
    }

    mutating func note(_ error: AccrueError, at position: Position? = nil) {
        findingCount += 1
        if findings.count < Self.longestList { findings.append(Finding(position: position, error: error)) }
    }
}

/// How far a check has come.
public struct CheckProgress: Hashable, Sendable {
    /// The position just passed.
    public let position: Position
    /// The last that there is.
    public let last: Position
}
