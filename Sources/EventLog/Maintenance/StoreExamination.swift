internal import Credit
internal import EventCoding
internal import LMDB

/// What a look at a whole store found: of the log, of what is derived from it, and of what surrounds it.
///
/// An examination changes nothing and never throws for what it finds. What is wrong with indices is put right by
/// ``LMDBEventLog/rebuildIndices(at:options:)``.
public struct StoreExamination: Sendable {
    /// How bad something is; a later case is worse.
    public enum Severity: String, Comparable, CaseIterable, Sendable {
        /// As it must be.
        case fine
        /// The store works, or cannot be used as things are, and nothing of it is damaged.
        case warning
        /// Something is wrong that is computed from the log, and can be computed again.
        case derived
        /// Something beside the log is damaged that cannot be computed again, and can only be put back.
        case lost
        /// The log itself is not what was written, or not all of it.
        case damage

        /// Orders by how bad it is.
        public static func < (left: Severity, right: Severity) -> Bool {
            let all = Self.allCases
            return all.firstIndex(of: left) ?? 0 < all.firstIndex(of: right) ?? 0
        }
    }

    /// One thing that was looked at.
    public struct Finding: Hashable, Sendable {
        /// What was seen.
        public let observation: Observation
        /// The file or folder that it was seen in.
        public let path: String
        /// How bad it is.
        public var severity: Severity { observation.severity }
    }

    /// The folder.
    public let path: String
    /// What was looked at, in the order of looking; what is fine, too.
    public internal(set) var findings: [Finding] = []

    /// How bad the worst finding is.
    public var severity: Severity { findings.map(\.severity).max() ?? .fine }

    /// Looks at the store at `path`, at every record and every index of it, while others may read and append.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - options: The clock, and how large the log is thought to become.
    ///   - progress: Told how far the reading of records has come.
    public init(
        of path: String,
        options: StoreOptions = StoreOptions(),
        _ progress: (CheckProgress) -> Void = { _ in }
    ) {
        self.path = path
        var examiner = StoreExaminer(StoreFolder(path: path, faults: options.faults), options)
        examiner.run(progress)
        findings = examiner.findings
    }

    /// Adds what was seen by who looks at what lies beside the log.
    package mutating func note(_ observation: Observation, _ path: String) {
        findings.append(Finding(observation: observation, path: path))
    }
}
