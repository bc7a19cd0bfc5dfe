internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Foundation
internal import Rules

/// `accrue rules impact`: who gains and who loses if other rules held.
struct RulesImpactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact",
        abstract: "Tell who would gain and who would lose if these rules held, before they do.",
        discussion: """
            Every enrolment is judged twice: under the rules in force on that day, and as it would be if those named \
            were in force, too, and those of --without were not. What differs is listed with the clause that causes it. \
            With --against other rules than those in force are compared with.

            Exit codes: 0 nobody loses completion; 1 somebody would, or may, where nobody knows whether it is complete.
            """
    )

    @Argument(
        help: ArgumentHelp("What would be in force, too: files, or published versions.", valueName: "file|id@version"),
        completion: .file()
    )
    var names: [String] = []

    @Option(
        help: ArgumentHelp("What would be in force no longer; may be given several times.", valueName: "id@version")
    )
    var without: [String] = []

    @Option(
        help: ArgumentHelp(
            "What to compare with instead of what is in force; may be given several times; none: formation alone.",
            valueName: "file|id@version"
        ),
        completion: .file()
    )
    var against: [String] = []

    @Option(help: ArgumentHelp("Only enrolments in this qualification, or version.", valueName: "id"))
    var qualification: String?

    @Option(help: ArgumentHelp("Only enrolments at this institution.", valueName: "id"))
    var institution: String?

    @Option(help: ArgumentHelp("Only enrolments that began in this year.", valueName: "year"))
    var year: Int?

    @OptionGroup var query: QueryOptions
    @OptionGroup var output: ListOptions

    func validate() throws {
        if names.isEmpty, without.isEmpty {
            throw ValidationError("Name a rule set that would come into force, or --without one that would not.")
        }
    }

    func run() throws {
        let (added, base) = (try NamedRuleSets(names), try RulesArgument(against).sets())
        let progress = ProgressLine("Judging", "learners", between: .seconds(5))
        defer { progress.finish() }
        let (qualification, year) = (qualification, year)
        let (impact, account) = try output.global.read(known: query.knownAt) { (view) throws(AccrueError) in
            let home = try institution.map { (name) throws(AccrueError) in
                try view.entry(name, in: .institution).position
            }
            if let qualification { try requirePublished(qualification, view.registry) }
            let present = try base?.ruleSets(in: view.registry) ?? view.rulesInForce(on: query.date)
            let rules = try changed(present, by: added, view.registry)
            let registry = view.registry
            let impact = try view.impact(
                of: rules,
                against: present,
                on: query.date,
                workers: ProcessInfo.processInfo.activeProcessorCount,
                where: { enrolment in
                    let version = registry.qualification(at: enrolment.qualification)
                    let isVersion = qualification.map { version?.identifier == $0 || version?.id == $0 } ?? true
                    let isYear = year.map { enrolment.from.components.year == $0 } ?? true
                    return isVersion && isYear && home.map { $0 == enrolment.home } ?? true
                },
                progress: { progress.advance(to: Int($0)) }
            )
            let unpublished = unpublished(in: rules, view.registry)
            return (impact, ImpactAccount(impact, on: query.date, known: view.known, unpublished: unpublished))
        }
        progress.finish()
        if output.csv {
            try Console.standard.write(account.commaSeparated)
        } else {
            try account.answer.write(json: output.global.json)
        }
        if impact.changes.contains(where: \.mayLose) { throw EndedWith(.no) }
    }

    /// Otherwise a misspelt name would read as if nobody lost anything.
    private func requirePublished(_ name: String, _ registry: Registry) throws(AccrueError) {
        let entries = registry.entries(in: .qualification)
        if entries.contains(where: { registry.qualification(at: $0.position)?.id == name }) { return }
        _ = try registry.entry(named: name, in: .qualification)
    }

    /// The qualifications that rule sets are for and nobody published, each with one that is near.
    private func unpublished(
        in sets: [RuleSet],
        _ registry: Registry
    ) -> [(name: String, suggestion: String)] {
        let entries = registry.entries(in: .qualification)
        let published = Set(entries.compactMap { registry.qualification(at: $0.position)?.id })
        return Set(sets.flatMap(\.qualifications)).subtracting(published).sorted().map {
            ($0, NearestName.suggestion(for: $0, among: published.sorted()))
        }
    }

    /// What would be in force: a version that is named again replaces itself.
    private func changed(
        _ present: [RuleSet],
        by added: NamedRuleSets,
        _ registry: Registry
    ) throws(AccrueError) -> [RuleSet] {
        let sets = try added.ruleSets(in: registry)
        for name in without where !present.contains(where: { $0.identifier == name }) {
            let suggestion = NearestName.suggestion(for: name, among: present.map(\.identifier))
            throw AccrueError(.notFound, "\(name), not in force\(suggestion)", field: "without")
        }
        let gone = Set(without + sets.map(\.identifier))
        return present.filter { !gone.contains($0.identifier) } + sets
    }
}
