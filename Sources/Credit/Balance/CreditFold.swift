/// Gathers events into credits: from each decision back to the assessments on which it rests.
///
/// The furthest step decides where a credit stands, so decisions come before transfers, and those before assessments;
/// of the same step the latest comes first. What a credit has on its trail starts no credit of its own.
struct CreditFold {
    var lines: [CreditLine] = []

    let standing: Standing
    let registry: Registry
    let events: [Event]
    /// Where events of each step stand, in the order of the log, the furthest step first.
    private var steps: [[Int]] = Array(repeating: [], count: 7)
    /// The attempts at one unit in one institution: one credit, however many attempts (domain traps 6 and 8).
    private var attempts: [Attempted: [Int]] = [:]
    /// What starts no credit, and belongs to the trail of what it answers.
    private var attached: [Int] = []
    /// Decisions that a later one on the same credit may take further.
    private var provisional: [Int] = []
    private var isTaken: [Bool]

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
        isTaken = Array(repeating: false, count: events.count)
        let isMoved = events.indices.contains { events[$0].command.kind == .moved }
        for index in events.indices { sort(index, isMoved: isMoved) }
    }

    private mutating func sort(_ index: Int, isMoved: Bool) {
        let kind = events[index].command.kind
        switch kind {
        case .recognitionDecided, .validationDecided:
            if isOverruled(index) {
                attached.append(index)
                return
            }
            steps[kind == .recognitionDecided ? 0 : 1].append(index)
            if isMoved || events[index].command.result != .positive { provisional.append(index) }
        case .transferReceived: steps[2].append(index)
        case .transferSent: steps[3].append(index)
        case .creditDocumented: steps[4].append(index)
        case .importQuarantined: steps[6].append(index)
        case _ where kind.isAssessment:
            steps[5].append(index)
            attempts[Attempted(events[index].command), default: []].append(index)
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

    /// Makes all lines.
    mutating func gather() {
        for step in steps {
            for index in step.reversed() where !isTaken[index] { lines.append(line(of: index)) }
        }
        gatherPlans()
    }

    // MARK: One credit

    private mutating func line(of head: Int) -> CreditLine {
        let supports = followed(head)
        let trail = trail(supports)
        for index in trail { isTaken[index] = true }
        let event = events[head]
        let decided = event.command.kind == .recognitionDecided || event.command.kind == .validationDecided
        let assessed = assessedUnits(trail)
        let own = unit(event.command.qualification, event.command.unit)
        let home = decided ? own : assessed.first ?? own
        var line = CreditLine(
            bucket: .excluded,
            points: home?.points,
            scheme: home.flatMap { scheme(of: $0) },
            enrolment: event.command.enrolment ?? enrolment(of: trail),
            unit: home,
            hostUnits: decided
                ? assessed.filter { $0.qualification != home?.qualification || $0.code != home?.code } : [],
            decision: event.position,
            trail: trail.map { events[$0].position }
        )
        place(&line, event, supports, trail)
        return line
    }

    /// An event and all on which it rests, as it stands now and as it was.
    private func followed(_ head: Int) -> [Int] {
        var followed = [head]
        var next = 0
        while next < followed.count {
            follow(followed[next], into: &followed)
            next += 1
        }
        return followed
    }

    private func follow(_ index: Int, into way: inout [Int]) {
        let current = standing.current(events[index].position)
        if current != events[index].position { add(current, to: &way) }
        if events[index].command.kind.isAssessment { return }
        if events[index].command.hasDetails {
            for source in events[index].command.details.sources { add(source, to: &way) }
        }
        if let answers = events[index].command.answers { add(answers, to: &way) }
    }

    private func add(_ position: Position, to way: inout [Int]) {
        if let index = events.index(of: position), !way.contains(index) { way.append(index) }
    }

    /// The whole way of a credit, in the order of the log: also other attempts, earlier decisions on the same credit,
    /// and whatever answers one of these.
    private func trail(_ supports: [Int]) -> [Int] {
        var trail = supports
        var next = 0
        repeat {
            while next < trail.count {
                follow(trail[next], into: &trail)
                if events[trail[next]].command.kind.isAssessment {
                    for attempt in attempts[Attempted(events[trail[next]].command)] ?? []
                    where !trail.contains(attempt) { trail.append(attempt) }
                }
                next += 1
            }
            for earlier in provisional where !trail.contains(earlier) {
                if trail.contains(where: { isTakenFurther(earlier, by: $0, trail) }) { trail.append(earlier) }
            }
        } while next < trail.count
        // In the order of the log, so that the decision of an appeal finds its lodging on the trail.
        for index in attached where !trail.contains(index) {
            let subject = events[index].command.answers.flatMap { events.index(of: $0) }
            let replacement = events.index(of: standing.current(events[index].position))
            if subject.map(trail.contains) == true || replacement.map(trail.contains) == true { trail.append(index) }
        }
        return trail.sorted()
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
        guard let answers = command.answers else { return last.answers == nil }
        return events.index(of: answers).map(trail.contains) == true
    }

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

    private func assessedUnits(_ trail: [Int]) -> [CreditLine.UnitReference] {
        var units: [CreditLine.UnitReference] = []
        for index in trail where events[index].command.kind.isAssessment {
            guard let unit = unit(events[index].command.qualification, events[index].command.unit),
                !units.contains(unit)
            else { continue }
            units.append(unit)
        }
        return units
    }

    func unit(_ qualification: Position?, _ number: UInt16?) -> CreditLine.UnitReference? {
        number.flatMap { registry.qualification(at: qualification)?.reference(to: $0) }
    }

    func scheme(of unit: CreditLine.UnitReference) -> Position? {
        registry.qualification(at: unit.qualification)?.schemePosition
    }
}
