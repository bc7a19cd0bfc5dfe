/// One credit of a learner, from plan or assessment to decision, in exactly one bucket.
public struct CreditLine: Hashable, Sendable {
    /// A unit of a qualification version, with its points there.
    public struct UnitReference: Hashable, Sendable {
        /// The event that published the version.
        public let qualification: Position
        /// The unit's number in the version.
        public let number: UInt16
        /// The unit's code.
        public let code: String
        /// The unit's title.
        public let title: String
        /// Its points in this version; nil where it carries none, which is not 0.
        public let points: Points?
    }

    /// Where it stands.
    public internal(set) var bucket: Bucket
    /// How many points; nil where there are none to speak of.
    public internal(set) var points: Points?
    /// In which scheme: the event that introduced it.
    public internal(set) var scheme: Position?
    /// Towards which enrolment.
    public internal(set) var enrolment: Position?
    /// The unit to which it belongs: the home unit once the home institution has decided, the assessed one before.
    public internal(set) var unit: UnitReference?
    /// The units that were assessed elsewhere, where they are not the home unit.
    public internal(set) var hostUnits: [UnitReference]
    /// The event by which it stands where it stands.
    public internal(set) var decision: Position
    /// All events of its way, in the order of the log, ``decision`` included.
    public internal(set) var trail: [Position]
    /// Why it does not count, for excluded lines.
    public internal(set) var exclusion: Exclusion?
    /// Remarks.
    public internal(set) var notes: [CreditNote] = []
}

/// The sums of one scheme.
public struct SchemeBalance: Hashable, Sendable {
    /// The event that introduced the scheme.
    public let scheme: Position
    /// The points in each bucket that has lines; a bucket without points has zero.
    public let buckets: [Bucket: Points]

    /// The points that count.
    public var recognised: Points { buckets[.recognised] ?? .zero }
    /// All buckets together: the sum of all lines.
    public var total: Points { buckets.values.reduce(.zero, +) }
}
