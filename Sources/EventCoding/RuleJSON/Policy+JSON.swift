internal import Credit
internal import Rules

// Policies, each as the one member of its rule that is named after its kind.

extension ObjectReader {
    /// The one policy among the members.
    mutating func policy(required: Bool) -> Policy? {
        let present = Policy.Kind.allCases.filter { value($0.rawValue, required: false) != nil }
        guard present.count <= 1, let kind = present.first else {
            if required || present.count > 1 {
                // A name that is nearly one of a policy is told as such, by what nobody asked for.
                let subject = present.map(\.rawValue).joined(separator: ", ")
                faults.add(.policyCount, subject.isEmpty ? "nothing" : subject, at: path)
            }
            return nil
        }
        return policy(of: kind)
    }

    private mutating func policy(of kind: Policy.Kind) -> Policy? {
        let key = kind.rawValue
        return switch kind {
        case .standard: identifier(key).map { .standard($0) }
        case .attempts: part(key) { AttemptPolicy(&$0) }.map { .attempts($0) }
        case .share: part(key) { ShareCap(&$0) }.map { .share($0) }
        case .residency: part(key) { Residency(&$0) }.map { .residency($0) }
        case .expiry: part(key) { Expiry(&$0) }.map { .expiry($0) }
        case .equivalences: .equivalences(parts(key) { Equivalence(&$0) })
        case .conversion: part(key) { Conversion(&$0) }.map { .conversion($0) }
        case .gradeDisplay: part(key) { GradeDisplay(&$0) }.map { .gradeDisplay($0) }
        case .gradeAverage: .gradeAverage(words(key, AwardExtent.words))
        case .borrowedUnits: word(key, DateBasis.words).map { .borrowedUnits($0) }
        case .progression: .progression(parts(key) { ProgressionStep(&$0) })
        case .allocation: word(key, AllocationPolicy.words).map { .allocation($0) }
        case .outcomePoints: .outcomePoints(parts(key) { OutcomePoints(&$0) })
        case .repealed: repeal(key)
        }
    }

    private mutating func repeal(_ key: String) -> Policy? {
        guard let isRepealed = bool(key) else { return nil }
        if !isRepealed { faults.add(.valueUnknown, "false; leave it out", at: name(key)) }
        return .repealed
    }

    private mutating func part<Part>(_ key: String, _ read: (inout ObjectReader) -> Part?) -> Part? {
        guard var reader = object(key) else { return nil }
        defer { reader.finish() }
        return read(&reader)
    }

    private mutating func parts<Part>(_ key: String, _ read: (inout ObjectReader) -> Part?) -> [Part] {
        objects(key).compactMap { reader in
            var reader = reader
            defer { reader.finish() }
            return read(&reader)
        }
    }
}

extension Policy {
    /// The value of the member.
    var json: JSONValue {
        switch self {
        case .standard(let identifier): .string(identifier)
        case .attempts(let attempts): attempts.json
        case .share(let share): share.json
        case .residency(let residency): residency.json
        case .expiry(let expiry): expiry.json
        case .equivalences(let equivalences): .array(equivalences.map(\.json))
        case .conversion(let conversion): conversion.json
        case .gradeDisplay(let display): display.json
        case .gradeAverage(let extents): .array(extents.map { .string(AwardExtent.words.word(of: $0)) })
        case .borrowedUnits(let basis): .string(DateBasis.words.word(of: basis))
        case .progression(let steps): .array(steps.map(\.json))
        case .allocation(let allocation): .string(AllocationPolicy.words.word(of: allocation))
        case .outcomePoints(let outcomes): .array(outcomes.map(\.json))
        case .repealed: .bool(true)
        }
    }
}

extension AttemptPolicy {
    fileprivate init?(_ reader: inout ObjectReader) {
        let counts = reader.word("counts", Counting.words)
        let maximum = reader.integer("maximum", in: 1...UInt16.max, required: false)
        let improvements = reader.integer("improvements", in: 0...UInt16.max, required: false)
        let improve = reader.word("improve", ImprovementTime.words, required: false)
        let sameUnit = reader.bool("sameUnit", required: false)
        guard let counts else { return nil }
        self.init(
            counts: counts,
            maximum: maximum,
            improvements: improvements,
            improve: improve ?? .always,
            sameUnit: sameUnit ?? false
        )
    }

    fileprivate var json: JSONValue {
        .present([
            "counts": .string(Counting.words.word(of: counts)),
            "improve": .string(ImprovementTime.words.word(of: improve)),
            "improvements": improvements.map { .integer($0) },
            "maximum": maximum.map { .integer($0) },
            "sameUnit": .bool(sameUnit),
        ])
    }
}

extension ShareCap {
    fileprivate init?(_ reader: inout ObjectReader) {
        let procedures = reader.words("procedures", Procedure.words, required: true)
        guard let atMost = reader.quantity("atMost") else { return nil }
        self.init(procedures: procedures, atMost: atMost)
    }

    fileprivate var json: JSONValue {
        let procedures = procedures.map { JSONValue.string(Procedure.words.word(of: $0)) }
        return .object(["atMost": .string("\(atMost)"), "procedures": .array(procedures)])
    }
}

extension Residency {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (from, atLeast) = (reader.word("from", Body.words), reader.quantity("atLeast"))
        guard let from, let atLeast else { return nil }
        self.init(from: from, atLeast: atLeast)
    }

    fileprivate var json: JSONValue {
        .object(["atLeast": .string("\(atLeast)"), "from": .string(Body.words.word(of: from))])
    }
}

extension Expiry {
    fileprivate init?(_ reader: inout ObjectReader) {
        let months = reader.integer("months", in: 1...1_200 as ClosedRange<UInt16>)
        let from = reader.word("from", DateBasis.words)
        let units = reader.identifiers("units")
        let frozenByAward = reader.bool("frozenByAward", required: false)
        guard let months, let from else { return nil }
        self.init(months: months, from: from, units: units, frozenByAward: frozenByAward ?? true)
    }

    fileprivate var json: JSONValue {
        .present([
            "from": .string(DateBasis.words.word(of: from)), "frozenByAward": .bool(frozenByAward),
            "months": .integer(months), "units": .list(units),
        ])
    }
}

extension ProgressionStep {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (year, points) = (reader.integer("year", in: 1...20 as ClosedRange<UInt8>), reader.points("points"))
        guard let year, let points else { return nil }
        self.init(year: year, points: points)
    }

    fileprivate var json: JSONValue { .object(["points": .string("\(points)"), "year": .integer(year)]) }
}

extension OutcomePoints {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (unit, outcome) = (reader.identifier("unit"), reader.identifier("outcome"))
        let points = reader.points("points")
        guard let unit, let outcome, let points else { return nil }
        self.init(unit: unit, outcome: outcome, points: points)
    }

    fileprivate var json: JSONValue {
        .object(["outcome": .string(outcome), "points": .string("\(points)"), "unit": .string(unit)])
    }
}
