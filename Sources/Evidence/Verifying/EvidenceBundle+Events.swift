internal import Credit
internal import EventCoding
internal import Transparency

extension EvidenceBundle {
    /// Requires that events are as they were written, and gives them.
    func verifyEvents() throws(EvidenceRefusal) -> [Event] {
        var decoded: [Event] = []
        decoded.reserveCapacity(events.count)
        var ids: Set<EventID> = []
        for (index, line) in events.enumerated() {
            func refused(_ what: String) -> EvidenceRefusal {
                EvidenceRefusal(.events, line: self.line(index, of: .event), position: line.position, what)
            }
            let event: Event
            do throws(DisclosedRecord.Fault) {
                event = try line.record.event()
            } catch {
                throw refused(Self.text(of: error))
            }
            guard event.position == line.position else { throw refused("the entry says position \(event.position)") }
            guard line.position <= header.known else {
                throw refused("lies behind \(header.known), the last one known")
            }
            do throws(AccrueError) {
                try EventRecord.requireLegible(event.command)
            } catch {
                throw refused("no log has such an event: \(error)")
            }
            if let last = decoded.last, event.recordedAt < last.recordedAt {
                throw refused("recorded at \(event.recordedAt), before position \(last.position)")
            }
            guard ids.insert(event.id).inserted else { throw refused("its id \(event.id) stands twice") }
            decoded.append(event)
        }
        return decoded
    }

    private static func text(of fault: DisclosedRecord.Fault) -> String {
        switch fault {
        case .damaged(let error): "\(error)"
        case .partCount(let count): "its table has \(count) parts"
        case .withheld(let type): "part \(type) is withheld, and may not be"
        // Without the words that the code has for who keeps the log: whoever has a bundle has no store to restore.
        case .unreadable(let error): "\(error.subject) cannot be read; ask for the bundle again"
        }
    }

    /// Requires that no version of a stream is missing, and without heads no event at all.
    func verifyStreams(_ decoded: [Event]) throws(EvidenceRefusal) {
        var (versions, learners): ([UInt32: UInt32], [UInt32: Position]) = ([:], [:])
        for (index, event) in decoded.enumerated() {
            let stream = event.learnerNumber
            if stream == 0, !header.hasWholeRegistry { continue }
            let due = (versions[stream] ?? 0) + 1
            guard event.learnerVersion == due else {
                throw EvidenceRefusal(
                    .streams,
                    line: line(index, of: .event),
                    position: event.position,
                    "version \(due) of \(Self.name(of: stream)) is missing before version \(event.learnerVersion)"
                )
            }
            versions[stream] = due
            guard stream > 0 else { continue }
            if due == 1, event.kind == .learnerIntroduced {
                learners[stream] = event.position
            } else if event.learner != learners[stream] {
                throw EvidenceRefusal(
                    .streams,
                    line: line(index, of: .event),
                    position: event.position,
                    "it is in the stream of \(Self.name(of: stream)), and names another learner"
                )
            }
        }
        guard header.heads == nil else { return }
        for (index, event) in decoded.enumerated() where Int(event.position.rawValue) != index + 1 {
            throw EvidenceRefusal(
                .streams,
                line: line(index, of: .event),
                position: Position(rawValue: UInt32(index) + 1),
                "is missing, and without heads nothing may be"
            )
        }
        guard decoded.count == Int(header.size), header.hasWholeRegistry, heads.isEmpty else {
            throw EvidenceRefusal(.streams, line: 1, "without heads, all \(header.size) events must be there")
        }
    }

    /// Requires that the newest event of every stream is there.
    func verifyHeads(_ decoded: [Event]) throws(EvidenceRefusal) {
        guard let position = header.heads else { return }
        guard let stated = decoded.last(where: { $0.position == position }), let heads = HeadsText(statedBy: stated),
            let root = Digest(hex: heads.root)
        else { throw EvidenceRefusal(.heads, line: 1, position: position, "is no event that states heads") }
        var ends: [UInt32: StreamHead] = [:]
        for event in decoded where event.position < position {
            ends[event.learnerNumber] = StreamHead(
                version: event.learnerVersion,
                position: event.position.rawValue
            )
        }
        if !header.hasWholeRegistry { ends[0] = nil }
        for (index, proof) in self.heads.enumerated() {
            func refused(_ what: String) -> EvidenceRefusal {
                EvidenceRefusal(.heads, line: self.line(index, of: .head), what)
            }
            let name = Self.name(of: proof.stream)
            guard let end = ends.removeValue(forKey: proof.stream) else {
                throw refused("\(name) is not among the events")
            }
            if end.version < proof.head.version {
                throw refused(
                    "the newest event of \(name) was left out: version \(proof.head.version), at position "
                        + "\(proof.head.position); the last one here is version \(end.version)"
                )
            }
            guard end == proof.head else { throw refused("\(name) ends at position \(end.position) here") }
            do throws(TransparencyError) {
                try proof.verify(streams: heads.streams, root: root)
            } catch {
                throw refused(
                    "it is not proved that \(name) ended at position \(end.position): its newest event may be left out"
                )
            }
        }
        if let stream = ends.keys.min() {
            throw EvidenceRefusal(.heads, "it is not proved where \(Self.name(of: stream)) ended")
        }
    }

    private static func name(of stream: UInt32) -> String { stream == 0 ? "the registry" : "learner \(stream)" }

    /// Requires that all is there that events refer to.
    func verifyReferences(_ decoded: [Event], _ registry: Registry) throws(EvidenceRefusal) {
        let present = Set(decoded.map(\.position))
        for (index, event) in decoded.enumerated() {
            func refused(_ what: String) -> EvidenceRefusal {
                EvidenceRefusal(.references, line: line(index, of: .event), position: event.position, what)
            }
            for reference in event.references where reference >= event.position || !present.contains(reference) {
                throw refused("refers to position \(reference), which is not here before it")
            }
            if let version = registry.qualification(at: event.position), version.document.hasCircle {
                throw refused("its units are parts of each other in a circle")
            }
            for (name, space) in event.namedEntries(registry) where registry.position(of: name, in: space) == nil {
                throw refused("names the \(space) \(name), which is not here")
            }
        }
    }
}

extension Qualification {
    /// Whether a unit is a part of itself, by however many steps: no log accepts that, and folds rely on it. O(*n*).
    fileprivate var hasCircle: Bool {
        let parents = Dictionary(units.map { ($0.code, $0.parent) }) { first, _ in first }
        var ended: Set<String> = []
        for unit in units {
            var way: Set<String> = []
            var code: String? = unit.code
            while let next = code, !ended.contains(next) {
                guard way.insert(next).inserted else { return true }
                code = parents[next] ?? nil
            }
            ended.formUnion(way)
        }
        return false
    }
}
