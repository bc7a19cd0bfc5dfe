// Award: the legal act that fulfils a right.

extension Judgement {
    /// Awarded: by a competent body, once, for recognised credits that reach the points which the version states.
    /// By exception it names its reason and legal basis.
    func decideAward() throws(AccrueError) {
        let enrolment = try enrolment()
        switch enrolment.state {
        case .awarded(let award): throw AccrueError(.awardedTwice, history[award]?.name ?? "", at: .enrolment)
        case .left(let end), .interrupted(let end):
            throw AccrueError(.enrolmentNotRunning, history[end]?.name ?? "", at: .enrolment)
        case .running: break
        }
        let qualification = try qualification()
        guard command.qualification == enrolment.qualification else {
            throw AccrueError(.otherQualification, qualification.identifier, at: .qualification)
        }
        try requireAuthority(.award, for: qualification.id)
        for position in command.details.sources {
            let recognition = try standingEvent(at: position, field: .sources) { $0 == .recognitionDecided }
            guard recognition.command.enrolment == command.enrolment else {
                throw AccrueError(.referenceOtherEnrolment, recognition.name, at: .sources)
            }
            guard recognition.command.result == .positive else {
                throw AccrueError(.resultImpossible, "\(recognition.name) is not positive", at: .sources)
            }
        }
        let isException = command.reason != nil && command.details.legalBasis != nil
        guard !isException else { return }
        if let end = qualification.transitionEnd, command.effective > end {
            throw AccrueError(.qualificationClosed, "\(qualification.identifier), \(end)", at: .qualification)
        }
        guard let stated = qualification.points else { return }
        let recognised = recognisedPoints(towards: enrolment)
        guard recognised >= stated else {
            throw AccrueError(.awardIncomplete, "\(recognised) of \(stated)", at: .enrolment)
        }
    }

    /// The points recognised towards an enrolment by the effective date, each unit once and on one level
    /// (domain traps 7 and 11); contested decisions do not count.
    private func recognisedPoints(towards enrolment: Enrolment) -> Points {
        var recognised: [(unit: Unit, points: Points)] = []
        for event in standing.events where event.command.kind == .recognitionDecided {
            guard event.command.enrolment == enrolment.position, event.command.result == .positive,
                event.command.effective <= command.effective, standing.stands(event.position),
                standing.appeal(against: event.position) == nil,
                let unit = registry.qualification(at: event.command.qualification)?.unit(event.command.unit ?? 0),
                !recognised.contains(where: { $0.unit.code == unit.code })
            else { continue }
            recognised.append((unit, event.command.points ?? .zero))
        }
        var sum = Points.zero
        for (unit, points) in recognised {
            var parent = unit.parent
            // Documents have no cycles: they were judged when published.
            while let code = parent, !recognised.contains(where: { $0.unit.code == code }) {
                parent = registry.qualification(at: enrolment.qualification)?.units.first { $0.code == code }?.parent
            }
            if parent == nil { sum += points }
        }
        return sum
    }
}
