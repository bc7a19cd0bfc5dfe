internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection summary`: how cohorts stand.
struct ProjectionSummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "How the cohorts of institutions stand, from the slot that serves."
    )

    @Option(help: "Only this institution.")
    var institution: String?

    @Option(help: "Only this qualification version.")
    var qualification: String?

    @Option(help: "Only those enrolled in this year.")
    var year: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let slot = try slots.current()
        let state = try slot.state()
        let end = try slots.log.read { (snapshot) throws(AccrueError) in snapshot.position }
        let cohorts = try slot.cohorts().filter { cohort in
            [(institution, cohort.key.institution), (qualification, cohort.key.qualification), (year, cohort.key.year)]
                .allSatisfy { asked, value in asked == nil || asked == value }
        }
        let states = [
            (title: "Running", name: "running"), (title: "Interrupted", name: "interrupted"),
            (title: "Left", name: "left"), (title: "Awarded", name: "awarded"),
        ]
        var table = Table(
            [.text("Institution"), .text("Qualification", shrinks: true), .text("Year"), .number("Enrolled")]
                + states.map { .number($0.title) } + [.number("Points recognised")]
        )
        for (key, summary) in cohorts {
            table.append(
                [key.institution, key.qualification, key.year, "\(summary.enrolments)"]
                    + states.map { "\(summary.states[$0.name] ?? 0)" } + ["\(summary.recognised)"]
            )
        }
        var answer = Answer(
            .object([
                "cohorts": .array(cohorts.map { Self.document($0.key, $0.summary) }),
                "position": .integer(state.position.rawValue),
                "slot": .integer(slot.number),
            ])
        )
        answer.say("Cohorts on \(state.definition.on), as of position \(state.position)", .strong)
        let behind = end.rawValue - min(end.rawValue, state.position.rawValue)
        if behind > 0 { answer.say("The log is \(behind.counted("event")) ahead: accrue projection update") }
        answer.skip()
        if table.isEmpty { answer.say("There are none.") } else { answer.show(table) }
        try answer.write(json: global.json)
    }

    private static func document(_ key: CohortSummary.Key, _ summary: CohortSummary) -> JSONValue {
        let states = summary.states.sorted { $0.key < $1.key }
            .map { JSONObject.Member(key: $0.key, value: .integer($0.value)) }
        return .object([
            "enrolments": .integer(summary.enrolments),
            "institution": .string(key.institution),
            "qualification": .string(key.qualification),
            "recognised": .string(summary.recognised.description),
            "states": .object(JSONObject(states)),
            "year": .string(key.year),
        ])
    }
}
