internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Transparency

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
