/// What a registry event or an agreement introduces. Behind a reference, as documents are handed on far more often than
/// read.
public indirect enum Document: Hashable, Sendable {
    /// A credit scheme.
    case scheme(Scheme)
    /// A grade scale.
    case scale(GradeScale)
    /// An actor.
    case actor(Actor)
    /// An institution.
    case institution(Institution)
    /// An authority's scope and period.
    case authority(AuthorityScope)
    /// A memorandum of understanding.
    case memorandum(Memorandum)
    /// A qualification version.
    case qualification(Qualification)
    /// A version of a learning agreement.
    case agreement(LearningAgreement)
    /// A version of a rule set.
    case ruleSet(RuleSetText)
    /// A rule from which a learner is exempted.
    case exemptedRule(ExemptedRule)
    /// Where the log's streams end.
    case heads(HeadsText)
    /// A key that hands over to the next.
    case keyRotation(KeyRotationText)
}

/// A version of a rule set as it is written. The domain keeps its words, and rules read them.
public struct RuleSetText: Hashable, Sendable {
    /// The rule set's id, the same in all versions.
    public var id: String
    /// This version.
    public var version: String
    /// Its title.
    public var title: String
    /// All of it, as canonical JSON.
    public var content: String
    /// The ids of its rules.
    public var rules: [String]

    /// Makes a rule set from what is written.
    public init(id: String, version: String, title: String, content: String, rules: [String] = []) {
        self.id = id
        self.version = version
        self.title = title
        self.content = content
        self.rules = rules
    }

    /// The identifier of this version: `id@version`.
    public var identifier: String { "\(id)@\(version)" }
}

/// A rule from which a learner is exempted, in all its versions.
public struct ExemptedRule: Hashable, Sendable {
    /// The id of the rule set.
    public var set: String
    /// The id of the rule in it.
    public var rule: String

    /// Names a rule.
    public init(set: String, rule: String) {
        self.set = set
        self.rule = rule
    }
}

/// A credit scheme, such as ECVET, ECTS, KT or osp. Points of two schemes are never added.
public struct Scheme: Hashable, Sendable {
    /// Its name in full.
    public var name: String

    /// Makes a scheme.
    public init(name: String) {
        self.name = name
    }
}

/// A grade scale: its grades from lowest to highest.
public struct GradeScale: Hashable, Sendable {
    /// One grade of a scale.
    public struct Grade: Hashable, Sendable {
        /// As it is written: `5`, `Hyväksytty`.
        public var code: String
        /// True if it passes.
        public var passes: Bool

        /// Makes a grade.
        public init(code: String, passes: Bool) {
            self.code = code
            self.passes = passes
        }
    }

    /// Its name in full.
    public var name: String
    /// Its grades, lowest first; numbered from 1.
    public var grades: [Grade]

    /// Makes a scale.
    public init(name: String, grades: [Grade]) {
        self.name = name
        self.grades = grades
    }

    /// The grade of this number, or nil.
    public func grade(_ number: UInt16) -> Grade? {
        number > 0 && Int(number) <= grades.count ? grades[Int(number) - 1] : nil
    }
}

/// A person or system that records, under a pseudonym: no name is kept in the log.
public struct Actor: Hashable, Sendable {
    /// What the actor does: registrar, assessor, coordinator …
    public var role: String

    /// Makes an actor.
    public init(role: String) {
        self.role = role
    }
}

/// An institution.
public struct Institution: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its country, as two letters of ISO 3166-1.
    public var country: String

    /// Makes an institution.
    public init(name: String, country: String) {
        self.name = name
        self.country = country
    }
}

/// For what and until when an institution has a function; it begins at the event's effective date.
public struct AuthorityScope: Hashable, Sendable {
    /// Ids of qualifications, all versions; empty means every qualification.
    public var qualifications: [String]
    /// The last day, or nil where it is open.
    public var until: CivilDate?

    /// Makes a scope.
    public init(qualifications: [String] = [], until: CivilDate? = nil) {
        self.qualifications = qualifications
        self.until = until
    }
}

/// A memorandum of understanding: its parties accept each other's status and procedures.
/// It is in force from the event's effective date.
public struct Memorandum: Hashable, Sendable {
    /// Outside identifiers of the institutions that are parties.
    public var parties: [String]
    /// The last day, or nil where it is open.
    public var until: CivilDate?

    /// Makes a memorandum.
    public init(parties: [String], until: CivilDate? = nil) {
        self.parties = parties
        self.until = until
    }
}
