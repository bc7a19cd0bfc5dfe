internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Interchange
internal import Rules

/// `accrue rules diff`: what one document changes about another, clause by clause.
struct RulesDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two rule documents clause by clause.",
        discussion: """
            Give files, or versions that are published in the store. Rules, units and groups are told apart by their ids \
            and codes; their order makes no difference, and neither do comments and the way of writing. That of a rule's \
            exceptions does: the first that a case meets acts.

            Exit codes: 0 they say the same, 1 they differ.
            """
    )

    @Argument(help: ArgumentHelp("The one.", valueName: "file|id@version"), completion: .file())
    var first: String

    @Argument(help: ArgumentHelp("The other.", valueName: "file|id@version"), completion: .file())
    var second: String

    @OptionGroup var output: ListOptions

    func run() throws {
        let differences = RuleDifference.between(
            try document(first),
            try document(second)
        )
        if output.csv {
            let rows = differences.map { [$0.path, $0.before ?? "", $0.after ?? ""] }
            try Console.standard.write(CommaSeparated.text([["clause", "before", "after"]] + rows))
            if !differences.isEmpty { throw EndedWith(.no) }
            return
        }
        var answer = Answer(
            .object([
                "differences": .array(
                    differences.map {
                        .present(["after": .text($0.after), "before": .text($0.before), "path": .string($0.path)])
                    }
                )
            ])
        )
        if differences.isEmpty {
            answer.say("They say the same.", .good)
        } else {
            var table = Table([
                .text("Clause", shrinks: true), .text("Before", shrinks: true), .text("After", shrinks: true),
            ])
            for difference in differences {
                table.append([difference.path, difference.before ?? "—", difference.after ?? "—"])
            }
            answer.show(table)
        }
        try answer.write(json: output.global.json)
        if !differences.isEmpty { throw EndedWith(.no) }
    }

    /// The document of a file, or of a version that is published.
    private func document(_ name: String) throws -> RuleDocument {
        guard NamedRuleSets.isPublished(name) else { return try RuleDocument.read(name) }
        return try output.global.read { (view) throws(AccrueError) in
            switch try PublishedRules(name, in: view.registry) {
            case .ruleSet(let set, _): return .ruleSet(set)
            case .qualification(let version, _):
                guard let standard = Standard(published: version) else {
                    throw AccrueError(.notFound, "\(name), published without formation rule", field: "rules")
                }
                return .standard(standard)
            }
        }
    }
}
