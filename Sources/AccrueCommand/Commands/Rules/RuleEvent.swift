internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// An event that brings a rule document into the log, or into force.
///
/// Its id follows from what it says, so that to say it again changes nothing.
struct RuleEvent {
    private let kind: EventKind
    private let effective: CivilDate
    private var members: [(String, JSONValue)]
    /// The event id.
    let id: EventID

    /// - Parameter subject: What tells the event from others of its kind.
    init(_ kind: EventKind, of subject: JSONValue, effective: CivilDate, actor: String) throws {
        let bytes = try CanonicalJSON.bytes(of: .object(["kind": .string(kind.name), "subject": subject]))
        id = EventID(naming: Digest.sha256(of: bytes.span.bytes))
        (self.kind, self.effective) = (kind, effective)
        members = [("actor", .string(actor))]
    }

    /// Adds a member, if it has a value.
    mutating func add(_ field: EventField, _ value: JSONValue?) {
        if let value { members.append((field.rawValue, value)) }
    }

    /// Appends it, and tells where; nil where it was there already.
    func append(to store: String) async throws -> Position? {
        let all =
            members + [
                ("effective", .string("\(effective)")), ("id", .string("\(id)")), ("kind", .string(kind.name)),
            ]
        let object = JSONObject(all.map { JSONObject.Member(key: $0.0, value: $0.1) })
        let log = try LMDBEventLog(path: store)
        let report = try await Ledger(log).append(EventLines(try CanonicalJSON.bytes(of: .object(object))))
        try log.closeTelling()
        if let fault = report.faults.first { throw fault.error }
        return report.last
    }

    /// What is answered: what was done, and where it stands.
    static func answer(_ identifier: String, _ done: String, at position: Position?) -> Answer {
        var answer = Answer(
            .present([
                "existed": .bool(position == nil), "identifier": .string(identifier),
                "position": position.map { .integer($0.rawValue) },
            ])
        )
        answer.say(
            position.map { "\(identifier) \(done), as position \($0)." }
                ?? "\(identifier) \(done) already; nothing was written."
        )
        return answer
    }
}

/// Who does it.
struct ActorOption: ParsableArguments {
    @Option(help: "Who does it: the identifier of an actor.")
    var actor: String
}
