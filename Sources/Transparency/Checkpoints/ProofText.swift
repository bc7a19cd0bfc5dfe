internal import EventCoding

/// The form that proofs and requests share: some lines of their own, hashes, an empty line, and a checkpoint.
struct ProofText {
    private let lines: [Substring]
    private var next = 0

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The next line, if it begins so; what follows.
    mutating func line(after prefix: String) -> Substring? {
        guard next < lines.count, lines[next].hasPrefix(prefix) else { return nil }
        defer { next += 1 }
        return lines[next].dropFirst(prefix.utf8.count)
    }

    /// The number on the next line, in decimal without leading zeros.
    mutating func number(after prefix: String) throws(TransparencyError) -> UInt64 {
        guard let text = line(after: prefix), let number = UInt64(text), "\(number)" == text else {
            throw TransparencyError(.malformed, "line \(next + 1)")
        }
        return number
    }

    /// The hashes up to the empty line, and the note behind it.
    mutating func hashesAndNote() throws(TransparencyError) -> ([Digest], SignedNote) {
        var hashes: [Digest] = []
        while next < lines.count, !lines[next].isEmpty {
            // A tree of 2⁶⁴ leaves would need 64 of them.
            guard hashes.count < 64, let bytes = Base64.bytes(from: lines[next]),
                let hash = Digest(bytes: bytes.span.bytes)
            else { throw TransparencyError(.malformed, "line \(next + 1)") }
            hashes.append(hash)
            next += 1
        }
        guard next < lines.count else { throw TransparencyError(.malformed, "the checkpoint") }
        return (hashes, try SignedNote(lines[(next + 1)...].joined(separator: "\n")))
    }

    /// Hashes as lines.
    static func lines(of hashes: [Digest]) -> String { hashes.map { "\(Base64.text(of: $0.bytes))\n" }.joined() }
}
