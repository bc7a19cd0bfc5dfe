// Allocation: which place of the formation rule a credit fills, where the registrar says so.

extension LearnerJudgement {
    /// Declared: by the home institution, for a credit that it recognised towards this enrolment. Whether the group can take
    /// the unit is for rules to judge, which respect the declaration while that is feasible.
    func decideGroupDeclared() throws(AccrueError) {
        let enrolment = try runningEnrolment()
        let qualification = try qualification()
        guard command.qualification == enrolment.qualification else {
            throw AccrueError(.otherQualification, qualification.identifier, at: .qualification)
        }
        let recognition = try standingEvent(at: command.answers, field: .answers) { $0 == .recognitionDecided }
        guard recognition.enrolment == command.enrolment else {
            throw AccrueError(.referenceOtherEnrolment, recognition.name, at: .answers)
        }
        guard recognition.result == .positive else {
            throw AccrueError(.resultImpossible, "\(recognition.name) is not positive", at: .answers)
        }
        guard command.group.flatMap(qualification.group) != nil else {
            throw AccrueError(.valueUnknown, "group \(command.group ?? 0) of \(qualification.identifier)", at: .group)
        }
    }
}
