internal import ArgumentParser
internal import Credit

/// `accrue why-not`: what hinders a qualification, and why credits do not count towards it.
struct WhyNotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why-not",
        abstract: "What hinders a qualification, and why each credit that does not count does not.",
        discussion: """
            The same answer as that of accrue progress, and with --json the same document; of the text, what hinders only: \
            each part that is missing, each limit that is not kept, and each credit that does not count, with its reason.

            Exit codes: 0 nothing hinders, 1 something does.
            """
    )

    @OptionGroup var question: ProgressQuestion
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try question.answer(from: global) { (account) throws(AccrueError) in try account.hindrances() }
    }
}
