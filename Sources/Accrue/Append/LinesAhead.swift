internal import Credit
internal import Dispatch
internal import EventCoding
internal import Synchronization

/// Lines as they were read: one after the other, on a thread of its own and a little ahead of their judgement.
///
/// Reading a line takes as long as judging and appending it, and needs no state.
final class LinesAhead: Sendable {
    typealias Reading = Result<Submission, SubmissionErrors>

    /// Lines that follow each other.
    struct Piece: Sendable {
        /// As they were read, the first one last, so that who judges them takes each from the end.
        var readings: [Reading] = []
        /// The ids of those that could be read, in their order.
        var ids: [EventID] = []
        /// The identifiers that have the next numbers.
        var names: [String] = []
    }

    /// So many lines are handed over together, as are best foreseen at once, and so many pieces may wait.
    private static let pieceSize = 128
    private static let mostPieces = 32

    private struct State {
        var pieces: [Piece] = []
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

    /// The next lines; waits for them.
    func next() -> Piece {
        guard isAhead else {
            var numbers = NameNumbers()
            return read(input.lines[...], &numbers)
        }
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
        var numbers = NameNumbers()
        for start in stride(from: 0, to: input.lines.count, by: Self.pieceSize) {
            room.wait()
            if state.withLock({ $0.isCancelled }) { return }
            let piece = read(input.lines[start..<min(start + Self.pieceSize, input.lines.count)], &numbers)
            state.withLock { $0.pieces.append(piece) }
            ready.signal()
        }
    }

    private func read(_ lines: ArraySlice<EventLines.Line>, _ numbers: inout NameNumbers) -> Piece {
        let bytes = input.bytes
        var piece = Piece()
        piece.readings.reserveCapacity(lines.count)
        piece.ids.reserveCapacity(lines.count)
        for line in lines.reversed() {
            do throws(SubmissionErrors) {
                var submission = try Submission(line: bytes.span.bytes.extracting(line.range))
                submission.numberNames { identifier, space in numbers.number(of: identifier, in: space) }
                piece.ids.append(submission.id)
                piece.readings.append(.success(submission))
            } catch {
                piece.readings.append(.failure(error))
            }
        }
        piece.ids.reverse()
        swap(&piece.names, &numbers.new)
        return piece
    }
}
