public import Credit

/// What a projection is the fold of: which rows, of which day.
public struct ProjectionDefinition: Hashable, Sendable {
    /// The version of the rows that this code makes. It grows whenever the same log would give other bytes.
    public static let currentVersion: UInt32 = 1

    /// The version of the rows.
    public let version: UInt32
    /// The day of which the rows speak.
    public let on: CivilDate

    /// Rows as this code makes them, of a day.
    public init(on date: CivilDate) {
        self.init(version: Self.currentVersion, on: date)
    }

    init(version: UInt32, on date: CivilDate) {
        self.version = version
        self.on = date
    }
}
