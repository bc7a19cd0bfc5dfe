/// What an institution may be competent for; authority is given for each function apart.
public enum CompetentFunction: UInt8, CaseIterable, Sendable {
    /// Designs qualifications.
    case design = 1
    /// Assesses outcomes.
    case assess = 2
    /// Validates assessed outcomes.
    case validate = 3
    /// Recognises: makes points count.
    case recognise = 4
    /// Awards qualifications.
    case award = 5
}

/// How a decision, an assessment or an appeal ended, and from when a removal acts.
public enum DecisionResult: UInt8, CaseIterable, Sendable {
    /// Passed, confirmed, upheld.
    case positive = 1
    /// Some of the outcomes only.
    case partial = 2
    /// Failed, refused, dismissed.
    case negative = 3
    /// Under a condition that is not met yet.
    case conditional = 4
    /// A removal that acts from the start (ex tunc).
    case fromStart = 5
    /// A removal that acts from its effective date on (ex nunc).
    case fromNow = 6
}

/// The way by which learning comes to be recognised.
public enum Procedure: UInt8, CaseIterable, Sendable {
    /// Under a learning agreement: positive assessment obliges the home institution.
    case agreement = 1
    /// On the learner's application, without that duty.
    case application = 2
    /// Non-formal learning, such as a course at work.
    case nonFormal = 3
    /// Informal learning, such as work experience.
    case informal = 4
    /// Learned and assessed at the home institution.
    case local = 5
}

/// Why something was refused, removed or left out, where one word suffices.
public enum ReasonCode: UInt16, CaseIterable, Sendable {
    /// A clerical error.
    case clericalError = 1
    /// Outcomes do not correspond to the unit.
    case outcomesDiffer = 2
    /// Evidence is missing.
    case evidenceMissing = 3
    /// An appeal was upheld.
    case appealUpheld = 4
    /// Fraud or misconduct.
    case misconduct = 5
    /// The learner asked for it.
    case learnerRequest = 6
    /// The scheme of the amount is unknown.
    case unknownScheme = 7
    /// The unit is in no known qualification version.
    case unknownUnit = 8
    /// The same person.
    case samePerson = 9
    /// Not the same person.
    case otherPerson = 10
    /// A court decided.
    case courtDecision = 11
    /// Outside what rules foresee, by named authority.
    case exception = 12
    /// Any other; the text says which.
    case other = 99
}
