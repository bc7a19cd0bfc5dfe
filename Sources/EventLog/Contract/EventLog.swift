public import Credit
public import EventCoding
public import Transparency

/// An append-only log of events with dense positions and one writer.
///
/// The contract of every store; `EventLogConformance` in the test kit is its definition in tests.
///
/// - Each turn is all or nothing, or each batch of a turn that ends some itself. It runs alone; a turn that throws leaves no trace and harms no neighbour.
/// - An answer is given after the events are durable, and those of the turns that it was based on.
/// - Event ids are idempotent for ever.
/// - Readers see committed states only, and never wait for the writer.
public protocol EventLog: AnyObject, Sendable {
    /// The writer's turn.
    associatedtype Turn: AppendTurn
    /// A reader's state.
    associatedtype Snapshot: LogReplaying

    /// Runs `body` as a turn of the writer, and answers when what it keeps is durable.
    ///
    /// - Parameters:
    ///   - isLong: True for a turn that may take longer than a commit, as of many events: it is never run on the caller's thread.
    ///   - body: The turn.
    /// - Throws: What `body` throws; ``Credit/ErrorCode/batchTooLarge`` where more is to be kept than a batch holds;
    ///   ``Credit/ErrorCode/commitUncertain`` where it is unknown whether the events are
    ///   durable, after which the log is closed; ``Credit/ErrorCode/diskFull`` where they are not;
    ///   ``Credit/ErrorCode/logClosed``.
    func append<Answer: Sendable>(
        isLong: Bool,
        _ body: @escaping @Sendable (inout Turn) throws(AccrueError) -> TurnOutcome<Answer>
    ) async throws(AccrueError) -> Answer

    /// Runs `body` on the last committed state.
    func read<Answer>(_ body: (Snapshot) throws(AccrueError) -> Answer) throws(AccrueError) -> Answer

    /// The Merkle tree over the entries up to a state of the log (RFC 9162): leaf *n* is the entry at position *n* + 1.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` beyond the last event.
    func tree(through position: Position) throws(AccrueError) -> MerkleTree<AccrueError>

    /// The root at a state, every entry after an earlier one read again from the log: what may be signed.
    ///
    /// - Parameters:
    ///   - position: The state.
    ///   - earlier: A state whose root is known, such as that of the last checkpoint.
    /// - Throws: ``Credit/ErrorCode/checkpointDiverges`` where the log no longer has that root;
    ///   ``Credit/ErrorCode/positionsMissing`` where it has fewer events; ``Credit/ErrorCode/indexDiffers`` where what is
    ///   stored of the tree is not what the log gives.
    func root(
        through position: Position,
        extending earlier: (size: UInt64, root: Digest)?
    ) throws(AccrueError) -> Digest

    /// Where each stream ended at a state: what the log is to state of itself.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` beyond the last event.
    func heads(through position: Position) throws(AccrueError) -> HeadsTree

    /// Keeps where each stream ended at a state, which the event after it states, so that the next statement costs what
    /// changed since.
    func keep(_ heads: HeadsTree, through position: Position) throws(AccrueError)

    /// The present, by the log's clock.
    var now: Instant { get }

    /// Closes the log. Turns that wait are answered with ``Credit/ErrorCode/logClosed``.
    func close() throws(AccrueError)
}

extension EventLog {
    /// Runs `body` as a short turn of the writer.
    public func append<Answer: Sendable>(
        _ body: @escaping @Sendable (inout Turn) throws(AccrueError) -> TurnOutcome<Answer>
    ) async throws(AccrueError) -> Answer {
        try await append(isLong: false, body)
    }
}

/// A batch has at most so many events.
public let largestBatch = 65_536
/// The records of a batch have at most so many bytes.
public let largestBatchBytes = 64 << 20
