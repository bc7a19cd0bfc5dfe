internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue audit exceptions`.
struct AuditExceptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exceptions",
        abstract: "List what an auditor would ask about, with the event of each.",
        discussion: """
            Nothing listed is an error: all of it was lawful by what was known. Kinds: \
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
            for exception in found {
                let event = try view.log.event(at: exception.position)
                let institution = try wording.name(event.institution)
                list.table.append([
                    exception.kind.rawValue, exception.learner.identifier, "\(exception.position)",
                    "\(event.effective)", wording.kind(event), institution, exception.detail,
                ])
                list.documents.append(
                    .object([
                        "detail": .string(exception.detail), "kind": .string(exception.kind.rawValue),
                        "learner": .string(exception.learner.identifier),
                        "position": .integer(exception.position.rawValue),
                    ])
                )
            }
            let counts = AuditException.Kind.allCases.compactMap { kind in
                let count = found.count { $0.kind == kind }
                return count > 0 ? "\(kind.rawValue) \(count)" : nil
            }
            if !counts.isEmpty { list.remarks = ["", counts.joined(separator: " · ")] }
            return list
        }
        progress.finish()
        try options.write(list)
        if !list.documents.isEmpty { throw EndedWith(.no) }
    }
}

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

/// The case whose word an argument is.
private func word<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value
where Value.RawValue == String {
    if let value = Value(rawValue: text) { return value }
    let suggestion = NearestName.suggestion(for: text, among: Value.allCases.map(\.rawValue))
    throw AccrueError(.valueUnknown, "\(text)\(suggestion)")
}
