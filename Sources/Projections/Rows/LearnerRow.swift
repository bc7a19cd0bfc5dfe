public import Credit
public import EventCoding
public import EventLog

/// What a projection keeps of one learner: balances by scheme, every credit with its unit and bucket, and enrolments.
///
/// Names stand in it, not positions, so that a row speaks for itself. Its bytes are canonical JSON (RFC 8785): the same
/// events give the same bytes, whether the row was rebuilt or brought forward.
public struct LearnerRow: Sendable {
    /// The learner's number.
    public let number: UInt32
    /// The row.
    public let document: JSONValue
    /// The numbers of all identities that were ever joined with this one: their rows change with its events.
    let joined: [UInt32]

    /// Folds the events of a learner. O(*n* log *n*) for the learner's *n* events.
    ///
    /// - Parameters:
    ///   - number: The learner's number, from 1.
    ///   - log: A state of the log.
    ///   - known: The last event that is taken into account.
    ///   - registry: The registry as known then.
    ///   - definition: What is to be folded.
    /// - Throws: What reading throws, with the position of what cannot be read.
    public init(
        ofLearner number: UInt32,
        in log: some LogReading,
        known: Position,
        registry: Registry,
        _ definition: ProjectionDefinition
    ) throws(AccrueError) {
        let history = try log.history(ofLearner: number).known(through: known)
        let introduced = history.events.first {
            $0.learnerNumber == number && $0.command.kind == .learnerIntroduced
        }
        guard let introduced else { throw AccrueError(.indexDiffers, "learner \(number) has no introduction") }
        let balance = Balance(
            of: introduced.position,
            in: history,
            registry: registry,
            on: definition.on,
            known: known
        )
        let names = RowNames(registry: registry)
        self.number = number
        joined = history.numbers
        document = .object([
            "learner": .string(introduced.details.identifier ?? "\(introduced.id)"),
            "schemes": .array(balance.schemes.map { names.document($0) }),
            "credits": .array(balance.lines.map { names.document($0) }),
            "enrolments": .array(balance.enrolments.map { names.document($0, in: balance) }),
        ])
    }

    /// The row as it is kept.
    var bytes: [UInt8] {
        // Rows hold only strings and whole numbers below 2³², which are canonical.
        (try? CanonicalJSON.bytes(of: document)) ?? []
    }
}

/// Puts what a balance says into rows.
private struct RowNames {
    let registry: Registry

    func name(_ position: Position?) -> JSONValue {
        position.map { .string(registry.identifier(at: $0) ?? "\($0)") } ?? .null
    }

    func document(_ scheme: SchemeBalance) -> JSONValue {
        let sums = Bucket.allCases.compactMap { bucket in
            scheme.buckets[bucket].map { JSONObject.Member(key: bucket.rawValue, value: .string($0.description)) }
        }
        return .object(["scheme": name(scheme.scheme), "buckets": .object(JSONObject(sums))])
    }

    func document(_ line: CreditLine) -> JSONValue {
        .object([
            "bucket": .string(line.bucket.rawValue),
            "decision": .integer(line.decision.rawValue),
            "enrolment": line.enrolment.map { .integer($0.rawValue) } ?? .null,
            "exclusion": line.exclusion.map { .string($0.word) } ?? .null,
            "points": line.points.map { .string($0.description) } ?? .null,
            "qualification": name(line.unit?.qualification),
            "scheme": name(line.scheme),
            "unit": line.unit.map { .string($0.code) } ?? .null,
        ])
    }

    func document(_ enrolment: Enrolment, in balance: Balance) -> JSONValue {
        let scheme = registry.qualification(at: enrolment.qualification)?.schemePosition
        return .object([
            "enrolment": .integer(enrolment.position.rawValue),
            "from": .string(enrolment.from.description),
            "home": name(enrolment.home),
            "qualification": name(enrolment.qualification),
            "recognised": .string(balance.recognised(towards: enrolment.position, in: scheme).description),
            "scheme": name(scheme),
            "state": .string(enrolment.state.word),
        ])
    }
}

extension Enrolment.State {
    /// The state in one word, as in rows.
    fileprivate var word: String {
        switch self {
        case .running: "running"
        case .interrupted: "interrupted"
        case .left: "left"
        case .awarded: "awarded"
        }
    }
}
