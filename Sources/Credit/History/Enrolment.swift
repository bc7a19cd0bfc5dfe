/// A learner's right to work towards a qualification, as it stands.
public struct Enrolment: Hashable, Sendable {
    /// Where the right stands.
    public enum State: Hashable, Sendable {
        /// The learner learns.
        case running
        /// Interrupted since this event.
        case interrupted(Position)
        /// Left by this event.
        case left(Position)
        /// Fulfilled by this award.
        case awarded(Position)
    }

    /// The event that enrolled.
    public let position: Position
    /// The home institution.
    public let home: Position
    /// The qualification version that is the rule basis: that of the enrolment, or of the last move.
    public internal(set) var qualification: Position
    /// From when on.
    public let from: CivilDate
    /// Where it stands.
    public internal(set) var state: State
}

extension Standing {
    /// The enrolments that stand, in the order of the log. O(*n*).
    public var enrolments: [Enrolment] {
        var enrolments: [Enrolment] = []
        for event in events where stands(event.position) {
            if event.kind == .enrolled, let home = event.institution, let qualification = event.qualification {
                enrolments.append(
                    Enrolment(
                        position: event.position,
                        home: home,
                        qualification: qualification,
                        from: event.effective,
                        state: .running
                    )
                )
                continue
            }
            guard let index = enrolments.firstIndex(where: { $0.position == event.enrolment }) else { continue }
            switch event.kind {
            case .interrupted: enrolments[index].state = .interrupted(event.position)
            case .resumed: enrolments[index].state = .running
            case .left: enrolments[index].state = .left(event.position)
            case .qualificationAwarded: enrolments[index].state = .awarded(event.position)
            case .moved: enrolments[index].qualification = event.qualification ?? enrolments[index].qualification
            default: continue
            }
        }
        return enrolments
    }
}
