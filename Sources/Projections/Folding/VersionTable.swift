internal import Credit
internal import Rules

/// What folds over fixed parts ask of qualification versions and units, by number instead of by name.
struct VersionTable {
    struct Unit {
        /// The number of its code: the same code has the same number in all versions.
        let code: Int
        let points: Int64
        let validMonths: UInt16
        /// The unit of which it is a part, by number; 0 where it is none.
        let parent: UInt16
        /// Its place among the units of all versions.
        let place: Int
    }

    struct Version {
        let published: PublishedQualification
        let position: Position
        let scheme: UInt32
        let units: [Unit]
        /// The solver of its formation rule; nil where it has none.
        let solver: FormationSolver?
        /// Whether rules say more than the formation rule.
        let hasRules: Bool

        /// The unit of a number, or nil where there is none.
        func unit(_ number: UInt16) -> Unit? { number > 0 && Int(number) <= units.count ? units[Int(number) - 1] : nil }
    }

    private(set) var versions: [Version] = []
    private(set) var codeCount = 0
    private(set) var unitCount = 0
    private var codes: [String: Int] = [:]
    private var indices: [UInt32: Int] = [:]
    private var last: (position: UInt32, index: Int) = (0, -1)
    private let registry: Registry
    private var rules: ProgressRules

    init(_ registry: Registry, _ rules: ProgressRules) {
        self.registry = registry
        self.rules = rules
    }

    /// The index of the version published at a position; −1 where there is none.
    mutating func index(of position: UInt32) -> Int {
        if position == last.position { return last.index }
        let index: Int
        if let known = indices[position] {
            index = known
        } else {
            index = add(Position(rawValue: position))
            indices[position] = index
        }
        last = (position, index)
        return index
    }

    private mutating func add(_ position: Position) -> Int {
        guard let published = registry.qualification(at: position) else { return -1 }
        let units = published.units.enumerated().map { index, unit in
            Unit(
                code: number(of: unit.code),
                points: unit.points?.rawValue ?? PlainFold.noPoints,
                validMonths: unit.validMonths ?? 0,
                parent: unit.parent.flatMap { published.number(ofUnit: $0) } ?? 0,
                place: unitCount + index
            )
        }
        unitCount += units.count
        versions.append(
            Version(
                published: published,
                position: position,
                scheme: published.schemePosition?.rawValue ?? 0,
                units: units,
                solver: rules.solver(of: published, at: position),
                hasRules: rules.haveRules(for: published.id)
            )
        )
        return versions.count - 1
    }

    private mutating func number(of code: String) -> Int {
        if let known = codes[code] { return known }
        codes[code] = codeCount
        codeCount += 1
        return codeCount - 1
    }
}
