internal import Credit
internal import EventCoding
internal import Synchronization

/// Compares indices with the log: each entry that an event gives is there, and nothing else is.
struct IndexCheck {
    private let indices: Indices
    private let runs: [Run]
    private let tails: [Tail]
    /// The index of the run that covers the next event.
    private var current = 0
    private var counts: [Run.Table: Int] = [:]
    private var learnerCount: UInt32 = 0
    /// How many events of the current run could not be read: any of them may have had an entry in each table.
    private var unread = 0

    init(_ indices: Indices) {
        self.indices = indices
        (runs, tails) = indices.cover.withLock { ($0.runs, [$0.frozen, $0.tail].compactMap(\.self)) }
    }

    /// Looks for the entries of an event.
    mutating func take(_ event: Event, _ record: RawSpan, _ report: inout CheckReport) {
        if event.kind == .learnerIntroduced { learnerCount += 1 }
        do throws(AccrueError) {
            if current < runs.count {
                try takeSealed(event, record, &report)
            } else {
                try takeNew(event)
            }
            // Also tells of an id or identifier that two events bear.
            guard try indices.position(ofEvent: event.id, upTo: event.position) == event.position else {
                throw AccrueError(.indexDiffers, "id \(event.id) leads elsewhere")
            }
        } catch {
            report.noteOnce(error, at: event.position)
        }
        if current < runs.count, event.position.rawValue >= runs[current].statement.to {
            close(runs[current], leaf: try? Run.leaf(of: record), &report)
        }
    }

    private func look(
        in table: Run.Table,
        of run: Run,
        for key: [UInt8],
        _ value: RawSpan,
        _ position: UInt32,
        _ report: inout CheckReport
    ) throws(AccrueError) {
        if try !run.holds(key, value, in: table) {
            let error = AccrueError(.indexDiffers, "\(run.statement.fileName), \(table)")
            report.note(error, at: Position(rawValue: position))
        }
    }

    private mutating func takeSealed(
        _ event: Event,
        _ record: RawSpan,
        _ report: inout CheckReport
    ) throws(AccrueError) {
        let run = runs[current]
        let position = event.position.rawValue
        let (index, bytes) = (IndexEntry(event), position.bigEndianBytes)
        // Counted before they are looked for: one that cannot be read is there all the same.
        for table in Run.Table.allCases where table != .identifiers || index.identifier != nil {
            counts[table, default: 0] += 1
        }
        try look(in: .ids, of: run, for: index.id.bytes, bytes.span.bytes, position, &report)
        let key = index.learner.bigEndianBytes + bytes
        try look(in: .streams, of: run, for: key, Run.entry(of: record), position, &report)
        if let identifier = index.identifier {
            try look(in: .identifiers, of: run, for: identifier.bytes, bytes.span.bytes, position, &report)
        }
    }

    /// Leaves out events that cannot be read; each has a finding of its own, and what follows from it is none.
    mutating func skip(_ positions: ClosedRange<UInt32>, _ report: inout CheckReport) {
        var next = positions.lowerBound
        while current < runs.count, runs[current].statement.to <= positions.upperBound {
            let end = runs[current].statement.to
            unread += Int(end) + 1 - Int(next)
            close(runs[current], leaf: nil, &report)
            next = end + 1
        }
        if next <= positions.upperBound { unread += Int(positions.upperBound - next) + 1 }
    }

    /// Compares what a run holds and states as a whole.
    ///
    /// - Parameter leaf: The leaf hash of its last event, if that could be read.
    private mutating func close(_ run: Run, leaf: Digest?, _ report: inout CheckReport) {
        for table in Run.Table.allCases {
            let (found, expected) = (run.entryCount(of: table), counts[table] ?? 0)
            if found < expected || found > expected + unread {
                let what = "\(run.statement.fileName), \(table): \(found) entries, not \(expected)"
                report.note(AccrueError(.indexDiffers, what))
            }
        }
        let stated = run.statement.learnerCount
        let isKnown = stated >= learnerCount && Int(stated - learnerCount) <= unread
        if !isKnown || leaf.map({ $0 != run.statement.leaf }) ?? false {
            report.note(AccrueError(.indexDiffers, "\(run.statement.fileName), what it states"))
        }
        if isKnown { learnerCount = stated }
        current += 1
        counts = [:]
        unread = 0
    }

    private func takeNew(_ event: Event) throws(AccrueError) {
        let (position, entry) = (event.position.rawValue, IndexEntry(event))
        let tail = tails.first { $0.end >= position }
        guard let tail, tail.base < position, tail.entries[Int(position - tail.base) - 1] == entry,
            tail.position(ofEvent: entry.id) == position,
            entry.identifier.map({ tail.position(ofIdentifier: $0) == position }) ?? true
        else { throw AccrueError(.indexDiffers, "the newest entries") }
    }

    /// Ends the comparison, and says how many runs there were.
    mutating func finish(through last: Position, _ report: inout CheckReport) -> Int {
        if current < runs.count {
            let what = "\(runs[current].statement.fileName) could not be compared to its end"
            report.note(AccrueError(.indexDiffers, what))
        }
        return runs.count
    }
}
