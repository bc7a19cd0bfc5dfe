internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Transparency

/// `accrue checkpoint show`.
struct CheckpointShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print a checkpoint of the store.")

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try Answer(checkpoint: which.note(in: Checkpoints(ofStore: global.store))).write(json: global.json)
    }
}
