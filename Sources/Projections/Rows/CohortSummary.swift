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

    /// Enrolments by state.
    public private(set) var states: [LearnerRow.Enrolled.State: Int64] = [:]
    /// Enrolments by verdict, of those whose version has a formation rule.
    public private(set) var verdicts: [LearnerRow.Advance.Verdict: Int64] = [:]
    /// The points recognised towards them, in the scheme of the qualification.
    public private(set) var recognised = Points.zero
    /// The points that count by the rules.
    public private(set) var counted = Points.zero

    /// How many enrolments.
    public var enrolments: Int64 { states.values.reduce(0, +) }

    /// How many of them rules could not judge.
    public var unjudged: Int64 { (verdicts[.undetermined] ?? 0) + (verdicts[.unjudged] ?? 0) }

    /// Nobody.
    init() {}

    /// Adds an enrolment, or with `sign` −1 takes it away.
    mutating func add(_ enrolment: LearnerRow.Enrolled, sign: Int64) {
        states[enrolment.state, default: 0] += sign
        recognised += Points(rawValue: sign * enrolment.recognised.rawValue)
        guard let progress = enrolment.progress else { return }
        verdicts[progress.verdict, default: 0] += sign
        counted += Points(rawValue: sign * progress.counted.rawValue)
    }

    /// Adds another's figures.
    public mutating func add(_ other: CohortSummary) {
        states.merge(other.states) { $0 + $1 }
        verdicts.merge(other.verdicts) { $0 + $1 }
        recognised += other.recognised
        counted += other.counted
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
    /// The summary as it is kept: enrolments by state, by verdict, points recognised and counted, 8 bytes each.
    var bytes: [UInt8] {
        var numbers = LearnerRow.Enrolled.State.allCases.map { states[$0] ?? 0 }
        numbers += LearnerRow.Advance.Verdict.allCases.map { verdicts[$0] ?? 0 }
        numbers += [recognised.rawValue, counted.rawValue]
        return numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: number) >> UInt64(8 * $0)) }
        }
    }

    init?(bytes: [UInt8]) {
        let (states, verdicts) = (LearnerRow.Enrolled.State.allCases, LearnerRow.Advance.Verdict.allCases)
        guard bytes.count == 8 * (states.count + verdicts.count + 2) else { return nil }
        let numbers = stride(from: 0, to: bytes.count, by: 8).map { start in
            Int64(bitPattern: bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        for (index, state) in states.enumerated() where numbers[index] != 0 { self.states[state] = numbers[index] }
        for (index, verdict) in verdicts.enumerated() where numbers[states.count + index] != 0 {
            self.verdicts[verdict] = numbers[states.count + index]
        }
        recognised = Points(rawValue: numbers[numbers.count - 2])
        counted = Points(rawValue: numbers[numbers.count - 1])
    }
}
