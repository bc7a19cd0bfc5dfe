internal import Credit
internal import EventCoding
public import Rules

/// A file with a rule document, in YAML, or in JSON if its name ends in `.json`.
public struct RuleFile: Sendable {
    /// What it says.
    public let document: RuleDocument
    /// The same as a tree, with the line of everything.
    public let marked: MarkedValue

    /// Reads a file.
    ///
    /// - Throws: All that is wrong with it, each with its line and path.
    public init(name: String, bytes: [UInt8]) throws(FileFaults) {
        do throws(FileFault) {
            marked = name.hasSuffix(".json") ? try MarkedValue(json: bytes) : try MarkedValue(yaml: bytes)
        } catch {
            throw FileFaults(faults: [error])
        }
        do throws(SubmissionErrors) {
            document = try RuleDocument(marked.value, isUntyped: marked.isUntyped)
        } catch {
            let marked = marked
            throw FileFaults(faults: error.errors.map { FileFault(marked.line(of: $0.field), $0) })
        }
    }
}
