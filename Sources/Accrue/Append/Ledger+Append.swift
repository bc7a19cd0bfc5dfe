public import Credit
internal import EventCoding
public import EventLog
internal import Synchronization

extension Ledger {
    /// Judges commands in their order and appends them in one batch: all of them, or none.
    ///
    /// A command that is recorded already, with the same content, is answered with its event.
    ///
    /// - Throws: The code of the first command that is refused; nothing is written then.
    @discardableResult
    public func append(_ commands: [Command]) async throws(AccrueError) -> [Appended] {
        // A thousand take some milliseconds to judge, as long as a slow commit.
        try await judging(isLong: commands.count > 1_000) { (judge, turn) throws(AccrueError) in
            var appended: [Appended] = []
            for (index, command) in commands.enumerated() {
                if index.isMultiple(of: Log.Turn.foreseenAtOnce) {
                    turn.foresee(
                        commands[index...].prefix(Log.Turn.foreseenAtOnce).map { (id: $0.id, learner: $0.learner) }
                    )
                }
                appended.append(try judge.append(command, to: &turn))
            }
            if let half = Credit.unanswered(in: appended.map(\.event)) {
                throw AccrueError(.mergeImpossible, "\(half.id): its other half must be in the same batch")
            }
            return .keep(appended)
        }
    }

    /// Judges lines and appends them.
    ///
    /// All or nothing: one refused line, and nothing is written, unless `options` accept the valid ones. Every fault of
    /// every line is reported. A line whose event id is recorded with the same content counts as existing, so that an
    /// import which was cut off is simply submitted again. What exceeds one batch is judged whole first, and then
    /// written in batches of which each is all or nothing.
    ///
    /// - Parameters:
    ///   - input: The lines.
    ///   - options: Whether to write, what to accept, what to expect.
    ///   - progress: Told now and then how many lines are behind.
    /// - Throws: ``Credit/ErrorCode/positionConflict`` or ``Credit/ErrorCode/versionConflict`` where expectations fail, and errors of
    ///   the store. Faults of lines are reported, not thrown.
    public func append(
        _ input: EventLines,
        _ options: AppendOptions = AppendOptions(),
        progress: @escaping @Sendable (_ lines: Int) -> Void = { _ in }
    ) async throws(AccrueError) -> AppendReport {
        var refused: Set<Int> = []
        while true {
            let batches = input.batches(without: refused)
            let attempt = try await judging(isLong: true) { [refused] (judge, turn) throws(AccrueError) in
                try turn.expect(options)
                let ahead = LinesAhead(input)
                defer { ahead.cancel() }
                var lines = LineJudging(input, ahead, refused: refused, progress: progress)
                for batch in batches {
                    try lines.judge(batch, by: &judge, in: &turn)
                    turn.endBatch()
                }
                let isInOrder = lines.report.faults.isEmpty || options.acceptsValid
                guard !options.dryRun, isInOrder, lines.unanswered.isEmpty else {
                    return .discard((lines.report, lines.unanswered))
                }
                lines.report.batches = batches.count
                return .keep((lines.report, lines.unanswered))
            }
            // Half of a merge cannot stay; without it, the rest is judged again.
            let (report, unanswered) = attempt
            guard !options.dryRun, options.acceptsValid, !unanswered.isEmpty else { return report }
            refused.formUnion(unanswered)
        }
    }

    /// A turn of the writer in which commands are judged.
    func judging<Answer: Sendable>(
        isLong: Bool = false,
        _ body: @escaping @Sendable (inout CommandJudge, inout Log.Turn) throws(AccrueError) -> TurnOutcome<Answer>
    ) async throws(AccrueError) -> Answer {
        try await log.append(isLong: isLong) { (turn) throws(AccrueError) in
            try self.judge.withLock { (judge) throws(AccrueError) in
                try judge.begin(turn)
                var kept = false
                defer { judge.end(at: turn.position, kept: kept) }
                let outcome = try body(&judge, &turn)
                if case .keep = outcome { kept = true }
                return outcome
            }
        }
    }
}

extension AppendTurn {
    /// Requires what the submitter rests on.
    fileprivate func expect(_ options: AppendOptions) throws(AccrueError) {
        if let position = options.expectedPosition { try expect(position: position) }
        for (learner, version) in options.expectedVersions.sorted(by: { $0.key < $1.key }) {
            guard let position = try position(of: learner, in: .learner) else {
                throw AccrueError(.notFound, learner, field: "learner")
            }
            try expect(version: version, ofLearner: event(at: position).learnerNumber)
        }
    }
}

extension EventLines {
    /// The lines that go together: as many as one batch of the log may hold, and both halves of each merge and split.
    ///
    /// - Parameter refused: Lines, by index, that will not be appended.
    fileprivate func batches(without refused: Set<Int>) -> [Range<Int>] {
        let mostBytes = 48 << 20
        var batches: [Range<Int>] = []
        var (start, size) = (0, 0)
        // First halves in the batch that are not answered yet; sought once it is full.
        var halves: Set<EventID>?
        for (index, line) in lines.enumerated() {
            size += line.range.count
            if index - start + 1 >= mostLinesOfBatch || size >= mostBytes {
                var open = halves ?? []
                let unseen = halves == nil ? start...index : index...index
                for index in unseen where !refused.contains(index) { join(lines[index], &open) }
                // Halves that lie further apart do not fit into one batch.
                halves = index - start + 1 < mostLinesOfBatch + Self.mostLinesBeyond ? open : []
            }
            if index + 1 == lines.count || halves?.isEmpty == true {
                batches.append(start..<index + 1)
                (start, size, halves) = (index + 1, 0, nil)
            }
        }
        return batches
    }

    /// So many lines more may a batch take for the sake of a half that is not answered.
    private static let mostLinesBeyond = 500

    /// Notes the first half of a merge or split, or that it is answered.
    private func join(_ line: Line, _ halves: inout Set<EventID>) {
        guard let joining = Submission.joining(line: bytes.span.bytes.extracting(line.range)) else { return }
        if halves.remove(joining.answers) == nil { halves.insert(joining.id) }
    }
}
