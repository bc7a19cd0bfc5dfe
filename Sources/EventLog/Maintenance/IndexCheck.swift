internal import Credit
internal import EventCoding
internal import Synchronization

/// Compares indices with the log: each entry that an event gives is there, and nothing else is.
struct IndexCheck {
    private let indices: Indices
    private let runs: [Run]
    private let tail: Tail
    /// The index of the run that covers the next event.
    private var current = 0
    private var counts: [Run.Table: Int] = [:]
    private var learnerCount: UInt32 = 0

    init(_ indices: Indices) {
        self.indices = indices
        (runs, tail) = indices.cover.withLock { ($0.runs, $0.tail) }
    }

    /// Looks for the entries of an event.
    mutating func take(_ event: Event, _ record: RawSpan, _ report: inout CheckReport) {
        let position = event.position.rawValue
        if event.kind == .learnerIntroduced { learnerCount += 1 }
        do throws(AccrueError) {
            if current < runs.count {
                try takeSealed(position, record, &report)
            } else {
                try takeNew(event)
            }
            // Also tells of an id or identifier that two events bear.
            guard try indices.position(ofEvent: event.id, upTo: event.position) == event.position else {
                throw AccrueError(.indexDiffers, "id \(event.id) leads elsewhere")
            }
        } catch {
            report.note(error, at: event.position)
        }
    }

    private mutating func takeSealed(
        _ position: UInt32,
        _ record: RawSpan,
        _ report: inout CheckReport
    ) throws(AccrueError) {
        let run = runs[current]
        for (table, entry) in try Run.entries(of: record) {
            counts[table, default: 0] += 1
            if try !run.holds(entry, in: table) {
                let error = AccrueError(.indexDiffers, "\(run.statement.fileName), \(table.rawValue)")
                report.note(error, at: Position(rawValue: position))
            }
        }
        guard position >= run.statement.to else { return }
        defer {
            current += 1
            counts = [:]
        }
        for table in Run.Table.allCases {
            let (found, expected) = (try run.entryCount(of: table), counts[table] ?? 0)
            if found != expected {
                let what = "\(run.statement.fileName), \(table.rawValue): \(found) entries, not \(expected)"
                report.note(AccrueError(.indexDiffers, what))
            }
        }
        let leaf = try Run.leaf(of: record)
        if run.statement.learnerCount != learnerCount || run.statement.leaf != leaf {
            report.note(AccrueError(.indexDiffers, "\(run.statement.fileName), what it states"))
        }
    }

    private func takeNew(_ event: Event) throws(AccrueError) {
        let index = Int(event.position.rawValue - tail.base) - 1
        let entry = IndexEntry(event)
        guard tail.entries.indices.contains(index), tail.entries[index] == entry,
            tail.position(ofEvent: entry.id) == event.position.rawValue,
            entry.identifier.map({ tail.position(ofIdentifier: $0) == event.position.rawValue }) ?? true
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
