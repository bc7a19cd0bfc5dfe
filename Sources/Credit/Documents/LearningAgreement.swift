/// A version of a learning agreement: home, host and learner agree what will be learned and recognised.
public struct LearningAgreement: Hashable, Sendable {
    /// What the learner will do at the host, and what the home institution will recognise it as.
    public struct PlannedUnit: Hashable, Sendable {
        /// The host's qualification version, `id@version`.
        public var hostQualification: String
        /// The unit there.
        public var hostUnit: String
        /// The unit of the home qualification, by code.
        public var homeUnit: String

        /// Makes a planned unit.
        public init(hostQualification: String, hostUnit: String, homeUnit: String) {
            self.hostQualification = hostQualification
            self.hostUnit = hostUnit
            self.homeUnit = homeUnit
        }
    }

    /// When each of the three signed; an agreement holds only with all of them.
    public struct Signatures: Hashable, Sendable {
        /// The home institution's.
        public var home: CivilDate?
        /// The host institution's.
        public var host: CivilDate?
        /// The learner's.
        public var learner: CivilDate?

        /// Makes signatures.
        public init(home: CivilDate?, host: CivilDate?, learner: CivilDate?) {
            self.home = home
            self.host = host
            self.learner = learner
        }
    }

    /// The version: 1, 2, 3 …
    public var version: UInt16
    /// The identifier of the memorandum under which it is made.
    public var memorandum: String
    /// The identifier of the host institution.
    public var host: String
    /// The first day of the stay.
    public var from: CivilDate
    /// The last day of the stay.
    public var until: CivilDate
    /// The units that are planned.
    public var units: [PlannedUnit]
    /// The three signatures.
    public var signatures: Signatures

    /// Makes an agreement.
    public init(
        version: UInt16,
        memorandum: String,
        host: String,
        from: CivilDate,
        until: CivilDate,
        units: [PlannedUnit],
        signatures: Signatures
    ) {
        self.version = version
        self.memorandum = memorandum
        self.host = host
        self.from = from
        self.until = until
        self.units = units
        self.signatures = signatures
    }
}
