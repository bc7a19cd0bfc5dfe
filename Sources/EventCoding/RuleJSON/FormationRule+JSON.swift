public import Credit
public import Rules

// Formation rules as JSON: a child is an object with exactly one of `unit`, `group` and `open`, its code or id.

extension Standard {
    init?(_ reader: inout ObjectReader) {
        let qualification = Qualification(&reader)
        let formation = Self.formation(&reader, required: true)
        guard let qualification, let formation else { return nil }
        self.init(qualification: qualification, formation: formation.rule, printed: formation.printed)
    }

    /// A qualification that was published with its formation rule; nil where it has none.
    public init?(published qualification: Qualification) {
        guard let value = qualification.formation.flatMap({ JSONValue(canonical: $0) }) else { return nil }
        var reader = ObjectReader(JSONObject([JSONObject.Member(key: "formation", value: value)]), Faults())
        guard let formation = Self.formation(&reader, required: true) else { return nil }
        var plain = qualification
        (plain.formation, plain.groups) = (nil, [])
        self.init(qualification: plain, formation: formation.rule, printed: formation.printed)
    }

    /// The qualification as events publish it, with its formation rule.
    public var published: Qualification {
        var qualification = qualification
        let bytes = (try? CanonicalJSON.bytes(of: formation.root.json(required: false, printed))) ?? []
        qualification.formation = String(decoding: bytes, as: UTF8.self)
        qualification.groups = formation.root.identifiers
        return qualification
    }

    fileprivate static func formation(
        _ reader: inout ObjectReader,
        required: Bool
    ) -> (rule: FormationRule, printed: [String: Points])? {
        var printed: [String: Points] = [:]
        let root = reader.object("formation", required: required).flatMap { reader -> FormationGroup? in
            var reader = reader
            defer { reader.finish() }
            return FormationGroup(&reader, &printed)
        }
        return root.map { (FormationRule(root: $0), printed) }
    }

    var json: JSONValue {
        qualification.json.adding("formation", formation.root.json(required: false, printed))
    }
}

extension Qualification {
    /// Reads a qualification as events publish it: with its formation rule, where it has one.
    init?(published reader: inout ObjectReader) {
        let qualification = Qualification(&reader)
        let formation = Standard.formation(&reader, required: false)
        guard let qualification else { return nil }
        guard let formation else {
            self = qualification
            return
        }
        self = Standard(qualification: qualification, formation: formation.rule, printed: formation.printed).published
    }
}

extension FormationGroup {
    fileprivate init?(_ reader: inout ObjectReader, _ printed: inout [String: Points]) {
        let (id, title) = (reader.identifier("group"), reader.text("title", required: false))
        let (points, count) = (reader.pointBounds("points"), reader.countBounds("count"))
        let total = reader.points("printed", required: false)
        var children: [FormationChild] = []
        for var reader in reader.objects("children") {
            if let child = FormationChild(&reader, &printed) { children.append(child) }
            reader.finish()
        }
        guard let id else { return nil }
        printed[id] = total
        self.init(id: id, title: title, points: points, count: count, children: children)
    }

    fileprivate func json(required: Bool, _ printed: [String: Points]) -> JSONValue {
        .present([
            "children": .array(children.map { $0.json(printed) }),
            "count": .bounds(count) { .integer($0) },
            "group": .string(id),
            "points": .bounds(points) { .string("\($0)") },
            "printed": .text(printed[id]),
            "required": required ? .bool(true) : nil,
            "title": .text(title),
        ])
    }
}

extension FormationChild {
    fileprivate init?(_ reader: inout ObjectReader, _ printed: inout [String: Points]) {
        let isRequired = reader.bool("required", required: false) ?? false
        let kinds = ["unit", "group", "open"].filter { reader.value($0, required: false) != nil }
        let content: Content? =
            switch (kinds.first, kinds.count) {
            case ("unit", 1): reader.identifier("unit").map { .unit($0) }
            case ("group", 1): FormationGroup(&reader, &printed).map { .group($0) }
            case ("open", 1): OpenSlot(&reader).map { .open($0) }
            default: nil
            }
        if kinds.count != 1 {
            let subject = kinds.isEmpty ? "one of unit, group, open" : kinds.joined(separator: ", ")
            reader.faults.add(kinds.isEmpty ? .fieldMissing : .ruleContradictory, subject, at: reader.path)
        }
        guard let content else { return nil }
        self.init(content, isRequired: isRequired)
    }

    fileprivate func json(_ printed: [String: Points]) -> JSONValue {
        switch content {
        case .unit(let code): .present(["required": isRequired ? .bool(true) : nil, "unit": .string(code)])
        case .group(let group): group.json(required: isRequired, printed)
        case .open(let slot): slot.json(required: isRequired)
        }
    }
}

extension OpenSlot {
    fileprivate init?(_ reader: inout ObjectReader) {
        let (id, title) = (reader.identifier("open"), reader.text("title", required: false))
        let (points, count) = (reader.pointBounds("points"), reader.countBounds("count"))
        let qualifications = reader.identifiers("qualifications")
        guard let id else { return nil }
        self.init(id: id, title: title, points: points, count: count, qualifications: qualifications)
    }

    fileprivate func json(required: Bool) -> JSONValue {
        .present([
            "count": .bounds(count) { .integer($0) },
            "open": .string(id),
            "points": .bounds(points) { .string("\($0)") },
            "qualifications": .list(qualifications),
            "required": required ? .bool(true) : nil,
            "title": .text(title),
        ])
    }
}

// MARK: Bounds

extension ObjectReader {
    /// Bounds of points: `{min: 15, max: 20}`, or `15` for both.
    fileprivate mutating func pointBounds(_ key: String) -> Bounds<Points> {
        guard var bounds = bounds(key) else {
            let both = points(key, required: false)
            return Bounds(least: both, most: both)
        }
        defer { bounds.finish() }
        return Bounds(least: bounds.points("min", required: false), most: bounds.points("max", required: false))
    }

    /// Bounds of a count, likewise.
    fileprivate mutating func countBounds(_ key: String) -> Bounds<UInt16> {
        guard var bounds = bounds(key) else {
            let both = integer(key, in: 0...UInt16.max, required: false)
            return Bounds(least: both, most: both)
        }
        defer { bounds.finish() }
        return Bounds(
            least: bounds.integer("min", in: 0...UInt16.max, required: false),
            most: bounds.integer("max", in: 0...UInt16.max, required: false)
        )
    }

    private mutating func bounds(_ key: String) -> ObjectReader? {
        value(key, required: false)?.object == nil ? nil : object(key)
    }
}

extension JSONValue {
    /// Bounds as an object; nothing where both are open.
    fileprivate static func bounds<Value>(_ bounds: Bounds<Value>, _ json: (Value) -> JSONValue) -> JSONValue? {
        guard bounds != Bounds() else { return nil }
        return .present(["max": bounds.most.map(json), "min": bounds.least.map(json)])
    }
}
