// Enrolment: it fixes the home institution and the rule basis.

extension LearnerJudgement {
    /// Enrolled: the version takes learners, and there is no other right in the same qualification.
    func decideEnrolled() throws(AccrueError) {
        let qualification = try qualification()
        try requireOpen(qualification)
        for enrolment in standing.enrolments {
            switch enrolment.state {
            case .left, .awarded: continue
            case .running, .interrupted:
                guard let enrolled = registry.qualification(at: enrolment.qualification),
                    enrolled.id == qualification.id
                else { continue }
                throw AccrueError(.enrolledTwice, enrolled.identifier, at: .qualification)
            }
        }
    }

    /// Interrupted, resumed, left, moved: in an order that makes sense.
    func decideEnrolmentChanged() throws(AccrueError) {
        let enrolment = try enrolment()
        try requireHome(of: enrolment)
        switch (enrolment.state, command.kind) {
        case (.left(let end), _), (.awarded(let end), _):
            throw AccrueError(.enrolmentNotRunning, history[end]?.name ?? "", at: .enrolment)
        case (.interrupted(let start), .interrupted):
            throw AccrueError(.enrolmentNotRunning, history[start]?.name ?? "", at: .enrolment)
        case (.interrupted(let start), _):
            if let start = history[start] { try requireNotBefore(start.effective) }
        case (.running, .resumed): throw AccrueError(.alreadyEnded, "no interruption", at: .enrolment)
        case (.running, _): break
        }
        guard command.kind == .moved else { return }
        let qualification = try qualification()
        guard let current = registry.qualification(at: enrolment.qualification), current.id == qualification.id,
            enrolment.qualification != command.qualification
        else { throw AccrueError(.otherQualification, qualification.identifier, at: .qualification) }
        try requireOpen(qualification)
    }

    /// Requires that the version was published by then and still takes learners.
    private func requireOpen(_ qualification: PublishedQualification) throws(AccrueError) {
        let opens = command.qualification.flatMap { registry.effective(at: $0) } ?? .earliest
        guard command.effective >= opens, qualification.validUntil.map({ command.effective <= $0 }) ?? true else {
            let subject = "\(qualification.identifier), \(command.effective)"
            throw AccrueError(.qualificationClosed, subject, at: .qualification)
        }
    }
}
