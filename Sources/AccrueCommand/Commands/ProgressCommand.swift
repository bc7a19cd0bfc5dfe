internal import ArgumentParser
internal import Credit

/// `accrue progress`: how far a learner is towards a qualification, and what is missing.
struct ProgressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress",
        abstract:
            "How far a learner is towards a qualification: what counts, what is surplus, what is missing and why.",
        discussion: """
            Judged by the formation rule with which the version was published. Each unit fills one place; which one is \
            found exactly, so that as much as possible is satisfied and counts.

            What the rule sets in force on that day lay down counts, too: which attempt counts, what has expired, which \
            units stand for others, shares, residency, the version by which is judged. Each effect names its clause. \
            With --rules the answer is what would be under other rule sets.

            With --suppose the answer is what would be if these units were recognised, too, at home or in the way that \
            is named: MA=informal. With --reclass it is what would be if other groups were declared. Where something is \
            missing, the fewest further units that would complete the qualification and may be taken on that day are named.

            The table shows as missing what counts nowhere yet; missingPoints of --json is what present parts lack, and is \
            more where parts are unfinished.

            What only hinders is told by accrue why-not.

            Exit codes: 0 satisfied, 1 not satisfied.
            """
    )

    @OptionGroup var question: ProgressQuestion
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try question.answer(from: global) { (account) throws(AccrueError) in try account.answer() }
    }
}
