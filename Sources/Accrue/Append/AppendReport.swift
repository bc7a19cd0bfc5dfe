public import Credit
internal import EventLog

/// How lines are to be appended.
public struct AppendOptions: Sendable {
    /// Judge everything and write nothing.
    public var dryRun = false
    /// Write the lines that are in order although others are refused.
    public var acceptsValid = false
    /// The last event that the log must have, where the submitter rests on it.
    public var expectedPosition: Position?
    /// The number of events that learners must have, by identifier, where the submitter rests on it.
    public var expectedVersions: [String: UInt32] = [:]

    /// All or nothing, written, expecting nothing.
    public init() {}
}

/// What became of lines that were submitted.
public struct AppendReport: Sendable {
    /// A line that was refused, and why.
    public struct Fault: Sendable {
        /// The line's number, from 1.
        public let line: Int
        /// The line's event id, where it could be read.
        public let id: EventID?
        /// What is wrong.
        public let error: AccrueError
    }

    /// How many events are new.
    public internal(set) var appended = 0
    /// How many were recorded before, with the same content.
    public internal(set) var existed = 0
    /// All that is wrong, in the order of the lines; a line may have several faults.
    public internal(set) var faults: [Fault] = []
    /// How many lines were refused.
    public internal(set) var refused = 0
    /// The first new event.
    public internal(set) var first: Position?
    /// The last new event.
    public internal(set) var last: Position?
    /// How many new events there are of which each alone makes an auditor ask; what only others together show is not here.
    public internal(set) var exceptions: [AuditException.Kind: Int] = [:]
    /// In how many batches they were written, each all or nothing; 0 where nothing was written.
    public internal(set) var batches = 0

    /// True if the events are in the log now.
    public var isWritten: Bool { batches > 0 }

    mutating func count(_ appended: Appended) {
        if appended.existed {
            existed += 1
        } else {
            self.appended += 1
            first = first ?? appended.event.position
            last = appended.event.position
            appended.event.ask(AuditLimits()) { kind, _ in exceptions[kind, default: 0] += 1 }
        }
    }

    mutating func refuse(line: Int, id: EventID?, _ errors: [AccrueError]) {
        refused += 1
        faults += errors.map { Fault(line: line, id: id, error: $0) }
    }
}
