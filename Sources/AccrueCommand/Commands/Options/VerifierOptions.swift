internal import ArgumentParser
internal import Credit
internal import Transparency

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
