internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Transparency

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
