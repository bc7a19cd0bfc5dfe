public import Credit
internal import EventCoding
public import Transparency

extension LMDBEventLog {
    /// Where each stream ended at a state.
    ///
    /// O(*n*) in the events since the log stated it last, as what was stated is kept beside the log; for a state before
    /// that, and where nothing is kept, in all events.
    public func heads(through position: Position) throws(AccrueError) -> HeadsTree {
        try read { (snapshot) throws(AccrueError) in
            guard position <= snapshot.position else { throw AccrueError(.notFound, "position \(position)") }
            // What is kept and wrong is of no use, and a check tells of it.
            if let kept = try? HeadsFile(folder, records, through: snapshot.position), kept.position <= position,
                let tree = try? records.heads(from: kept, through: position)
            {
                return tree
            }
            return try records.heads(from: HeadsFile(HeadsTree(), through: .none), through: position)
        }
    }

    /// Keeps where each stream ended at a state, which the event after it states.
    public func keep(_ heads: HeadsTree, through position: Position) throws(AccrueError) {
        var file = HeadsFile(heads, through: position)
        try file.write(folder, records.log)
    }

    /// Makes what is kept of the last statement again, from the log alone; nothing where it states none.
    static func rebuildHeads(
        _ folder: StoreFolder,
        _ records: RecordStore,
        through last: Position
    ) throws(AccrueError) {
        var stated = Position.none
        guard last > .none else { return }
        try records.forEachRecord(from: Position(rawValue: 1), through: last) {
            (position, record) throws(AccrueError) in
            if try Run.entry(of: record).isHeads { stated = position }
        }
        guard stated > .none else { return }
        let before = Position(rawValue: stated.rawValue - 1)
        let tree = try records.heads(from: HeadsFile(HeadsTree(), through: .none), through: before)
        var file = HeadsFile(tree, through: before)
        guard try HeadsText(statedBy: records.event(at: stated)) == HeadsText(&file.tree) else { return }
        try file.write(folder, records.log)
    }
}

extension RecordStore {
    /// The ends of streams at a later state, every event between read from the log.
    fileprivate func heads(from earlier: HeadsFile, through last: Position) throws(AccrueError) -> HeadsTree {
        var tree = earlier.tree
        guard earlier.position < last else { return tree }
        try forEachRecord(
            from: Position(rawValue: earlier.position.rawValue + 1),
            through: last
        ) { (position, record) throws(AccrueError) in
            let fields = FixedPart(try Run.entry(of: record))
            try position.requireRecord(of: fields.position)
            do throws(TransparencyError) {
                try tree.take(fields)
            } catch {
                throw AccrueError(.recordDamaged, "position \(position), \(error)")
            }
        }
        return tree
    }
}

extension RawSpan {
    fileprivate var isHeads: Bool { FixedPart(self).kindNumber == EventKind.headsRecorded.rawValue }
}

extension HeadsTree {
    /// Takes the next event of the log.
    mutating func take(_ fields: borrowing FixedPart) throws(TransparencyError) {
        try take(stream: fields.learnerNumber, version: fields.learnerVersion, position: fields.position.rawValue)
    }
}
