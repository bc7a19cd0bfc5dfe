public import Credit
public import EventLog
internal import Synchronization

/// A ledger of learners' credit: commands go in and are judged, questions are answered from what was recorded.
///
/// ```swift
/// let ledger = Ledger(try LMDBEventLog(path: "store"))
/// let report = try await ledger.append(EventLines(bytes))
/// let balance = try ledger.read { view in try view.balance(of: view.learner("ana"), on: today) }
/// ```
///
/// The log may be any ``EventLog/EventLog``; nothing here knows how it stores. A ledger is the only one that appends to
/// its log.
public final class Ledger<Log: EventLog>: Sendable {
    /// The log beneath.
    public let log: Log

    let judge = Mutex(CommandJudge())
    private let registry = Mutex<(position: Position, registry: Registry)?>(nil)

    /// A ledger over an open log.
    public init(_ log: Log) {
        self.log = log
    }

    /// Answers questions from one state of the log.
    ///
    /// - Parameters:
    ///   - known: What the log is taken to know; its last event where nothing is said.
    ///   - body: Asks. The view is only valid within it.
    /// - Throws: What `body` throws; ``Credit/ErrorCode/noSuchState`` where `known` names no state that existed.
    public func read<Answer>(
        known: KnownAt = .now,
        _ body: (LedgerView<Log.Snapshot>) throws(AccrueError) -> Answer
    ) throws(AccrueError) -> Answer {
        try log.read { (snapshot) throws(AccrueError) in
            let position =
                switch known {
                case .now: snapshot.position
                case .position(let position): try snapshot.state(at: position)
                case .instant(let instant): try snapshot.state(at: instant, now: log.now)
                }
            let registry = try registry(of: snapshot, through: position)
            return try body(LedgerView(log: snapshot, registry: registry, known: position))
        }
    }

    /// The registry as it was known at a position; the one that was asked for last is kept.
    private func registry(of snapshot: Log.Snapshot, through known: Position) throws(AccrueError) -> Registry {
        if let held = registry.withLock({ $0 }), held.position == known { return held.registry }
        let registry = try Registry(reading: snapshot, through: known)
        self.registry.withLock { $0 = (known, registry) }
        return registry
    }
}

/// What the log is taken to know when a question is answered.
public enum KnownAt: Hashable, Sendable {
    /// All that it knows.
    case now
    /// What it knew when this event was its last one.
    case position(Position)
    /// What it knew at this instant.
    case instant(Instant)
}
