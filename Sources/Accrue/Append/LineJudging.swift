internal import Credit
internal import EventCoding
internal import EventLog

/// Reads and judges lines one after the other within a turn, and gathers what becomes of them.
struct LineJudging {
    /// What became of the lines so far.
    var report = AppendReport()
    /// The lines, by index, of merges and splits whose other half is missing.
    private(set) var unanswered: Set<Int> = []

    private let input: EventLines
    private let ahead: LinesAhead
    /// The lines that were read last and not judged yet, the next one at the end.
    private var readings: [LinesAhead.Reading] = []
    private let names = KnownNames()
    private let refused: Set<Int>
    private let progress: @Sendable (Int) -> Void
    private var joins: [(line: Int, event: Event)] = []
    private var introductions: [String: Int]?

    init(_ input: EventLines, _ ahead: LinesAhead, refused: Set<Int>, progress: @escaping @Sendable (Int) -> Void) {
        self.input = input
        self.ahead = ahead
        self.refused = refused
        self.progress = progress
    }

    /// Judges the lines of a batch; errors that are not a line's own end it.
    // Any log will do; for the usual one the compiler is asked not to look up what it can know.
    @specialized(where Turn == LMDBTurn)
    mutating func judge<Turn: AppendTurn>(
        _ batch: Range<Int>,
        by judge: inout CommandJudge,
        in turn: inout Turn
    ) throws(AccrueError) {
        for index in batch {
            if index.isMultiple(of: 1_024) { progress(index) }
            try judgeLine(index, by: &judge, in: &turn)
        }
        refuseHalves()
        joins = []
        progress(batch.upperBound)
    }

    private mutating func judgeLine(
        _ index: Int,
        by judge: inout CommandJudge,
        in turn: inout some AppendTurn
    ) throws(AccrueError) {
        let line = input.lines[index]
        var id: EventID?
        do throws(SubmissionErrors) {
            let submission = try nextReading(turn).get()
            id = submission.id
            let references = LineReferences(log: turn, registry: judge.registry, names: names)
            let command = try submission.command(resolving: references)
            try append(command, index, by: &judge, in: &turn)
        } catch {
            for fault in error.errors where fault.code.endsImport { throw fault }
            var faults: [AccrueError] = []
            for fault in error.errors { faults.append(explain(fault, at: index)) }
            report.refuse(line: line.number, id: id, faults)
        }
    }

    private mutating func nextReading(_ turn: some AppendTurn) -> LinesAhead.Reading {
        if readings.isEmpty {
            let piece = ahead.next()
            turn.foresee(piece.ids.map { (id: $0, learner: nil) })
            names.append(piece.names)
            readings = piece.readings
        }
        return readings.removeLast()
    }

    private mutating func append(
        _ command: Command,
        _ index: Int,
        by judge: inout CommandJudge,
        in turn: inout some AppendTurn
    ) throws(SubmissionErrors) {
        do throws(AccrueError) {
            if refused.contains(index) { throw AccrueError(.mergeImpossible, "its other half is missing or refused") }
            let appended = try judge.append(command, to: &turn)
            report.count(appended)
            if command.kind.joinsIdentities {
                joins.append((index, appended.event))
            }
        } catch {
            throw SubmissionErrors([error])
        }
    }

    private mutating func refuseHalves() {
        let events = joins.map(\.event)
        guard let half = Credit.unanswered(in: events), let join = joins.first(where: { $0.event == half }) else {
            return
        }
        let error = AccrueError(.mergeImpossible, "its other half must be in the same batch", field: "answers")
        report.refuse(line: input.lines[join.line].number, id: half.id, [error])
        unanswered.insert(join.line)
    }

    /// Says of a reference to nothing that another line would introduce it, and of an id used twice which line has it.
    private mutating func explain(_ error: AccrueError, at index: Int) -> AccrueError {
        guard error.code == .referenceUnknown || error.code == .contentDiffers else { return error }
        let introductions = introductions ?? input.introductions
        self.introductions = introductions
        let name = error.subject.prefix { $0 != " " }
        guard let other = introductions[String(name)], other != index else { return error }
        let number = input.lines[other].number
        if error.code == .contentDiffers {
            return AccrueError(.contentDiffers, "\(name), of line \(number)", field: error.field)
        }
        return other < index
            ? AccrueError(
                .referenceUnknown,
                "\(error.subject), of line \(number), which is refused",
                field: error.field
            )
            : AccrueError(.referenceForward, "\(error.subject), of line \(number)", field: error.field)
    }
}

extension EventLines {
    /// The index of the first line that introduces each event id and identifier.
    fileprivate var introductions: [String: Int] {
        var introductions: [String: Int] = [:]
        for (index, line) in lines.enumerated() {
            for name in Submission.names(line: bytes.span.bytes.extracting(line.range))
            where introductions[name] == nil { introductions[name] = index }
        }
        return introductions
    }
}

extension ErrorCode {
    /// True for errors of the log itself, which no other line can heal.
    fileprivate var endsImport: Bool {
        (rawValue.hasPrefix("E-LOG") && self != .contentDiffers && self != .notFound) || rawValue.hasPrefix("E-INT")
    }
}
