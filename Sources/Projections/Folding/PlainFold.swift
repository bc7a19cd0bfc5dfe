internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// Folds a learner's events into a row from their fixed parts, where only plain things happened: one identity, positive
/// decisions one after the other, nothing corrected, removed, contested, agreed upon, moved or converted.
///
/// Most learners are such, and cost a tenth of the whole fold at most. What this makes is what the whole fold makes, byte for
/// byte (a property test); of anybody else it makes nothing. Each event is looked at twice: as it comes, when it is linked
/// with the trail on which it stands, and when all are there, as then it is known which of them are lines.
struct PlainFold {
    /// What stands for no points.
    static let noPoints = Int64.min

    let date: Int32
    var table: VersionTable
    /// The events that are considered; only the first `count` are of this learner.
    private var events: [PlainEvent] = []
    private var count = 0
    private var attempts = PlainAttempts()
    var enrolments: [PlainEnrolment] = []
    var lines = PlainLines()
    /// The enrolments as the row has them.
    var enrolled: [LearnerRow.Enrolled] = []
    /// Verdicts of holdings that were met before: learners of one class hold much the same.
    var verdicts: [[Int64]: LearnerRow.Advance] = [:]
    private let steps = PlainEvent.Step.ofKinds
    private var isPlain = true
    private var isIntroduced = false
    /// Whether trails lead over events that come before those that answer them, or over enrolments.
    private var isMixed = false

    init(_ registry: Registry, _ rules: ProgressRules, on date: CivilDate) {
        self.date = date.rawValue
        table = VersionTable(registry, rules)
    }

    /// Begins with a learner.
    mutating func begin() {
        (isPlain, isIntroduced, isMixed, count) = (true, false, false, 0)
        attempts.begin()
        lines.begin()
        enrolments.removeAll(keepingCapacity: true)
    }

    /// Takes the learner's next events.
    mutating func take(_ entries: consuming StreamEntries) {
        while events.count < count + entries.count { events.append(PlainEvent()) }
        while !entries.isEmpty, isPlain { take(entries.next()) }
    }

    @inline(__always)
    private mutating func take(_ entry: RawSpan) {
        let fields = FixedPart(entry)
        let step = steps[Int(fields.kindNumber)]
        var isAwardWithSources = false
        if entry.byteCount > RecordLayout.fixedPartSize,
            // Words say nothing of credits; sources do, but for an award on which nothing else rests.
            RecordView.partTypes(ofEntry: entry).contains(where: { $0 != 1 })
        {
            isAwardWithSources = fields.kindNumber == EventKind.qualificationAwarded.rawValue
            if !isAwardWithSources { isPlain = false }
        }
        switch step {
        case .nothing: isIntroduced = true
        case .notPlain: isPlain = false
        case .recognition, .validation:
            if fields.resultNumber != DecisionResult.positive.rawValue { isPlain = false }
        default: break
        }
        guard isPlain, step != .nothing, fields.effective.rawValue <= date else { return }
        var event = PlainEvent(fields, step)
        event.hasSources = isAwardWithSources
        consider(event, fields)
    }

    /// Links an event with its trail.
    @inline(__always)
    private mutating func consider(_ event: PlainEvent, _ fields: borrowing FixedPart) {
        var event = event
        if event.step == .assessment {
            event.attempts = attempts.add(
                event,
                Int32(count),
                in: fields.institution.rawValue,
                fields.resultNumber,
                &table
            )
        } else {
            if fields.answers > .none, let next = index(of: fields.answers.rawValue) { follow(next, &event) }
            if event.step == .received, event.received < 0, event.enrolment > 0 { event.received = Int32(count) }
            if event.step == .enrolment { enrol(event, fields) }
        }
        events[count] = event
        count += 1
    }

    /// Takes over what the trail behind an event comes to. What comes before on it, and does not decide, starts no line.
    @inline(__always)
    private mutating func follow(_ next: Int, _ event: inout PlainEvent) {
        let step = events[next].step
        event.next = Int32(next)
        event.attempts = events[next].attempts
        event.received = events[next].received
        if events[next].hasSources { event.hasSources = true }
        if event.step == .enrolment || step == .enrolment {
            isMixed = true
            // An award rests on more than what it answers, and says so in its parts.
            if event.step != .enrolment, event.hasSources { isPlain = false }
        }
        if event.step == .enrolment { return }
        if event.attempts >= 0 { attempts.take(event.attempts) }
        if event.step.rawValue <= step.rawValue { events[next].isTaken = true } else { isMixed = true }
    }

    /// Finds which events stand on the trail of one that comes first, where that is not known event by event.
    private mutating func settleTrails() {
        for index in (0..<count).reversed() {
            let (step, next) = (events[index].step, Int(events[index].next))
            events[index].isTaken = events[index].reach <= step.rawValue
            let reach = step == .enrolment ? events[index].reach : min(events[index].reach, step.rawValue)
            if next >= 0 { events[next].reach = min(events[next].reach, reach) }
        }
    }

    /// Where the event at a position stands; nil where it is not considered.
    @inline(__always)
    private func index(of position: UInt32) -> Int? {
        // Nearly always it is the last one.
        if count > 0, events[count - 1].position == position { return count - 1 }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low < count && events[low].position == position ? low : nil
    }

    private mutating func enrol(_ event: PlainEvent, _ fields: borrowing FixedPart) {
        if fields.kindNumber == EventKind.enrolled.rawValue {
            guard fields.institution > .none, event.qualification > 0 else { return }
            enrolments.append(
                PlainEnrolment(
                    position: event.position,
                    home: fields.institution.rawValue,
                    qualification: event.qualification,
                    from: event.effective
                )
            )
            return
        }
        guard let index = enrolments.firstIndex(where: { $0.position == event.enrolment }) else { return }
        switch EventKind(rawValue: fields.kindNumber) {
        case .interrupted: enrolments[index].state = .interrupted
        case .resumed: enrolments[index].state = .running
        case .left: enrolments[index].state = .left
        case .qualificationAwarded: enrolments[index].state = .awarded
        default: return
        }
    }

    /// Appends the learner's row to others; false where the learner is not plain, and nothing is appended.
    mutating func append(to rows: inout FoldedRows, _ learner: UInt32) -> Bool {
        guard isPlain, isIntroduced, gather() else { return false }
        return write(to: &rows, learner)
    }

    // MARK: Credits

    /// One line for each credit, in the order of the events that decide; false where the learner is not plain after all.
    private mutating func gather() -> Bool {
        if isMixed { settleTrails() }
        for index in 0..<count {
            let event = events[index]
            switch event.step {
            case .enrolment: continue
            case .assessment:
                let group = attempts.groups[Int(event.attempts)]
                if group.isTaken || group.decision != index { continue }
                let enrolment = events[Int(group.last)].enrolment
                var line = table.line(group.qualification, group.unit, enrolment > 0 ? enrolment : group.enrolment)
                line.decision = event.position
                line.bucket = group.lastPositive >= 0 ? .assessed : .excluded
                if group.lastPositive < 0 { line.exclusion = group.lastPartial >= 0 ? .partial : .notPositive }
                lines.append(line)
            default:
                if event.isTaken { continue }
                var line = line(from: event)
                if event.step == .recognition {
                    line.points = event.points
                    if event.scheme > 0 { line.scheme = event.scheme }
                    guard lines.recognise(&line, from: event.effective, on: date, enrolments, table) else {
                        return false
                    }
                }
                lines.append(line)
            }
        }
        return true
    }

    /// The line of an event that decides on what an institution does not assess itself.
    @inline(__always)
    private mutating func line(from event: PlainEvent) -> PlainLine {
        var (enrolment, qualification, unit) = (event.enrolment, event.qualification, event.unit)
        if enrolment == 0, event.received >= 0 { enrolment = events[Int(event.received)].enrolment }
        if event.attempts >= 0 {
            let group = attempts.groups[Int(event.attempts)]
            let receivedAt = event.received >= 0 ? events[Int(event.received)].position : .max
            if event.enrolment == 0, group.enrolmentAt < receivedAt { enrolment = group.enrolment }
            let isDecided = event.step == .recognition || event.step == .validation
            if !isDecided, table.place(ofUnit: group.unit, in: group.qualification) >= 0 {
                (qualification, unit) = (group.qualification, group.unit)
            }
        }
        var line = table.line(qualification, unit, enrolment)
        line.decision = event.position
        line.bucket =
            switch event.step {
            case .recognition: .recognised
            case .validation: .validated
            case .documented: .documented
            default: .inTransfer
            }
        return line
    }
}
