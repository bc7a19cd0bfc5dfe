public import Credit

// Documents as JSON objects: the same form in lines and in records. What is absent is left out.

extension Document {
    /// The document that events of this kind carry; faults are gathered, and nil returned where there are any.
    init?(_ reader: ObjectReader, of kind: EventKind, _ faults: Faults) {
        var reader = reader
        let before = faults.errors.count
        let document: Document? =
            switch kind {
            case .schemeIntroduced: reader.text("name").map { .scheme(Scheme(name: $0)) }
            case .actorIntroduced: reader.text("role").map { .actor(Actor(role: $0)) }
            case .scaleIntroduced: GradeScale(&reader).map { .scale($0) }
            case .institutionIntroduced: Institution(&reader).map { .institution($0) }
            case .authorityGranted:
                .authority(
                    AuthorityScope(
                        qualifications: reader.identifiers("qualifications"),
                        until: reader.date("until", required: false)
                    )
                )
            case .memorandumConcluded, .memorandumAmended:
                .memorandum(
                    Memorandum(
                        parties: reader.identifiers("parties", required: true),
                        until: reader.date("until", required: false)
                    )
                )
            case .qualificationDrafted, .qualificationPublished:
                Qualification(published: &reader).map { .qualification($0) }
            case .ruleSetDrafted: RuleSetText(&reader).map { .ruleSet($0) }
            case .agreementSigned, .agreementAmended: LearningAgreement(&reader).map { .agreement($0) }
            case .exceptionGranted: ExemptedRule(&reader).map { .exemptedRule($0) }
            case .headsRecorded: HeadsText(&reader).map { .heads($0) }
            case .keyRotated: KeyRotationText(&reader).map { .keyRotation($0) }
            default: nil
            }
        reader.finish()
        guard let document, faults.errors.count == before else { return nil }
        self = document
    }

    /// The document as an object, as lines and records have it.
    public var json: JSONValue {
        switch self {
        case .scheme(let scheme): .object(["name": .string(scheme.name)])
        case .actor(let actor): .object(["role": .string(actor.role)])
        case .scale(let scale): scale.json
        case .institution(let institution):
            .object(["country": .string(institution.country), "name": .string(institution.name)])
        case .authority(let scope):
            .present([
                "qualifications": .array(scope.qualifications.map { .string($0) }), "until": .text(scope.until),
            ])
        case .memorandum(let memorandum):
            .present(["parties": .array(memorandum.parties.map { .string($0) }), "until": .text(memorandum.until)])
        case .qualification(let qualification): qualification.json
        case .agreement(let agreement): agreement.json
        case .ruleSet(let text): JSONValue(canonical: text.content) ?? .object(JSONObject([]))
        case .exemptedRule(let exempted):
            .object(["rule": .string(exempted.rule), "set": .string(exempted.set)])
        case .heads(let heads): heads.json
        case .keyRotation(let rotation): rotation.json
        }
    }
}

extension GradeScale {
    fileprivate init?(_ reader: inout ObjectReader) {
        let name = reader.text("name")
        let grades = reader.objects("grades").compactMap { grade -> Grade? in
            var grade = grade
            let (code, passes) = (grade.text("code"), grade.bool("passes"))
            grade.finish()
            guard let code, let passes else { return nil }
            return Grade(code: code, passes: passes)
        }
        guard let name else { return nil }
        self.init(name: name, grades: grades)
    }

    fileprivate var json: JSONValue {
        let grades = grades.map { JSONValue.object(["code": .string($0.code), "passes": .bool($0.passes)]) }
        return .object(["grades": .array(grades), "name": .string(name)])
    }
}

extension Institution {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (name, country) = (reader.text("name"), reader.text("country"))
        guard let name, let country else { return nil }
        self.init(name: name, country: country)
    }
}

extension ExemptedRule {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (set, rule) = (reader.identifier("set"), reader.identifier("rule"))
        guard let set, let rule else { return nil }
        self.init(set: set, rule: rule)
    }
}

extension Qualification {
    init?(_ reader: inout ObjectReader) {
        let (id, version) = (reader.identifier("id"), reader.identifier("version"))
        let (title, country, scheme) = (reader.text("title"), reader.text("country"), reader.identifier("scheme"))
        let points = reader.points("points", required: false)
        let eqfLevel = reader.integer("eqfLevel", in: 1...8 as ClosedRange<UInt8>, required: false)
        let nationalLevel = reader.text("nationalLevel", required: false)
        let validUntil = reader.date("validUntil", required: false)
        let transitionEnd = reader.date("transitionEnd", required: false)
        let appealDays = reader.integer("appealDays", in: 1...UInt16.max, required: false)
        let units = reader.objects("units").compactMap { reader in
            var reader = reader
            return Unit(&reader)
        }
        guard let id, let version, let title, let country, let scheme else { return nil }
        self.init(id: id, version: version, title: title, country: country, scheme: scheme)
        self.points = points
        self.eqfLevel = eqfLevel
        self.nationalLevel = nationalLevel
        self.validUntil = validUntil
        self.transitionEnd = transitionEnd
        self.appealDays = appealDays
        self.units = units
    }

    var json: JSONValue {
        .present([
            "appealDays": appealDays.map { .integer($0) },
            "country": .string(country),
            "eqfLevel": eqfLevel.map { .integer($0) },
            "formation": formation.flatMap { JSONValue(canonical: $0) },
            "id": .string(id),
            "nationalLevel": nationalLevel.map { .string($0) },
            "points": .text(points),
            "scheme": .string(scheme),
            "title": .string(title),
            "transitionEnd": .text(transitionEnd),
            "units": .array(units.map(\.json)),
            "validUntil": .text(validUntil),
            "version": .string(version),
        ])
    }
}

extension Unit {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (code, title) = (reader.identifier("code"), reader.text("title"))
        let points = reader.points("points", required: false)
        let parent = reader.identifier("parent", required: false)
        let validMonths = reader.integer("validMonths", in: 1...1_200 as ClosedRange<UInt16>, required: false)
        let outcomes = reader.objects("outcomes", required: false).compactMap { reader in
            var reader = reader
            return LearningOutcome(&reader)
        }
        reader.finish()
        guard let code, let title else { return nil }
        self.init(code: code, title: title, points: points, outcomes: outcomes)
        self.parent = parent
        self.validMonths = validMonths
    }

    fileprivate var json: JSONValue {
        .present([
            "code": .string(code),
            "outcomes": outcomes.isEmpty ? nil : .array(outcomes.map(\.json)),
            "parent": parent.map { .string($0) },
            "points": .text(points),
            "title": .string(title),
            "validMonths": validMonths.map { .integer($0) },
        ])
    }
}

extension LearningOutcome {
    private static let kinds = Words<Kind>()

    fileprivate init?(_ reader: inout ObjectReader) {
        let (code, kind, text) = (reader.identifier("code"), reader.word("kind", Self.kinds), reader.text("text"))
        reader.finish()
        guard let code, let kind, let text else { return nil }
        self.init(code: code, kind: kind, text: text)
    }

    fileprivate var json: JSONValue {
        .object(["code": .string(code), "kind": .string(kind.rawValue), "text": .string(text)])
    }
}

extension JSONValue {
    /// What is kept as text of JSON within a document; nil where it is none.
    init?(canonical text: String) {
        guard let value = try? JSONReader.value(from: Array(text.utf8).span.bytes, maximumSize: text.utf8.count)
        else { return nil }
        self = value
    }

    /// An object of those members that are there.
    package static func present(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(JSONObject(present: members))
    }

    /// The text of a value, such as points or a date; nothing for nil.
    package static func text(_ value: (some CustomStringConvertible)?) -> JSONValue? {
        value.map { .string($0.description) }
    }
}

extension JSONObject {
    /// Those members that are there.
    init(present members: KeyValuePairs<String, JSONValue?>) {
        self.init(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
    }
}
