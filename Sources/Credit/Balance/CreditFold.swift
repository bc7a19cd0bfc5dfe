/// Gathers events into credits: from each decision back to the assessments on which it rests.
///
/// The furthest step decides where a credit stands, so decisions come before transfers, and those before assessments;
/// of the same step the latest comes first. What a credit has on its trail starts no credit of its own.
struct CreditFold {
    /// In the order of their decisions.
    var lines: [CreditLine] = []

    let standing: Standing
    let registry: Registry
    let events: [Event]
    /// The step to which each event takes a credit; what starts no credit has none.
    private var steps: [Step?]
    /// The event that each answers.
    private let answered: [Int?]
    /// The attempt before and after each at the same unit in the same institution: one credit, however many attempts
    /// (domain traps 6 and 8).
    private var earlierAttempt: [Int?]
    private var laterAttempt: [Int?]
    /// What starts no credit, and belongs to the trail of what it answers.
    private var attached: [Int] = []
    /// Decisions that a later one on the same credit may take further.
    private var provisional: [Int] = []
    private var isTaken: [Bool]

    /// The steps of a credit, the furthest first.
    private enum Step: CaseIterable {
        case recognised, validated, received, sent, documented, assessed, quarantined
    }

    private struct Attempted: Hashable {
        let institution: Position?
        let qualification: Position?
        let unit: UInt16?

        init(_ command: Command) {
            institution = command.institution
            qualification = command.qualification
            unit = command.unit
        }
    }

    init(_ standing: Standing, _ registry: Registry) {
        self.standing = standing
        self.registry = registry
        events = standing.events
        let none = [Int?](repeating: nil, count: events.count)
        (steps, earlierAttempt, laterAttempt) = (Array(repeating: nil, count: events.count), none, none)
        isTaken = Array(repeating: false, count: events.count)
        answered = events.answered
        let isMoved = events.indices.contains { events[$0].command.kind == .moved }
        var attempts: [Attempted: Int] = [:]
        attempts.reserveCapacity(events.count / 3)
        for index in events.indices { sort(index, isMoved: isMoved, &attempts) }
    }

    private mutating func sort(_ index: Int, isMoved: Bool, _ attempts: inout [Attempted: Int]) {
        let kind = events[index].command.kind
        switch kind {
        case .recognitionDecided, .validationDecided:
            if isOverruled(index) {
                attached.append(index)
                return
            }
            steps[index] = kind == .recognitionDecided ? .recognised : .validated
            if isMoved || events[index].command.result != .positive { provisional.append(index) }
        case .transferReceived: steps[index] = .received
        case .transferSent: steps[index] = .sent
        case .creditDocumented: steps[index] = .documented
        case .importQuarantined: steps[index] = .quarantined
        case _ where kind.isAssessment:
            steps[index] = .assessed
            guard let earlier = attempts.updateValue(index, forKey: Attempted(events[index].command)) else { return }
            (earlierAttempt[index], laterAttempt[earlier]) = (earlier, index)
        case _ where kind.isRemoval || kind.isAppeal || kind == .pointsConverted: attached.append(index)
        default: break
        }
    }

    /// True for a decision that says nothing any more: another stands in its place, or it was a refusal and is removed.
    private func isOverruled(_ index: Int) -> Bool {
        switch standing.loss(of: events[index].position)?.manner {
        case .replaced: true
        case .removed: events[index].command.result != .positive && events[index].command.answers != nil
        case .cascaded, nil: false
        }
    }

    /// Makes all lines, and hands them over: nothing is copied where nobody else holds them.
    mutating func gather() -> [CreditLine] {
        gatherLines()
        defer { lines = [] }
        return lines
    }

    private mutating func gatherLines() {
        lines.reserveCapacity(events.count / 2)
        var trail: [Int] = []
        for step in Step.allCases {
            for index in events.indices.reversed() where steps[index] == step && !isTaken[index] {
                lines.append(line(of: index, &trail))
            }
        }
        // The latest came first; what is nearly sorted is sorted with few moves.
        lines.reverse()
        lines.sort { $0.decision < $1.decision }
        let decided = lines.count
        gatherPlans()
        guard lines.count > decided else { return }
        // Plans of one agreement share its position, and no promise is made that a sort keeps the order of equals.
        let order = lines.indices.sorted { (lines[$0].decision, $0) < (lines[$1].decision, $1) }
        lines = order.map { lines[$0] }
    }

    // MARK: One credit

    /// The line of a credit whose furthest step is `head`.
    ///
    /// - Parameter trail: Memory for its way.
    private mutating func line(of head: Int, _ trail: inout [Int]) -> CreditLine {
        trail.removeAll(keepingCapacity: true)
        trail.append(head)
        var next = 0
        while next < trail.count {
            follow(trail[next], into: &trail)
            next += 1
        }
        // Most learners have no appeals and lose nothing; then nobody asks on what a credit rests.
        let supports = standing.isUnsettled ? trail : []
        complete(&trail)
        for index in trail { isTaken[index] = true }
        var line = line(of: head, along: trail)
        place(&line, head, supports, trail)
        return line
    }

    private func line(of head: Int, along trail: [Int]) -> CreditLine {
        let isDecided = steps[head] == .recognised || steps[head] == .validated
        let (unit, hostUnits) = units(of: head, isDecided, trail)
        return CreditLine(
            bucket: .excluded,
            points: unit?.points,
            scheme: unit.flatMap { scheme(of: $0) },
            enrolment: events[head].command.enrolment ?? enrolment(of: trail),
            unit: unit,
            hostUnits: hostUnits,
            decision: events[head].position,
            trail: trail.map { events[$0].position }
        )
    }

    /// Adds what an event rests on, as it stands now and as it was.
    private func follow(_ index: Int, into way: inout [Int]) {
        if standing.isUnsettled {
            let current = standing.current(events[index].position)
            if current != events[index].position { add(events.index(of: current), to: &way) }
        }
        if events[index].command.kind.isAssessment { return }
        if events[index].command.hasDetails {
            for source in events[index].command.details.sources { add(events.index(of: source), to: &way) }
        }
        add(answered[index], to: &way)
    }

    private func add(_ index: Int?, to way: inout [Int]) {
        if let index, !way.contains(index) { way.append(index) }
    }

    /// Completes a way, in the order of the log: also other attempts, earlier decisions on the same credit, and
    /// whatever answers one of these.
    private func complete(_ trail: inout [Int]) {
        var next = 0
        repeat {
            while next < trail.count {
                let index = trail[next]
                follow(index, into: &trail)
                addAttempts(at: index, to: &trail)
                next += 1
            }
            for earlier in provisional where !trail.contains(earlier) {
                if trail.contains(where: { isTakenFurther(earlier, by: $0, trail) }) { trail.append(earlier) }
            }
        } while next < trail.count
        // In the order of the log, so that the decision of an appeal finds its lodging on the trail.
        for index in attached where !trail.contains(index) {
            let replacement = events.index(of: standing.current(events[index].position))
            if answered[index].map(trail.contains) == true || replacement.map(trail.contains) == true {
                trail.append(index)
            }
        }
        trail.sort()
    }

    private func addAttempts(at index: Int, to trail: inout [Int]) {
        var attempt = earlierAttempt[index]
        while let earlier = attempt {
            add(earlier, to: &trail)
            attempt = earlierAttempt[earlier]
        }
        attempt = laterAttempt[index]
        while let later = attempt {
            add(later, to: &trail)
            attempt = laterAttempt[later]
        }
    }

    /// True if a decision is about the same credit as a later one: a refusal or condition before it, or any decision
    /// in the version from which the enrolment moved away.
    private func isTakenFurther(_ earlier: Int, by later: Int, _ trail: [Int]) -> Bool {
        let (command, last) = (events[earlier].command, events[later].command)
        guard earlier < later, command.kind == last.kind, command.enrolment == last.enrolment,
            standing.stands(events[earlier].position), standing.stands(events[later].position)
        else { return false }
        if command.qualification == last.qualification {
            guard command.unit == last.unit, command.result != .positive else { return false }
        } else if command.kind == .recognitionDecided, command.result == .positive {
            // What was recognised before a move stays recognised.
            return false
        }
        if command.answers == nil { return last.answers == nil && code(of: command) == code(of: last) }
        return answered[earlier].map(trail.contains) == true
    }

    private func code(of command: Command) -> String? { unit(command.qualification, command.unit)?.code }

    // MARK: Looking up

    /// For which enrolment a credit is meant on which nobody has decided.
    private func enrolment(of trail: [Int]) -> Position? {
        for index in trail {
            let kind = events[index].command.kind
            guard kind.isAssessment || kind == .transferReceived else { continue }
            if let enrolment = events[index].command.enrolment { return enrolment }
        }
        return nil
    }

    /// The unit to which a credit belongs, and the units that were assessed elsewhere.
    private func units(
        of head: Int,
        _ isDecided: Bool,
        _ trail: [Int]
    ) -> (CreditLine.UnitReference?, [CreditLine.UnitReference]) {
        let own = unit(events[head].command.qualification, events[head].command.unit)
        var hostUnits: [CreditLine.UnitReference] = []
        for index in trail where events[index].command.kind.isAssessment {
            let (qualification, number) = (events[index].command.qualification, events[index].command.unit)
            if isDecided, let own, qualification == own.qualification, number == own.number { continue }
            guard let unit = unit(qualification, number) else { continue }
            guard isDecided else { return (unit, []) }
            if !hostUnits.contains(unit), unit.qualification != own?.qualification || unit.code != own?.code {
                hostUnits.append(unit)
            }
        }
        return (own, hostUnits)
    }

    func unit(_ qualification: Position?, _ number: UInt16?) -> CreditLine.UnitReference? {
        number.flatMap { registry.qualification(at: qualification)?.reference(to: $0) }
    }

    func scheme(of unit: CreditLine.UnitReference) -> Position? {
        registry.qualification(at: unit.qualification)?.schemePosition
    }
}

extension [Event] {
    /// For each event, the one that it answers, where that is one of these.
    fileprivate var answered: [Int?] {
        indices.map { index in
            guard let answers = self[index].command.answers else { return nil }
            // Mostly it is the one before.
            if index > 0, self[index - 1].position == answers { return index - 1 }
            return self.index(of: answers)
        }
    }
}
