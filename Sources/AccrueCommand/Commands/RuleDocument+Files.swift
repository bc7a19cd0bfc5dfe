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
            throw AccrueError(fault.error.code, fault.error.subject, field: "\(file):\(fault.line)")
        }
    }
}

extension RuleSet {
    /// Reads the rule sets of files; qualifications among them are left out.
    static func read(_ files: [String]) throws -> [RuleSet] {
        try files.compactMap { if case .ruleSet(let set) = try RuleDocument.read($0) { set } else { nil } }
    }
}
