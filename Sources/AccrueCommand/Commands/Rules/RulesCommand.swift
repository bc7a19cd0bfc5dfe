internal import ArgumentParser

/// `accrue rules`: what is written in rule documents.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Look into rule documents, see what they change and for whom, and bring them into force.",
        subcommands: [
            RulesLintCommand.self, RulesChooseCommand.self, RulesDiffCommand.self, RulesImpactCommand.self,
            RulesDraftCommand.self, RulesPublishCommand.self, RulesActivateCommand.self, RulesDeactivateCommand.self,
            RulesListCommand.self, RulesShowCommand.self, RulesSchemaCommand.self,
        ]
    )
}
