import Synchronization

/// The progress of an import, which is judged whole before it is written where it exceeds one batch: then its lines are
/// counted twice.
final class ImportProgress: Sendable {
    private let total: Int
    private let state: Mutex<(line: ProgressLine, count: Int)>

    /// - Parameter total: How many lines there are.
    init(total: Int) {
        self.total = total
        state = Mutex((ProgressLine("Importing", "lines", total: total), 0))
    }

    /// Takes note that so many lines are behind; a count that falls begins the second pass.
    func advance(to count: Int) {
        state.withLock { state in
            if count < state.count {
                state.line.finish()
                state.line = ProgressLine("Writing", "lines", total: total)
            }
            state.count = count
            state.line.advance(to: count)
        }
    }

    /// Takes the line away.
    func finish() {
        state.withLock { $0.line.finish() }
    }
}
