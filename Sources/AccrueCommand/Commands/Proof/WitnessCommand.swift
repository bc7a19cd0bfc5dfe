internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
import Foundation
internal import Transparency

/// `accrue witness`: a partner institution vouches that a log only ever grew.
struct WitnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Cosign a log's checkpoint, if it extends the one that was seen last.",
        discussion: """
            A partner runs this on its own machine, with its own key; no store is needed. The file of --seen keeps the \
            last checkpoint of that log: a log that was rewritten, or that shows others another history, is refused. \
            What is printed goes back to the log: accrue checkpoint add.
            """
    )

    @Argument(help: "The log's request; - is standard input.", completion: .file())
    var request: String

    @Option(help: ArgumentHelp("The file of the witness's key.", valueName: "file"), completion: .file())
    var key: String

    @Option(help: ArgumentHelp("The log's verifier key, or a file of it.", valueName: "key"))
    var log: String

    @Option(
        help: ArgumentHelp("Keeps the last checkpoint seen of this log; new the first time.", valueName: "file"),
        completion: .file()
    )
    var seen: String

    @OptionGroup var output: JSONOption

    func run() throws {
        let (signer, logKey) = (try KeyFile.read(key), try NoteKey(argument: log))
        let bytes = try InputFiles.read(request)
        let last = try lastSeen(by: signer.key)
        let request = try proving(self.request) { () throws(TransparencyError) in try WitnessRequest(bytes: bytes) }
        do throws(TransparencyError) {
            _ = try request.verify(logKey, after: last)
        } catch {
            switch error.reason {
            case .otherState:
                let seen = last.map { "this witness saw \($0.size) events" } ?? "this witness has seen nothing"
                throw AccrueError(
                    .witnessElsewhere,
                    "\(error.subject); \(seen), and the request is from \(request.earlier)"
                )
            case .rootDiffers, .shrunk:
                throw AccrueError(.checkpointDiverges, "\(error); seen \(last?.size ?? 0) events")
            default: throw AccrueError(.proofInvalid, "\(error)", field: self.request)
            }
        }
        var note = request.checkpoint
        let now = StoreOptions.systemClock().rawValue / 1_000_000
        try proving(key) { () throws(TransparencyError) in try note.cosign(signer, at: UInt64(clamping: now)) }
        // Remembered before it is given out, so that nobody ever gets two histories cosigned.
        try Files().replace(seen, with: Array("\(note)".utf8))
        try Answer(checkpoint: note).write(json: output.json)
    }

    /// What this witness cosigned last. The log may have another key since.
    private func lastSeen(by key: NoteKey) throws -> Checkpoint? {
        guard FileManager.default.fileExists(atPath: seen) else { return nil }
        let bytes = try InputFiles.read(seen)
        return try proving(seen) { () throws(TransparencyError) in
            let note = try SignedNote(bytes: bytes)
            _ = try note.cosigned(by: key)
            return try Checkpoint(text: note.text)
        }
    }
}
