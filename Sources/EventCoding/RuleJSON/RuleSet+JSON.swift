public import Credit
public import Rules

// Rule sets as JSON objects. What is written states everything in each rule; what is read may state it once for all.

/// What a rule set states for all its rules that do not state it themselves.
private struct RuleDefaults {
    var version: String?
    var legalBasis: String?
    var dateBasis: DateBasis?
    var validFrom: CivilDate?
    var validUntil: CivilDate?
    var transitionEnd: CivilDate?
    var earlierUntil: CivilDate?
    var retroactivity = Retroactivity.none
    /// What is stated, be it right or wrong: what the set states wrongly is no fault of its rules.
    var stated: Set<String> = []
}

extension RuleSet {
    init?(_ reader: inout ObjectReader) {
        let (id, version) = (reader.identifier("id"), reader.identifier("version"))
        let (title, country) = (reader.text("title"), reader.country("country"))
        let qualifications = reader.identifiers("qualifications")
        let approvals = reader.objects("approvals", required: false).compactMap { reader -> Approval? in
            var reader = reader
            let (by, on) = (reader.text("by"), reader.date("on"))
            reader.finish()
            guard let by, let on else { return nil }
            return Approval(by: by, on: on)
        }
        var defaults = RuleDefaults(version: version)
        defaults.read(&reader, isRequired: false)
        let rules = reader.objects("rules").compactMap { reader in
            var reader = reader
            return Rule(&reader, defaults)
        }
        guard let id, let version, let title, let country else { return nil }
        self.init(
            id: id,
            version: version,
            title: title,
            country: country,
            qualifications: qualifications,
            approvals: approvals,
            rules: rules
        )
    }

    /// A rule set that was drafted or published; nil where its text is none.
    public init?(_ text: RuleSetText) {
        guard let object = JSONValue(canonical: text.content)?.object else { return nil }
        var reader = ObjectReader(object, Faults())
        self.init(&reader)
    }

    /// The rule set as events draft it, everything stated.
    public var text: RuleSetText {
        let bytes = (try? CanonicalJSON.bytes(of: json)) ?? []
        let content = String(decoding: bytes, as: UTF8.self)
        return RuleSetText(id: id, version: version, title: title, content: content, rules: rules.map(\.id))
    }

    var json: JSONValue {
        let approvals = approvals.map { JSONValue.object(["by": .string($0.by), "on": .string("\($0.on)")]) }
        return .present([
            "approvals": approvals.isEmpty ? nil : .array(approvals),
            "country": .string(country),
            "id": .string(id),
            "qualifications": .list(qualifications),
            "rules": .array(rules.map(\.json)),
            "title": .string(title),
            "version": .string(version),
        ])
    }
}

extension RuleDefaults {
    mutating func read(_ reader: inout ObjectReader, isRequired: Bool) {
        func isMissing(_ key: String) -> Bool { isRequired && !stated.contains(key) }
        legalBasis = reader.text("legalBasis", required: isMissing("legalBasis")) ?? legalBasis
        dateBasis = reader.word("dateBasis", DateBasis.words, required: isMissing("dateBasis")) ?? dateBasis
        validFrom = reader.date("validFrom", required: isMissing("validFrom")) ?? validFrom
        validUntil = reader.date("validUntil", required: false) ?? validUntil
        transitionEnd = reader.date("transitionEnd", required: false) ?? transitionEnd
        earlierUntil = reader.date("earlierUntil", required: false) ?? earlierUntil
        retroactivity = reader.word("retroactivity", Retroactivity.words, required: false) ?? retroactivity
        stated.formUnion(reader.stated)
    }
}

extension Rule {
    fileprivate init?(_ reader: inout ObjectReader, _ defaults: RuleDefaults) {
        let id = reader.identifier("id")
        let version = reader.identifier("version", required: false) ?? defaults.version
        var stated = defaults
        stated.read(&reader, isRequired: true)
        let policy = reader.policy(required: true)
        let exceptions = reader.objects("exceptions", required: false).compactMap { reader in
            var reader = reader
            return RuleException(&reader)
        }
        reader.finish()
        guard let id, let version, let legalBasis = stated.legalBasis, let dateBasis = stated.dateBasis,
            let validFrom = stated.validFrom, let policy
        else { return nil }
        self.init(
            id: id,
            version: version,
            legalBasis: legalBasis,
            dateBasis: dateBasis,
            validFrom: validFrom,
            policy: policy
        )
        validUntil = stated.validUntil
        transitionEnd = stated.transitionEnd
        earlierUntil = stated.earlierUntil
        retroactivity = stated.retroactivity
        self.exceptions = exceptions
    }

    fileprivate var json: JSONValue {
        .present([
            "dateBasis": .string(DateBasis.words.word(of: dateBasis)),
            "earlierUntil": .text(earlierUntil),
            "exceptions": exceptions.isEmpty ? nil : .array(exceptions.map(\.json)),
            "id": .string(id),
            "legalBasis": .string(legalBasis),
            policy.kind.rawValue: policy.json,
            "retroactivity": .string(Retroactivity.words.word(of: retroactivity)),
            "transitionEnd": .text(transitionEnd),
            "validFrom": .string("\(validFrom)"),
            "validUntil": .text(validUntil),
            "version": .string(version),
        ])
    }
}

extension RuleException {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (id, legalBasis) = (reader.identifier("id"), reader.text("legalBasis"))
        var condition = Condition()
        if var reader = reader.object("when") {
            condition.procedures = reader.words("procedures", Procedure.words)
            condition.units = reader.identifiers("units")
            condition.institutions = reader.identifiers("institutions")
            condition.enrolledFrom = reader.date("enrolledFrom", required: false)
            condition.enrolledUntil = reader.date("enrolledUntil", required: false)
            reader.finish()
        }
        let instead = reader.policy(required: false)
        reader.finish()
        guard let id, let legalBasis else { return nil }
        self.init(id: id, legalBasis: legalBasis, condition: condition, instead: instead)
    }

    fileprivate var json: JSONValue {
        let when = JSONValue.present([
            "enrolledFrom": .text(condition.enrolledFrom),
            "enrolledUntil": .text(condition.enrolledUntil),
            "institutions": .list(condition.institutions),
            "procedures": .list(condition.procedures.map(Procedure.words.word(of:))),
            "units": .list(condition.units),
        ])
        let stated = JSONObject(present: ["id": .string(id), "legalBasis": .string(legalBasis), "when": when])
        let policy = instead.map { [JSONObject.Member(key: $0.kind.rawValue, value: $0.json)] } ?? []
        return .object(JSONObject(stated.members + policy))
    }
}

extension RuleSetText {
    init?(_ reader: inout ObjectReader) {
        guard let set = RuleSet(&reader) else { return nil }
        self = set.text
    }
}
