internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Evidence
internal import Transparency

/// `accrue proof`: what a learner has, or that an event is in the log, to be kept and verified without the log.
struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Write the proof of a learner's credit, or of one event: a file that verifies without the school.",
        discussion: """
            Of a learner, it is an evidence bundle of what counts, and of all on which that rests, for the learner to keep: \
            accrue-verify bundle FILE --log KEY. Of an event, it holds the entry and the hashes that lead from it to the \
            root (C2SP tlog-proof), and names nobody: accrue verify FILE --log KEY.
            """
    )

    @Argument(help: "A learner's pseudonym; or an event: its position, its event id, or its identifier.")
    var subject: String

    @OptionGroup var day: DayOption

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let checkpoints = Checkpoints(ofStore: global.store)
        let note = try which.note(in: checkpoints)
        let ledger = try Ledger(LMDBEventLog(path: global.store, writes: false))
        let learner = try ledger.read { (view) throws(AccrueError) in
            try view.log.position(of: subject, in: .learner) == nil ? nil : try view.learner(subject)
        }
        let proof: String
        var position: Position?
        if let learner {
            var request = EvidenceRequest(on: day.date)
            request.scope.learner = learner.number
            request.extent = .learner
            request.earlier = try checkpoints.notes()
            proof = String(decoding: try ledger.evidence(request, in: note).bytes, as: UTF8.self)
        } else {
            let event = try ledger.read { (view) throws(AccrueError) in try view.event(subject).position }
            position = event
            proof = "\(try ledger.proof(of: event, in: note))"
        }
        // Byte for byte: what is proved must not be made printable.
        guard global.json else { return try Console.standard.write(proof) }
        try Answer(.record(["position": position.map { .integer($0.rawValue) }, "proof": .string(proof)]))
            .write(json: true)
    }
}

/// `accrue verify`: verifies such a proof.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the proof of an event, by the log's key alone; no store is needed.",
        discussion: "Exit codes: 0 it holds, 7 it does not."
    )

    @Argument(help: "The proof; - is standard input.", completion: .file())
    var file: String

    @OptionGroup var keys: VerifierOptions

    @OptionGroup var output: JSONOption

    func run() throws {
        let bytes = try InputFiles.read(file)
        let (log, policy) = try keys.read()
        let (proof, state) = try proving(file) { () throws(TransparencyError) in
            let proof = try EntryProof(bytes: bytes)
            return (proof, try proof.verify(Digest.leaf(proof.extra.span.bytes), log: log, policy))
        }
        let entry = proof.extra.span.bytes
        guard entry.byteCount >= RecordLayout.fixedPartSize, FixedPart(entry).position.rawValue == proof.index + 1
        else {
            throw AccrueError(.proofInvalid, "the entry is not that of position \(proof.index + 1)", field: file)
        }
        try answer(FixedPart(entry), state).write(json: output.json)
    }

    private func answer(_ fields: borrowing FixedPart, _ state: Checkpoint) -> Answer {
        let kind = EventKind(rawValue: fields.kindNumber)?.name ?? "kind \(fields.kindNumber)"
        var answer = Answer(
            .record([
                "effective": .string("\(fields.effective)"),
                "id": .string("\(fields.id)"),
                "kind": .string(kind), "learnerNumber": .integer(fields.learnerNumber), "log": .string(state.origin),
                "points": .text(fields.points), "position": .integer(fields.position.rawValue),
                "recordedAt": .string("\(fields.recordedAt)"), "size": .integer(state.size),
            ])
        )
        answer.say("It holds: \(state.origin) has this event among its first \(state.size).", .good)
        answer.skip()
        var table = Table([.text("What"), .text("As recorded")])
        table.append(["event", kind])
        table.append(["position", "\(fields.position)"])
        table.append(["id", "\(fields.id)"])
        table.append(["effective", "\(fields.effective)"])
        table.append(["recorded at", "\(fields.recordedAt)"])
        if fields.learnerNumber > 0 { table.append(["learner", "number \(fields.learnerNumber) of the log"]) }
        if let points = fields.points { table.append(["points", "\(points)"]) }
        answer.show(table)
        answer.skip()
        answer.say(
            "Not proved: who the learner is, that no later event takes it back, and that it was decided rightly."
        )
        return answer
    }
}
