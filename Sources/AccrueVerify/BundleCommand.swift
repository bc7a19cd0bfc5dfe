internal import ArgumentParser
internal import EventCoding
internal import Evidence
internal import Glibc
internal import Transparency

/// `accrue-verify bundle`.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Verify a bundle: events, that none is left out, balances and verdicts.",
        discussion: """
            The log's key, those of witnesses, and checkpoints that you noted earlier must not come from whoever gave you \
            the bundle.
            """
    )

    @Argument(help: "The bundle; - is standard input.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The log's verifier key, or a file of it.", valueName: "key"))
    var log: String

    @Option(
        help: ArgumentHelp("A witness's verifier key, or a file of it; may be given several times.", valueName: "key")
    )
    var witness: [String] = []

    @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (default: all).", valueName: "count"))
    var atLeast: Int?

    @Option(
        help: ArgumentHelp("A checkpoint that you noted earlier; may be given several times.", valueName: "file"),
        completion: .file()
    )
    var earlier: [String] = []

    @Flag(help: "Answer with one JSON document.")
    var json = false

    func validate() throws {
        if let atLeast, atLeast < 0 || atLeast > witness.count {
            throw ValidationError("--at-least is from 0 to the number of witnesses, \(witness.count).")
        }
    }

    func run() throws {
        let witnesses = try witness.map(Input.key)
        let trust = EvidenceTrust(
            log: try Input.key(log),
            witnesses: WitnessPolicy(atLeast: atLeast ?? witnesses.count, of: witnesses),
            earlier: try earlier.map { ($0, try Input.note($0)) }
        )
        let bytes = try Input.bytes(of: file)
        do throws(EvidenceRefusal) {
            let report = try EvidenceBundle(bytes: bytes).verify(trust)
            for line in json ? [report.document] : report.lines { Output.write(line) }
        } catch {
            if json { Output.write(error.document) } else { Output.write("\(file): \(error)", to: STDERR_FILENO) }
            throw EndedWith(status: error.step == .claims ? 1 : 7)
        }
    }
}
