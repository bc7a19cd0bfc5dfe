/// Which events of a history stand on a day: which were removed, replaced or are contested, and by what.
///
/// Authority, references and order were judged when each event was appended and are not judged again.
public struct Standing: Sendable {
    /// Why an event no longer stands.
    public struct Loss: Hashable, Sendable {
        /// How it was lost.
        public enum Manner: Hashable, Sendable {
            /// Revoked, withdrawn or annulled.
            case removed
            /// Another event stands in its place: a correction, or a decision taken again after an appeal.
            case replaced
            /// What it rests on is lost.
            case cascaded
        }

        /// How it was lost.
        public let manner: Manner
        /// The event that removed it or stands in its place, or the lost event on which it rests.
        public let cause: Position
    }

    /// What is considered on that day, in the order of the log.
    public let events: [Event]

    private var removals = PositionMap<Position>()
    private var replacements = PositionMap<Position>()
    private var openAppeals = PositionMap<Position>()
    private var upheldAppeals = PositionMap<Position>()
    private var losses = PositionMap<Loss>()
    private var changes = PositionMap<Position>()

    /// How the events of a history stand on `date`; without a date, with all that is known, later days included.
    ///
    /// A removal from the start acts on every day once it is known, a correction from the day of what it corrects; a
    /// removal from now acts from its effective day on (domain trap 21). O(*n*) for *n* events.
    public init(of events: [Event], on date: CivilDate? = nil) {
        // Mostly nothing lies ahead, and then nothing is copied.
        if let date, events.indices.contains(where: { events[$0].effective > date }) {
            self.events = events.filter { $0.acts(on: date, among: events) }
        } else {
            self.events = events
        }
        // Most histories have none of these, and then everything stands.
        let considered = self.events
        guard considered.indices.contains(where: { considered[$0].kind.unsettles }) else { return }
        findRemovals()
        findReplacements()
        findAppeals()
        findLosses()
    }

    /// The considered event at a position, or nil. O(log *n*).
    public func event(at position: Position) -> Event? {
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low < events.count && events[low].position == position ? events[low] : nil
    }

    /// Why the event at a position no longer stands, or nil where it stands.
    public func loss(of position: Position) -> Loss? { losses[position] }

    /// True if the event at a position was neither removed nor replaced, and what it rests on stands.
    public func stands(_ position: Position) -> Bool { losses[position] == nil }

    /// Whether an event stands in another's place, was lost, or is contested.
    var isUnsettled: Bool { !(losses.isEmpty && replacements.isEmpty && openAppeals.isEmpty) }

    /// The event that stands in place of the one at a position: a correction of a correction, or the event itself.
    public func current(_ position: Position) -> Position {
        var current = position
        while let next = replacements[current] { current = next }
        return current
    }

    /// The appeal that keeps an event contested: undecided, or upheld and not followed by a new decision yet.
    public func appeal(against position: Position) -> Position? {
        losses[position] == nil ? openAppeals[position] : nil
    }

    /// What an event rests on, where that has changed since the event: it should be decided again (domain trap 19), or
    /// an award looked at (trap 20). Nil where nothing changed.
    public func change(under position: Position) -> Position? { changes[position] }
}

// MARK: - The pass

extension Standing {
    /// Backwards, because a removal may itself be removed by a later one.
    private mutating func findRemovals() {
        for index in events.indices.reversed() where events[index].kind.isRemoval {
            let event = events[index]
            guard removals[event.position] == nil, let target = event.answers else { continue }
            removals[target] = event.position
        }
    }

    private mutating func findReplacements() {
        for index in events.indices where events[index].kind == .assessmentCorrected {
            let event = events[index]
            guard removals[event.position] == nil, let replaced = event.replaces else { continue }
            replacements[replaced] = event.position
        }
    }

    private mutating func findAppeals() {
        guard events.indices.contains(where: { events[$0].kind == .appealLodged }) else { return }
        var subjects = PositionMap<Position>()
        for event in events where removals[event.position] == nil {
            switch event.kind {
            case .appealLodged:
                guard let subject = event.answers else { continue }
                subjects[event.position] = subject
                openAppeals[subject] = event.position
            case .appealDecided:
                guard let lodged = event.answers, let subject = subjects[lodged] else { continue }
                if event.result == .negative {
                    openAppeals[subject] = nil
                } else {
                    upheldAppeals[subject] = event.position
                }
            case .assessmentSuperseded, .validationDecided, .recognitionDecided, .qualificationAwarded:
                for subject in upheldAppeals.positions
                where replacements[subject] == nil && event.decidesAgain(subject, of: self) {
                    replacements[subject] = event.position
                    openAppeals[subject] = nil
                }
            default: continue
            }
        }
    }

    private mutating func findLosses() {
        // What came before all that was touched cannot rest on it.
        let touched = [removals, replacements, upheldAppeals].compactMap(\.positions.first)
        guard let first = touched.min(), let start = events.firstIndex(where: { $0.position >= first }) else { return }
        // What takes another's place comes after what rests on it, and may be lost itself: until nothing more falls.
        var count: Int
        repeat {
            count = losses.positions.count
            for index in start..<events.count where losses[events[index].position] == nil {
                let position = events[index].position
                if let removal = removals[position] {
                    losses[position] = Loss(manner: .removed, cause: removal)
                } else if let replacement = replacements[position] {
                    losses[position] = Loss(manner: .replaced, cause: replacement)
                } else if events[index].mayRest(on: first) {
                    inherit(events[index])
                }
            }
        } while !replacements.isEmpty && losses.positions.count > count
    }

    /// The credits on which a decision rests: attempts at one unit in one institution are one.
    fileprivate func credits(under decision: Event) -> Set<AttemptedUnit> {
        var (credits, way, next) = (Set<AttemptedUnit>(), [decision], 0)
        while next < way.count {
            let command = way[next].command
            next += 1
            if command.kind.isAssessment {
                credits.insert(AttemptedUnit(command))
                continue
            }
            for named in command.details.sources + [command.answers].compactMap(\.self) {
                if let event = events.at(named), !way.contains(where: { $0.position == named }) { way.append(event) }
            }
        }
        return credits
    }

    /// The events on which an event rests; an award that names none rests on all earlier recognitions.
    private func supports(of event: Event) -> [Position] {
        guard event.kind == .qualificationAwarded, event.details.sources.isEmpty else {
            return event.supports
        }
        let recognitions = events.lazy.filter { earlier in
            earlier.position < event.position && earlier.kind == .recognitionDecided
                && earlier.enrolment == event.enrolment && earlier.result == .positive
                && !wasLost(earlier.position, before: event.position)
        }
        return event.supports + recognitions.map(\.position)
    }

    private func wasLost(_ position: Position, before later: Position) -> Bool {
        guard var loss = losses[position] else { return false }
        while let deeper = losses[loss.cause] { loss = deeper }
        return loss.cause < later
    }

    /// What an event takes over from the events on which it rests.
    private mutating func inherit(_ event: Event) {
        for support in supports(of: event) {
            let standsNow = current(support)
            let isLost = losses[standsNow] != nil || removals[standsNow] != nil
            let failsNow = standsNow != support && events.at(standsNow)?.result == .negative
            if isLost || failsNow {
                if event.kind != .qualificationAwarded || support == event.enrolment {
                    losses[event.position] = Loss(manner: .cascaded, cause: standsNow)
                    return
                }
                changes[event.position] = standsNow
            } else if standsNow > event.position {
                changes[event.position] = standsNow
            } else if let upheld = upheldAppeals[support], upheld > event.position {
                changes[event.position] = support
            } else if let change = changes[support], change > event.position || upheldAppeals[change] != nil {
                changes[event.position] = change
            }
        }
    }
}

/// The unit of an assessment, and who assessed it.
private struct AttemptedUnit: Hashable {
    let institution: Position?
    let qualification: Position?
    let unit: UInt16?

    init(_ assessment: Command) {
        (institution, qualification, unit) = (assessment.institution, assessment.qualification, assessment.unit)
    }
}

extension Event {
    /// The events without which this one cannot stand.
    var supports: [Position] {
        switch command.kind {
        case .creditDocumented, .transferSent, .transferReceived, .validationDecided, .recognitionDecided,
            .pointsConverted, .qualificationAwarded, .assessmentRecorded, .assessmentCorrected, .assessmentSuperseded,
            .interrupted, .resumed, .left, .moved, .agreementSigned, .agreementAmended, .groupDeclared,
            .exceptionGranted:
            var supports = command.hasDetails ? command.details.sources : []
            if let answers = command.answers { supports.append(answers) }
            if let enrolment = command.enrolment { supports.append(enrolment) }
            return supports
        default: return []
        }
    }

    /// False if the event plainly rests on nothing from a position on.
    fileprivate func mayRest(on first: Position) -> Bool {
        command.kind == .qualificationAwarded || command.hasDetails || command.answers ?? .none >= first
            || command.enrolment ?? .none >= first
    }

    /// True if the event acts on that day: it is effective, removes from the start, or corrects what acts.
    fileprivate func acts(on date: CivilDate, among events: [Event]) -> Bool {
        if command.effective <= date { return true }
        if command.kind.isRemoval { return command.result == .fromStart }
        guard command.kind == .assessmentCorrected, let replaced = command.replaces else { return false }
        return events.at(replaced)?.acts(on: date, among: events) ?? false
    }

    /// True if this is the decision that an upheld appeal against `subject` asks for: the same unit and the same credit, or
    /// after a move to another version the same credit.
    fileprivate func decidesAgain(_ subject: Position, of standing: Standing) -> Bool {
        guard subject < position, let earlier = standing.events.at(subject) else {
            return false
        }
        if command.kind == .assessmentSuperseded { return command.replaces == subject }
        guard command.kind == earlier.kind, command.enrolment == earlier.enrolment else { return false }
        if command.kind == .qualificationAwarded { return true }
        let isOfOneVersion = command.qualification == earlier.qualification
        if isOfOneVersion, command.unit != earlier.unit { return false }
        // Experience is no credit that could be told from another.
        if command.answers == nil, earlier.answers == nil { return isOfOneVersion }
        return !standing.credits(under: self).isDisjoint(with: standing.credits(under: earlier))
    }
}

extension EventKind {
    /// True for the kinds that take something away from another event, or call it in question.
    fileprivate var unsettles: Bool {
        isRemoval || self == .assessmentCorrected || self == .appealLodged || self == .appealDecided
    }

    /// True for the three ways in which an event is removed.
    public var isRemoval: Bool { self == .revoked || self == .withdrawn || self == .annulled }

    /// True for the three steps of an appeal.
    var isAppeal: Bool { self == .appealLodged || self == .appealSuspended || self == .appealDecided }

    /// True for the three ways in which an assessment is recorded.
    public var isAssessment: Bool {
        self == .assessmentRecorded || self == .assessmentCorrected || self == .assessmentSuperseded
    }
}
