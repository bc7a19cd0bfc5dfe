/// What a learner has, on a day, as known at a position: every credit in exactly one bucket.
///
/// A pure fold of the learner's events. The lines explain it: the sum of each bucket is the exact sum of its lines, and
/// every event that carries credit is in the trail of a line.
public struct Balance: Sendable {
    /// The event that introduced the learner.
    public let learner: Position
    /// The day.
    public let on: CivilDate
    /// The last event that was taken into account.
    public let known: Position
    /// All credits: by their decisions, in the order of the log.
    public let lines: [CreditLine]
    /// The enrolments that stand on that day.
    public let enrolments: [Enrolment]
    /// Awards that stand although what they rest on was lost or changed (domain trap 20): the award, and what changed.
    public let shakenAwards: [Position: Position]

    /// The balance of a learner. O(*n* log *n*) for *n* events.
    ///
    /// - Parameters:
    ///   - learner: The event that introduced the learner.
    ///   - history: With all identities that were ever joined with the learner.
    ///   - registry: Qualification versions and schemes.
    ///   - date: The day; what holds only later is left out.
    ///   - known: The last event to be taken into account; later ones are left out.
    public init(
        of learner: Position,
        in history: LearnerHistory,
        registry: Registry,
        on date: CivilDate,
        known: Position
    ) {
        let isPast = history.events.last.map { $0.position > known } ?? false
        let history = isPast ? history.known(through: known) : history
        let standing = Standing(of: history.events(of: learner), on: date)
        self.init(of: learner, standing, registry, on: date, known: known)
    }

    /// The same, where it is known how the learner's events stand on that day.
    package init(
        of learner: Position,
        _ standing: Standing,
        _ registry: Registry,
        on date: CivilDate,
        known: Position
    ) {
        var fold = CreditFold(standing, registry)
        let enrolments = standing.enrolments
        var counting = Counting(fold.gather(), standing, registry, on: date)
        counting.count(enrolments)
        self.learner = learner
        self.on = date
        self.known = known
        lines = counting.lines
        self.enrolments = enrolments
        var shaken: [Position: Position] = [:]
        for enrolment in enrolments {
            guard case .awarded(let award) = enrolment.state else { continue }
            shaken[award] = standing.change(under: award)
        }
        shakenAwards = shaken
    }

    /// The sums of each scheme, in the order in which the schemes entered the log. Schemes are never added up.
    public var schemes: [SchemeBalance] {
        var sums: [Position: [Bucket: Points]] = [:]
        for line in lines {
            guard let scheme = line.scheme else { continue }
            sums[scheme, default: [:]][line.bucket, default: .zero] += line.points ?? .zero
        }
        return sums.map { SchemeBalance(scheme: $0.key, buckets: $0.value) }.sorted { $0.scheme < $1.scheme }
    }

    /// The points that count towards an enrolment in a scheme.
    public func recognised(towards enrolment: Position, in scheme: Position?) -> Points {
        lines.reduce(.zero) { sum, line in
            guard line.bucket == .recognised, line.enrolment == enrolment, line.scheme == scheme else { return sum }
            return sum + (line.points ?? .zero)
        }
    }
}
