internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Interchange

/// `accrue rules schema`: the JSON Schema of a kind of document.
struct RulesSchemaCommand: ParsableCommand {
    /// The kinds of documents.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case ruleSet = "rule-set"
        case qualification
    }

    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a kind of rule document, for editors."
    )

    @Argument(help: "The kind of document.")
    var kind: Kind

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let schema =
            switch kind {
            case .ruleSet: RuleSchema.ruleSet
            case .qualification: RuleSchema.qualification
            }
        try Console.standard.write(schema.line)
    }
}
