/// One version of a qualification: its standard in units of learning outcomes. Immutable once published.
public struct Qualification: Hashable, Sendable {
    /// The qualification's id, the same in all versions.
    public var id: String
    /// This version.
    public var version: String
    /// Its title.
    public var title: String
    /// Its country, as two letters of ISO 3166-1.
    public var country: String
    /// The identifier of the scheme in which its units carry points.
    public var scheme: String
    /// The points that the standard states for the whole, where it does; not always the sum of the units.
    public var points: Points?
    /// The level in the European Qualifications Framework, 1…8.
    public var eqfLevel: UInt8?
    /// The level in the national framework.
    public var nationalLevel: String?
    /// The last day on which learners may be enrolled in it.
    public var validUntil: CivilDate?
    /// The last day on which learners may complete it.
    public var transitionEnd: CivilDate?
    /// Within how many days after a decision an appeal may be lodged, or nil where the standard sets no limit.
    public var appealDays: UInt16?
    /// Its units, numbered from 1 in this order.
    public var units: [Unit]
    /// How the units form the qualification, as canonical JSON; nil where nothing is laid down. The domain keeps it as it
    /// was published, and rules read it.
    public var formation: String?

    /// The ids of the groups and slots of its formation, each before those in it; events number them from 1.
    public var groups: [String] = []

    /// Makes a qualification version without units.
    public init(id: String, version: String, title: String, country: String, scheme: String) {
        self.id = id
        self.version = version
        self.title = title
        self.country = country
        self.scheme = scheme
        self.units = []
    }

    /// The identifier of this version: `id@version`.
    public var identifier: String { "\(id)@\(version)" }

    /// The unit of this number, or nil.
    public func unit(_ number: UInt16) -> Unit? {
        number > 0 && Int(number) <= units.count ? units[Int(number) - 1] : nil
    }

    /// The id of the group or slot of this number, or nil.
    public func group(_ number: UInt16) -> String? {
        number > 0 && Int(number) <= groups.count ? groups[Int(number) - 1] : nil
    }

    /// The number of the unit with this code, or nil. Linear in the number of units.
    public func number(ofUnit code: String) -> UInt16? {
        units.firstIndex { $0.code == code }.map { UInt16($0 + 1) }
    }
}

/// A coherent set of learning outcomes that can be assessed and validated, in one qualification version.
public struct Unit: Hashable, Sendable {
    /// Its code, unique in its version.
    public var code: String
    /// Its title.
    public var title: String
    /// Its points in this qualification version; nil where it carries none, which is not 0.
    public var points: Points?
    /// The unit of which it is a part, by code.
    public var parent: String?
    /// Its outcomes.
    public var outcomes: [LearningOutcome]
    /// For how many months the credit holds after recognition, the last day included, or nil for ever.
    public var validMonths: UInt16?

    /// Makes a unit.
    public init(code: String, title: String, points: Points? = nil, outcomes: [LearningOutcome] = []) {
        self.code = code
        self.title = title
        self.points = points
        self.outcomes = outcomes
    }
}

/// A statement of what a learner knows, understands or can do.
public struct LearningOutcome: Hashable, Sendable {
    /// The three kinds of outcomes.
    public enum Kind: String, CaseIterable, Sendable {
        /// Knowledge.
        case knowledge
        /// Skill.
        case skill
        /// Competence.
        case competence
    }

    /// Its code, unique in its unit.
    public var code: String
    /// Its kind.
    public var kind: Kind
    /// The statement.
    public var text: String

    /// Makes an outcome.
    public init(code: String, kind: Kind, text: String) {
        self.code = code
        self.kind = kind
        self.text = text
    }
}
