internal import Dispatch
internal import Glibc

/// Ctrl-C during work that may be gone on with.
enum Interrupt {
    /// Runs work as a task that Ctrl-C cancels, so that it ends where it may be gone on with; a second Ctrl-C ends the
    /// process at once.
    static func cancels<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task(operation: work)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if task.isCancelled { _exit(128 + SIGINT) }
            task.cancel()
        }
        source.resume()
        defer { source.cancel() }
        return try await task.value
    }
}
