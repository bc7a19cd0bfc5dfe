import Credit
import Testing

extension Scenario {
    /// Expects that a step is refused with this code at this field; the scenario stays as it is.
    func refuses(
        _ code: ErrorCode,
        at field: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ step: (inout Scenario) throws(AccrueError) -> Position
    ) {
        var copy = self
        do throws(AccrueError) {
            let position = try step(&copy)
            Issue.record("accepted: \(copy.event(position).kind.name)", sourceLocation: sourceLocation)
        } catch {
            #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
            #expect(error.field == field, "\(error)", sourceLocation: sourceLocation)
        }
    }

    /// How a learner's events stand.
    func standing(of learner: Position? = nil, on date: CivilDate? = nil) -> Standing {
        let learner = learner ?? ana
        return Standing(of: history(of: learner)?.events(of: learner) ?? [], on: date)
    }

    /// A credit received from the host under an agreement, from assessment to receipt.
    mutating func receiveFromHost(
        _ code: String,
        for enrolment: Position,
        agreement: Position? = nil,
        attempt: UInt16 = 1
    ) throws(AccrueError) -> Position {
        let assessed = try assess(code, agreement: agreement, attempt: attempt)
        let sent = try send(document(assessed), agreement: agreement)
        return try receive(sent, for: enrolment, agreement: agreement)
    }

    /// A unit assessed, validated and recognised at home.
    mutating func recogniseLocally(_ code: String, for enrolment: Position) throws(AccrueError) -> Position {
        let assessed = try assess(code)
        let validated = try validate(assessed, as: code, for: enrolment)
        return try recognise(validated)
    }
}
