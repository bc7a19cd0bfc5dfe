internal import ArgumentParser
internal import Evidence

/// `accrue-verify proof`.
struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Verify the proof of one event: that it is in the log.",
        discussion: """
            The log's key and those of witnesses must not come from whoever gave you the proof.
            """
    )

    @Argument(help: "The proof; - is standard input.", completion: .file())
    var file: String

    @OptionGroup var options: TrustOptions

    func run() throws {
        let trust = try options.trust()
        try options.answer(of: file) { (bytes) throws(EvidenceRefusal) in
            let report = try EventReport(verifying: bytes, by: trust)
            return (report.lines, report.document)
        }
    }
}
