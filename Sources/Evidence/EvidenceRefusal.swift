public import Credit

/// Why a bundle is refused, and where.
public struct EvidenceRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being verified. The steps come in this order, so that one bundle is refused for one reason.
    public enum Step: String, CaseIterable, Sendable {
        /// That the file is one.
        case lines
        /// That events are as they were written.
        case events
        /// That the log, and witnesses, signed.
        case checkpoints
        /// That no event of a stream is missing between others.
        case streams
        /// That the newest events are there.
        case heads
        /// That the events are those that were signed.
        case tree
        /// That all is there that events refer to.
        case references
        /// That what is claimed follows from the events.
        case claims
    }

    /// What was being verified.
    public let step: Step
    /// In which line of the file, counted from 1.
    public let line: Int?
    /// At which event.
    public let position: Position?
    /// What is wrong.
    public let what: String

    init(_ step: Step, line: Int? = nil, position: Position? = nil, _ what: String) {
        (self.step, self.line, self.position, self.what) = (step, line, position, what)
    }

    /// `line 12, position 48: the checksum of its fixed part differs`.
    public var description: String {
        let places = [line.map { "line \($0)" }, position.map { "position \($0)" }].compactMap(\.self)
        return places.isEmpty ? what : "\(places.joined(separator: ", ")): \(what)"
    }
}
