public import Credit
public import Rules

extension Rule {
    /// A rule of which nothing matters but what it lays down, for all cases that are in the fixtures.
    public init(
        _ id: String,
        _ policy: Policy,
        version: String = "1",
        dateBasis: DateBasis = .recognition,
        from day: CivilDate = CivilDate(rawValue: 15_000)
    ) {
        self.init(
            id: id,
            version: version,
            legalBasis: "§ \(id)",
            dateBasis: dateBasis,
            validFrom: day,
            policy: policy
        )
    }
}

extension RuleSet {
    /// The first version of a rule set for every qualification.
    public init(_ rules: [Rule], id: String = "s") {
        self.init(id: id, version: "1", title: "Rules of \(id)", country: "SI", rules: rules)
    }
}
