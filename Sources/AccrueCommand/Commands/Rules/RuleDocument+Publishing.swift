internal import Credit
internal import EventCoding
internal import Interchange
internal import Rules

extension RuleDocument {
    /// `id@version`.
    var identifier: String {
        switch self {
        case .ruleSet(let set): set.identifier
        case .standard(let standard): standard.qualification.identifier
        }
    }

    /// The document as events carry it.
    var drafted: JSONValue {
        switch self {
        case .ruleSet(let set): Document.ruleSet(set.text).json
        case .standard(let standard): Document.qualification(standard.published).json
        }
    }

    var draftKind: EventKind {
        if case .ruleSet = self { .ruleSetDrafted } else { .qualificationDrafted }
    }

    var publicationKind: EventKind {
        if case .ruleSet = self { .ruleSetPublished } else { .qualificationPublished }
    }
}

extension RuleEvent {
    /// Appends it; what the log refuses is told with its place in the file.
    func append(to store: String, from read: RuleFile, _ file: String) async throws -> Position? {
        do {
            return try await append(to: store)
        } catch let error as AccrueError {
            throw read.refusal(error, of: file)
        }
    }
}
