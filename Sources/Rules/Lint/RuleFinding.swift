public import Credit

/// Something in a rule document that its author should look at.
public struct RuleFinding: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, CaseIterable, Sendable {
        /// The document cannot be published.
        case error
        /// It can, if its author means it.
        case warning
    }

    /// How bad it is.
    public let severity: Severity
    /// In which of the documents it is, counted from 0.
    public let document: Int
    /// The path in that document, such as `rules[2].validUntil`.
    public let path: String
    /// What is wrong.
    public let code: ErrorCode
    /// The thing that it is about.
    public let subject: String

    /// The same as an error.
    public var error: AccrueError { AccrueError(code, subject, field: path) }
}

/// Looks for what is wrong with rule documents beyond their form.
public struct RuleLint: Sendable {
    private var findings: [RuleFinding] = []
    private var document = 0

    /// What is wrong with documents, each by itself and with the others, in their order.
    ///
    /// - Parameters:
    ///   - documents: The documents.
    ///   - published: The qualification versions that there are besides; nil where nobody knows.
    public static func findings(
        in documents: [RuleDocument],
        published: [Qualification]? = nil
    ) -> [RuleFinding] {
        var lint = RuleLint()
        for (index, document) in documents.enumerated() {
            lint.document = index
            switch document {
            case .ruleSet(let set): lint.check(set)
            case .standard(let standard): lint.check(standard)
            }
        }
        let sets = documents.enumerated().compactMap { index, document in
            if case .ruleSet(let set) = document { (document: index, set: set) } else { nil }
        }
        lint.checkCycles(in: sets)
        lint.checkRivals(in: sets)
        lint.checkVersions(in: documents)
        lint.checkUses(in: documents, published)
        return lint.findings.enumerated()
            .sorted { ($0.element.document, $0.offset) < ($1.element.document, $1.offset) }.map(\.element)
    }

    mutating func add(
        _ code: ErrorCode,
        _ subject: String,
        at path: String,
        in document: Int? = nil,
        _ severity: RuleFinding.Severity = .error
    ) {
        findings.append(
            RuleFinding(
                severity: severity,
                document: document ?? self.document,
                path: path,
                code: code,
                subject: subject
            )
        )
    }
}
