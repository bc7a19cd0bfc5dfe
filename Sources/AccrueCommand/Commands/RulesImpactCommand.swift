internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// `accrue rules impact`: who gains and who loses if other rules held.
struct RulesImpactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact",
        abstract: "Tell who would gain and who would lose if these rules held, before they do.",
        discussion: """
            Every enrolment is judged twice: under the rules of --against, and under those of the files. What differs \
            is listed with the clause that causes it. Give all versions of each rule set, and to see what a new version \
            changes give the older ones to both sides.

            Exit codes: 0 nobody loses completion, 1 somebody would.
            """
    )

    @Argument(help: "The rule sets that would hold: files of YAML or JSON.", completion: .file())
    var files: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The rule sets that hold (default: formation rules alone).", valueName: "file"),
        completion: .file()
    )
    var against: [String] = []

    @Option(help: ArgumentHelp("Only enrolments in this qualification, or version.", valueName: "id"))
    var qualification: String?

    @Option(help: ArgumentHelp("Only enrolments at this institution.", valueName: "id"))
    var institution: String?

    @Flag(help: "Answer with comma-separated values, a line for each enrolment that changes.")
    var csv = false

    @OptionGroup var query: QueryOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let (rules, present) = (try RuleSet.read(files), try RuleSet.read(against))
        let progress = ProgressLine("Judging", "learners", between: .seconds(5))
        defer { progress.finish() }
        let (impact, answer) = try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            let home = try institution.map { (name) throws(AccrueError) in
                try view.entry(name, in: .institution).position
            }
            let impact = try view.impact(
                of: rules,
                against: present,
                on: query.date,
                where: { enrolment in
                    let version = view.registry.qualification(at: enrolment.qualification)
                    let isVersion = qualification.map { version?.identifier == $0 || version?.id == $0 } ?? true
                    return isVersion && home.map { $0 == enrolment.home } ?? true
                },
                progress: { progress.advance(to: Int($0)) }
            )
            return (impact, ImpactAccount(impact, on: query.date).answer)
        }
        progress.finish()
        if csv, !global.json {
            try Console.standard.write(ImpactAccount(impact, on: query.date).lines.joined())
        } else {
            try answer.write(json: global.json)
        }
        if impact.changes.contains(where: \.loses) { throw EndedWith(.no) }
    }
}
