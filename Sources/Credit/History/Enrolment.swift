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

        /// The state without the event that is the cause, by the number under which it is stored.
        public enum Kind: UInt8, CaseIterable, Sendable {
            case running = 0
            case interrupted, left, awarded

            private static let words = Words<Kind>()

            /// The state in one word.
            public var word: String { Self.words.word(of: self) }
        }

        /// The state without the event that is the cause.
        public var kind: Kind {
            switch self {
            case .running: .running
            case .interrupted: .interrupted
            case .left: .left
            case .awarded: .awarded
            }
        }

        /// The state in one word.
        public var word: String { kind.word }

        /// The event since which it stands so, or nil where it runs.
        public var event: Position? {
            switch self {
            case .running: nil
            case .interrupted(let event), .left(let event), .awarded(let event): event
            }
        }
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
    public var enrolments: [Enrolment] { enrolments { _ in true } }

    /// The enrolment that the event at a position began, or nil where it does not stand. O(*n*).
    public func enrolment(_ position: Position) -> Enrolment? { enrolments { $0 == position }.first }

    private func enrolments(where isMeant: (Position) -> Bool) -> [Enrolment] {
        var enrolments: [Enrolment] = []
        for place in events.indices where events[place].kind.changesEnrolment {
            let event = events[place]
            guard stands(event.position) else { continue }
            if event.kind == .enrolled {
                if let home = event.institution, let qualification = event.qualification, isMeant(event.position) {
                    enrolments.append(
                        Enrolment(
                            position: event.position,
                            home: home,
                            qualification: qualification,
                            from: event.effective,
                            state: .running
                        )
                    )
                }
                continue
            }
            guard let index = enrolments.firstIndex(where: { $0.position == event.enrolment }) else { continue }
            switch event.kind {
            case .interrupted: enrolments[index].state = .interrupted(event.position)
            case .resumed: enrolments[index].state = .running
            case .left: enrolments[index].state = .left(event.position)
            case .qualificationAwarded: enrolments[index].state = .awarded(event.position)
            case .moved:
                enrolments[index].qualification = event.qualification ?? enrolments[index].qualification
            default: continue
            }
        }
        return enrolments
    }
}

extension EventKind {
    /// True for the events that begin, change or fulfil an enrolment.
    fileprivate var changesEnrolment: Bool {
        switch self {
        case .enrolled, .interrupted, .resumed, .left, .moved, .qualificationAwarded: true
        default: false
        }
    }
}
