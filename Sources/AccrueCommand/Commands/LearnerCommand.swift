internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue learner`: the learners, or one of them.
struct LearnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learner",
        abstract: "List the learners, or show one.",
        aliases: ["learners"]
    )

    @Argument(help: "The learner's pseudonym; all learners without it.")
    var learner: String?

    @Option(help: "List at most so many.")
    var limit = 1_000

    @OptionGroup var query: QueryOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer =
            if let learner { try show(learner) } else { try list() }
        try answer.write(json: global.json)
    }

    private func list() throws(AccrueError) -> Answer {
        try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            var table = Table([
                .text("Learner"), .text("Enrolled in", shrinks: true), .text("Home", shrinks: true), .text("State"),
                .number("Counts"),
            ])
            var documents: [JSONValue] = []
            try view.forEachLearner { (learner) throws(AccrueError) in
                if documents.count == limit { return false }
                let summary = try LearnerSummary(of: learner, in: view, on: query.date)
                documents.append(summary.document)
                for row in summary.rows { table.append(row) }
                return true
            }
            let count = Int(try view.learnerCount)
            var answer = Answer(
                .present([
                    "count": .integer(count), "knownAt": .integer(view.known.rawValue), "learners": .array(documents),
                    "on": .string("\(query.date)"),
                ])
            )
            let state = try Wording(view).state()
            let part = documents.count == limit && count > limit ? "The first \(limit) of \(count)" : "The"
            answer.say("\(part) learners on \(query.date), as known at \(state)", .strong)
            answer.skip()
            if table.isEmpty { answer.say("There are none yet.") } else { answer.show(table) }
            return answer
        }
    }

    private func show(_ name: String) throws(AccrueError) -> Answer {
        try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let learner = try view.learner(name)
            let introduction = try view.log.event(at: learner.position)
            let history = try view.history(of: learner)
            let summary = try LearnerSummary(of: learner, in: view, on: query.date)
            var answer = Answer(
                .present([
                    "events": .integer(history.events(of: learner.position).count),
                    "knownAt": .integer(view.known.rawValue),
                    "learner": summary.document,
                    "on": .string("\(query.date)"),
                    "recordedAt": .string("\(introduction.recordedAt)"),
                ])
            )
            answer.say("\(learner.identifier) on \(query.date), as known at \(try wording.state())", .strong)
            answer.skip()
            answer.say("Introduced by   position \(learner.position), \(introduction.effective)")
            if let survivor = try wording.survivor(of: learner) { answer.say("Merged into     \(survivor)") }
            answer.say("Events          \(history.events(of: learner.position).count)")
            answer.skip()
            guard summary.isEnrolled else {
                answer.say("Not enrolled on that day.")
                return answer
            }
            var table = Table([
                .text("Enrolled in", shrinks: true), .text("Home", shrinks: true), .text("State"), .number("Counts"),
            ])
            for row in summary.rows { table.append(Array(row.dropFirst())) }
            answer.show(table)
            return answer
        }
    }
}

/// Where a learner stands, in a row for each enrolment.
struct LearnerSummary {
    let document: JSONValue
    let isEnrolled: Bool
    private(set) var rows: [[String]] = []

    init<Log: LogReading>(of learner: Learner, in view: LedgerView<Log>, on date: CivilDate) throws(AccrueError) {
        let wording = Wording(view)
        let balance = try view.balance(of: learner, on: date)
        var enrolments: [JSONValue] = []
        for enrolment in balance.enrolments {
            let account = try EnrolmentAccount(enrolment, balance, wording)
            enrolments.append(account.document)
            rows.append([
                rows.isEmpty ? learner.identifier : "", account.title, account.home, account.state, account.points,
            ])
        }
        isEnrolled = !balance.enrolments.isEmpty
        if rows.isEmpty {
            let isMerged = try wording.survivor(of: learner) != nil
            rows = [[learner.identifier, "", "", isMerged ? "merged away" : "not enrolled", ""]]
        }
        document = .present([
            "enrolments": .array(enrolments), "identifier": .string(learner.identifier),
            "position": .integer(learner.position.rawValue),
        ])
    }
}
