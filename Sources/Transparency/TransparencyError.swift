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

    init(_ reason: Reason, _ subject: String = "") {
        (self.reason, self.subject) = (reason, subject)
    }

    /// In words.
    public var description: String { subject.isEmpty ? reason.rawValue : "\(subject): \(reason.rawValue)" }
}
