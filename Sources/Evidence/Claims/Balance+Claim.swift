internal import Credit
internal import EventCoding

extension Balance {
    /// The line that claims this balance.
    func claim(of learner: UInt32) -> JSONValue {
        .object([
            "credits": .array(lines.map(\.claim)), "enrolments": .array(enrolments.map(\.claim)),
            "learner": .integer(learner), "line": "balance", "sums": .array(schemes.map(\.claim)),
        ])
    }
}

extension CreditLine {
    fileprivate var claim: JSONValue {
        .present([
            "bucket": .string(bucket.rawValue), "cause": .position(exclusion?.cause),
            "decision": .position(decision), "enrolment": .position(enrolment),
            "exclusion": exclusion.map { .string($0.word) }, "points": points.map { .string("\($0)") },
            "qualification": .position(unit?.qualification), "scheme": .position(scheme),
            "trail": .array(trail.map { .integer($0.rawValue) }), "unit": unit.map { .string($0.code) },
        ])
    }

    /// The line that says in words what this one counts.
    func fact(of learner: UInt32, _ decision: Event?, _ registry: Registry) -> JSONValue {
        let day = decision.map { $0.decided ?? $0.effective }
        let institution = decision?.institution.flatMap { registry.identifier(at: $0) }
        return .present([
            "code": unit.map { .string($0.code) }, "date": day.map { .string("\($0)") },
            "decision": .position(self.decision), "institution": institution.map { .string($0) },
            "learner": .integer(learner), "line": "fact", "points": points.map { .string("\($0)") },
            "qualification": unit.flatMap { registry.identifier(at: $0.qualification) }.map { .string($0) },
            "scheme": scheme.flatMap { registry.identifier(at: $0) }.map { .string($0) },
            "title": unit.map { .string($0.title) },
        ])
    }
}

extension Enrolment {
    fileprivate var claim: JSONValue {
        .present([
            "by": .position(state.event), "enrolment": .position(position), "from": .string("\(from)"),
            "home": .position(home), "qualification": .position(qualification), "state": .string(state.word),
        ])
    }
}

extension SchemeBalance {
    fileprivate var claim: JSONValue {
        let sums = Bucket.allCases.compactMap { bucket in
            buckets[bucket].map { JSONObject.Member(key: bucket.rawValue, value: .string("\($0)")) }
        }
        return .object(["buckets": .object(JSONObject(sums)), "scheme": .integer(scheme.rawValue)])
    }
}

extension JSONValue {
    /// A position, where there is one.
    static func position(_ position: Position?) -> JSONValue? { position.map { .integer($0.rawValue) } }
}
