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
            accrue verify FILE --log KEY, or accrue-verify bundle. Of an event, it holds the entry and the hashes that lead \
            from it to the root (C2SP tlog-proof), and names nobody: accrue verify FILE --log KEY, or accrue-verify proof.
            """
    )

    @Argument(help: "A learner's pseudonym; or an event: its position, its event id, or its identifier.")
    var subject: String

    @OptionGroup var day: DayOption

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let ledger = try Ledger(LMDBEventLog(path: global.store, writes: false))
        let checkpoints = Checkpoints(ofStore: global.store)
        let note = try which.note(in: checkpoints)
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
        try Answer(.present(["position": position.map { .integer($0.rawValue) }, "proof": .string(proof)]))
            .write(json: true)
    }
}
