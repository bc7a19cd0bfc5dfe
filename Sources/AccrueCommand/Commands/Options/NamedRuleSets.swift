internal import Credit
internal import EventCoding
import Foundation
internal import Rules

/// Rule sets as they are named on the command line: files, or published versions.
struct NamedRuleSets {
    private enum Source {
        case file(RuleSet)
        case published(String)
    }

    private let sources: [Source]

    /// Reads those that are files; qualifications among them are left out.
    init(_ names: [String]) throws {
        sources = try names.compactMap { name in
            if Self.isPublished(name) { return .published(name) }
            return if case .ruleSet(let set) = try RuleDocument.read(name) { .file(set) } else { nil }
        }
    }

    /// Whether an argument names a published version, and not a file.
    static func isPublished(_ name: String) -> Bool {
        name != "-" && name.contains("@") && !FileManager.default.fileExists(atPath: name)
    }

    /// The rule sets.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` for one that is neither a file nor published.
    func ruleSets(in registry: Registry) throws(AccrueError) -> [RuleSet] {
        var sets: [RuleSet] = []
        for source in sources {
            switch source {
            case .file(let set): sets.append(set)
            case .published(let name): sets.append(try registry.publishedRuleSet(name))
            }
        }
        return sets
    }
}

extension Registry {
    /// The published version of this identifier.
    func publishedRuleSet(_ name: String) throws(AccrueError) -> RuleSet {
        guard let set = RuleSet(try ruleSetTerms(name).text) else {
            throw AccrueError(.notFound, name, field: "rules")
        }
        return set
    }

    /// The published version of this identifier, and when it is in force.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound``, with a similar name if there is one.
    func ruleSetTerms(_ name: String) throws(AccrueError) -> RuleSetTerms {
        if let terms = ruleSet(named: name) { return terms }
        let suggestion = NearestName.suggestion(for: name, among: ruleSets.map(\.text.identifier))
        throw AccrueError(.notFound, "\(name), neither a file nor a published rule set\(suggestion)", field: "rules")
    }
}
