internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Interchange
internal import Rules

/// `accrue rules lint`: what is wrong with documents, by themselves and together.
struct RulesLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Find what is wrong with rule documents, with file, line and path.",
        discussion: """
            Give all versions of a rule set and the qualifications that it is for at once: validity that overlaps and \
            units that nobody knows show only then. No store is needed; with --store the qualifications that are \
            published there are known, too, and whatever names others is told.

            Exit codes: 0 nothing is wrong, or warnings alone; 1 there are errors.
            """
    )

    @Argument(help: "Files of YAML, or of JSON if they end in .json; - is standard input.", completion: .file())
    var files: [String]

    @OptionGroup var global: GlobalOptions

    func run() throws {
        var findings: [LintFinding] = []
        var read: [(name: String, file: RuleFile)] = []
        for name in files {
            let bytes = try InputFiles.read(name)
            do throws(FileFaults) {
                read.append((name, try RuleFile(name: name, bytes: bytes)))
            } catch {
                findings += error.faults.map {
                    LintFinding(file: name, line: $0.line, severity: .error, error: $0.error)
                }
            }
        }
        findings += RuleLint.findings(in: read.map(\.file.document), published: try published).map { finding in
            let (name, file) = read[finding.document]
            let line = file.marked.line(of: finding.path)
            return LintFinding(file: name, line: line, severity: finding.severity, error: finding.error)
        }
        try answer(findings).write(json: global.json)
        if findings.contains(where: { $0.severity == .error }) { throw EndedWith(.no) }
    }

    /// The qualification versions of the store, if one is named.
    private var published: [Qualification]? {
        get throws(AccrueError) {
            guard global.namesStore else { return nil }
            return try global.read { (view) throws(AccrueError) in view.registry.publishedQualifications }
        }
    }

    private func answer(_ findings: [LintFinding]) -> Answer {
        let errors = findings.count { $0.severity == .error }
        var answer = Answer(
            .object([
                "errors": .integer(errors), "files": .integer(files.count),
                "findings": .array(findings.map(\.document)), "warnings": .integer(findings.count - errors),
            ])
        )
        for finding in findings { answer.say(finding.text, finding.severity == .error ? .bad : nil) }
        if findings.isEmpty {
            answer.say("\(files.count.counted("document")): nothing is wrong.", .good)
        } else {
            let warnings = (findings.count - errors).counted("warning")
            answer.say("\(files.count.counted("document")): \(errors.counted("error")), \(warnings).")
        }
        return answer
    }
}

/// What lint found, and where a person finds it.
private struct LintFinding {
    let file: String
    let line: Int
    let severity: RuleFinding.Severity
    let error: AccrueError

    /// `file:line: code path: message`, as compilers and editors have it.
    var text: String {
        let name = file == "-" ? "standard input" : file
        let warning = severity == .warning ? "warning: " : ""
        return "\(name):\(line): \(warning)\(Language.preferred.text(of: error))"
    }

    var document: JSONValue {
        .object([
            "error": error.document, "file": .string(file), "line": .integer(line),
            "severity": .string(severity.rawValue),
        ])
    }
}
