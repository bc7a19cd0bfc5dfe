import Credit

/// What a balance should be: the rules one by one over lists, without indices, caches or a fold.
///
/// Slow on purpose, and written apart from `Standing` and `Balance`, of which it uses nothing.
struct BalanceReferenceModel {
    struct Line: Hashable {
        var bucket: Bucket
        var points: Points?
        var scheme: Position?
        var enrolment: Position?
        var code: String?
        var decision: Event
        var toDecideAgain = false
    }

    let events: [Event]
    let registry: Registry
    let date: CivilDate
    /// What no longer stands.
    private var lost: Set<Position> = []

    /// The learner's part of a whole log, by who owns what after merges and splits.
    init(log: [Event], learner: Position, registry: Registry, on date: CivilDate, known: Position) {
        self.registry = registry
        self.date = date
        let log = log.filter { $0.position <= known }
        func introduces(_ position: Position?) -> Bool {
            log.contains { $0.position == position && $0.kind == .learnerIntroduced }
        }
        var mine: [Event] = []
        for event in log where event.isCredit {
            var owner = event.learner
            for later in log where later.position > event.position {
                if later.kind == .learnerMerged, introduces(later.answers), owner == later.answers {
                    owner = later.learner
                }
                if later.kind == .learnerSplit, later.details.moved.contains(event.position) {
                    owner = log.first { $0.position == later.answers }?.answers
                }
            }
            // What a correction stands for was there from the day of the first that is corrected.
            var dated = event
            while dated.kind == .assessmentCorrected, let first = log.first(where: { $0.position == dated.replaces }) {
                dated = first
            }
            let isAlways = [.revoked, .withdrawn, .annulled].contains(event.kind) && event.result == .fromStart
            if owner == learner, dated.effective <= date || isAlways { mine.append(event) }
        }
        events = mine
        // What falls takes others along, until nothing more falls.
        var before = -1
        while before != lost.count {
            before = lost.count
            for event in events where !isLost(event) && falls(event) { lost.insert(event.position) }
        }
    }

    subscript(position: Position?) -> Event? { events.first { $0.position == position } }

    // MARK: What stands

    func removal(of event: Event) -> Event? {
        events.first { removal in
            [.revoked, .withdrawn, .annulled].contains(removal.kind) && removal.answers == event.position
                && self.removal(of: removal) == nil
        }
    }

    /// The appeal against an event and its decision, as far as neither is removed.
    func appeal(against event: Event) -> (lodged: Event, decided: Event?)? {
        let lodged = events.last {
            $0.kind == .appealLodged && $0.answers == event.position && removal(of: $0) == nil
        }
        return lodged.map { lodged in
            let decided = events.first {
                $0.kind == .appealDecided && $0.answers == lodged.position && removal(of: $0) == nil
            }
            return (lodged, decided)
        }
    }

    func upheld(_ event: Event) -> Event? {
        guard let decided = appeal(against: event)?.decided, decided.result != .negative else { return nil }
        return decided
    }

    func replacement(of event: Event) -> Event? {
        if let correction = events.last(where: {
            $0.kind == .assessmentCorrected && $0.replaces == event.position && removal(of: $0) == nil
        }) {
            return correction
        }
        guard let upheld = upheld(event) else { return nil }
        return events.first { again in
            guard again.position > upheld.position, removal(of: again) == nil else { return false }
            if again.kind == .assessmentSuperseded { return again.replaces == event.position }
            guard again.kind == event.kind, again.enrolment == event.enrolment else { return false }
            guard again.kind.isDecision else { return again.kind == .qualificationAwarded }
            let isSameVersion = again.qualification == event.qualification
            let isSameCredit =
                again.answers == nil && event.answers == nil
                ? isSameVersion : !assessed(by: again).isDisjoint(with: assessed(by: event))
            return isSameCredit && (!isSameVersion || again.unit == event.unit)
        }
    }

    /// What was assessed, and where, on which an event rests, as text.
    private func assessed(by event: Event) -> Set<String> {
        if event.kind.step == 1 {
            return ["\(event.institution ?? .none) \(event.qualification ?? .none) \(event.unit ?? 0)"]
        }
        let named = (event.details.sources + [event.answers].compactMap { $0 }).compactMap { self[$0] }
        return named.reduce(into: []) { $0.formUnion(assessed(by: $1)) }
    }

    func asItStands(_ event: Event) -> Event { replacement(of: event).map(asItStands) ?? event }

    /// What an event needs, each as it stands now, and whether that one still carries it.
    func carriers(of event: Event) -> [(named: Event, now: Event, carries: Bool)] {
        guard !event.kind.isDispute, event.kind != .agreementWithdrawn else { return [] }
        return (event.details.sources + [event.answers, event.enrolment].compactMap { $0 }).compactMap { self[$0] }
            .map { named in
                let now = asItStands(named)
                return (named, now, !isLost(now) && (now.position == named.position || now.result != .negative))
            }
    }

    func isLost(_ event: Event) -> Bool { lost.contains(event.position) }

    private func falls(_ event: Event) -> Bool {
        if removal(of: event) != nil || replacement(of: event) != nil { return true }
        return carriers(of: event).contains { carrier in
            !carrier.carries && (event.kind != .qualificationAwarded || carrier.named.position == event.enrolment)
        }
    }

    func isContested(_ event: Event) -> Bool {
        guard !isLost(event), let appeal = appeal(against: event) else { return false }
        return appeal.decided?.result != .negative
    }

    /// What changed under a decision since.
    func change(under event: Event) -> Event? {
        var change: Event?
        for carrier in carriers(of: event) where carrier.carries {
            if carrier.now.position > event.position {
                change = carrier.now
            } else if let upheld = upheld(carrier.named), upheld.position > event.position {
                change = carrier.named
            } else if let deeper = self.change(under: carrier.named),
                deeper.position > event.position || upheld(deeper) != nil
            {
                change = deeper
            }
        }
        return change
    }

    /// The removal that took an event away, directly or by what it needed.
    func rootRemoval(of event: Event) -> Event? {
        if let removal = removal(of: event) { return removal }
        return carriers(of: event).first { !$0.carries }.flatMap { rootRemoval(of: $0.now) }
    }
}

extension EventKind {
    /// The order of the steps of a credit; nil for what is none.
    fileprivate var step: Int? {
        switch self {
        case .recognitionDecided: 6
        case .validationDecided: 5
        case .transferReceived: 4
        case .transferSent: 3
        case .creditDocumented: 2
        case .assessmentRecorded, .assessmentCorrected, .assessmentSuperseded: 1
        case .importQuarantined: 0
        default: nil
        }
    }

    fileprivate var isDecision: Bool { self == .recognitionDecided || self == .validationDecided }

    fileprivate var isDispute: Bool {
        [.appealLodged, .appealSuspended, .appealDecided, .revoked, .withdrawn, .annulled].contains(self)
    }
}

// MARK: - Credits

extension BalanceReferenceModel {
    func isOverruled(_ event: Event) -> Bool {
        guard event.kind.isDecision else { return false }
        if removal(of: event) != nil { return event.result != .positive && event.answers != nil }
        return replacement(of: event) != nil
    }

    /// Everything that belongs to the same credit as an event, at the event's step or before.
    func credit(of head: Event) -> [Event] {
        var credit = [head]
        var others = events.filter { $0.kind.step != nil && $0.position != head.position }
        // A pass behind no decision, or behind none that stands and is positive, is a credit of its own.
        if head.kind.step != 1, isLost(head) || head.kind.isDecision && head.result != .positive {
            let behind = Set(support(of: head).map(\.position))
            others.removeAll {
                $0.kind.step == 1 && $0.result == .positive && !isLost($0) && !behind.contains($0.position)
            }
        }
        var size = 0
        while size != credit.count {
            size = credit.count
            for event in others where credit.contains(where: { belongs(event, to: $0, credit) }) {
                credit.append(event)
                others.removeAll { $0.position == event.position }
            }
        }
        return credit
    }

    private func belongs(_ event: Event, to other: Event, _ credit: [Event]) -> Bool {
        if asItStands(other).position == event.position { return true }
        if other.kind.step == 1 {
            return event.kind.step == 1 && event.institution == other.institution && event.unit == other.unit
                && event.qualification == other.qualification
        }
        if other.answers == event.position || other.details.sources.contains(event.position) { return true }
        guard event.kind.isDecision, event.kind == other.kind, event.position < other.position,
            event.enrolment == other.enrolment, !isLost(event), !isLost(other)
        else { return false }
        let isRevised =
            event.qualification == other.qualification
            ? event.unit == other.unit && event.result != .positive
            : event.kind == .validationDecided || event.result != .positive
        guard isRevised else { return false }
        return event.answers == nil
            ? other.answers == nil && code(of: event) == code(of: other)
            : credit.contains { $0.position == event.answers }
    }

    private func code(of event: Event) -> String? {
        registry.qualification(at: event.qualification)?.unit(event.unit ?? 0)?.code
    }

    /// The furthest events of all credits.
    var heads: [Event] {
        let candidates = events.filter { $0.kind.step != nil && !isOverruled($0) }
        let furthestFirst = candidates.sorted {
            ($0.kind.step ?? 0, $0.position) > ($1.kind.step ?? 0, $1.position)
        }
        var (heads, taken) = ([Event](), Set<Position>())
        for event in furthestFirst where !taken.contains(event.position) {
            heads.append(event)
            taken.formUnion(credit(of: event).map(\.position))
        }
        return heads.sorted { $0.position < $1.position }
    }
}
