/// Judges whether a command may be appended: returns if so, else throws the one reason why not, with the field at
/// fault and its value.
///
/// Pure: the same command in the same state is always judged alike. Whether an event still stands is judged by all
/// that is known; authority, agreements and memoranda are judged on the command's effective date, so that what ends
/// afterwards takes nothing back (domain trap 4). An event is judged once: no fold judges it again.
/// O(*n*) for the *n* events of the learner.
///
/// - Throws: One ``AccrueError``; where several rules are broken, that of the first: fields, references, then rules.
public func decide(_ command: Command, in state: DecisionState) throws(AccrueError) {
    try requireFields(of: command)
    if command.kind.isRegistry || command.kind == .learnerIntroduced {
        try RegistryJudgement(command: command, registry: state.registry, heads: state.heads).decide()
    } else {
        try LearnerJudgement(of: command, in: state).decide()
    }
}

extension LearnerJudgement {
    func decide() throws(AccrueError) {
        try requireEntry(command.actor, .actorIntroduced, at: .actor)
        try requireEntry(command.institution, .institutionIntroduced, at: .institution)
        switch command.kind {
        case .enrolled: try decideEnrolled()
        case .interrupted, .resumed, .left, .moved: try decideEnrolmentChanged()
        case .agreementSigned, .agreementAmended: try decideAgreementSigned()
        case .agreementWithdrawn: try decideAgreementWithdrawn()
        case .assessmentRecorded: try decideAssessmentRecorded()
        case .assessmentCorrected: try decideAssessmentCorrected()
        case .assessmentSuperseded: try decideAssessmentSuperseded()
        case .creditDocumented: try decideCreditDocumented()
        case .transferSent: try decideTransferSent()
        case .transferReceived: try decideTransferReceived()
        case .validationDecided: try decideValidation()
        case .recognitionDecided: try decideRecognition()
        case .pointsConverted: try decidePointsConverted()
        case .qualificationAwarded: try decideAward()
        case .groupDeclared: try decideGroupDeclared()
        case .exceptionGranted: try decideExceptionGranted()
        case .appealLodged: try decideAppealLodged()
        case .appealSuspended, .appealDecided: try decideAppeal()
        case .revoked, .withdrawn, .annulled: try decideRemoval()
        case .learnerMerged: try decideMerge()
        case .learnerSplit: try decideSplit()
        case .importQuarantined: return  // it counts nowhere, so its fields and references are all that matters
        default: throw AccrueError(.kindUnknown, command.kind.name, field: "kind")
        }
    }
}
