public import Credit

/// A versioned document of rules: what the law or a school lays down on attempts, shares, expiry and the rest.
/// Immutable once published; a change is another version.
public struct RuleSet: Hashable, Sendable {
    /// Its id, the same in all versions.
    public var id: String
    /// This version.
    public var version: String
    /// Its title.
    public var title: String
    /// Its country, as two letters of ISO 3166-1.
    public var country: String
    /// Ids of the qualifications that it is for, all versions; empty means every qualification.
    public var qualifications: [String]
    /// Who approved it, and when.
    public var approvals: [Approval]
    /// Its rules.
    public var rules: [Rule]

    /// Makes a rule set.
    public init(
        id: String,
        version: String,
        title: String,
        country: String,
        qualifications: [String] = [],
        approvals: [Approval] = [],
        rules: [Rule]
    ) {
        self.id = id
        self.version = version
        self.title = title
        self.country = country
        self.qualifications = qualifications
        self.approvals = approvals
        self.rules = rules
    }

    /// The identifier of this version: `id@version`.
    public var identifier: String { "\(id)@\(version)" }

    /// True if it is for the qualification of this id, or nobody asks for one.
    func isFor(_ qualification: String?) -> Bool {
        qualification.map { qualifications.isEmpty || qualifications.contains($0) } ?? true
    }
}

/// That somebody with the right to do so approved a rule set.
public struct Approval: Hashable, Sendable {
    /// Who: a ministry, a board, an institution.
    public var by: String
    /// When.
    public var on: CivilDate

    /// Makes an approval.
    public init(by: String, on: CivilDate) {
        self.by = by
        self.on = on
    }
}
