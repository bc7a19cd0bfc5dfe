internal import Accrue
internal import ArgumentParser
internal import CommandOptions
internal import Credit
internal import EventCoding
internal import Evidence
internal import Transparency

/// `accrue verify`: verifies what `accrue proof` and `accrue audit export` write.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a proof of an event, or an evidence bundle, by the log's key alone; no store is needed.",
        discussion: """
            Which of them a file is, its first line says. Exit codes: 0 it holds; 1 a bundle's evidence holds, and a balance or \
            verdict does not follow from it; 7 it does not hold.
            """
    )

    @Argument(help: "The proof or bundle; - is standard input.", completion: .file())
    var file: String

    @OptionGroup var keys: VerifierOptions

    @Option(
        help: ArgumentHelp(
            "A checkpoint that you noted earlier, for a bundle; may be given several times.",
            valueName: "file"
        ),
        completion: .file()
    )
    var earlier: [String] = []

    @OptionGroup var output: JSONOption

    func run() throws {
        let bytes = try InputFiles.read(file)
        let isBundle = EvidenceBundle.isBundle(bytes)
        guard isBundle || earlier.isEmpty else {
            throw ValidationError("--earlier is for bundles: the proof of an event has no other checkpoint to compare.")
        }
        let (log, witnesses) = try keys.read(NoteKey.init(argument:))
        var trust = EvidenceTrust(log: log, witnesses: witnesses)
        for file in earlier {
            let bytes = try InputFiles.read(file)
            trust.earlier.append(
                (file, try proving(file) { () throws(TransparencyError) in try SignedNote(bytes: bytes) })
            )
        }
        let answer: Answer
        do throws(EvidenceRefusal) {
            answer = try Self.verified(bytes, isBundle, by: trust)
        } catch {
            guard error.step == .claims else { throw AccrueError(.proofInvalid, "\(error)", field: file) }
            var answer = Answer(error.document)
            answer.say("\(file): \(error)", .bad)
            try answer.write(json: output.json)
            throw EndedWith(.no)
        }
        try answer.write(json: output.json)
    }

    private static func verified(
        _ bytes: [UInt8],
        _ isBundle: Bool,
        by trust: EvidenceTrust
    ) throws(EvidenceRefusal) -> Answer {
        let (document, lines): (JSONValue, [String])
        if isBundle {
            let report = try EvidenceBundle(bytes: bytes).verify(trust)
            (document, lines) = (report.document, report.lines)
        } else {
            let report = try EventReport(verifying: bytes, by: trust)
            (document, lines) = (report.document, report.lines)
        }
        var answer = Answer(document)
        for (index, line) in lines.enumerated() { answer.say(line, index == 0 ? .good : nil) }
        return answer
    }
}
