public import Credit

/// A unit that a learner holds, as a formation rule looks at it.
public struct HeldUnit: Hashable, Sendable {
    /// Its code.
    public var code: String
    /// The event that makes it count; of two credits with one code the earlier comes first.
    public var credit: Position
    /// Its points in the version by which is judged; nil where it carries none, which is not 0.
    public var points: Points?
    /// The id of the other qualification that it is of, for open slots; nil for the version's own units.
    public var qualification: String?
    /// The group that the registrar declared for it, by id, if any.
    public var declared: String?
    /// True where a part of the unit's outcomes is recognised only: its points count, and the unit is not there.
    public var isPart = false

    /// Makes a unit of the version by which is judged.
    public init(
        code: String,
        credit: Position,
        points: Points?,
        qualification: String? = nil,
        declared: String? = nil
    ) {
        self.code = code
        self.credit = credit
        self.points = points
        self.qualification = qualification
        self.declared = declared
    }
}
