internal import Credit

/// Reads the members of an object one by one, and gathers all that is wrong with them.
struct ObjectReader {
    /// A text, such as a reason, has at most so many bytes.
    static let longestText = 4_000
    /// An identifier has at most so many bytes.
    static let longestIdentifier = 200

    private let object: JSONObject
    let path: String
    let faults: Faults
    /// True if the source has no types, as YAML: what a scalar is then follows from who asks for it.
    private let isUntyped: Bool
    /// The keys that were asked for; nil where who reads tells at the end which there may be.
    private var known: [String]?
    /// Which members were asked for, and how many were not.
    private var isKnown: [Bool]
    private var unknownCount: Int

    /// Reads `object`, whose members are named in errors behind `path`.
    init(_ object: JSONObject, path: String = "", isUntyped: Bool = false, notesKeys: Bool = true, _ faults: Faults) {
        self.object = object
        self.path = path
        self.isUntyped = isUntyped
        self.faults = faults
        isKnown = Array(repeating: false, count: object.members.count)
        unknownCount = object.members.count
        known = notesKeys ? [] : nil
    }

    // MARK: Members

    /// The keys of all members, whatever they are worth.
    var stated: some Sequence<String> { object.members.lazy.map(\.key) }

    /// Whether there are members that were not asked for.
    var hasMore: Bool { unknownCount > 0 }

    /// The value of a member; a required one that is missing is a fault.
    mutating func value(_ key: String, required: Bool) -> JSONValue? {
        known?.append(key)
        guard let index = object.index(of: key) else {
            if required { faults.add(.fieldMissing, "", at: name(key)) }
            return nil
        }
        if !isKnown[index] {
            isKnown[index] = true
            unknownCount -= 1
        }
        return object.members[index].value
    }

    /// A string.
    mutating func string(_ key: String, required: Bool = true) -> String? {
        guard let value = value(key, required: required) else { return nil }
        guard let string = value.string else { return wrong(value, "string", at: name(key)) }
        return string
    }

    /// A string of some words.
    mutating func text(_ key: String, required: Bool = true) -> String? {
        guard let text = string(key, required: required) else { return nil }
        guard !text.isEmpty, text.utf8.count <= Self.longestText else {
            faults.add(text.isEmpty ? .fieldMissing : .textTooLong, text, at: name(key))
            return nil
        }
        return text
    }

    /// An identifier.
    mutating func identifier(_ key: String, required: Bool = true) -> String? {
        guard let text = string(key, required: required) else { return nil }
        return checked(text, at: name(key))
    }

    /// A civil date.
    mutating func date(_ key: String, required: Bool = true) -> CivilDate? {
        parsed(string(key, required: required), key) { (text) throws(AccrueError) in try CivilDate(text) }
    }

    /// Points in text.
    mutating func points(_ key: String, required: Bool = true) -> Points? {
        parsed(string(key, required: required), key) { (text) throws(AccrueError) in try Points(text) }
    }

    /// A whole number within a range.
    mutating func integer<Number: FixedWidthInteger>(
        _ key: String,
        in range: ClosedRange<Number>,
        required: Bool = true
    ) -> Number? {
        guard let value = value(key, required: required) else { return nil }
        guard let text = digits(value) else { return wrong(value, "number", at: name(key)) }
        guard Self.isPlain(text) else {
            faults.add(.numberAmbiguous, text, at: name(key))
            return nil
        }
        guard let number = Number(text), range.contains(number) else {
            faults.add(.numberOutOfRange, "\(text), not \(range.lowerBound) to \(range.upperBound)", at: name(key))
            return nil
        }
        return number
    }

    /// A truth value.
    mutating func bool(_ key: String, required: Bool = true) -> Bool? {
        guard let value = value(key, required: required) else { return nil }
        if isUntyped, let text = value.string {
            if let bool = Bool(text) { return bool }
            faults.add(.valueUnknown, "\(text); write true or false", at: name(key))
            return nil
        }
        guard let bool = value.bool else { return wrong(value, "boolean", at: name(key)) }
        return bool
    }

    /// One of some words.
    mutating func word<Value>(_ key: String, _ words: Words<Value>, required: Bool = true) -> Value? {
        guard let text = string(key, required: required) else { return nil }
        return value(of: text, words, at: name(key))
    }

    /// An array of words, none twice; absent is empty.
    mutating func words<Value: Hashable>(_ key: String, _ words: Words<Value>, required: Bool = false) -> [Value] {
        identifiers(key, required: required).enumerated()
            .compactMap { index, text in value(of: text, words, at: "\(name(key))[\(index)]") }
    }

    /// An array of identifiers, none twice; absent is empty.
    mutating func identifiers(_ key: String, required: Bool = false) -> [String] {
        var identifiers: [String] = []
        var seen: Set<String> = []
        for (index, value) in array(key, required: required).enumerated() {
            func place() -> String { "\(name(key))[\(index)]" }
            guard let text = value.string else {
                let _: String? = wrong(value, "string", at: place())
                continue
            }
            guard let identifier = checked(text, at: place()) else { continue }
            if seen.insert(identifier).inserted {
                identifiers.append(identifier)
            } else {
                faults.add(.valueUnknown, "\(identifier) twice", at: place())
            }
        }
        return identifiers
    }

    /// An array of objects; absent is empty unless it is required.
    mutating func objects(_ key: String, required: Bool = true) -> [ObjectReader] {
        var readers: [ObjectReader] = []
        for (index, value) in array(key, required: required).enumerated() {
            let place = "\(name(key))[\(index)]"
            guard let object = value.object else {
                let _: String? = wrong(value, "object", at: place)
                continue
            }
            readers.append(ObjectReader(object, path: place, isUntyped: isUntyped, faults))
        }
        return readers
    }

    /// An object.
    mutating func object(_ key: String, required: Bool = true) -> ObjectReader? {
        guard let value = value(key, required: required) else { return nil }
        guard let object = value.object else { return wrong(value, "object", at: name(key)) }
        return ObjectReader(object, path: name(key), isUntyped: isUntyped, faults)
    }

    /// Ends the reading: members that nobody asked for are faults.
    ///
    /// - Parameter keys: Those that there may be, where they were not noted.
    func finish(among keys: @autoclosure () -> [String] = []) {
        guard hasMore else { return }
        let known = known ?? keys()
        for (index, member) in object.members.enumerated() where !isKnown[index] {
            let key = Faults.short(member.key)
            let nearest = NearestName.suggestion(for: member.key, among: known)
            let suggestion = nearest.isEmpty ? decimal(before: index) : nearest
            faults.add(.fieldUnknown, suggestion.isEmpty ? "" : key + suggestion, at: name(key))
        }
    }

    /// A hint for `{points: 4,5}`, which YAML takes for points of 4 and a member `5`.
    private func decimal(before index: Int) -> String {
        let member = object.members[index]
        guard isUntyped, index > 0, member.value == .null, let whole = object.members[index - 1].value.string,
            let points = try? Points("\(whole).\(member.key)")
        else { return "" }
        return " (did you mean \(object.members[index - 1].key): \(points)?)"
    }

    // MARK: Parts of the above

    /// The full name of a member.
    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private mutating func array(_ key: String, required: Bool) -> [JSONValue] {
        guard let value = value(key, required: required) else { return [] }
        guard let array = value.array else { return wrong(value, "array", at: name(key)) ?? [] }
        return array
    }

    private func checked(_ text: String, at place: @autoclosure () -> String) -> String? {
        let isPlain = text.withBytes { $0.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
        let isLegible = isPlain || text.unicodeScalars.allSatisfy(\.isLegible)
        guard isLegible, (1...Self.longestIdentifier).contains(text.utf8.count) else {
            faults.add(.identifierInvalid, text, at: place())
            return nil
        }
        guard isPlain || text.isComposed else {
            faults.add(.identifierNotComposed, text, at: place())
            return nil
        }
        return text
    }

    private func value<Value>(of text: String, _ words: Words<Value>, at place: String) -> Value? {
        guard let value = words.value(of: text) else {
            faults.add(.valueUnknown, text, hint: words.hint(for: text), at: place)
            return nil
        }
        return value
    }

    private func digits(_ value: JSONValue) -> String? {
        if case .number(let text) = value { return text }
        guard isUntyped, let text = value.string, let first = text.utf8.first(where: { $0 != UInt8(ascii: "-") }),
            (0x30...0x39).contains(first)
        else { return nil }
        return text
    }

    /// False for `010`, `1_000` and `1:30`, which YAML 1.1 takes for 8, 1000 and 90. No number of JSON is like that.
    private static func isPlain(_ text: String) -> Bool {
        let digits = Array((text.first == "-" ? text.dropFirst() : text[...]).utf8)
        guard !digits.contains(UInt8(ascii: "_")), !digits.contains(UInt8(ascii: ":")) else { return false }
        return digits.count < 2 || digits[0] != 0x30 || digits[1] == UInt8(ascii: ".")
    }

    func parsed<Value>(
        _ text: String?,
        _ key: String,
        _ parse: (String) throws(AccrueError) -> Value
    ) -> Value? {
        guard let text else { return nil }
        do throws(AccrueError) {
            return try parse(text)
        } catch {
            faults.add(error, at: name(key))
            return nil
        }
    }

    func wrong<Value>(_ value: JSONValue, _ expected: String, at place: String) -> Value? {
        faults.add(.typeWrong, "\(value.typeName) where a \(expected) belongs", at: place)
        return nil
    }
}

extension Unicode.Scalar {
    /// Neither space nor control character; most are ASCII, where that is quick to say.
    fileprivate var isLegible: Bool {
        if isASCII { return value > 0x20 && value < 0x7F }
        let category = properties.generalCategory
        return !properties.isWhitespace && category != .control && category != .format
    }
}
