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
            Rules, units and groups are told apart by their ids and codes; their order makes no difference, and neither \
            do comments and the way of writing.

            Exit codes: 0 they say the same, 1 they differ.
            """
    )

    @Argument(help: "The one.", completion: .file())
    var first: String

    @Argument(help: "The other.", completion: .file())
    var second: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let differences = RuleDifference.between(
            try RuleDocument.read(first),
            try RuleDocument.read(second)
        )
        var answer = Answer(
            .object([
                "differences": .array(
                    differences.map {
                        .record(["after": .text($0.after), "before": .text($0.before), "path": .string($0.path)])
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
        try answer.write(json: global.json)
        if !differences.isEmpty { throw EndedWith(.no) }
    }
}
