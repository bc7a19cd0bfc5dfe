public import Credit
public import EventCoding
public import Transparency

/// One file by which a stranger verifies what learners have, and that it follows from a signed log.
///
/// The article on evidence bundles describes the format; nothing in it is verified before ``verify(_:)``.
public struct EvidenceBundle: Hashable, Sendable {
    /// An event as the log has it, with what is shown of it.
    public struct EventLine: Hashable, Sendable {
        /// Its position.
        public var position: Position
        /// Its entry and parts.
        public var record: DisclosedRecord

        /// Makes a line.
        public init(position: Position, record: DisclosedRecord) {
            (self.position, self.record) = (position, record)
        }
    }

    /// Of what it speaks.
    public var header: EvidenceHeader
    /// Credits that count in words, each a line of canonical JSON.
    public var facts: [[UInt8]]
    /// Signed checkpoints, smallest first; the last is the one that all is proved by.
    public var checkpoints: [SignedNote]
    /// Events in the order of the log.
    public var events: [EventLine]
    /// The hashes of what is not there.
    public var hashes: [Digest]
    /// Where streams end.
    public var heads: [HeadProof]
    /// What learners have, each a line of canonical JSON.
    public var balances: [[UInt8]]
    /// How far they are, each a line of canonical JSON.
    public var verdicts: [[UInt8]]

    /// Makes a bundle.
    public init(
        header: EvidenceHeader,
        facts: [[UInt8]] = [],
        checkpoints: [SignedNote],
        events: [EventLine],
        hashes: [Digest] = [],
        heads: [HeadProof] = [],
        balances: [[UInt8]] = [],
        verdicts: [[UInt8]] = []
    ) {
        self.header = header
        self.facts = facts
        self.checkpoints = checkpoints
        self.events = events
        self.hashes = hashes
        self.heads = heads
        self.balances = balances
        self.verdicts = verdicts
    }
}

/// What the lines of a bundle are, in their order.
enum BundleSection: String, CaseIterable {
    case fact, checkpoint, event, tree, head, balance, verdict

    /// How many lines a bundle has of it.
    func count(in bundle: EvidenceBundle) -> Int {
        switch self {
        case .fact: bundle.facts.count
        case .checkpoint: bundle.checkpoints.count
        case .event: bundle.events.count
        case .tree: 1
        case .head: bundle.heads.count
        case .balance: bundle.balances.count
        case .verdict: bundle.verdicts.count
        }
    }

    /// The sections whose number of lines the first line states.
    static var counted: [BundleSection] { allCases.filter { $0 != .tree } }
}

extension EvidenceBundle {
    /// The line of the file in which a line of a section is, counted from 1.
    func line(_ index: Int, of section: BundleSection) -> Int {
        let before = BundleSection.allCases.prefix { $0 != section }
        return before.reduce(2) { $0 + $1.count(in: self) } + index
    }
}
