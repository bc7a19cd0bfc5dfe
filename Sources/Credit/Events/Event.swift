/// An event of the log: the command that was accepted, and what the log assigned to it.
@dynamicMemberLookup
public struct Event: Hashable, Sendable {
    /// What was submitted.
    public var command: Command
    /// Its place in the log.
    public var position: Position
    /// When the log learned of it.
    public var recordedAt: Instant
    /// The dense number of its stream: the learner's, or 0 for the registry.
    public var learnerNumber: UInt32
    /// Its number in that stream: 1, 2, 3 …
    public var learnerVersion: UInt32
    /// What else the log notes.
    public var flags: EventFlags

    /// Makes an event from its parts.
    @inlinable
    public init(
        _ command: Command,
        position: Position,
        recordedAt: Instant,
        learnerNumber: UInt32,
        learnerVersion: UInt32,
        flags: EventFlags = []
    ) {
        self.command = command
        self.position = position
        self.recordedAt = recordedAt
        self.learnerNumber = learnerNumber
        self.learnerVersion = learnerVersion
        self.flags = flags
    }

    /// A field of the command.
    @inlinable
    public subscript<Value>(dynamicMember field: KeyPath<Command, Value>) -> Value {
        command[keyPath: field]
    }
}

/// Remarks of the log on an event.
public struct EventFlags: OptionSet, Hashable, Sendable {
    /// The bits as stored.
    public let rawValue: UInt16

    /// Makes flags from their bits.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The last event of its batch: only after such an event is there a state that existed.
    public static let lastInBatch = EventFlags(rawValue: 1)
    /// The clock stood behind the last event, so the recorded instant was raised to it.
    public static let clockRaised = EventFlags(rawValue: 2)
    /// All that are known.
    public static let all: EventFlags = [.lastInBatch, .clockRaised]
}
