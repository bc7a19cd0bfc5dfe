/// What an event says. The number is part of the record format and never changes its meaning.
///
/// Numbers that are missing here are reserved for kinds of later format extensions:
/// 16 activated qualifications, 53–54 transcripts, 77 exceptions, 92–93 the log itself.
public enum EventKind: UInt8, CaseIterable, Sendable {
    // Registry
    /// A credit scheme (ECVET, ECTS, KT, osp …) enters the log.
    case schemeIntroduced = 1
    /// A grade scale enters the log.
    case scaleIntroduced = 2
    /// A person or system that records events enters the log, under a pseudonym.
    case actorIntroduced = 3
    /// An institution enters the log.
    case institutionIntroduced = 4
    /// A learner enters the log, under a pseudonym.
    case learnerIntroduced = 5
    /// An institution is given one function, for a scope and a period.
    case authorityGranted = 6
    /// That authority ends.
    case authorityEnded = 7
    /// A memorandum of understanding is concluded.
    case memorandumConcluded = 8
    /// A memorandum is amended.
    case memorandumAmended = 9
    /// A memorandum ends.
    case memorandumEnded = 10
    /// An author drafts a version of a rule set.
    case ruleSetDrafted = 11
    /// Somebody else publishes the drafted version; from then on nobody can change it.
    case ruleSetPublished = 12
    /// A published version comes into force.
    case ruleSetActivated = 13
    /// It is in force no longer.
    case ruleSetDeactivated = 14
    /// An author drafts a version of a qualification.
    case qualificationDrafted = 15
    /// A version of a qualification is published.
    case qualificationPublished = 17

    // Enrolment
    /// A learner is enrolled in a qualification version.
    case enrolled = 32
    /// The enrolment is interrupted.
    case interrupted = 33
    /// The enrolment is resumed.
    case resumed = 34
    /// The learner left.
    case left = 35
    /// The enrolment moves to a new version of the qualification.
    case moved = 36

    // Learning agreement
    /// Home, host and learner sign a learning agreement.
    case agreementSigned = 40
    /// They sign its next version.
    case agreementAmended = 41
    /// It is withdrawn.
    case agreementWithdrawn = 42

    // From assessment to recognition
    /// An attempt at a unit is assessed.
    case assessmentRecorded = 48
    /// A clerical error in an assessment is corrected.
    case assessmentCorrected = 49
    /// A re-sit or a raised grade stands beside an earlier attempt.
    case assessmentSuperseded = 50
    /// The institution that assessed documents the credit.
    case creditDocumented = 52
    /// The host sends a documented credit.
    case transferSent = 56
    /// The home institution receives it.
    case transferReceived = 57
    /// The home institution decides whether outcomes correspond.
    case validationDecided = 60
    /// The home institution recognises: points count.
    case recognitionDecided = 61
    /// Points are converted from one scheme to another under a named rule.
    case pointsConverted = 62
    /// The qualification is awarded.
    case qualificationAwarded = 64

    // Appeal and removal
    /// An appeal is lodged.
    case appealLodged = 68
    /// The contested decision is suspended.
    case appealSuspended = 69
    /// The appeal is decided.
    case appealDecided = 70
    /// Who granted it revokes it.
    case revoked = 72
    /// Who submitted it withdraws it.
    case withdrawn = 73
    /// A court or authority annuls it.
    case annulled = 74

    // Allocation
    /// The registrar declares which group of the formation rule a recognised credit fills.
    case groupDeclared = 76
    /// One learner is exempted from one clause, on a legal basis of its own.
    case exceptionGranted = 78

    // Identity and import
    /// Another identity of the same person is merged into this learner.
    case learnerMerged = 80
    /// Events merged by mistake go back to another learner.
    case learnerSplit = 81
    /// Something imported that cannot count is kept, at 0 points.
    case importQuarantined = 84

    // The log itself
    /// The log states where each of its streams ended just before this event.
    case headsRecorded = 90
    /// The log's key hands over to the next one.
    case keyRotated = 91
}
