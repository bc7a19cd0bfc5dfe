internal import Credit
public import EventCoding
public import Transparency

/// What was verified of the proof of one event (C2SP tlog-proof), and what was not.
public struct EventReport: Sendable {
    /// The checkpoint that it is proved by.
    public let checkpoint: Checkpoint
    /// Who cosigned it, and when, in seconds since 1970-01-01T00:00:00Z.
    public let witnesses: [(key: NoteKey, time: UInt64)]
    /// The report for programs.
    public let document: JSONValue
    /// What the entry says, each with its name.
    private let facts: [(name: String, text: String)]

    /// Requires that the event is in the log, and that enough witnesses saw it; checkpoints noted earlier play no part.
    ///
    /// - Parameters:
    ///   - bytes: The proof, with the entry in its line `extra`.
    ///   - trust: The log's key, and which witnesses must have cosigned.
    /// - Throws: ``EvidenceRefusal`` with what does not hold.
    public init(verifying bytes: [UInt8], by trust: EvidenceTrust) throws(EvidenceRefusal) {
        func holding<Value>(
            _ step: EvidenceRefusal.Step,
            _ body: () throws(TransparencyError) -> Value
        ) throws(EvidenceRefusal) -> Value {
            do throws(TransparencyError) {
                return try body()
            } catch {
                throw EvidenceRefusal(step, "\(error)")
            }
        }
        let proof = try holding(.lines) { () throws(TransparencyError) in try EntryProof(bytes: bytes) }
        let (state, seen) = try holding(.checkpoints) { () throws(TransparencyError) in
            (try Checkpoint(proof.checkpoint, signedBy: trust.log), try trust.witnesses.verify(proof.checkpoint))
        }
        let entry = proof.extra.span.bytes
        _ = try holding(.tree) { () throws(TransparencyError) in
            try proof.verify(Digest.leaf(entry), log: trust.log, trust.witnesses)
        }
        let position = Position(rawValue: UInt32(truncatingIfNeeded: proof.index + 1))
        do throws(RecordError) {
            _ = try RecordView(entry: entry)
        } catch {
            throw EvidenceRefusal(.events, position: position, "\(error)")
        }
        let fields = FixedPart(entry)
        guard fields.position == position else {
            throw EvidenceRefusal(.events, position: position, "the entry says position \(fields.position)")
        }
        (checkpoint, witnesses) = (state, seen)
        let kind = EventKind(rawValue: fields.kindNumber)?.name ?? "kind \(fields.kindNumber)"
        facts =
            [
                ("event", kind), ("position", "\(position)"), ("id", "\(fields.id)"),
                ("effective", "\(fields.effective)"), ("recorded at", "\(fields.recordedAt)"),
            ]
            + (fields.learnerNumber > 0 ? [("learner", "number \(fields.learnerNumber) of the log")] : [])
            + (fields.points.map { [("points", "\($0)")] } ?? [])
        document = .present([
            "effective": .string("\(fields.effective)"), "holds": .bool(true),
            "id": .string("\(fields.id)"), "kind": .string(kind),
            "learnerNumber": .integer(fields.learnerNumber), "log": .string(state.origin),
            "points": fields.points.map { .string("\($0)") }, "position": .integer(position.rawValue),
            "recordedAt": .string("\(fields.recordedAt)"), "size": .integer(state.size),
            "witnesses": .witnesses(seen),
        ])
    }

    /// The report for people.
    public var lines: [String] {
        let width = facts.reduce(0) { max($0, $1.name.count) }
        return ["It holds: \(checkpoint.origin) has this event among its first \(checkpoint.size)."]
            + witnesses.map { "\($0.key.name) saw it on \(Instant(secondsSince1970: $0.time))." } + [""]
            + facts.map { $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.text }
            + [
                "",
                "Not proved: who the learner is, that no later event takes it back, and that it was decided rightly.",
            ]
    }
}
