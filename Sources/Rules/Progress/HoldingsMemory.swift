internal import Credit

/// What a learner holds towards one enrolment, by the version by which is judged: the same under all rules, for who judges
/// it by several.
public struct HoldingsMemory: Sendable {
    private var holdings: [Position: Holdings] = [:]

    /// Knows nothing yet.
    public init() {}

    mutating func holdings(
        by version: Position,
        _ make: () throws(AccrueError) -> Holdings
    ) throws(AccrueError) -> Holdings {
        if let known = holdings[version] { return known }
        let made = try make()
        holdings[version] = made
        return made
    }
}
