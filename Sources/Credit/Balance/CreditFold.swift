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
    /// Whether anything is lost, replaced or contested; most learners have nothing of that.
    let isUnsettled: Bool
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

    /// What an attempt is at, and which it is.
    private struct Attempt {
        let place: UInt64
        let unit: UInt16
        let index: Int

        init(_ command: Command, _ index: Int) {
            // No institution or version has position 0, and no unit number 0.
            let (institution, qualification) = (command.institution ?? .none, command.qualification ?? .none)
            place = UInt64(institution.rawValue) << 32 | UInt64(qualification.rawValue)
            unit = command.unit ?? 0
            self.index = index
        }

        func isAtTheSame(as other: Attempt) -> Bool { place == other.place && unit == other.unit }

        static func precedes(_ left: Attempt, _ right: Attempt) -> Bool {
            if left.place != right.place { return left.place < right.place }
            return (left.unit, left.index) < (right.unit, right.index)
        }
    }

    init(_ standing: Standing, _ registry: Registry) {
        self.standing = standing
        self.registry = registry
        events = standing.events
        isUnsettled = standing.isUnsettled
        let none = [Int?](repeating: nil, count: events.count)
        (steps, earlierAttempt, laterAttempt) = (Array(repeating: nil, count: events.count), none, none)
        isTaken = Array(repeating: false, count: events.count)
        answered = events.answered
        let isMoved = events.indices.contains { events[$0].kind == .moved }
        for index in events.indices { sort(index, isMoved: isMoved) }
        linkAttempts()
    }

    /// Links attempts at the same unit in the same institution: sorted, they stand beside each other.
    private mutating func linkAttempts() {
        var attempts: [Attempt] = []
        attempts.reserveCapacity(events.count / 2)
        for index in events.indices where steps[index] == .assessed {
            attempts.append(Attempt(events[index].command, index))
        }
        attempts.sort(by: Attempt.precedes)
        for (earlier, later) in zip(attempts, attempts.dropFirst()) where earlier.isAtTheSame(as: later) {
            (earlierAttempt[later.index], laterAttempt[earlier.index]) = (earlier.index, later.index)
        }
    }

    private mutating func sort(_ index: Int, isMoved: Bool) {
        let kind = events[index].kind
        switch kind {
        case .recognitionDecided, .validationDecided:
            if isUnsettled, isOverruled(index) {
                attached.append(index)
                return
            }
            steps[index] = kind == .recognitionDecided ? .recognised : .validated
            if isMoved || events[index].result != .positive { provisional.append(index) }
        case .transferReceived: steps[index] = .received
        case .transferSent: steps[index] = .sent
        case .creditDocumented: steps[index] = .documented
        case .importQuarantined: steps[index] = .quarantined
        case _ where kind.isAssessment: steps[index] = .assessed
        case _ where kind.isRemoval || kind.isAppeal || kind == .pointsConverted: attached.append(index)
        default: break
        }
    }

    /// True for a decision that says nothing any more: another stands in its place, or it was a refusal and is removed.
    private func isOverruled(_ index: Int) -> Bool {
        switch standing.loss(of: events[index].position)?.manner {
        case .replaced: true
        case .removed: events[index].result != .positive && events[index].answers != nil
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
        gatherDecided()
        let decided = lines.count
        gatherPlans()
        guard lines.count > decided else { return }
        // Plans of one agreement share its position, and no promise is made that a sort keeps the order of equals.
        let order = lines.indices.sorted { (lines[$0].decision, $0) < (lines[$1].decision, $1) }
        lines = order.map { lines[$0] }
    }

    /// Makes the lines of what was assessed or decided.
    private mutating func gatherDecided() {
        var trail: [Int] = []
        // Of each credit its furthest step and where its way ends among all ways; the latest comes first.
        var heads: [(index: Int, end: Int)] = []
        heads.reserveCapacity(events.count / 2)
        var ways: [Int] = []
        ways.reserveCapacity(events.count)
        for step in Step.allCases where steps.contains(step) {
            for index in events.indices.reversed() where steps[index] == step && !isTaken[index] {
                findWay(of: index, &trail)
                for index in trail { isTaken[index] = true }
                ways += trail
                heads.append((index, ways.count))
            }
        }
        lines.reserveCapacity(heads.count)
        while let head = heads.popLast() {
            trail.removeAll(keepingCapacity: true)
            trail += ways[(heads.last?.end ?? 0)..<head.end]
            var line = line(of: head.index, along: trail)
            place(&line, head.index, trail)
            lines.append(line)
        }
        // The earliest came first now, and mostly that is their order.
        let isSorted = lines.indices.dropFirst().allSatisfy { lines[$0 - 1].decision < lines[$0].decision }
        if !isSorted { lines.sort { $0.decision < $1.decision } }
    }

    // MARK: One credit

    /// The line of a credit whose furthest step is `head`, not yet placed.
    private func line(of head: Int, along trail: [Int]) -> CreditLine {
        let isDecided = steps[head] == .recognised || steps[head] == .validated
        let (unit, hostUnits) = units(of: head, isDecided, trail)
        return CreditLine(
            bucket: .excluded,
            points: unit?.points,
            scheme: unit?.version.schemePosition,
            enrolment: events[head].enrolment ?? enrolment(of: trail),
            unit: unit,
            hostUnits: hostUnits,
            decision: events[head].position,
            trail: trail.map { events[$0].position }
        )
    }

    /// The furthest step of a credit and all on which it rests.
    func supports(of head: Int) -> [Int] {
        var supports = [head]
        var next = 0
        while next < supports.count {
            follow(supports[next], into: &supports)
            next += 1
        }
        return supports
    }

    /// Adds what an event rests on, as it stands now and as it was.
    ///
    /// - Parameter leavesPasses: Whether passes are left to credits of their own.
    private func follow(_ index: Int, into way: inout [Int], _ leavesPasses: Bool = false) {
        if isUnsettled {
            let current = standing.current(events[index].position)
            if current != events[index].position { add(events.index(of: current), to: &way, leavesPasses) }
        }
        if events[index].kind.isAssessment { return }
        if events[index].hasDetails {
            for source in events[index].details.sources {
                add(events.index(of: source), to: &way, leavesPasses)
            }
        }
        add(answered[index], to: &way, leavesPasses)
    }

    private func add(_ index: Int?, to way: inout [Int], _ leavesPasses: Bool) {
        if let index, !way.contains(index), !leavesPasses || !isPass(index) { way.append(index) }
    }

    private func isPass(_ index: Int) -> Bool {
        events[index].kind.isAssessment && events[index].result == .positive && standing.stands(events[index].position)
    }

    /// True for what is lost, refused or confirmed in part only: a pass on which it does not rest is nobody's yet, and must
    /// not vanish behind it.
    private func leavesPasses(_ head: Int) -> Bool {
        let step = steps[head]
        if step == .assessed { return false }
        if (step == .recognised || step == .validated) && events[head].result != .positive { return true }
        return isUnsettled && !standing.stands(events[head].position)
    }

    /// Finds the whole way of a credit, in the order of the log: all on which its furthest step rests, other attempts, earlier
    /// decisions on the same credit, and whatever answers one of these.
    ///
    /// - Parameter trail: Memory for its way.
    private func findWay(of head: Int, _ trail: inout [Int]) {
        let leavesPasses = leavesPasses(head)
        trail.removeAll(keepingCapacity: true)
        trail.append(head)
        if leavesPasses { trail = supports(of: head) }
        var next = 0
        repeat {
            while next < trail.count {
                let index = trail[next]
                follow(index, into: &trail, leavesPasses)
                addAttempts(at: index, to: &trail, leavesPasses)
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

    private func addAttempts(at index: Int, to trail: inout [Int], _ leavesPasses: Bool) {
        var attempt = earlierAttempt[index]
        while let earlier = attempt {
            add(earlier, to: &trail, leavesPasses)
            attempt = earlierAttempt[earlier]
        }
        attempt = laterAttempt[index]
        while let later = attempt {
            add(later, to: &trail, leavesPasses)
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
            let kind = events[index].kind
            guard kind.isAssessment || kind == .transferReceived else { continue }
            if let enrolment = events[index].enrolment { return enrolment }
        }
        return nil
    }

    /// The unit to which a credit belongs, and the units that were assessed elsewhere.
    private func units(
        of head: Int,
        _ isDecided: Bool,
        _ trail: [Int]
    ) -> (CreditLine.UnitReference?, [CreditLine.UnitReference]) {
        let own = unit(events[head].qualification, events[head].unit)
        var hostUnits: [CreditLine.UnitReference] = []
        for index in trail where events[index].kind.isAssessment {
            let (qualification, number) = (events[index].qualification, events[index].unit)
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
}

extension [Event] {
    /// For each event, the one that it answers, where that is one of these.
    fileprivate var answered: [Int?] {
        indices.map { index in
            guard let answers = self[index].answers else { return nil }
            // Mostly it is the one before.
            if index > 0, self[index - 1].position == answers { return index - 1 }
            return self.index(of: answers)
        }
    }
}
