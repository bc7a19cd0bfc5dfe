public import Credit
public import EventCoding

extension LearnerRow {
    /// The row with names in place of positions: balances by scheme, credits by unit, enrolments.
    public func document(_ registry: Registry) -> JSONValue {
        let names = RowNames(registry: registry)
        return .object([
            "schemes": .array(schemes.map { names.document($0.scheme, $0.buckets) }),
            "credits": .array(credits.map { names.document($0) }),
            "enrolments": .array(enrolments.map { names.document($0) }),
        ])
    }

    /// The sums of each scheme, in the order in which the schemes entered the log.
    private var schemes: [(scheme: Position, buckets: [Bucket: Points])] {
        var sums: [Position: [Bucket: Points]] = [:]
        for credit in credits where credit.scheme != .none {
            sums[credit.scheme, default: [:]][credit.bucket, default: .zero] += credit.points ?? .zero
        }
        return sums.sorted { $0.key < $1.key }.map { (scheme: $0.key, buckets: $0.value) }
    }
}

/// Puts names to what rows name by position.
private struct RowNames {
    let registry: Registry

    func name(_ position: Position) -> JSONValue {
        position == .none ? .null : .string(registry.identifier(at: position) ?? "\(position)")
    }

    func number(_ position: Position) -> JSONValue { position == .none ? .null : .integer(position.rawValue) }

    func document(_ scheme: Position, _ buckets: [Bucket: Points]) -> JSONValue {
        let sums = Bucket.allCases.compactMap { bucket in
            buckets[bucket].map { JSONObject.Member(key: bucket.rawValue, value: .string($0.description)) }
        }
        return .object(["scheme": name(scheme), "buckets": .object(JSONObject(sums))])
    }

    func document(_ credit: LearnerRow.Credit) -> JSONValue {
        let unit = registry.qualification(at: credit.qualification)?.unit(credit.unit)
        return .object([
            "bucket": .string(credit.bucket.rawValue),
            "decision": .integer(credit.decision.rawValue),
            "enrolment": number(credit.enrolment),
            "exclusion": credit.exclusion.map { .string($0.word) } ?? .null,
            "points": credit.points.map { .string($0.description) } ?? .null,
            "qualification": name(credit.qualification),
            "scheme": name(credit.scheme),
            "unit": unit.map { .string($0.code) } ?? .null,
        ])
    }

    func document(_ enrolment: LearnerRow.Enrolled) -> JSONValue {
        let scheme = registry.qualification(at: enrolment.qualification)?.schemePosition
        return .object([
            "enrolment": .integer(enrolment.position.rawValue),
            "from": .string(enrolment.from.description),
            "home": name(enrolment.home),
            "progress": enrolment.progress.map { document($0) } ?? .null,
            "qualification": name(enrolment.qualification),
            "recognised": .string(enrolment.recognised.description),
            "scheme": name(scheme ?? .none),
            "state": .string(enrolment.state.word),
        ])
    }

    func document(_ progress: LearnerRow.Advance) -> JSONValue {
        .object([
            "counted": .string(progress.counted.description),
            "judgedBy": name(progress.judgedBy),
            "missing": .string(progress.missing.description),
            "surplus": .string(progress.surplus.description),
            "verdict": .string(progress.verdict.word),
            "year": progress.year > 0 ? .integer(progress.year) : .null,
        ])
    }
}

extension LearnerRow.Advance.Verdict {
    private static let words = Words<LearnerRow.Advance.Verdict>()

    /// The verdict in one word, as in JSON.
    public var word: String { Self.words.word(of: self) }
}
