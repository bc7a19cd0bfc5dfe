internal import Credit
public import Rules

/// The kinds of rule documents.
enum RuleDocumentKind: CaseIterable {
    case ruleSet
    case qualification

    static let words = Words<RuleDocumentKind>()
}

extension RuleDocument {
    /// Reads a document; in an untyped tree, such as YAML gives, every scalar is a text.
    ///
    /// - Throws: Every fault, each with its path.
    public init(_ value: JSONValue, isUntyped: Bool = false) throws(SubmissionErrors) {
        guard let object = value.object else {
            throw SubmissionErrors([AccrueError(.typeWrong, "\(value.typeName) where an object belongs")])
        }
        let faults = Faults()
        var reader = ObjectReader(object, isUntyped: isUntyped, faults)
        let document: RuleDocument? =
            switch reader.word("kind", RuleDocumentKind.words) {
            case .ruleSet: RuleSet(&reader).map { .ruleSet($0) }
            case .qualification: Standard(&reader).map { .standard($0) }
            case nil: nil
            }
        // Without a kind nobody knows which members there may be.
        if document != nil || object["kind"]?.string.flatMap(RuleDocumentKind.words.value(of:)) != nil {
            reader.finish()
        }
        guard let document, faults.errors.isEmpty else { throw SubmissionErrors(faults.errors) }
        self = document
    }

    /// The document as JSON, everything stated; its canonical text is what is digested and kept.
    public var json: JSONValue {
        let (kind, json): (RuleDocumentKind, JSONValue) =
            switch self {
            case .ruleSet(let set): (.ruleSet, set.json)
            case .standard(let standard): (.qualification, standard.json)
            }
        return json.adding("kind", .string(RuleDocumentKind.words.word(of: kind)))
    }
}

extension JSONValue {
    /// An object with one more member.
    func adding(_ key: String, _ value: JSONValue) -> JSONValue {
        .object(JSONObject((object?.members ?? []) + [JSONObject.Member(key: key, value: value)]))
    }
}
