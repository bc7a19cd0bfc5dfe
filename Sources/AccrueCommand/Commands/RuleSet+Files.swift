internal import Credit
internal import Interchange
internal import Rules

extension RuleSet {
    /// Reads the rule sets of files; qualifications among them are left out.
    static func read(_ files: [String]) throws -> [RuleSet] {
        var sets: [RuleSet] = []
        for name in files {
            let bytes = try InputFiles.read(name)
            do throws(FileFaults) {
                if case .ruleSet(let set) = try RuleFile(name: name, bytes: bytes).document { sets.append(set) }
            } catch {
                let fault = error.faults[0]
                throw AccrueError(fault.error.code, fault.error.subject, field: "\(name):\(fault.line)")
            }
        }
        return sets
    }
}
