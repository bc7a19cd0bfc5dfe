internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue audit`: what an auditor asks.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Replay histories, find exceptions, draw samples, and take the evidence along.",
        subcommands: [
            AuditReplayCommand.self, AuditDiffCommand.self, AuditExceptionsCommand.self, AuditSampleCommand.self,
            AuditExportCommand.self,
        ]
    )
}

/// How auditors' answers are written: as a table, as values, or as JSON.
struct AuditOptions: ParsableArguments {
    @OptionGroup var query: QueryOptions
    @OptionGroup private var output: ListOptions

    var global: GlobalOptions { output.global }

    /// Writes a list of things: its heading and summary, a table of it, and each as JSON.
    func write(_ list: AuditList) throws {
        if output.csv { return try Console.standard.write(list.table.commaSeparated) }
        var answer = Answer(
            .object([
                list.name: .array(list.documents), "knownAt": .integer(list.known.rawValue),
                "on": .string("\(query.date)"),
            ])
        )
        answer.say(list.heading, .strong)
        answer.skip()
        if list.table.isEmpty { answer.say("There is nothing.") } else { answer.show(list.table) }
        for line in list.remarks { answer.say(line) }
        try answer.write(json: global.json)
    }
}

/// A list that answers an auditor.
struct AuditList {
    /// What the list is called in JSON.
    let name: String
    let heading: String
    let known: Position
    var table: Table
    var documents: [JSONValue] = []
    var remarks: [String] = []
}

/// `accrue audit replay`.
struct AuditReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show what a learner had after each event, as it was known then."
    )

    @Argument(help: "The learner's pseudonym.")
    var learner: String

    @OptionGroup var options: AuditOptions

    func run() throws {
        let date = options.query.date
        let list = try options.global.read(known: options.query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let learner = try view.learner(learner)
            let buckets: [Bucket] = [.planned, .assessed, .documented, .inTransfer, .validated, .recognised]
            var list = AuditList(
                name: "steps",
                heading: "\(learner.identifier) after each event, of \(date)",
                known: view.known,
                table: Table(
                    [
                        .number("At"), .text("Recorded"), .text("Effective"), .text("Event"), .text("Unit"),
                        .text("Scheme"),
                    ]
                        + buckets.map { .number($0.title) } + [.number("others")]
                )
            )
            for step in try view.replay(of: learner, on: date) {
                let head = [
                    "\(step.event.position)", "\(step.event.recordedAt.date)", "\(step.event.effective)",
                    wording.kind(step.event), wording.unit(step.event)?.code ?? "",
                ]
                for (index, sums) in step.balance.schemes.enumerated() {
                    let points = buckets.map { sums.buckets[$0].map { "\($0)" } ?? "" }
                    let counted = buckets.reduce(Points.zero) { $0 + (sums.buckets[$1] ?? .zero) }
                    let rest = sums.total - counted
                    list.table.append(
                        (index == 0 ? head : Array(repeating: "", count: head.count))
                            + [try wording.name(sums.scheme)] + points + [rest == .zero ? "" : "\(rest)"]
                    )
                }
                if step.balance.schemes.isEmpty { list.table.append(head) }
                list.documents.append(try document(step, wording))
            }
            return list
        }
        try options.write(list)
    }

    private func document(_ step: ReplayStep, _ wording: Wording<LMDBSnapshot>) throws(AccrueError) -> JSONValue {
        var schemes: [JSONValue] = []
        for sums in step.balance.schemes { schemes.append(sums.document(named: try wording.name(sums.scheme))) }
        return .object([
            "effective": .string("\(step.event.effective)"), "id": .string("\(step.event.id)"),
            "kind": .string(step.event.kind.name), "position": .integer(step.event.position.rawValue),
            "recordedAt": .string("\(step.event.recordedAt)"), "schemes": .array(schemes),
        ])
    }
}

/// `accrue audit diff`.
struct AuditDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what was recorded since an earlier state, how late, and what it changes of a day.",
        discussion: """
            Compares what is known (--known-at, or now) with what was known --since. Exit codes: 0 no learner's points of \
            that day are others than were known, 1 some are.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The earlier state: an instant, or the position of an event.",
            valueName: "instant|position"
        ),
        transform: { try KnownAt(argument: $0) }
    )
    var since: KnownAt

    @OptionGroup var options: AuditOptions

    func run() throws {
        let date = options.query.date
        let earlier = try options.global.read(known: since) { $0.known }
        let (list, isChanged) = try options.global.read(known: options.query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            var list = AuditList(
                name: "learners",
                heading: "Recorded after position \(earlier) through \(view.known), and what it changes of \(date)",
                known: view.known,
                table: Table([
                    .text("Learner"), .number("At"), .text("Recorded"), .text("Effective"), .number("Days late"),
                    .text("Event"), .text("Unit"), .number("Counted"), .number("Counts"),
                ])
            )
            let changes = try view.knowledge(since: earlier, on: date)
            for change in changes {
                let (before, after) = (try points(change.before, wording), try points(change.after, wording))
                for (index, event) in change.events.enumerated() {
                    list.table.append(
                        [
                            index == 0 ? change.learner.identifier : "", "\(event.position)",
                            "\(event.recordedAt.date)",
                            "\(event.effective)", "\(event.recordingLag)", wording.kind(event),
                            wording.unit(event)?.code ?? "", index == 0 ? before : "", index == 0 ? after : "",
                        ],
                        change.changesPoints ? .strong : nil
                    )
                }
                list.documents.append(
                    .object([
                        "after": .string(after), "before": .string(before),
                        "events": .array(
                            change.events.map {
                                .object([
                                    "lagDays": .integer($0.recordingLag), "position": .integer($0.position.rawValue),
                                ])
                            }
                        ), "learner": .string(change.learner.identifier),
                    ])
                )
            }
            return (list, changes.contains(where: \.changesPoints))
        }
        try options.write(list)
        if isChanged { throw EndedWith(.no) }
    }

    private func points(_ balance: Balance, _ wording: Wording<LMDBSnapshot>) throws(AccrueError) -> String {
        var parts: [String] = []
        for sums in balance.schemes { parts.append("\(sums.recognised) \(try wording.name(sums.scheme))") }
        return parts.isEmpty ? "0" : parts.joined(separator: ", ")
    }
}
