internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding

/// `accrue audit sample`.
struct AuditSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw events that anybody draws alike from the same state.",
        discussion: """
            Drawn are the events whose SHA-256 of SEED:POSITION is smallest. Choose the seed after the state was signed \
            (accrue checkpoint), and name the state by --known-at.
            """
    )

    @Option(help: "Any text.")
    var seed: String

    @Option(help: "How many events, or how many of each group.")
    var size: Int

    @Option(
        help: ArgumentHelp(
            "Draw so many of each: \(SampleStrata.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "group"
        ),
        transform: { try word($0) }
    )
    var stratify = SampleStrata.none

    @Option(
        help: ArgumentHelp("Only events of these kinds; may be given several times.", valueName: "kind"),
        transform: { name in
            guard let kind = EventKind(name: name) else { throw AccrueError(.kindUnknown, name, field: "kind") }
            return kind
        }
    )
    var kind: [EventKind] = []

    @OptionGroup var options: AuditOptions

    func validate() throws {
        if size < 1 { throw ValidationError("A sample has at least one event.") }
    }

    func run() throws {
        let list = try options.global.read(known: options.query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            var list = AuditList(
                name: "sample",
                heading: "A sample by the seed \(seed), of what is known at \(try wording.state())",
                known: view.known,
                table: Table([
                    .number("At"), .text("Effective"), .text("Event"), .text("Unit"), .text("Outcome"),
                    .text("Learner"),
                    .text("Institution"), .text("Id"),
                ])
            )
            for event in try view.sample(size, seed: seed, of: Set(kind), strata: stratify) {
                list.table.append([
                    "\(event.position)", "\(event.effective)", wording.kind(event), wording.unit(event)?.code ?? "",
                    try wording.outcome(event), try wording.name(event.learner), try wording.name(event.institution),
                    "\(event.id)",
                ])
                list.documents.append(try wording.document(event))
            }
            return list
        }
        try options.write(list)
    }
}
