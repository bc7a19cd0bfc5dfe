/// Why something is not proved, or cannot be read.
public struct TransparencyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Hashable, Sendable {
        /// The index of a leaf is not within the size of the tree.
        case indexBeyondSize = "the tree has no such leaf"
        /// A proof has more or fewer hashes than its tree needs.
        case proofLength = "the proof has too many or too few hashes"
        /// A proof leads to another root.
        case rootDiffers = "the proof leads to another root"
        /// A later tree is smaller than an earlier one.
        case shrunk = "the later tree is smaller"
        /// A text is not of the form that its specification asks for.
        case malformed = "is malformed"
        /// More bytes than the format can count.
        case tooLong = "is too long"
        /// A signature of a known key is not over this text.
        case signatureInvalid = "the signature is not over this text"
        /// No signature of a key that is asked for.
        case signatureMissing = "no signature of this key"
        /// A key is not of the form that its specification asks for.
        case keyMalformed = "is no key"
        /// The text is of another log.
        case otherOrigin = "is of another log"
        /// A request begins at another state than the witness saw last.
        case otherState = "is the state that was seen last"
        /// Fewer witnesses than asked for have cosigned.
        case witnessesMissing = "too few witnesses have cosigned"
    }

    /// What is wrong.
    public let reason: Reason
    /// Where, or of what: a line of a text, a key's name.
    public let subject: String
    /// Where in what was read; nil where what is wrong is not at one place.
    public let place: Place?

    /// A place in what was read.
    public enum Place: Hashable, Sendable {
        /// A line of a text, the first one being 1.
        case line(Int)
        /// A byte, the first one being 0.
        case byte(Int)
    }

    init(_ reason: Reason, _ subject: String = "") {
        (self.reason, self.subject, place) = (reason, subject, nil)
    }

    /// Something is wrong with a line.
    init(_ reason: Reason, line: Int) {
        (self.reason, subject, place) = (reason, "line \(line)", .line(line))
    }

    /// Something is wrong with a byte, or what begins with it.
    init(_ reason: Reason, byte: Int) {
        (self.reason, subject, place) = (reason, "byte \(byte)", .byte(byte))
    }

    /// The same of a part that begins after so many lines of the whole.
    func after(lines: Int) -> TransparencyError {
        guard case .line(let line) = place else { return self }
        return TransparencyError(reason, line: line + lines)
    }

    /// In words.
    public var description: String { subject.isEmpty ? reason.rawValue : "\(subject): \(reason.rawValue)" }
}
