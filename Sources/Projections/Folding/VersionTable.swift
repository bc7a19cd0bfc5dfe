internal import Credit
internal import Rules

/// What folds over fixed parts ask of qualification versions and units, by number instead of by name.
struct VersionTable {
    struct Unit {
        /// The number of its code: the same code has the same number in all versions.
        let code: Int32
        /// The unit of which it is a part, by number; 0 where it is none.
        let parent: UInt16
        /// For how many months it holds, 0 for ever.
        let validMonths: UInt16
        let points: Int64
    }

    /// The numbers of a version, apart from all else, as they are asked for with every credit.
    struct Shape {
        let position: UInt32
        /// The number of its qualification, the same in all versions.
        let qualification: Int32
        let scheme: UInt32
        /// Up to how many points count; nil where that is not said.
        let total: Int64?
        /// Where its units are in ``VersionTable/units``.
        let units: Range<Int32>
    }

    /// What is asked for with every enrolment.
    struct Version {
        let published: PublishedQualification
        /// The solver of its formation rule; nil where it has none.
        let solver: FormationSolver?
        /// Whether rules say more than the formation rule.
        let hasRules: Bool
    }

    private(set) var versions: [Version] = []
    private(set) var shapes: [Shape] = []
    /// The units of all versions.
    private(set) var units: [Unit] = []
    private(set) var codeCount = 0
    private var codes: [String: Int] = [:]
    private var qualifications: [String: Int32] = [:]
    private var indices: [UInt32: Int] = [:]
    private var last: (position: UInt32, index: Int) = (0, -1)
    private let registry: Registry
    private var rules: ProgressRules

    init(_ registry: Registry, _ rules: ProgressRules) {
        self.registry = registry
        self.rules = rules
    }

    /// The index of the version published at a position; −1 where there is none.
    @inline(__always)
    mutating func index(of position: UInt32) -> Int { position == last.position ? last.index : find(position) }

    @inline(never)
    private mutating func find(_ position: UInt32) -> Int {
        let index = indices[position] ?? add(Position(rawValue: position))
        indices[position] = index
        last = (position, index)
        return index
    }

    /// Where a unit of the version at a position is in ``units``; −1 where there is none.
    @inline(__always)
    mutating func place(ofUnit number: UInt16, in position: UInt32) -> Int32 {
        let version = index(of: position)
        return version >= 0 ? place(ofUnit: number, inVersion: version) : -1
    }

    @inline(__always)
    func place(ofUnit number: UInt16, inVersion index: Int) -> Int32 {
        let units = shapes[index].units
        return number > 0 && Int(number) <= units.count ? units.lowerBound + Int32(number) - 1 : -1
    }

    /// A line about a unit.
    @inline(__always)
    mutating func line(_ qualification: UInt32, _ unit: UInt16, _ enrolment: UInt32) -> PlainLine {
        var line = PlainLine(enrolment: enrolment)
        let place = place(ofUnit: unit, in: qualification)
        guard place >= 0 else { return line }
        let version = index(of: qualification)
        (line.version, line.place, line.unit) = (Int32(version), place, unit)
        line.scheme = shapes[version].scheme
        line.points = units[Int(place)].points
        return line
    }

    private mutating func add(_ position: Position) -> Int {
        guard let published = registry.qualification(at: position) else { return -1 }
        let start = Int32(units.count)
        for unit in published.units {
            units.append(
                Unit(
                    code: Int32(number(of: unit.code)),
                    parent: unit.parent.flatMap { published.number(ofUnit: $0) } ?? 0,
                    validMonths: unit.validMonths ?? 0,
                    points: unit.points?.rawValue ?? PlainFold.noPoints
                )
            )
        }
        shapes.append(
            Shape(
                position: position.rawValue,
                qualification: number(ofQualification: published.id),
                scheme: published.schemePosition?.rawValue ?? 0,
                total: published.points?.rawValue,
                units: start..<Int32(units.count)
            )
        )
        versions.append(
            Version(
                published: published,
                solver: rules.solver(of: published, at: position),
                hasRules: rules.haveRules(for: published.id)
            )
        )
        return versions.count - 1
    }

    /// Whether two versions, by index, are of one qualification.
    @inline(__always)
    func areOfOneQualification(_ one: Int32, _ other: Int32) -> Bool {
        one == other || shapes[Int(one)].qualification == shapes[Int(other)].qualification
    }

    private mutating func number(ofQualification id: String) -> Int32 {
        let number = qualifications[id] ?? Int32(qualifications.count)
        qualifications[id] = number
        return number
    }

    private mutating func number(of code: String) -> Int {
        if let known = codes[code] { return known }
        codes[code] = codeCount
        codeCount += 1
        return codeCount - 1
    }
}
