public import Credit
internal import EventCoding
internal import Rules

/// What a projection is the fold of: which rows, of which day, under which rules.
public struct ProjectionDefinition: Hashable, Sendable {
    /// The version of the rows that this code makes. It grows whenever the same log would give other bytes.
    static let currentVersion: UInt32 = 4

    /// The rules by which progress is judged.
    public enum RuleChoice: Hashable, Sendable {
        /// Those in force on the day, as known at the position of which the rows are the fold.
        case inForce
        /// The formation rule of each version alone.
        case formationAlone
        /// These published versions, `id@version`.
        case published([String])
    }

    /// The version of the rows.
    public let version: UInt32
    /// The day of which the rows speak.
    public let on: CivilDate
    /// The rules under which they speak of progress.
    public let rules: RuleChoice

    /// Rows as this code makes them.
    public init(on date: CivilDate, under rules: RuleChoice = .inForce) {
        self.init(version: Self.currentVersion, on: date, under: rules)
    }

    init(version: UInt32, on date: CivilDate, under rules: RuleChoice) {
        self.version = version
        self.on = date
        self.rules = rules
    }
}

extension ProjectionDefinition.RuleChoice {
    /// The rules as a registry has them.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` for a version that is not published.
    func applied(_ registry: Registry, on date: CivilDate) throws(AccrueError) -> ProgressRules {
        switch self {
        case .inForce: return ProgressRules(inForceIn: registry, on: date)
        case .formationAlone: return ProgressRules([])
        case .published(let names):
            return ProgressRules(
                try names.map { (name) throws(AccrueError) in try RuleSet(published: name, in: registry) }
            )
        }
    }

    /// The choice in words, as slots state it: `in-force`, `none`, or the versions.
    public var words: [String] {
        switch self {
        case .inForce: ["in-force"]
        case .formationAlone: ["none"]
        case .published(let names): names
        }
    }

    /// Reads ``words``.
    init(words: [String]) {
        self =
            switch words {
            case ["in-force"]: .inForce
            case ["none"], []: .formationAlone
            default: .published(words)
            }
    }
}
