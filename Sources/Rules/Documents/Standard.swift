public import Credit

/// A qualification version with its formation rule, as one document.
public struct Standard: Hashable, Sendable {
    /// The version with its units.
    public var qualification: Qualification
    /// How the units form the qualification.
    public var formation: FormationRule
    /// Totals that the official table prints, by id of the group; for comparing only.
    public var printed: [String: Points]

    /// Makes a standard.
    public init(qualification: Qualification, formation: FormationRule, printed: [String: Points] = [:]) {
        self.qualification = qualification
        self.formation = formation
        self.printed = printed
    }
}
