internal import ArgumentParser
internal import Credit

/// `accrue rules activate`: a published version comes into force.
struct RulesActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Bring a published rule set into force, from a day on.",
        discussion: """
            See first who gains and who loses: accrue rules impact. Earlier versions stay in force beside it, for the \
            cases that are theirs by date. A day that is past needs a reason and a legal basis, since it changes answers \
            already given; accrue audit exceptions lists it.
            """
    )

    @OptionGroup var options: ForceOptions

    func run() async throws {
        let terms = try options.terms()
        let cancelled = terms.periods.count { $0.from == options.effective && $0.end == $0.from }
        try await options.append(
            .ruleSetActivated,
            answering: terms.position,
            cancelled: cancelled,
            "is in force from"
        )
    }
}
