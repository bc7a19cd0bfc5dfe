internal import Credit
internal import EventCoding

/// What indices hold of one event.
struct IndexEntry: Hashable, Sendable {
    var id: EventID
    /// The digest of name space and identifier, where the event introduces one.
    var identifier: Digest?
    var learner: UInt32
    var version: UInt32
    var isLearner: Bool

    /// The entry of an event.
    init(_ event: Event) {
        id = event.id
        identifier = event.details.identifier.map { Self.digest($0, in: event.kind.space) }
        learner = event.learnerNumber
        version = event.learnerVersion
        isLearner = event.kind == .learnerIntroduced
    }

    /// Identifiers are looked up by digest, so that keys have one length, however long the identifier.
    static func digest(_ identifier: String, in space: ReferenceSpace) -> Digest {
        let bytes = [space.rawValue] + Array(identifier.utf8)
        return Digest.sha256(of: bytes.span.bytes)
    }
}
