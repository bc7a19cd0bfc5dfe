// Exceptions: one learner is exempted from one clause.

extension LearnerJudgement {
    /// Granted: by a body with authority to award, while the enrolment runs, from one clause of its version: what a group
    /// asks for, that a unit is required, or a rule of a published rule set, for all units or for one.
    func decideExceptionGranted() throws(AccrueError) {
        let enrolment = try enrolment()
        switch enrolment.state {
        case .running: break
        case .awarded(let end), .left(let end), .interrupted(let end):
            throw AccrueError(.enrolmentNotRunning, history[end]?.name ?? "", at: .enrolment)
        }
        let qualification = try qualification()
        guard command.qualification == enrolment.qualification else {
            throw AccrueError(.otherQualification, qualification.identifier, at: .qualification)
        }
        try requireAuthority(.award, for: qualification.id)
        if command.unit != nil { _ = try unit(of: qualification, else: .valueUnknown) }
        switch (command.group, command.details.document) {
        case (let group?, nil):
            guard qualification.group(group) != nil else {
                throw AccrueError(.valueUnknown, "group \(group) of \(qualification.identifier)", at: .group)
            }
            if command.unit != nil { throw AccrueError(.fieldUnknown, "beside group", at: .unit) }
        case (nil, .exemptedRule(let exempted)?): try requirePublished(exempted)
        case (.some, .exemptedRule?): throw AccrueError(.fieldUnknown, "beside group", at: .document)
        case (nil, nil):
            guard command.unit != nil else {
                throw AccrueError(.fieldMissing, "\(command.kind.name): group, unit or document", at: .group)
            }
            if qualification.groups.isEmpty {
                throw AccrueError(.valueUnknown, "\(qualification.identifier) has no formation rule", at: .unit)
            }
        default: throw AccrueError(.typeWrong, "not the document of \(command.kind.name)", at: .document)
        }
    }

    private func requirePublished(_ exempted: ExemptedRule) throws(AccrueError) {
        let sets = registry.ruleSets.filter { $0.text.id == exempted.set }
        if sets.isEmpty {
            let suggestion = NearestName.suggestion(for: exempted.set, among: registry.ruleSets.map(\.text.id))
            throw AccrueError(.valueUnknown, "\(exempted.set), no published rule set\(suggestion)", at: .document)
        }
        let rules = sets.flatMap(\.text.rules)
        guard rules.contains(exempted.rule) else {
            let suggestion = NearestName.suggestion(for: exempted.rule, among: rules)
            throw AccrueError(
                .valueUnknown,
                "\(exempted.rule), no rule of \(exempted.set)\(suggestion)",
                at: .document
            )
        }
    }
}
