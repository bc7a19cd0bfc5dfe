internal import Credit
internal import Interchange
internal import Rules

extension RuleDocument {
    /// Reads the document of a file.
    static func read(_ file: String) throws -> RuleDocument {
        let bytes = try InputFiles.read(file)
        do throws(FileFaults) {
            return try RuleFile(name: file, bytes: bytes).document
        } catch {
            let fault = error.faults[0]
            throw FileRefusal(file: file, line: fault.line, error: fault.error)
        }
    }

    /// Reads a file in whose document lint finds no error; those that it finds end the command. All findings are told.
    ///
    /// - Parameters:
    ///   - file: The name of the file.
    ///   - published: The qualification versions that there are besides; nil where that is not asked.
    static func readSound(_ file: String, beside published: [Qualification]? = nil) throws -> RuleFile {
        let bytes = try InputFiles.read(file)
        let read: RuleFile
        do throws(FileFaults) {
            read = try RuleFile(name: file, bytes: bytes)
        } catch {
            for fault in error.faults { tell(fault.error, file, line: fault.line) }
            throw EndedWith(.input)
        }
        let findings = RuleLint.findings(in: [read.document], published: published)
        for finding in findings {
            tell(finding.error, file, line: read.marked.line(of: finding.path), finding.severity)
        }
        if findings.contains(where: { $0.severity == .error }) { throw EndedWith(.input) }
        return read
    }

    private static func tell(
        _ error: AccrueError,
        _ file: String,
        line: Int,
        _ severity: RuleFinding.Severity = .error
    ) {
        let place = Console.standard.errorStyle("\(file):\(line):".printable, .strong)
        let warning = severity == .warning ? "warning: " : ""
        Console.standard.note("\(place) \(warning)\(Language.preferred.text(of: error))")
    }
}

extension RuleFile {
    /// Why the log refuses what the file says, with the line at which that stands.
    func refusal(_ error: AccrueError, of file: String) -> any Error {
        // Who publishes stands on the command line.
        guard let field = error.field, field != EventField.actor.rawValue else { return error }
        let path = field.hasPrefix("document.") ? String(field.dropFirst("document.".count)) : field
        let told = AccrueError(error.code, error.subject, field: path)
        return FileRefusal(file: file, line: marked.line(of: path), error: told)
    }
}
