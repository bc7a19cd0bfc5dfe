internal import Credit
internal import EventCoding
internal import Rules

/// Folds a learner's events into a row from their fixed parts, where only plain things happened: one identity, positive
/// decisions one after the other, nothing corrected, removed, contested, agreed upon, moved or converted.
///
/// Most learners are such, and cost a tenth of the whole fold. What this makes is what the whole fold makes, byte for
/// byte (a property test); of anybody else it makes nothing.
struct PlainFold {
    /// What stands for no points.
    static let noPoints = Int64.min

    /// Attempts at one unit in one institution: one credit.
    private struct Attempts {
        let institution: UInt32
        let qualification: UInt32
        let unit: UInt16
        var lastPositive: Int32 = -1
        var lastPartial: Int32 = -1
        var last: Int32 = -1
        /// The enrolment that the first attempt names which names any, and that attempt.
        var enrolment: UInt32 = 0
        var enrolmentAt: UInt32 = .max
        var isTaken = false
        /// The attempts at the same unit in another institution, by number.
        var sameUnit: Int32 = -1
    }

    let date: Int32
    var table: VersionTable
    var events: [PlainEvent] = []
    var lines: [PlainLine] = []
    var enrolments: [PlainEnrolment] = []
    /// The enrolments as the row has them.
    var enrolled: [LearnerRow.Enrolled] = []
    /// The recognised lines, by number in the order of decisions.
    var recognised: [Int32] = []
    /// Verdicts of holdings that were met before: learners of one class hold much the same.
    var verdicts: [[Int64]: LearnerRow.Advance] = [:]
    /// For each code the last line that counts, and in which round.
    var counted: [(round: UInt32, line: Int32)] = []
    private var attempts: [Attempts] = []
    /// For each unit of all versions the last attempts, and in which round.
    private var attempted: [(round: UInt32, attempts: Int32)] = []
    /// The last event of each step.
    private var lastOfStep = SIMD8<Int32>(repeating: -1)
    private let steps = PlainEvent.Step.ofKinds
    private var isPlain = true
    private var isIntroduced = false
    /// Each learner is a round; what is from another one says nothing.
    private(set) var round: UInt32 = 0

    init(_ registry: Registry, _ rules: ProgressRules, on date: CivilDate) {
        self.date = date.rawValue
        table = VersionTable(registry, rules)
    }

    /// Begins with a learner.
    mutating func begin() {
        round &+= 1
        (isPlain, isIntroduced) = (true, false)
        events.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        enrolments.removeAll(keepingCapacity: true)
        attempts.removeAll(keepingCapacity: true)
        lastOfStep = SIMD8(repeating: -1)
    }

    /// Takes the entry of the learner's next event: fixed part and table.
    mutating func take(_ entry: RawSpan) {
        guard isPlain else { return }
        let fields = FixedPart(entry)
        let step = steps[Int(fields.kindNumber)]
        guard step != .notPlain else {
            isPlain = false
            return
        }
        var hasSources = false
        if entry.byteCount > RecordLayout.fixedPartSize + RecordLayout.saltSize {
            // Words say nothing of credits; sources do, but for an award on which nothing else rests.
            hasSources = RecordView.partTypes(ofEntry: entry).contains { $0 != 1 }
            if hasSources, fields.kindNumber != EventKind.qualificationAwarded.rawValue { isPlain = false }
        }
        if step == .recognition || step == .validation, fields.resultNumber != DecisionResult.positive.rawValue {
            isPlain = false
        }
        if step == .nothing { isIntroduced = true }
        guard isPlain, step != .nothing, fields.effective.rawValue <= date else { return }
        let index = Int32(events.count)
        var event = PlainEvent(fields, step)
        event.hasSources = hasSources
        if step.rawValue < 6 {
            event.before = lastOfStep[Int(step.rawValue)]
            lastOfStep[Int(step.rawValue)] = index
        }
        if step == .assessment { event.attempts = attempt(event, index) }
        events.append(event)
    }

    @inline(__always)
    private mutating func attempt(_ event: PlainEvent, _ index: Int32) -> Int32 {
        let group = group(of: event)
        attempts[group].last = index
        if event.result == DecisionResult.positive.rawValue { attempts[group].lastPositive = index }
        if event.result == DecisionResult.partial.rawValue { attempts[group].lastPartial = index }
        if event.enrolment > 0, attempts[group].enrolment == 0 {
            (attempts[group].enrolment, attempts[group].enrolmentAt) = (event.enrolment, event.position)
        }
        return Int32(group)
    }

    /// The attempts to which an assessment belongs, new ones if need be.
    private mutating func group(of event: PlainEvent) -> Int {
        var new = Attempts(institution: event.institution, qualification: event.qualification, unit: event.unit)
        let place = Int(table.place(ofUnit: event.unit, in: event.qualification))
        guard place >= 0 else {
            // A unit that nobody published; it still is one.
            if let known = attempts.firstIndex(where: { Self.isSame($0, event) }) { return known }
            attempts.append(new)
            return attempts.count - 1
        }
        while attempted.count < table.units.count { attempted.append((0, -1)) }
        let first = attempted[place].round == round ? attempted[place].attempts : -1
        var next = first
        while next >= 0 {
            if Self.isSame(attempts[Int(next)], event) { return Int(next) }
            next = attempts[Int(next)].sameUnit
        }
        new.sameUnit = first
        attempts.append(new)
        attempted[place] = (round, Int32(attempts.count - 1))
        return attempts.count - 1
    }

    @inline(__always)
    private static func isSame(_ attempts: Attempts, _ event: PlainEvent) -> Bool {
        attempts.unit == event.unit && attempts.qualification == event.qualification
            && attempts.institution == event.institution
    }

    /// Appends the learner's row to others; false where the learner is not plain, and nothing is appended.
    mutating func append(to rows: inout FoldedRows, _ learner: UInt32) -> Bool {
        guard isPlain, isIntroduced else { return false }
        gather()
        guard isPlain else { return false }
        for index in events.indices where events[index].step == .enrolment { enrol(events[index]) }
        return count() && write(to: &rows, learner)
    }

    // MARK: Credits

    /// One line for each credit, the furthest step first; what stands on the trail of one starts none.
    private mutating func gather() {
        for step in 0..<5 {
            var index = Int(lastOfStep[step])
            while index >= 0 {
                if !events[index].isTaken { line(from: index) }
                index = Int(events[index].before)
            }
        }
        for group in attempts.indices where !attempts[group].isTaken { line(of: group) }
    }

    private mutating func line(from head: Int) {
        var (index, group) = (head, -1)
        var named: (enrolment: UInt32, position: UInt32) = (0, .max)
        while true {
            events[index].isTaken = true
            let event = events[index]
            if event.hasSources { isPlain = false }
            if event.step == .assessment {
                group = Int(event.attempts)
                attempts[group].isTaken = true
                break
            }
            if event.step == .received, event.enrolment > 0 { named = (event.enrolment, event.position) }
            guard event.answers > 0, let next = self.index(of: event.answers, before: index) else { break }
            index = next
        }
        let event = events[head]
        var enrolment = event.enrolment
        if enrolment == 0 {
            enrolment = named.enrolment
            if group >= 0, attempts[group].enrolmentAt < named.position { enrolment = attempts[group].enrolment }
        }
        let isDecided = event.step == .recognition || event.step == .validation
        var (qualification, unit) = (event.qualification, event.unit)
        if !isDecided, group >= 0,
            table.place(ofUnit: attempts[group].unit, in: attempts[group].qualification) >= 0
        {
            (qualification, unit) = (attempts[group].qualification, attempts[group].unit)
        }
        var line = line(qualification, unit, enrolment)
        switch event.step {
        case .recognition:
            line.bucket = .recognised
            line.points = event.points
            if event.scheme > 0 { line.scheme = event.scheme }
        case .validation: line.bucket = .validated
        case .documented: line.bucket = .documented
        default: line.bucket = .inTransfer
        }
        add(line, decidedBy: head)
    }

    /// The best attempt decides.
    private mutating func line(of group: Int) {
        let attempts = attempts[group]
        let enrolment = events[Int(attempts.last)].enrolment
        var line = line(attempts.qualification, attempts.unit, enrolment > 0 ? enrolment : attempts.enrolment)
        var decision = attempts.last
        if attempts.lastPositive >= 0 {
            line.bucket = .assessed
            decision = attempts.lastPositive
        } else {
            line.bucket = .excluded
            line.exclusion = attempts.lastPartial >= 0 ? .partial : .notPositive
            if attempts.lastPartial >= 0 { decision = attempts.lastPartial }
        }
        add(line, decidedBy: Int(decision))
    }

    @inline(__always)
    private mutating func line(_ qualification: UInt32, _ unit: UInt16, _ enrolment: UInt32) -> PlainLine {
        var line = PlainLine(enrolment: enrolment)
        let place = table.place(ofUnit: unit, in: qualification)
        guard place >= 0 else { return line }
        let version = table.index(of: qualification)
        (line.version, line.place, line.unit) = (Int32(version), place, unit)
        line.scheme = table.shapes[version].scheme
        line.points = table.units[Int(place)].points
        return line
    }

    @inline(__always)
    private mutating func add(_ line: PlainLine, decidedBy index: Int) {
        var line = line
        (line.decision, line.effective) = (events[index].position, events[index].effective)
        events[index].line = Int32(truncatingIfNeeded: lines.count)
        lines.append(line)
    }

    /// Where the event at a position stands, which comes before another; nil where it is not considered.
    private func index(of position: UInt32, before later: Int) -> Int? {
        // Nearly always it is the one right before.
        if later > 0, events[later - 1].position == position { return later - 1 }
        var (low, high) = (0, later)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low < later && events[low].position == position ? low : nil
    }

    // MARK: Enrolments

    private mutating func enrol(_ event: PlainEvent) {
        if event.kind == EventKind.enrolled.rawValue {
            guard event.institution > 0, event.qualification > 0 else { return }
            enrolments.append(
                PlainEnrolment(
                    position: event.position,
                    home: event.institution,
                    qualification: event.qualification,
                    from: event.effective
                )
            )
            return
        }
        guard let index = enrolments.firstIndex(where: { $0.position == event.enrolment }) else { return }
        switch EventKind(rawValue: event.kind) {
        case .interrupted: enrolments[index].state = .interrupted
        case .resumed: enrolments[index].state = .running
        case .left: enrolments[index].state = .left
        case .qualificationAwarded: enrolments[index].state = .awarded
        default: return
        }
    }
}
