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
            Compares what is known (--known-at, or now) with what was known --since: first what was recorded about no \
            learner, then learner by learner, with what counted before and counts after the events that change it. Exit \
            codes: 0 no learner's points of that day are others than were known, 1 some are.
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
                    .text("In the registry", shrinks: true),
                ])
            )
            let knowledge = try view.knowledge(since: earlier, on: date)
            list.registry = []
            for event in knowledge.registry {
                list.table.append([""] + Self.cells(event, wording) + ["", "", "", try wording.entry(event)])
                list.registry?.append(.object(JSONObject(Self.members(event))))
            }
            for change in knowledge.learners {
                var documents: [JSONValue] = []
                var before = try points(change.before, wording)
                for (event, schemes) in change.steps {
                    let after = try points(schemes, wording)
                    let isOtherwise = before != after
                    list.table.append(
                        [change.learner.identifier] + Self.cells(event, wording)
                            + [wording.unit(event)?.code ?? "", isOtherwise ? before : "", isOtherwise ? after : ""],
                        isOtherwise ? .strong : nil
                    )
                    let told = [("after", after), ("before", before)].map {
                        JSONObject.Member(key: $0, value: .string($1))
                    }
                    documents.append(.object(JSONObject((isOtherwise ? told : []) + Self.members(event))))
                    before = after
                }
                list.documents.append(
                    .object([
                        "after": .string(try points(change.after, wording)),
                        "before": .string(try points(change.before, wording)), "events": .array(documents),
                        "learner": .string(change.learner.identifier),
                    ])
                )
            }
            return (list, knowledge.learners.contains(where: \.changesPoints))
        }
        try options.write(list)
        if isChanged { throw EndedWith(.no) }
    }

    private static func cells(_ event: Event, _ wording: Wording<LMDBSnapshot>) -> [String] {
        [
            "\(event.position)", "\(event.recordedAt.date)", "\(event.effective)", "\(event.recordingLag)",
            wording.kind(event),
        ]
    }

    private static func members(_ event: Event) -> [JSONObject.Member] {
        [
            JSONObject.Member(key: "kind", value: .string(event.kind.name)),
            JSONObject.Member(key: "lagDays", value: .integer(event.recordingLag)),
            JSONObject.Member(key: "position", value: .integer(event.position.rawValue)),
        ]
    }

    /// What counts in each scheme: `6 KT`, and `0` where nothing does.
    private func points(
        _ schemes: [SchemeBalance],
        _ wording: Wording<LMDBSnapshot>
    ) throws(AccrueError) -> String {
        var parts: [String] = []
        for sums in schemes where sums.recognised != .zero {
            parts.append("\(sums.recognised) \(try wording.name(sums.scheme))")
        }
        return parts.isEmpty ? "0" : parts.joined(separator: ", ")
    }
}
