public import Credit

/// How far a learner is towards a qualification, by the formation rule of its version.
public struct Progress: Sendable {
    /// The version by which is judged.
    public let qualification: PublishedQualification
    /// The enrolment; nil where the learner is not enrolled in this version, and the question is what would be.
    public let enrolment: Enrolment?
    /// All enrolments of the learner that stand.
    public let enrolments: [Enrolment]
    /// Which units form what, and what is missing.
    public let formation: FormationResult
    /// The credits that were taken into account, by the event that decided each.
    public let credits: [Position: CreditLine]
    /// The learner's other credits, which count for nothing here, and stand where their buckets say.
    public let others: [CreditLine]
    /// The fewest further units that would complete it and may be taken on the day; none where nothing is missing or nobody
    /// asked.
    public let completion: FormationCompletion
    /// Those of them, by code, that are held already, and would be taken once more.
    public let retaken: [String]
    /// The rule sets under which is judged, `id@version`; none where the formation rule judges alone.
    public let ruleSets: [String]
    /// What rules did beside the formation rule; nil where it judges alone.
    public let rules: RuleOutcome?
    /// The clause by which the version is judged instead of that of the enrolment.
    public let standard: RuleClause?
    /// What the learner is exempted from.
    public let exemptions: [Exemption]
    /// What was supposed beside what is held.
    public let supposed: Suppositions
    /// The units, by code, that were supposed and are held and count already, so that it changes nothing.
    public let heldAlready: [String]

    /// The award, where there is one. It stands whatever the rule says (a rule never un-awards).
    public var award: Position? {
        if case .awarded(let award) = enrolment?.state { award } else { nil }
    }

    /// Whether a rule makes an average grade mandatory where there is none.
    public var lacksAverage: Bool { rules?.average.map { $0.value == nil } ?? false }

    /// Awarded by authority, and not satisfied by rule: that of the formation, or one of an average grade that is mandatory.
    public var isAwardedUnsatisfied: Bool { award != nil && (formation.verdict != .satisfied || lacksAverage) }
}
