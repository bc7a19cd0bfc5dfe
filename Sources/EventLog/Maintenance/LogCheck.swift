internal import Credit
internal import EventCoding
internal import LMDB

/// Looks at every record of a log, in order, and at every index entry.
///
/// What it needs to know of earlier events it keeps: a byte for each event, and a few words for each learner.
struct LogCheck {
    private let records: RecordStore
    private var indices: IndexCheck?
    private var tree: TreeCheck?
    /// What the log says of itself, as long as no event is missing.
    private var statements: StatementCheck?
    private(set) var report = CheckReport()

    private var kinds = KindList()
    /// The last version of each stream.
    private var versions: [UInt32] = [0]
    /// The number of each learner by the position of the introduction.
    private var learners: [Position: UInt32] = [:]
    private var previous: Event?
    /// How many events could not be read.
    private var unread = 0

    init(_ records: RecordStore, _ indices: Indices?, _ tree: TreeStore? = nil, _ heads: HeadsFile? = nil) {
        self.records = records
        statements = StatementCheck(heads)
        self.tree = tree.map { TreeCheck($0) }
        self.indices = indices.map { IndexCheck($0) }
    }

    /// Looks at all up to `last`.
    mutating func run(through last: Position, _ progress: (CheckProgress) -> Void) {
        report.position = last
        do throws(AccrueError) {
            try storing { () throws(LMDBError) in try records.environment.checkPages() }
        } catch {
            if error.code == .readOvertaken { return stop(error) }
            report.note(error)
            report.isListOfFreePagesDamaged =
                error.code == .storeDamaged && (try? records.environment.areDatabasesSound()) ?? false
        }
        var next = UInt32(1)
        while next <= last.rawValue {
            do throws(AccrueError) {
                try records.forEachRecord(from: Position(rawValue: next), through: last) { position, record in
                    take(record, at: position)
                    next = position.rawValue + 1
                    if next.isMultiple(of: 8_192) { progress(CheckProgress(position: position, last: last)) }
                }
            } catch {
                if error.code == .readOvertaken { return stop(error) }
                skip(next, through: last, error)
                next = UInt32(kinds.count)
            }
        }
        if let previous, previous.position == last, !previous.flags.contains(.lastInBatch) {
            report.note(AccrueError(.positionsMissing, "the last batch has no end"), at: last)
        }
        if indices != nil { report.runs = indices?.finish(through: last, &report) ?? 0 }
        progress(CheckProgress(position: last, last: last))
    }

    /// Forgets what was seen, as nobody knows whether it was so.
    private mutating func stop(_ error: AccrueError) {
        report = CheckReport()
        report.note(error)
    }

    /// Leaves out a position that cannot be read, or all that are missing up to the next that is there.
    private mutating func skip(_ position: UInt32, through last: Position, _ error: AccrueError) {
        var end = position
        if error.code == .positionsMissing,
            let next = try? records.position(from: Position(rawValue: position)), next <= last, next.rawValue > position
        {
            end = next.rawValue - 1
        }
        let missing = AccrueError(.positionsMissing, "positions \(position) to \(end)")
        report.note(end > position ? missing : error, at: Position(rawValue: position))
        skip(Int(end - position) + 1)
    }

    private mutating func skip(_ count: Int) {
        let position = UInt32(kinds.count)
        indices?.skip(position...position + UInt32(count - 1), &report)
        kinds.skip(count)
        unread += count
        // Without one leaf nothing above it is known.
        tree = nil
        statements = nil
        previous = nil
    }

    private mutating func take(_ record: RawSpan, at position: Position) {
        let event: Event
        do throws(AccrueError) {
            event = try Event(record: record)
            try position.requireRecord(of: event.position)
            let leaf = try Run.leaf(of: record)
            report.leaf = leaf
            tree?.take(leaf, at: position, &report)
        } catch {
            report.note(error, at: position)
            return skip(1)
        }
        report.events += 1
        verifyOrder(event)
        verifyStream(event)
        verifyReferences(event)
        if statements?.take(event, &report) == false { statements = nil }
        indices?.take(event, record, &report)
        kinds.append(event.kind.rawValue)
        previous = event
    }

    /// Recorded instants never go back, and a batch has one.
    private mutating func verifyOrder(_ event: Event) {
        guard let previous else { return }
        let isSameBatch = !previous.flags.contains(.lastInBatch)
        if event.recordedAt < previous.recordedAt || isSameBatch && event.recordedAt != previous.recordedAt {
            let what = "recorded at \(event.recordedAt) after \(previous.recordedAt)"
            report.note(AccrueError(.recordDamaged, what), at: event.position)
        }
    }

    /// Streams are numbered without gaps, and so are their events.
    private mutating func verifyStream(_ event: Event) {
        if event.kind == .learnerIntroduced {
            report.learners += 1
            learners[event.position] = event.learnerNumber
            let number = Int(event.learnerNumber)
            if isNext(event.learnerNumber, after: UInt32(versions.count - 1)) {
                versions += repeatElement(0, count: number + 1 - versions.count)
            } else {
                let what = "learner number \(event.learnerNumber), not \(versions.count)"
                report.note(AccrueError(.recordDamaged, what), at: event.position)
            }
        } else {
            let number = event.kind.isRegistry ? 0 : event.learner.flatMap { learners[$0] }
            if number != event.learnerNumber, !isUnread(event.learner) {
                let what = "stream \(event.learnerNumber) is not that of the event's learner"
                report.note(AccrueError(.recordDamaged, what), at: event.position)
            }
        }
        guard Int(event.learnerNumber) < versions.count else { return }
        let last = versions[Int(event.learnerNumber)]
        if !isNext(event.learnerVersion, after: last) {
            let what = "version \(event.learnerVersion) of stream \(event.learnerNumber), not \(UInt64(last) + 1)"
            report.note(AccrueError(.positionsMissing, what), at: event.position)
        }
        versions[Int(event.learnerNumber)] = event.learnerVersion
    }

    /// Whether a number follows the last one, the numbers of events that could not be read left out.
    private func isNext(_ number: UInt32, after last: UInt32) -> Bool {
        number > last && Int(number - last) <= 1 + unread
    }

    /// Whether a position is that of an event that could not be read, which has a finding of its own.
    private func isUnread(_ position: Position?) -> Bool {
        guard let position, position > .none, position.rawValue < kinds.count else { return false }
        return kinds[position] == 0
    }

    /// References point back at events of the kind that they need.
    private mutating func verifyReferences(_ event: Event) {
        for field in EventField.references {
            if let position = event.command[reference: field] { verify(position, field, of: event) }
        }
        for position in event.details.sources { verify(position, .sources, of: event) }
        for position in event.details.moved { verify(position, .moved, of: event) }
    }

    private mutating func verify(_ reference: Position, _ field: EventField, of event: Event) {
        guard reference > .none, reference < event.position else {
            let error = AccrueError(.referenceUnknown, "position \(reference)", field: field.rawValue)
            return report.note(error, at: event.position)
        }
        guard let kind = EventKind(rawValue: kinds[reference]) else { return }
        let fits: Bool =
            switch field.space {
            case .event: field != .enrolment || kind == .enrolled
            case let space: kind.space == space
            }
        if !fits {
            let error = AccrueError(.referenceWrongKind, "\(kind.name) at \(reference)", field: field.rawValue)
            report.note(error, at: event.position)
        }
    }
}

/// The kinds of events by position; 0 for what could not be read. A byte for each event, and nothing for gaps.
private struct KindList {
    private var kinds: [UInt8] = [0]
    /// Long gaps: the position after each, and how many positions are missing before that in all.
    private var gaps: [(end: Int, missing: Int)] = []

    /// One more than the last position.
    var count: Int { kinds.count + (gaps.last?.missing ?? 0) }

    mutating func append(_ kind: UInt8) { kinds.append(kind) }

    mutating func skip(_ length: Int) {
        if length < 1_024 {
            kinds += repeatElement(0, count: length)
            return
        }
        gaps.append((count + length, (gaps.last?.missing ?? 0) + length))
    }

    subscript(position: Position) -> UInt8 {
        let index = Int(position.rawValue)
        guard let next = gaps.firstIndex(where: { $0.end > index }) else {
            return kinds[index - (gaps.last?.missing ?? 0)]
        }
        let before = next > 0 ? gaps[next - 1].missing : 0
        let start = gaps[next].end - (gaps[next].missing - before)
        return index >= start ? 0 : kinds[index - before]
    }
}
