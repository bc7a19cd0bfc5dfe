public import Credit
public import EventCoding
public import EventLog

/// What a slot says of itself; it changes in the same transaction as its rows.
public struct SlotState: Hashable, Sendable {
    /// Of what it is the fold.
    public internal(set) var definition: ProjectionDefinition
    /// The log's identity.
    public let log: LogID
    /// The last event that it takes into account.
    public internal(set) var position: Position
    /// The leaf hash of that event, by which a restored or replaced log is told.
    public internal(set) var leaf: Digest
    /// How many learners there were at that event.
    public internal(set) var learners: UInt32
    /// The last learner whose row is there, while it is being built.
    public internal(set) var built: UInt32

    /// Whether every learner has a row.
    public var isReady: Bool { built >= learners }

    /// Whether its rows are of a version that this code does not make: it can only be built anew, or dropped.
    public var isOutdated: Bool { definition.version != ProjectionDefinition.currentVersion }

    init(_ definition: ProjectionDefinition, log: LogID, position: Position, leaf: Digest, learners: UInt32) {
        self.definition = definition
        self.log = log
        self.position = position
        self.leaf = leaf
        self.learners = learners
        built = 0
    }

    /// The leaf hash of the last event of a state; that of nothing where it has none.
    static func leaf(at position: Position, in snapshot: LMDBSnapshot) throws(AccrueError) -> Digest {
        position == .none ? Digest.leaf([UInt8]().span.bytes) : try snapshot.leafHash(at: position)
    }

    // MARK: As it is kept

    /// A checksum of all that it says.
    private var checksum: UInt32 {
        let words = [
            "\(built)", "\(leaf)", "\(learners)", "\(log)", "\(definition.on)", "\(position)", "\(definition.version)",
        ]
        return Checksum.crc32c(of: Array((words + definition.rules.words).joined(separator: " ").utf8).span.bytes)
    }

    var bytes: [UInt8] {
        let document = JSONValue.object([
            "built": .integer(built),
            "checksum": .integer(checksum),
            "leaf": .string(leaf.description),
            "learners": .integer(learners),
            "log": .string(log.description),
            "on": .string(definition.on.description),
            "position": .integer(position.rawValue),
            "rules": .array(definition.rules.words.map { .string($0) }),
            "version": .integer(definition.version),
        ])
        return (try? CanonicalJSON.bytes(of: document)) ?? []
    }

    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count),
            let object = value.object, let version: UInt32 = object["version"]?.integer(),
            let on = object["on"]?.string.flatMap({ try? CivilDate($0) }),
            let log = object["log"]?.string.flatMap({ LogID($0) }),
            let leaf = object["leaf"]?.string.flatMap(Digest.init(hex:)),
            let position: UInt32 = object["position"]?.integer(), let learners: UInt32 = object["learners"]?.integer(),
            let built: UInt32 = object["built"]?.integer()
        else { return nil }
        // The rows of version 1 know no rules.
        let rules = (object["rules"]?.array ?? []).compactMap(\.string)
        self.init(
            ProjectionDefinition(version: version, on: on, under: .init(words: rules)),
            log: log,
            position: Position(rawValue: position),
            leaf: leaf,
            learners: learners
        )
        self.built = built
        // Those of earlier versions have no checksum. Each learner takes a position.
        guard isOutdated || self.bytes == bytes && built <= learners && learners <= position else { return nil }
    }
}
