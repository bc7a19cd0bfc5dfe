public import Credit
public import Transparency

/// What was verified of a bundle, and what was not.
public struct EvidenceReport: Sendable {
    /// A qualification that was awarded to a learner.
    public struct Award: Sendable {
        /// The learner's stream.
        public let learner: UInt32
        /// The event.
        public let position: Position
        /// The identifier of the version.
        public let qualification: String
        /// Its title.
        public let title: String
        /// From when on it holds.
        public let date: CivilDate
        /// The identifier of who awarded it.
        public let institution: String
        /// The event by which what it rests on has changed since, if any.
        public let change: Position?

        init(_ award: Event, of learner: UInt32, change: Position?, _ registry: Registry) {
            let command = award.command
            (self.learner, self.change, position, date) = (learner, change, award.position, command.effective)
            qualification = command.qualification.flatMap { registry.identifier(at: $0) } ?? ""
            title = registry.qualification(at: command.qualification)?.title ?? ""
            institution = command.institution.flatMap { registry.identifier(at: $0) } ?? ""
        }
    }

    /// What counts of a learner in one scheme.
    public struct Counting: Sendable {
        /// The learner's stream.
        public let learner: UInt32
        /// The points; zero where nothing counts.
        public let points: Points
        /// The identifier of the scheme; nil where nothing counts.
        public let scheme: String?

        static func all(of learner: UInt32, _ balance: Balance, _ registry: Registry) -> [Counting] {
            let counting = balance.schemes.filter { $0.recognised != .zero }.map { sums in
                Counting(
                    learner: learner,
                    points: sums.recognised,
                    scheme: registry.identifier(at: sums.scheme) ?? "position \(sums.scheme)"
                )
            }
            return counting.isEmpty ? [Counting(learner: learner, points: .zero, scheme: nil)] : counting
        }
    }

    /// Of what it speaks.
    public let header: EvidenceHeader
    /// The checkpoint that all is proved by.
    public let checkpoint: Checkpoint
    /// Who cosigned it, and when, in seconds since 1970-01-01T00:00:00Z.
    public let witnesses: [(key: NoteKey, time: UInt64)]
    /// The key that signs now, where the log handed its key over since the one that was given.
    public let successor: NoteKey?
    /// The sizes of earlier checkpoints of the bundle, of which the last is a continuation.
    public let earlier: [UInt64]
    /// The sizes of the auditor's own checkpoints that were compared, with their names.
    public let noted: [(name: String, size: UInt64)]
    /// How many events were verified.
    public let events: Int
    /// The learners' streams that are there whole.
    public let learners: [UInt32]
    /// The pseudonyms of those whose introduction is shown.
    public let pseudonyms: [UInt32: String]
    /// How many parts are withheld.
    public let withheld: Int
    /// How many balances were computed again and are as claimed.
    public let balances: Int
    /// How many verdicts were computed again and are as claimed.
    public let verdicts: Int
    /// How many of the verdicts are undetermined: the rule has too many possibilities.
    public let undetermined: Int
    /// Credits that count in words, as they stand in the bundle.
    public let facts: [[UInt8]]
    /// What counts of each learner by the balances, in their order.
    public let counting: [Counting]
    /// The awards that stand, in the order of the balances.
    public let awards: [Award]

    /// Whether every event of the log is there.
    public var isWholeLog: Bool { events == Int(header.size) }

    /// What is not proved, in words.
    public var notProved: [String] {
        var notes = [
            "that events were decided rightly, and that what happened was recorded at all",
            "who a learner is: the log knows pseudonyms",
            "what was recorded after position \(header.known)",
        ]
        if let successor {
            notes.append(
                "that \(successor) is the log's key: the log says so itself, signed by the key before; compare it"
            )
        }
        if !isWholeLog { notes.append("that there are no other learners of this scope, and no other scope") }
        if !header.hasWholeRegistry { notes.append("how far the learner is: the rules in force are not here") }
        if withheld > 0 { notes.append("what the \(withheld) withheld parts say; their digests are in the log") }
        if undetermined > 0 { notes.append("\(undetermined) verdicts: the rule has too many possibilities") }
        if witnesses.isEmpty {
            notes.append("that others were shown the same log: no witness was asked for (--witness)")
        }
        if noted.isEmpty {
            notes.append("that the log continues what you saw before: no checkpoint was given (--earlier)")
        }
        return notes
    }
}
