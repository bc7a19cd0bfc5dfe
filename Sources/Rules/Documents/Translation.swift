public import Credit

// Policies that take something for something else: units, points, grades.

/// Units that stand for others, by table and never by title.
public struct Equivalence: Hashable, Sendable {
    /// What some of the sources alone give.
    public enum Partial: CaseIterable, Sendable {
        /// Nothing.
        case none
        /// Progress, which counts no points.
        case progress

        /// The words in documents.
        public static let words = Words<Partial>()
    }

    /// The units that are held, by code; all of them are needed, and consumed.
    public var sources: [String]
    /// The qualification version that the sources are of, `id@version`; nil means the learner's own.
    public var sourceQualification: String?
    /// The units that they stand for, by code, with the points that those have in their version.
    public var targets: [String]
    /// The qualification version that the targets are of; nil means the learner's own.
    public var targetQualification: String?
    /// What some of the sources alone give.
    public var partial: Partial

    /// Makes an equivalence.
    public init(
        sources: [String],
        of sourceQualification: String? = nil,
        targets: [String],
        of targetQualification: String? = nil,
        partial: Partial = .none
    ) {
        self.sources = sources
        self.sourceQualification = sourceQualification
        self.targets = targets
        self.targetQualification = targetQualification
        self.partial = partial
    }
}

/// How points of one scheme become points of another: `2 SCQF = 1 ECTS`, rounded.
public struct Conversion: Hashable, Sendable {
    /// How what lies between is rounded.
    public enum Rounding: CaseIterable, Sendable {
        /// To the nearest, halves to the even neighbour.
        case halfEven
        /// To the nearest, halves away from zero.
        case halfUp
        /// Towards zero.
        case down

        /// The words in documents.
        public static let words = Words<Rounding>()
    }

    /// The scheme that is converted, by identifier.
    public var source: String
    /// So many points of it …
    public var amount: Points
    /// The scheme that comes of it.
    public var target: String
    /// … give so many points of that one.
    public var gives: Points
    /// To how many decimals is rounded, 0…4.
    public var decimals: UInt8
    /// How.
    public var rounding: Rounding

    /// Makes a conversion.
    public init(
        from source: String,
        amount: Points,
        to target: String,
        gives: Points,
        decimals: UInt8 = 4,
        rounding: Rounding = .halfEven
    ) {
        self.source = source
        self.amount = amount
        self.target = target
        self.gives = gives
        self.decimals = decimals
        self.rounding = rounding
    }

    /// What points of the source give. Exact until the one rounding; nil where the conversion divides by nothing, or
    /// the result is beyond what points can be.
    public func convert(_ points: Points) -> Points? {
        guard amount > .zero, decimals <= 4 else { return nil }
        let step = Int128((decimals..<4).reduce(Int64(1)) { scale, _ in scale * 10 })
        let divisor = Int128(amount.rawValue) * step
        let (quotient, rest) = (Int128(points.rawValue.magnitude) * Int128(gives.rawValue))
            .quotientAndRemainder(dividingBy: divisor)
        let isUp =
            switch rounding {
            case .halfEven: rest * 2 > divisor || (rest * 2 == divisor && !quotient.isMultiple(of: 2))
            case .halfUp: rest * 2 >= divisor
            case .down: false
            }
        let magnitude = (quotient + (isUp ? 1 : 0)) * step
        return Int64(exactly: points < .zero ? -magnitude : magnitude).map(Points.init(rawValue:))
    }
}

/// How grades of one scale are shown in another.
public struct GradeDisplay: Hashable, Sendable {
    /// How one grade is shown.
    public struct Entry: Hashable, Sendable {
        /// The grade as it was given.
        public var grade: String
        /// As it is shown.
        public var shown: String

        /// Makes an entry.
        public init(grade: String, shown: String) {
            self.grade = grade
            self.shown = shown
        }
    }

    /// The scale in which grades were given, by identifier.
    public var source: String
    /// The scale in which they are shown.
    public var target: String
    /// How each is shown.
    public var grades: [Entry]

    /// Makes a display.
    public init(from source: String, to target: String, grades: [Entry]) {
        self.source = source
        self.target = target
        self.grades = grades
    }
}
