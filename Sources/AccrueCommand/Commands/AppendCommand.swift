internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue append`: judges events and writes them to the log.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Judge events and append them: all, or none.",
        discussion: """
            Each line of the files is an event in JSON. Several files are one import. One refused line, and nothing is \
            written, unless --accept-valid is given; every fault of every line is listed with its file and line. An \
            event that is recorded already counts as existing, so an import that was cut off is simply repeated.

            What is accepted and an auditor will ask about is told, as accrue audit exceptions lists it; of more than \
            \(Self.mostLookedAt) events only what each shows alone, as a count.
            """
    )

    /// Of so many new events the learners are looked at; an import of more is not held up by that.
    private static let mostLookedAt = 100

    @Argument(help: "Files of events, one in a line; - is standard input.", completion: .file())
    var files: [String] = ["-"]

    @Flag(help: "Judge everything, write nothing.")
    var dryRun = false

    @Flag(help: "Write the lines that are in order although others are refused.")
    var acceptValid = false

    @Option(help: ArgumentHelp("Refuse unless this is the log's last event.", valueName: "position"))
    var expectPosition: UInt32?

    @OptionGroup var writing: WritingOptions

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        var options = AppendOptions()
        options.dryRun = dryRun
        options.acceptsValid = acceptValid
        options.expectedPosition = expectPosition.map(Position.init(rawValue:))
        let input = try InputFiles(files)
        let lines = EventLines(input.bytes)
        let log = try writing.open(global.store)
        let progress = ProgressLine("Importing", "lines", total: lines.lines.count, between: .seconds(5))
        defer { progress.finish() }
        let ledger = Ledger(log)
        let report = try await ledger.append(lines, options) { progress.advance(to: $0) }
        // What was appended is told, whatever becomes of a look at it.
        let exceptions = try? exceptions(raisedBy: report, in: ledger)
        let position = try log.read { (snapshot) throws(AccrueError) in snapshot.position }
        try log.closeTelling()
        progress.finish()
        try tell(report, exceptions, of: input, lines.lines.count, position)
        let statuses = Set(report.faults.map { ExitStatus($0.error.code) })
        // Faults of one sort end as such an error ends everywhere.
        if let status = statuses.first { throw EndedWith(statuses.count == 1 ? status : .input) }
    }

    /// What an auditor will ask about because of the new events; nil where they are too many to look, or not written.
    private func exceptions(
        raisedBy report: AppendReport,
        in ledger: Ledger<LMDBEventLog>
    ) throws(AccrueError) -> [AuditException]? {
        guard report.isWritten, report.appended <= Self.mostLookedAt, let first = report.first else { return nil }
        return try ledger.read { (view) throws(AccrueError) in
            try view.exceptions(
                raisedSince: Position(rawValue: first.rawValue - 1),
                on: StoreOptions.systemClock().date
            )
        }
    }

    private func tell(
        _ report: AppendReport,
        _ exceptions: [AuditException]?,
        of input: InputFiles,
        _ lines: Int,
        _ position: Position
    ) throws {
        let isAccepted = report.isWritten || dryRun && (report.faults.isEmpty || acceptValid)
        let counts = exceptions.map { ExceptionCounts($0) } ?? ExceptionCounts(isAccepted ? report.exceptions : [:])
        if !global.json {
            tellFaults(report, of: input)
            counts.note(exceptions, isWritten: report.isWritten)
        }
        var answer = Answer(document(report, counts, exceptions, of: input, position))
        answer.say(summary(report, lines, position), report.faults.isEmpty ? nil : .bad)
        try answer.write(json: global.json)
    }

    private func tellFaults(_ report: AppendReport, of input: InputFiles) {
        for fault in report.faults {
            let (file, line) = input.place(ofLine: fault.line)
            let place = Console.standard.errorStyle("\(file.printable):\(line):", .strong)
            Console.standard.note("\(place) \(Language.preferred.text(of: fault.error))")
        }
        for form in input.forms(of: report.faults) {
            Console.standard.note("\(Console.standard.errorStyle("\(form.file.printable):", .strong)) \(form.text)")
        }
    }

    private func summary(_ report: AppendReport, _ lines: Int, _ position: Position) -> String {
        let refused =
            "\(report.refused) of \(lines.counted("line")) refused, with \(report.faults.count.counted("fault"))"
        let existed = report.existed > 0 ? "; \(report.existed.counted("event")) existed already" : ""
        if dryRun {
            let judged = "\(report.appended.counted("event")) would be appended\(existed)"
            let outcome =
                if report.faults.isEmpty { judged } else if acceptValid { "\(refused); \(judged)" } else {
                    "nothing would be written: \(refused)"
                }
            return "Dry run: \(outcome). The log ends at position \(position)."
        }
        if lines == 0 { return "There are no lines to append. The log ends at position \(position)." }
        guard report.isWritten else { return "Nothing was written: \(refused). The log ends at position \(position)." }
        let range =
            switch (report.first, report.last) {
            case (let first?, let last?): first == last ? " as position \(first)" : " as positions \(first) to \(last)"
            default: ""
            }
        let rest = report.faults.isEmpty ? "" : "; \(refused)"
        return
            "\(report.appended.counted("event")) appended\(range)\(existed)\(rest). The log ends at position \(position)."
    }

    private func document(
        _ report: AppendReport,
        _ counts: ExceptionCounts,
        _ exceptions: [AuditException]?,
        of input: InputFiles,
        _ position: Position
    ) -> JSONValue {
        let forms = input.forms(of: report.faults)
        let faults = report.faults.map { fault -> JSONValue in
            let (file, line) = input.place(ofLine: fault.line)
            return .present([
                "code": .string(fault.error.code.rawValue),
                "field": .text(fault.error.field),
                "file": .string(file),
                "id": .text(fault.id),
                "line": .integer(line),
                "message": .string(Language.preferred.text(of: fault.error.code)),
                "subject": fault.error.subject.isEmpty ? nil : .string(fault.error.subject),
            ])
        }
        return .present([
            "appended": .integer(report.appended),
            "counts": counts.document,
            "dryRun": .bool(dryRun),
            "exceptions": exceptions.map { .array($0.map(\.document)) },
            "existed": .integer(report.existed),
            "faults": .array(faults),
            "hints": forms.isEmpty ? nil : .array(forms.map(\.document)),
            "first": report.first.map { .integer($0.rawValue) },
            "last": report.last.map { .integer($0.rawValue) },
            "position": .integer(position.rawValue),
            "refused": .integer(report.refused),
            "written": .bool(report.isWritten),
        ])
    }
}

extension Int {
    /// The number with what is counted: `1 event`, `2 events`.
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
