/// One credit of a learner, from plan or assessment to decision, in exactly one bucket.
public struct CreditLine: Hashable, Sendable {
    /// A unit of a qualification version, with its points there.
    public struct UnitReference: Hashable, Sendable {
        /// Shared by all references to its units: lines are copied far more often than units are looked at.
        let version: PublishedQualification
        /// The unit's number in the version.
        public let number: UInt16

        /// The event that published the version.
        public var qualification: Position { version.position }
        /// The unit's code.
        public var code: String { version.units[Int(number) - 1].code }
        /// The unit's title.
        public var title: String { version.units[Int(number) - 1].title }
        /// Its points in this version; nil where it carries none, which is not 0.
        public var points: Points? { version.units[Int(number) - 1].points }

        /// How many months a recognition of it is valid; nil where that is not limited.
        public var validMonths: UInt16? { version.validMonths(of: number) }

        /// Whether both are the same unit, with the same code, title and points.
        public static func == (left: UnitReference, right: UnitReference) -> Bool {
            guard left.number == right.number else { return false }
            return left.version === right.version
                || left.qualification == right.qualification && left.code == right.code && left.title == right.title
                    && left.points == right.points
        }

        /// Hashes which unit it is.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(qualification)
            hasher.combine(number)
        }
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
