internal import Credit
internal import EventCoding

/// What indices hold of one event.
struct IndexEntry: Hashable, Sendable {
    var id: EventID
    var learner: UInt32
    var version: UInt32
    var isLearner: Bool
    /// The digest of name space and identifier, where the event introduces one.
    var identifier: Digest?

    /// The entry of an event.
    init(_ event: Event) {
        id = event.id
        learner = event.learnerNumber
        version = event.learnerVersion
        isLearner = event.kind == .learnerIntroduced
        identifier = event.hasDetails ? Self.identifier(of: event) : nil
    }

    /// The entry of a record, every byte of it verified. Only what has parts is decoded.
    init(record: RawSpan) throws(AccrueError) {
        let hasParts: Bool
        do throws(RecordError) {
            hasParts = try RecordView(record).partCount > 0
        } catch {
            throw AccrueError(error, in: record)
        }
        let fields = FixedPart(record)
        id = fields.id
        learner = fields.learnerNumber
        version = fields.learnerVersion
        isLearner = fields.kindNumber == EventKind.learnerIntroduced.rawValue
        identifier = hasParts ? Self.identifier(of: try Event(record: record)) : nil
    }

    private static func identifier(of event: Event) -> Digest? {
        event.details.identifier.map { digest($0, in: event.kind.space) }
    }

    /// Identifiers are looked up by digest, so that keys have one length, however long the identifier.
    static func digest(_ identifier: String, in space: ReferenceSpace) -> Digest {
        let bytes = [space.rawValue] + Array(identifier.utf8)
        return Digest.sha256(of: bytes.span.bytes)
    }
}
