internal import Credit
internal import EventCoding
internal import Rules

extension Progress {
    /// The line that claims this verdict.
    func claim(
        of learner: UInt32,
        _ enrolment: Enrolment,
        judgedBy version: Position?,
        _ rules: [Position]
    ) -> JSONValue {
        let whole = formation.groups[0]
        return .present([
            "award": .position(award), "counted": .string("\(whole.counted)"),
            "earned": .string("\(whole.earned)"), "enrolment": .position(enrolment.position),
            "groups": .array(formation.groups.map(\.claim)), "learner": .integer(learner), "line": "verdict",
            "placements": .array(formation.placements.map(\.claim)), "qualification": .position(version),
            "rules": .array(rules.map { .integer($0.rawValue) }), "standard": standard.map { .string("\($0)") },
            "verdict": .string(formation.verdict.rawValue),
        ])
    }
}

extension FormationResult.Group {
    fileprivate var claim: JSONValue {
        .object([
            "counted": .string("\(counted)"), "earned": .string("\(earned)"), "group": .string(id),
            "present": .bool(isPresent),
        ])
    }
}

extension FormationResult.Placement {
    fileprivate var claim: JSONValue {
        .present([
            "counted": .string("\(counted)"), "decision": .position(unit.credit),
            "group": group.map { .string($0) }, "unit": .string(unit.code),
        ])
    }
}
