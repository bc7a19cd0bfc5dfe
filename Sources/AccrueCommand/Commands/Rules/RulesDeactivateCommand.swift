internal import ArgumentParser
internal import Credit

/// `accrue rules deactivate`: a version is in force no longer.
struct RulesDeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate",
        abstract: "Take a rule set out of force, from a day on.",
        discussion: "See first who gains and who loses: accrue rules impact --without."
    )

    @OptionGroup var options: ForceOptions

    func run() async throws {
        guard let period = try options.terms().periods.last else {
            throw AccrueError(.notFound, "\(options.name), never in force", field: "rules")
        }
        try await options.append(.ruleSetDeactivated, answering: period.activation, "is out of force from")
    }
}
