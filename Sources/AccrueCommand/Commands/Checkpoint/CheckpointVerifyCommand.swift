internal import Accrue
internal import ArgumentParser
internal import CommandOptions
internal import Credit
internal import EventCoding
internal import EventLog
internal import Transparency

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
        let (given, policy) = try keys.read(NoteKey.init(argument:))
        let note = try proving(file) { () throws(TransparencyError) in try SignedNote(bytes: bytes) }
        let store = signatures ? nil : try LMDBEventLog(path: global.store, writes: false)
        let log = try store.map { try key(given, at: note, in: $0) } ?? given
        let (state, seen) = try proving(file) { () throws(TransparencyError) in
            (try Checkpoint(note, signedBy: log), try policy.verify(note))
        }
        var answer = Answer(
            .present([
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
