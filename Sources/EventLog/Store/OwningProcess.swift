internal import Credit
internal import Glibc

/// The process that opened something. A child of `fork` has a copy of it, and no right to it: threads are not there, and a lock
/// that it lets go of is its parent's.
struct OwningProcess: Sendable {
    private let number = getpid()

    /// Whether this is the process.
    var isThis: Bool { number == getpid() }

    /// Requires that this is the process.
    ///
    /// - Throws: ``Credit/ErrorCode/logClosed``.
    func require(_ path: String) throws(AccrueError) {
        if isThis { return }
        throw AccrueError(.logClosed, "\(path) was opened by process \(number), and this is its child \(getpid())")
    }
}
