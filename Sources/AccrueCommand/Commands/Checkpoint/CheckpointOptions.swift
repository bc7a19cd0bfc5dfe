internal import Accrue
internal import ArgumentParser
internal import Credit
internal import Transparency

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
