internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Transparency

/// `accrue checkpoint`: what the log says of itself at a size, signed.
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Sign what the log is, have it witnessed, and verify what was signed.",
        subcommands: [
            CheckpointSignCommand.self, CheckpointListCommand.self, CheckpointShowCommand.self,
            CheckpointRequestCommand.self, CheckpointAddCommand.self, CheckpointVerifyCommand.self,
        ]
    )
}

/// `accrue checkpoint sign`.
struct CheckpointSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign the root over all events of the log, and print the checkpoint.",
        discussion: """
            Before, the log states in an event where the history of each learner ends, so that nobody can leave out the \
            last events of one; then every event since the last checkpoint is read again from the log. Nothing is stated \
            or signed if the log is not a continuation of what was signed last. Publish what is printed: who holds it can \
            tell a log that is rewritten.
            """
    )

    @Option(help: ArgumentHelp("The file of the log's key.", valueName: "file"), completion: .file())
    var key: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let signer = try KeyFile.read(key)
        let checkpoints = Checkpoints(ofStore: global.store)
        let log = try LMDBEventLog(path: global.store)
        let note = try await Ledger(log).sign(signer, in: checkpoints)
        try checkpoints.keep(note)
        try log.closeTelling()
        try Answer(checkpoint: note).write(json: global.json)
    }
}

/// `accrue checkpoint list`.
struct CheckpointListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the checkpoints of a store.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let checkpoints = Checkpoints(ofStore: global.store)
        let notes = try checkpoints.sizes.map { size in try checkpoints.note(at: size) }.compactMap(\.self)
        var answer = Answer(.object(["checkpoints": .array(try notes.map { try Answer(checkpoint: $0).document })]))
        var table = Table([.number("Events"), .text("Log"), .text("Cosigned by", shrinks: true), .text("Root")])
        for note in notes {
            let state = try Checkpoint(text: note.text)
            let others = note.signatures.map(\.name).filter { $0 != state.origin }
            table.append(["\(state.size)", state.origin, others.joined(separator: ", "), "\(state.root)"])
        }
        if table.isEmpty { answer.say("Nothing is signed yet: accrue checkpoint sign.") } else { answer.show(table) }
        try answer.write(json: global.json)
    }
}

/// Which checkpoint of a store.
struct CheckpointOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The checkpoint over so many events (default: the last).", valueName: "events"))
    var size: UInt64?

    func note(in checkpoints: Checkpoints) throws(AccrueError) -> SignedNote {
        if let note = try checkpoints.note(at: size) { return note }
        let subject = size.map { "at \($0)" } ?? "none is signed yet"
        throw AccrueError(.notFound, subject, field: "checkpoint")
    }
}

/// `accrue checkpoint show`.
struct CheckpointShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print a checkpoint of the store.")

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try Answer(checkpoint: which.note(in: Checkpoints(ofStore: global.store))).write(json: global.json)
    }
}

/// `accrue checkpoint request`.
struct CheckpointRequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Write what a witness needs: a checkpoint, and the proof that it extends what the witness saw.",
        discussion: "The witness says: accrue witness FILE --key … --log … --seen …"
    )

    @Option(help: ArgumentHelp("How many events the log had when the witness saw it last.", valueName: "events"))
    var from: UInt64 = 0

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let note = try which.note(in: Checkpoints(ofStore: global.store))
        let request = try Ledger(LMDBEventLog(path: global.store, writes: false)).witnessRequest(for: note, from: from)
        var answer = Answer(.object(["request": .string("\(request)")]))
        answer.show("\(request)")
        try answer.write(json: global.json)
    }
}

/// `accrue checkpoint add`.
struct CheckpointAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add what a witness has cosigned to the checkpoint of the store."
    )

    @Argument(help: "The cosigned checkpoint; - is standard input.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The witness's verifier key, or a file of it.", valueName: "key"))
    var witness: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let key = try NoteKey(argument: witness)
        let bytes = try InputFiles.read(file)
        let checkpoints = Checkpoints(ofStore: global.store)
        let cosigned = try proving(file) { () throws(TransparencyError) in
            let note = try SignedNote(bytes: bytes)
            _ = try note.cosigned(by: key)
            return note
        }
        let state = try proving(file) { () throws(TransparencyError) in try Checkpoint(text: cosigned.text) }
        guard var note = try checkpoints.note(at: state.size), note.text == cosigned.text else {
            throw AccrueError(.notFound, "no such checkpoint over \(state.size) events", field: "checkpoint")
        }
        try proving(file) { () throws(TransparencyError) in
            for signature in cosigned.signatures where signature.name == key.name { try note.add(signature) }
        }
        try checkpoints.keep(note)
        try Answer(checkpoint: note).write(json: global.json)
    }
}

/// `accrue checkpoint verify`.
struct CheckpointVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a checkpoint, such as one noted months ago, and that the store still continues it.",
        discussion: """
            The signatures are verified by the keys given here, and the root by the events of the store. A key that was \
            handed over to another one before is followed to it by what the log holds, signed by both. Exit codes: 0 it \
            holds, 7 it does not.
            """
    )

    @Argument(help: "The checkpoint; - is standard input.", completion: .file())
    var file: String

    @OptionGroup var keys: VerifierOptions

    @Flag(help: "Verify the signatures alone, without a store.")
    var signatures = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let bytes = try InputFiles.read(file)
        let (given, policy) = try keys.read()
        let note = try proving(file) { () throws(TransparencyError) in try SignedNote(bytes: bytes) }
        let store = signatures ? nil : try LMDBEventLog(path: global.store, writes: false)
        let log = try store.map { try key(given, at: note, in: $0) } ?? given
        let (state, seen) = try proving(file) { () throws(TransparencyError) in
            (try Checkpoint(note, signedBy: log), try policy.verify(note))
        }
        var answer = Answer(
            .record([
                "log": .string(state.origin), "root": .string("\(state.root)"), "size": .integer(state.size),
                "storeContinues": .bool(!signatures),
                "witnesses": .array(seen.map { .string($0.key.name) }),
            ])
        )
        answer.say("\(state.origin) signed this over \(state.size) events.", .good)
        for (key, time) in seen {
            answer.say("\(key.name) saw it on \(Instant(secondsSince1970: time)).", .good)
        }
        if log != given { answer.say("\(given) was handed over to \(log), signed by both.", .good) }
        if let store {
            let (size, last) = try Self.size(of: state, in: store)
            // Read again from the log, not from what is stored of the tree.
            guard try store.root(through: Position(rawValue: size), extending: nil) == state.root else {
                throw AccrueError(.checkpointDiverges, "the first \(size) events")
            }
            answer.say("The first \(size) of the \(last) events of the store are those that were signed.", .good)
        }
        try answer.write(json: global.json)
    }

    /// The key that signs for the log at the state of a checkpoint.
    private func key(_ given: NoteKey, at note: SignedNote, in store: LMDBEventLog) throws -> NoteKey {
        let state = try proving(file) { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        let ledger = Ledger(store)
        guard try ledger.key(following: given, known: .now) != given else { return given }
        let (size, _) = try Self.size(of: state, in: store)
        return try ledger.key(following: given, known: .position(Position(rawValue: size)))
    }

    private static func size(of state: Checkpoint, in store: LMDBEventLog) throws -> (size: UInt32, last: Position) {
        let last = try store.read { $0.position }
        guard state.size <= UInt64(last.rawValue) else {
            throw AccrueError(.checkpointDiverges, "signed over \(state.size) events, and the store has \(last)")
        }
        return (UInt32(state.size), last)
    }
}

/// By whose keys is verified.
struct VerifierOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The log's verifier key, or a file of it.", valueName: "key"))
    var log: String

    @Option(
        help: ArgumentHelp("A witness's verifier key, or a file of it; may be given several times.", valueName: "key")
    )
    var witness: [String] = []

    @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (default: all).", valueName: "count"))
    var atLeast: Int?

    func validate() throws {
        if let atLeast, atLeast < 0 || atLeast > witness.count {
            throw ValidationError("--at-least is from 0 to the number of witnesses, \(witness.count).")
        }
    }

    func read() throws -> (log: NoteKey, policy: WitnessPolicy) {
        let witnesses = try witness.map { try NoteKey(argument: $0) }
        return (try NoteKey(argument: log), WitnessPolicy(atLeast: atLeast ?? witnesses.count, of: witnesses))
    }
}

extension Answer {
    /// A signed checkpoint, as it is kept and sent.
    init(checkpoint note: SignedNote) throws {
        let state = try Checkpoint(text: note.text)
        self.init(
            .record([
                "log": .string(state.origin), "note": .string("\(note)"), "root": .string("\(state.root)"),
                "signatures": .array(note.signatures.map { .string($0.name) }), "size": .integer(state.size),
            ])
        )
        show("\(note)")
    }

    /// Adds lines as they are.
    mutating func show(_ lines: String) {
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { say(String(line)) }
    }
}
