public import Credit

/// What a projection knows of a cohort: the learners of one institution in one version of a qualification who were
/// enrolled in one year.
public struct CohortSummary: Hashable, Sendable {
    /// Which cohort.
    public struct Key: Hashable, Comparable, Sendable {
        /// The home institution.
        public let institution: Position
        /// The qualification version.
        public let qualification: Position
        /// The year of enrolment.
        public let year: Int16

        /// In the order of institution, qualification and year, as they entered the log.
        public static func < (left: Key, right: Key) -> Bool {
            (left.institution, left.qualification, left.year) < (right.institution, right.qualification, right.year)
        }
    }

    /// By the numbers of states, and of verdicts from 1 on.
    private var stateCounts = SIMD4<Int64>(repeating: 0)
    private var verdictCounts = SIMD4<Int64>(repeating: 0)
    /// The points recognised towards them, in the scheme of the qualification.
    public private(set) var recognised = Points.zero
    /// The points that count by the rules.
    public private(set) var counted = Points.zero

    /// Enrolments by state, where there are any.
    public var states: [Enrolment.State.Kind: Int64] {
        Enrolment.State.Kind.allCases.reduce(into: [:]) { states, state in
            let count = stateCounts[Int(state.rawValue)]
            if count != 0 { states[state] = count }
        }
    }

    /// Enrolments by verdict, where there are any, of those whose version has a formation rule.
    public var verdicts: [LearnerRow.Advance.Verdict: Int64] {
        LearnerRow.Advance.Verdict.allCases.reduce(into: [:]) { verdicts, verdict in
            let count = verdictCounts[Int(verdict.rawValue) - 1]
            if count != 0 { verdicts[verdict] = count }
        }
    }

    /// How many enrolments.
    public var enrolments: Int64 { stateCounts.wrappedSum() }

    /// How many of them rules could not judge.
    public var unjudged: Int64 { (verdicts[.undetermined] ?? 0) &+ (verdicts[.unjudged] ?? 0) }

    /// Nobody.
    init() {}

    /// Adds an enrolment, or with `sign` −1 takes it away.
    mutating func add(_ enrolment: LearnerRow.Enrolled, sign: Int64) {
        stateCounts[Int(enrolment.state.rawValue)] &+= sign
        recognised = Self.sum(recognised, Points(rawValue: sign &* enrolment.recognised.rawValue))
        guard let progress = enrolment.progress else { return }
        verdictCounts[Int(progress.verdict.rawValue) - 1] &+= sign
        counted = Self.sum(counted, Points(rawValue: sign &* progress.counted.rawValue))
    }

    /// Adds another's figures.
    public mutating func add(_ other: CohortSummary) {
        stateCounts &+= other.stateCounts
        verdictCounts &+= other.verdictCounts
        recognised = Self.sum(recognised, other.recognised)
        counted = Self.sum(counted, other.counted)
    }

    /// A sum that wraps around, so that no row that is stored ends the process, and what is taken away again leaves what was.
    private static func sum(_ left: Points, _ right: Points) -> Points {
        Points(rawValue: left.rawValue &+ right.rawValue)
    }
}

extension CohortSummary.Key {
    init(_ enrolment: LearnerRow.Enrolled) {
        institution = enrolment.home
        qualification = enrolment.qualification
        year = Int16(truncatingIfNeeded: enrolment.from.components.year)
    }

    /// The key in the store: institution and qualification (4 each), year (2).
    var bytes: [UInt8] {
        var number = UInt128(institution.rawValue) << 48 | UInt128(qualification.rawValue) << 16
        number |= UInt128(UInt16(bitPattern: year))
        return (0..<10).map { UInt8(truncatingIfNeeded: number >> UInt128(72 - 8 * $0)) }
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 10 else { return nil }
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        institution = Position(rawValue: UInt32(truncatingIfNeeded: number >> 48))
        qualification = Position(rawValue: UInt32(truncatingIfNeeded: number >> 16))
        year = Int16(bitPattern: UInt16(truncatingIfNeeded: number))
    }
}

extension CohortSummary {
    /// The summary as it is stored under its key, with a checksum.
    func sealed(under key: [UInt8]) -> [UInt8] {
        SealedBytes(under: key).sealed(bytes)
    }

    /// Reads a stored summary; nil where it is not what was written under the key.
    init?(sealed bytes: [UInt8], under key: [UInt8]) {
        guard let bytes = SealedBytes(under: key).opened(bytes) else { return nil }
        self.init(bytes: bytes)
    }

    /// Enrolments by state, by verdict, points recognised and counted, 8 bytes each.
    var bytes: [UInt8] {
        let numbers =
            stateCounts.indices.map { stateCounts[$0] } + verdictCounts.indices.map { verdictCounts[$0] }
            + [recognised.rawValue, counted.rawValue]
        return numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: number) >> UInt64(8 * $0)) }
        }
    }

    private init?(bytes: [UInt8]) {
        guard bytes.count == 80 else { return nil }
        let numbers = stride(from: 0, to: bytes.count, by: 8).map { start in
            Int64(bitPattern: bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        for index in 0..<4 { (stateCounts[index], verdictCounts[index]) = (numbers[index], numbers[4 + index]) }
        (recognised, counted) = (Points(rawValue: numbers[8]), Points(rawValue: numbers[9]))
    }
}
