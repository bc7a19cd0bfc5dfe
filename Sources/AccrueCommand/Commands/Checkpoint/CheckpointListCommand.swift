internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Transparency

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
