internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Interchange
internal import Rules

/// `accrue rules publish`: publishes a qualification version with its formation rule.
struct RulesPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract:
            "Publish a qualification version with its formation rule: an event in the log, immutable from then on.",
        discussion: """
            The document is looked through as by lint; with an error in it nothing is published. The event id follows \
            from the document, so that to publish it again changes nothing.
            """
    )

    @Argument(help: "A file of YAML, or of JSON if it ends in .json.", completion: .file())
    var file: String

    @Option(help: "Who publishes: the identifier of an actor.")
    var actor: String

    @Option(help: "The first day of enrolments in it.", transform: { try CivilDate($0) })
    var effective: CivilDate

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let standard = try read()
        let log = try LMDBEventLog(path: global.store)
        let report = try await Ledger(log).append(EventLines(try line(of: standard)))
        try log.close()
        if let fault = report.faults.first { throw fault.error }
        let identifier = standard.qualification.identifier
        var answer = Answer(
            .record([
                "existed": .bool(report.existed > 0), "identifier": .string(identifier),
                "position": report.last.map { .integer($0.rawValue) },
            ])
        )
        answer.say(
            report.last.map { "\(identifier) is published, as position \($0)." }
                ?? "\(identifier) was published before, with the same content."
        )
        try answer.write(json: global.json)
    }

    private func read() throws -> Standard {
        let bytes = try InputFiles.read(file)
        let read: RuleFile
        do throws(FileFaults) {
            read = try RuleFile(name: file, bytes: bytes)
        } catch {
            for fault in error.faults { tell(fault.error, line: fault.line) }
            throw EndedWith(.input)
        }
        guard case .standard(let standard) = read.document else {
            throw AccrueError(.documentContradictory, "a rule set, where a qualification belongs", field: "kind")
        }
        let errors = RuleLint.findings(in: [read.document]).filter { $0.severity == .error }
        for finding in errors { tell(finding.error, line: read.marked.line(of: finding.path)) }
        if !errors.isEmpty { throw EndedWith(.input) }
        return standard
    }

    private func tell(_ error: AccrueError, line: Int?) {
        let place = "\(file)\(line.map { ":\($0)" } ?? ""):"
        Console.standard.note(
            "\(Console.standard.errorStyle(place.printable, .strong)) \(Language.preferred.text(of: error))"
        )
    }

    private func line(of standard: Standard) throws -> [UInt8] {
        let document = Document.qualification(standard.published).json
        let bytes = try CanonicalJSON.bytes(of: document)
        let digest = Digest.sha256(of: bytes.span.bytes).bytes
        func half(_ range: Range<Int>) -> UInt64 { digest[range].reduce(0) { $0 << 8 | UInt64($1) } }
        // RFC 9562, version 8: made from what it names.
        let id = EventID(
            high: half(0..<8) & ~0xF000 | 0x8000,
            low: half(8..<16) & ~(3 << 62) | 2 << 62
        )
        return try CanonicalJSON.bytes(
            of: .object([
                "actor": .string(actor),
                "document": document,
                "effective": .string(effective.description),
                "id": .string(id.description),
                "identifier": .string(standard.qualification.identifier),
                "kind": .string(EventKind.qualificationPublished.name),
            ])
        )
    }
}
