internal import ArgumentParser
internal import EventCoding
internal import Evidence
internal import Glibc
internal import Transparency

/// By whose keys is verified.
struct TrustOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The log's verifier key, or a file of it.", valueName: "key"))
    var log: String

    @Option(
        help: ArgumentHelp("A witness's verifier key, or a file of it; may be given several times.", valueName: "key")
    )
    var witness: [String] = []

    @Option(help: ArgumentHelp("How many of the witnesses must have cosigned (default: all).", valueName: "count"))
    var atLeast: Int?

    @Flag(help: "Answer with one JSON document.")
    var json = false

    func validate() throws {
        if let atLeast, atLeast < 0 || atLeast > witness.count {
            throw ValidationError("--at-least is from 0 to the number of witnesses, \(witness.count).")
        }
    }

    /// What is known from elsewhere than the file.
    func trust(earlier: [(name: String, note: SignedNote)] = []) throws -> EvidenceTrust {
        let witnesses = try witness.map(Input.key)
        return EvidenceTrust(
            log: try Input.key(log),
            witnesses: WitnessPolicy(atLeast: atLeast ?? witnesses.count, of: witnesses),
            earlier: earlier
        )
    }

    /// Writes what was verified of a file, or why it is refused, and ends with the status for that.
    func answer(
        of file: String,
        _ verify: ([UInt8]) throws(EvidenceRefusal) -> (lines: [String], document: JSONValue)
    ) throws {
        let bytes = try Input.bytes(of: file)
        let answer: (lines: [String], document: JSONValue)
        do throws(EvidenceRefusal) {
            answer = try verify(bytes)
        } catch {
            let isOfClaims = error.step == .claims
            if json {
                try Output.write(error.document)
            } else {
                Output.write("\(file): \(error)", to: STDERR_FILENO)
                let verdict = isOfClaims ? "it holds, and what it claims does not follow from it" : "it does not hold"
                Output.write("Not verified: \(verdict).", to: STDERR_FILENO)
            }
            throw EndedWith(status: isOfClaims ? 1 : 7)
        }
        if json { return try Output.write(answer.document) }
        for line in answer.lines { Output.write(line) }
    }
}
