internal import EventCoding

/// What proofs of entries and requests to witnesses have in common: a heading, hashes a line each, an empty line, and a
/// signed checkpoint (C2SP tlog-proof and tlog-witness).
struct ProofLines {
    private let lines: [Substring]
    private var next = 0

    /// - Throws: ``TransparencyError`` with the line that has a control character, or no line feed.
    init(_ text: String) throws(TransparencyError) {
        try SignedNote.requireLines(text)
        // Behind the last line feed there is no line.
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    /// That the line that is to be read is not as the specification asks for.
    var malformed: TransparencyError { TransparencyError(.malformed, line: next + 1) }

    /// Requires a line.
    mutating func read(_ line: String) throws(TransparencyError) {
        guard next < lines.count, lines[next] == line else { throw malformed }
        next += 1
    }

    /// What follows a word and a space in a line, if the line begins so.
    mutating func value<Value>(
        after word: String,
        _ read: (Substring) -> Value?
    ) throws(TransparencyError) -> Value? {
        guard next < lines.count, lines[next].hasPrefix("\(word) ") else { return nil }
        guard let value = read(lines[next].dropFirst(word.count + 1)) else { throw malformed }
        next += 1
        return value
    }

    /// The number behind a word, in decimal without leading zeros, so that one number has one text.
    mutating func number(after word: String) throws(TransparencyError) -> UInt64 {
        guard let number = try value(after: word, { text in UInt64(text).flatMap { "\($0)" == text ? $0 : nil } })
        else {
            throw malformed
        }
        return number
    }

    /// The hashes up to an empty line, and the note behind it.
    mutating func hashesAndNote(most: Int) throws(TransparencyError) -> ([Digest], SignedNote) {
        var hashes: [Digest] = []
        while next < lines.count, !lines[next].isEmpty {
            guard hashes.count < most, let bytes = Base64.bytes(from: lines[next]),
                let hash = Digest(bytes: bytes.span.bytes)
            else { throw malformed }
            hashes.append(hash)
            next += 1
        }
        guard next < lines.count else { throw malformed }
        next += 1
        do throws(TransparencyError) {
            return (hashes, try SignedNote(lines[next...].map { "\($0)\n" }.joined()))
        } catch {
            throw error.after(lines: next)
        }
    }

    /// Hashes, a line each.
    static func text(of hashes: [Digest]) -> String { hashes.map { "\(Base64.text(of: $0.bytes))\n" }.joined() }
}
