public import Credit
public import EventCoding
internal import EventLog
public import Transparency

/// Where all streams of a log ended, as the log states it in one of its events.
public struct StatedHeads: Sendable {
    /// The event that states it; the streams are those of just before.
    public let position: Position
    /// How many streams there are: the registry, number 0, and all learners.
    public let streams: UInt32
    /// The root of the tree over their ends.
    public let root: Digest
    private var tree: HeadsTree

    fileprivate init(_ position: Position, _ tree: HeadsTree, _ root: Digest) {
        (self.position, streams, self.root, self.tree) = (position, tree.count, root, tree)
    }

    /// Where each stream ended, by its number.
    public var heads: [StreamHead] { tree.heads }

    /// The proof of where a stream ended. O(log *n*) hashes.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where there was no such stream.
    public mutating func proof(of stream: UInt32) throws(AccrueError) -> HeadProof {
        guard stream < streams else { throw AccrueError(.notFound, "stream \(stream), of \(streams)") }
        do throws(TransparencyError) {
            return try tree.proof(of: stream)
        } catch {
            throw AccrueError(.indexDiffers, "\(error)")
        }
    }
}

extension Ledger {
    /// Where streams ended as the event at a position states: what head proofs are made from.
    ///
    /// O(*n*) in the streams for the last statement of the log, and in the events for earlier ones.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where the event states nothing of the kind;
    ///   ``Credit/ErrorCode/headsDiffer`` where it is not so.
    public func heads(statedAt position: Position) throws(AccrueError) -> StatedHeads {
        let event = try log.read { (snapshot) throws(AccrueError) in try snapshot.event(at: position) }
        guard let stated = HeadsText(statedBy: event), let root = Digest(hex: stated.root) else {
            throw AccrueError(.notFound, "\(EventKind.headsRecorded.name) at position \(position)", field: "heads")
        }
        var tree = try log.heads(through: Position(rawValue: position.rawValue - 1))
        guard HeadsText(&tree) == stated else {
            throw AccrueError(.headsDiffer, "position \(position)", field: "heads")
        }
        return StatedHeads(position, tree, root)
    }

    /// Lets the log state where its streams end, unless that is the last thing that it said; tells where it stands.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where the log is empty, and errors of the store.
    func stateHeads() async throws(AccrueError) -> Position {
        let (last, kind) = try log.read { (snapshot) throws(AccrueError) in
            let last = snapshot.position
            guard last > .none else { throw AccrueError(.notFound, "no event to sign") }
            return (last, try snapshot.event(at: last).kind)
        }
        if kind == .headsRecorded { return last }
        let base = try log.heads(through: last)
        let (event, heads) = try await judging { (judge, turn) throws(AccrueError) in
            judge.start(from: base, through: last)
            let text = try judge.heads(in: turn)
            let command = Command(stating: text, after: turn.position, at: turn.recordedAt)
            let event = try judge.append(command, to: &turn).event
            return .keep((event, judge.statedHeads))
        }
        // What is signed is what the log has, and not what it was given.
        guard
            try log.read({ (snapshot) throws(AccrueError) in try snapshot.event(at: event.position) }).command
                == event.command
        else { throw AccrueError(.recordDamaged, "position \(event.position)") }
        if let heads { try log.keep(heads.tree, through: heads.position) }
        return event.position
    }
}

extension Command {
    /// States where streams end. Its id follows from what it says, and when.
    fileprivate init(stating heads: HeadsText, after position: Position, at instant: Instant) {
        let name = Array("heads \(position) \(heads.root)".utf8)
        let id = EventID(naming: Digest.sha256(of: name.span.bytes))
        self.init(id: id, kind: .headsRecorded, effective: instant.date)
        details.document = .heads(heads)
    }
}
