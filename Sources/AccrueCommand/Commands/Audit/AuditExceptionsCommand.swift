internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue audit exceptions`.
struct AuditExceptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exceptions",
        abstract: "List what an auditor would ask about, with the event of each, the weightiest first.",
        discussion: """
            Nothing listed is an error: all of it was lawful by what was known. Kinds, by weight: \
            \(AuditException.Kind.allCases.map(\.rawValue).joined(separator: ", ")).

            Exit codes: 0 there is none, 1 there are some.
            """
    )

    @Option(help: ArgumentHelp("Backdated is what was recorded more than so many days late.", valueName: "days"))
    var recordedWithin = AuditLimits().recordingDays

    @Option(help: ArgumentHelp("A pass under an agreement is to be recognised within so many days.", valueName: "days"))
    var recognisedWithin = AuditLimits().recognitionDays

    @Option(
        help: ArgumentHelp("Only these kinds; may be given several times.", valueName: "kind"),
        transform: { try word($0) }
    )
    var kind: [AuditException.Kind] = []

    @OptionGroup var options: AuditOptions

    func run() throws {
        var limits = AuditLimits()
        (limits.recordingDays, limits.recognitionDays) = (recordedWithin, recognisedWithin)
        let progress = ProgressLine("Looking", "learners", between: .seconds(5))
        defer { progress.finish() }
        let list = try options.global.read(known: options.query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let date = options.query.date
            let found = try view.exceptions(on: date, limits) { progress.advance(to: Int($0)) }
                .filter { kind.isEmpty || kind.contains($0.kind) }
            var list = AuditList(
                name: "exceptions",
                heading: "Exceptions on \(date), as known at \(try wording.state())",
                known: view.known,
                table: Table([
                    .text("Exception"), .text("Learner"), .number("At"), .text("Date"), .text("Event"),
                    .text("Institution"), .text("About", shrinks: true),
                ])
            )
            let byWeight = AuditException.Kind.allCases.flatMap { kind in found.filter { $0.kind == kind } }
            for exception in byWeight {
                let event = try view.log.event(at: exception.position)
                let institution = try wording.name(event.institution)
                list.table.append([
                    exception.kind.rawValue, exception.learner?.identifier ?? "—", "\(exception.position)",
                    "\(event.effective)", wording.kind(event), institution, exception.detail,
                ])
                list.documents.append(exception.document)
            }
            list.counts = ExceptionCounts(found)
            return list
        }
        progress.finish()
        try options.write(list)
        if !list.documents.isEmpty { throw EndedWith(.no) }
    }
}
