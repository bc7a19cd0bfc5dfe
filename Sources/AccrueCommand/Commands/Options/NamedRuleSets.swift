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

    /// Whether an argument names a published version, and not a file: one without a version is told which there are.
    static func isPublished(_ name: String) -> Bool {
        let mayBeOne = name.contains("@") || !name.contains { "./".contains($0) }
        return name != "-" && mayBeOne && !FileManager.default.fileExists(atPath: name)
    }

    /// The rule sets.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` for one that is neither a file nor published.
    func ruleSets(in registry: Registry) throws(AccrueError) -> [RuleSet] {
        var sets: [RuleSet] = []
        for source in sources {
            switch source {
            case .file(let set): sets.append(set)
            case .published(let name): sets.append(try RuleSet(published: name, in: registry))
            }
        }
        return sets
    }
}
