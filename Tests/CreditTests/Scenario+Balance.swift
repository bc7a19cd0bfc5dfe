import Credit
import Testing

extension Scenario {
    /// The balance of a learner on a day, as known at a position; without them at the end of all.
    func balance(of learner: Position? = nil, on day: CivilDate = "2030-01-01", known: Position? = nil) -> Balance {
        let learner = learner ?? ana
        return Balance(
            of: learner,
            in: history(of: learner) ?? LearnerHistory([]),
            registry: registry,
            on: day,
            known: known ?? Position(rawValue: UInt32(events.count))
        )
    }

    /// A unit recognised by its home after a stay abroad under an agreement: `H1` (8 points) as `U1` (6).
    mutating func recogniseFromHost(
        _ hostUnit: String = "H1",
        as code: String = "U1",
        for enrolment: Position,
        agreement: Position
    ) throws(AccrueError) -> Position {
        let received = try receiveFromHost(hostUnit, for: enrolment, agreement: agreement)
        return try recognise(validate(received, as: code, for: enrolment))
    }

    /// The kinds of the events on a trail.
    func kinds(_ trail: [Position]) -> [EventKind] { trail.map { event($0).kind } }
}

extension Balance {
    /// The lines as a test writes them: `recognised U1 6`, `excluded U2 – refused`.
    var summary: [String] {
        lines.map { line in
            let points = line.points.map { "\($0)" } ?? "–"
            let parts = [line.bucket.rawValue, line.unit?.code ?? "-", points, line.exclusion?.word].compactMap(\.self)
            return parts.joined(separator: " ")
        }
    }

    /// The words of all notes.
    var remarks: [String] { lines.flatMap { $0.notes.map(\.word) } }

    /// The sum of a bucket in a scheme.
    func sum(_ bucket: Bucket, in scheme: Position) -> Points {
        schemes.first { $0.scheme == scheme }?.buckets[bucket] ?? .zero
    }
}
