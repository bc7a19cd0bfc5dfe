internal import ArgumentParser
internal import Evidence

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

    @OptionGroup var options: TrustOptions

    @Option(
        help: ArgumentHelp("A checkpoint that you noted earlier; may be given several times.", valueName: "file"),
        completion: .file()
    )
    var earlier: [String] = []

    func run() throws {
        let trust = try options.trust(earlier: try earlier.map { ($0, try Input.note($0)) })
        try options.answer(of: file) { (bytes) throws(EvidenceRefusal) in
            let report = try EvidenceBundle(bytes: bytes).verify(trust)
            return (report.lines, report.document)
        }
    }
}
