internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

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
