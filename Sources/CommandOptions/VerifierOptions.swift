public import ArgumentParser
public import Transparency

/// By whose keys is verified.
public struct VerifierOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The log's verifier key, or a file of it.", valueName: "key"))
    private var log: String

    @Option(
        help: ArgumentHelp("A witness's verifier key, or a file of it; may be given several times.", valueName: "key")
    )
    private var witness: [String] = []

    @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (default: all).", valueName: "count"))
    private var atLeast: Int?

    /// For the parser, which fills them in.
    public init() {}

    /// Refuses more witnesses than there are.
    public func validate() throws {
        if let atLeast, atLeast < 0 || atLeast > witness.count {
            throw ValidationError("--at-least is from 0 to the number of witnesses, \(witness.count).")
        }
    }

    /// The keys, and how many witnesses are asked for.
    ///
    /// - Parameter key: Reads a key from an argument, or from the file that it names.
    /// - Throws: What `key` throws.
    public func read(_ key: (String) throws -> NoteKey) throws -> (log: NoteKey, witnesses: WitnessPolicy) {
        let witnesses = try witness.map(key)
        return (try key(log), WitnessPolicy(atLeast: atLeast ?? witnesses.count, of: witnesses))
    }
}
