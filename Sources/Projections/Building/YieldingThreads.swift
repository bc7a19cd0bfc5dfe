internal import Credit
internal import EventLog
internal import Synchronization

/// Threads for work that may wait: they yield to all others, so that appends and questions go first, and the threads of
/// tasks stay free.
///
/// What is run must not hold them: they end with whoever holds them last, and not on one of themselves.
struct YieldingThreads: Sendable {
    private let threads: [WorkerThread<@Sendable () -> Void>]

    /// - Throws: ``Credit/ErrorCode/inputOutput`` where the system has no threads to give.
    init(count: Int) throws(AccrueError) {
        threads = try (0..<count).map { (_) throws(AccrueError) in
            try WorkerThread(yields: true) { jobs in for job in jobs { job() } }
        }
    }

    /// Runs work on one of them.
    func run<Value: Sendable>(on index: Int, _ work: @escaping @Sendable () -> Value) async -> Value {
        let kept = Mutex<(@Sendable () -> Value)?>(work)
        return await withCheckedContinuation { continuation in
            // They are not stopped while somebody holds them.
            _ = threads[index].submit {
                // The thread lets go of a job after who waits goes on: what the work holds, such as a slot, goes first.
                let value = kept.withLock { work in
                    defer { work = nil }
                    return work?()
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}
