internal import Dispatch
internal import EventCoding
internal import Synchronization

/// Lines as they were read: one after the other, on a thread of its own and a little ahead of their judgement.
///
/// Reading a line takes as long as judging and appending it, and needs no state.
final class LinesAhead: Sendable {
    typealias Reading = Result<Submission, SubmissionErrors>

    /// So many lines are handed over together, and so many pieces may wait.
    private static let pieceSize = 512
    private static let mostPieces = 8

    private struct State {
        var pieces: [[Reading]] = []
        var isCancelled = false
    }

    private let input: EventLines
    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let ready = DispatchSemaphore(value: 0)

    /// Begins to read all lines.
    init(_ input: EventLines) {
        self.input = input
        guard isAhead else { return }
        for _ in 0..<Self.mostPieces { room.signal() }
        DispatchQueue.global().async { [self] in readAhead() }
    }

    /// Whether there is enough to be worth a thread.
    private var isAhead: Bool { input.lines.count > Self.pieceSize }

    /// The next lines, as they were read, the first one last; waits for them.
    func next() -> [Reading] {
        guard isAhead else { return read(input.lines[...]) }
        ready.wait()
        defer { room.signal() }
        return state.withLock { $0.pieces.removeFirst() }
    }

    /// Stops reading; what was not handed over is dropped.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        room.signal()
    }

    private func readAhead() {
        for start in stride(from: 0, to: input.lines.count, by: Self.pieceSize) {
            room.wait()
            if state.withLock({ $0.isCancelled }) { return }
            let piece = read(input.lines[start..<min(start + Self.pieceSize, input.lines.count)])
            state.withLock { $0.pieces.append(piece) }
            ready.signal()
        }
    }

    /// Reads lines from the last to the first, so that who judges them takes each from the end.
    private func read(_ lines: ArraySlice<EventLines.Line>) -> [Reading] {
        let bytes = input.bytes
        var readings: [Reading] = []
        readings.reserveCapacity(lines.count)
        for line in lines.reversed() {
            do throws(SubmissionErrors) {
                let submission = try Submission(line: bytes.span.bytes.extracting(line.range))
                readings.append(.success(submission))
            } catch {
                readings.append(.failure(error))
            }
        }
        return readings
    }
}
