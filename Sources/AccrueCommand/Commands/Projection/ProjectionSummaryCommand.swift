internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection summary`: how cohorts stand.
struct ProjectionSummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "How institutions or their cohorts stand, from the slot that serves.",
        discussion: """
            Complete are enrolments whose formation rule is satisfied under the rules of the slot; open those whose is \
            not; unjudged those of which nobody knows, as the search took too many steps or a version is missing. \
            Enrolments in versions without formation rule are none of these. Points of several qualifications may be of \
            several schemes and are never added up, so institutions have none.
            """
    )

    @Flag(help: "One line for each institution, all its cohorts together.")
    var institutions = false

    @Option(help: "Only this institution.")
    var institution: String?

    @Option(help: "Only this qualification version.")
    var qualification: String?

    @Option(help: ArgumentHelp("Only enrolments that began in this year.", valueName: "year"))
    var year: Int?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let slot = try slots.current()
        let state = try slot.state()
        let (end, registry) = try slots.log.read { (snapshot) throws(AccrueError) in
            (snapshot.position, try Registry(reading: snapshot, through: state.position))
        }
        if let institution { _ = try registry.entry(named: institution, in: .institution) }
        if let qualification { _ = try registry.entry(named: qualification, in: .qualification) }
        let lines = try lines(slot, registry)
        var answer = Answer(
            .object([
                institutions ? "institutions" : "cohorts": .array(lines.map(\.document)),
                "knownAt": .integer(state.position.rawValue), "on": .string("\(state.definition.on)"),
                "rules": .array(state.definition.rules.words.map { .string($0) }), "slot": .integer(slot.number),
            ])
        )
        let of = institutions ? "Institutions" : "Cohorts"
        answer.say(
            "\(of) on \(state.definition.on), \(state.definition.rules.phrase), as of position \(state.position)",
            .strong
        )
        let behind = end.rawValue - min(end.rawValue, state.position.rawValue)
        if behind > 0 { answer.say("The log is \(behind.counted("event")) ahead: accrue projection update") }
        answer.skip()
        if lines.isEmpty { answer.say(try emptiness(slot)) } else { answer.show(table(lines)) }
        let unruled = lines.reduce(0) { $0 &+ $1.summary.enrolments &- $1.summary.verdicts.values.reduce(0, &+) }
        if unruled > 0 {
            answer.skip()
            answer.say(
                "\(Int(unruled).counted("enrolment")) in versions without formation rule: neither complete nor open nor unjudged."
            )
        }
        let differs = lines.contains { line in
            !line.summary.verdicts.isEmpty && line.summary.recognised != line.summary.counted
        }
        if !institutions, differs {
            answer.skip()
            answer.say(
                "Recognised is by decisions, counted by the version that judges; accrue progress tells them apart."
            )
        }
        try answer.write(json: global.json)
    }

    /// Why there are no lines, in a sentence.
    private func emptiness(_ slot: Slot) throws(AccrueError) -> String {
        let years = Set(try slot.cohorts().map(\.key.year)).sorted()
        if years.isEmpty { return "Nobody is enrolled." }
        return "Nobody is enrolled so; enrolments began in \(years.map { "\($0)" }.joined(separator: ", "))."
    }

    private func lines(_ slot: Slot, _ registry: Registry) throws(AccrueError) -> [SummaryLine] {
        func name(_ position: Position) -> String { registry.identifier(at: position) ?? "\(position)" }
        var lines: [SummaryLine] = []
        for (key, summary) in try slot.cohorts() {
            var line = SummaryLine(institution: name(key.institution), summary: summary)
            (line.qualification, line.year) = (name(key.qualification), Int(key.year))
            let isMeant = [(institution, line.institution), (qualification, line.qualification)]
                .allSatisfy { asked, value in asked == nil || asked == value }
            guard isMeant, year == nil || year == line.year else { continue }
            if institutions {
                (line.qualification, line.year) = (nil, nil)
                if let index = lines.firstIndex(where: { $0.institution == line.institution }) {
                    lines[index].summary.add(summary)
                    continue
                }
            }
            lines.append(line)
        }
        return lines.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }

    private func table(_ lines: [SummaryLine]) -> Table {
        var columns: [Table.Column] = [.text("Institution")]
        if !institutions { columns += [.text("Qualification", shrinks: true), .text("Year")] }
        columns += ["Enrolled", "Running", "Interrupted", "Left", "Awarded", "Complete", "Open", "Unjudged"]
            .map { .number($0) }
        if !institutions { columns += [.number("Recognised"), .number("Counted")] }
        var table = Table(columns)
        for line in lines {
            let summary = line.summary
            var cells = line.order + ["\(summary.enrolments)"]
            cells += Enrolment.State.Kind.allCases.map { "\(summary.states[$0] ?? 0)" }
            cells += ["\(summary.verdicts[.satisfied] ?? 0)", "\(summary.verdicts[.notSatisfied] ?? 0)"]
            cells.append("\(summary.unjudged)")
            if !institutions { cells += ["\(summary.recognised)", "\(summary.counted)"] }
            table.append(cells, summary.unjudged > 0 ? .bad : nil)
        }
        return table
    }
}

/// How a cohort stands, or an institution with all its cohorts.
private struct SummaryLine {
    let institution: String
    var summary: CohortSummary
    var qualification: String?
    var year: Int?

    var order: [String] { [institution, qualification, year.map { "\($0)" }].compactMap(\.self) }

    var document: JSONValue {
        func counts(_ counts: [(word: String, count: Int64?)]) -> JSONValue {
            let members = counts.compactMap { word, count in
                count.map { JSONObject.Member(key: word, value: .integer($0)) }
            }
            return .object(JSONObject(members.filter { $0.value != .integer(0) }.sorted { $0.key < $1.key }))
        }
        return .present([
            "counted": .text(year.map { _ in summary.counted }),
            "enrolments": .integer(summary.enrolments),
            "institution": .string(institution),
            "qualification": .text(qualification),
            "recognised": .text(year.map { _ in summary.recognised }),
            "states": counts(Enrolment.State.Kind.allCases.map { ($0.word, summary.states[$0]) }),
            "verdicts": counts(LearnerRow.Advance.Verdict.allCases.map { ($0.word, summary.verdicts[$0]) }),
            "year": year.map { .integer($0) },
        ])
    }
}
