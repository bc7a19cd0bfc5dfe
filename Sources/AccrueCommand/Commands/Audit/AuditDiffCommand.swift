internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

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
