internal import ArgumentParser
internal import CommandOptions
internal import EventCoding
internal import Evidence
internal import Glibc
internal import Transparency

/// By whose keys is verified, and how is answered.
struct TrustOptions: ParsableArguments {
    @OptionGroup private var keys: VerifierOptions

    @Flag(help: "Answer with one JSON document.")
    var json = false

    /// What is known from elsewhere than the file.
    func trust(earlier: [(name: String, note: SignedNote)] = []) throws -> EvidenceTrust {
        let (log, witnesses) = try keys.read(Input.key)
        return EvidenceTrust(log: log, witnesses: witnesses, earlier: earlier)
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
