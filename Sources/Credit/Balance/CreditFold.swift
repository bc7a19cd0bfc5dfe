/// Gathers events into credits: from each decision back to the assessments on which it rests.
///
/// The furthest step decides where a credit stands, so decisions come before transfers, and those before assessments;
/// of the same step the latest comes first. What a credit has on its trail starts no credit of its own.
struct CreditFold {
    private(set) var lines: [CreditLine] = []

    private let standing: Standing
    private let registry: Registry
    private let events: [Event]
    /// The attempts at one unit in one institution: one credit, however many attempts (domain traps 6 and 8).
    private var attempts: [Attempted: [Event]] = [:]
    /// Appeals and removals: they belong to the trail of what they answer.
    private let disputes: [Event]
    private var isTaken: Set<Position> = []

    private struct Attempted: Hashable {
        let institution: Position?
        let qualification: Position?
        let unit: UInt16?

        init(_ event: Event) {
            institution = event.institution
            qualification = event.qualification
            unit = event.unit
        }
    }

    init(_ standing: Standing, _ registry: Registry) {
        self.standing = standing
        self.registry = registry
        events = standing.events
        disputes = events.filter { $0.kind.isRemoval || $0.kind.isAppeal }
        for event in events where event.kind.isAssessment { attempts[Attempted(event), default: []].append(event) }
    }

    /// Makes all lines.
    mutating func gather() {
        let steps: [(EventKind) -> Bool] = [
            { $0 == .recognitionDecided }, { $0 == .validationDecided }, { $0 == .transferReceived },
            { $0 == .transferSent }, { $0 == .creditDocumented }, { $0.isAssessment }, { $0 == .importQuarantined },
        ]
        for isStep in steps {
            for event in events.reversed() where isStep(event.kind) && !isTaken.contains(event.position) {
                lines.append(line(of: event))
            }
        }
        gatherPlans()
    }

    // MARK: One credit

    private mutating func line(of event: Event) -> CreditLine {
        var trail: Set<Position> = []
        follow(event, into: &trail)
        isTaken.formUnion(trail)
        // In the order of the log, so that the decision of an appeal finds its lodging on the trail.
        for dispute in disputes where dispute.answers.map(trail.contains) == true { trail.insert(dispute.position) }
        let way = trail.sorted().compactMap { standing.event(at: $0) }
        let decided = event.kind == .recognitionDecided || event.kind == .validationDecided
        let assessed = assessedUnits(way)
        let own = unit(event.qualification, event.unit)
        let home = decided ? own : assessed.first ?? own
        var line = CreditLine(
            bucket: .excluded,
            points: home?.points,
            scheme: home.flatMap { scheme(of: $0) },
            enrolment: event.enrolment ?? way.lazy.compactMap(\.enrolment).first,
            unit: home,
            hostUnits: decided
                ? assessed.filter { $0.qualification != home?.qualification || $0.code != home?.code } : [],
            decision: event.position,
            trail: trail.sorted()
        )
        place(&line, event, way)
        annotate(&line, event, way)
        return line
    }

    /// Puts an event and all on which it rests on a trail.
    private func follow(_ event: Event, into trail: inout Set<Position>) {
        guard trail.insert(event.position).inserted else { return }
        if event.kind.isAssessment {
            for attempt in attempts[Attempted(event)] ?? [] { trail.insert(attempt.position) }
            return
        }
        for earlier in earlierDecisions(than: event) { follow(earlier, into: &trail) }
        for source in event.details.sources + [event.answers].compactMap({ $0 }) {
            if let source = standing.event(at: source) { follow(source, into: &trail) }
        }
    }

    /// Decisions on the same credit that this one takes further: a refusal or condition before the positive decision.
    private func earlierDecisions(than event: Event) -> [Event] {
        guard event.kind == .recognitionDecided || event.kind == .validationDecided,
            standing.stands(event.position)
        else { return [] }
        return events.filter { earlier in
            earlier.position < event.position && earlier.kind == event.kind && earlier.enrolment == event.enrolment
                && earlier.unit == event.unit && earlier.qualification == event.qualification
                && standing.stands(earlier.position) && earlier.result != .positive
        }
    }

    // MARK: Where it stands

    private func place(_ line: inout CreditLine, _ event: Event, _ way: [Event]) {
        if let loss = standing.loss(of: event.position), !event.kind.isAssessment {
            line.exclusion =
                switch loss.manner {
                case .removed: .removed(by: loss.cause)
                case .replaced: .replaced(by: loss.cause)
                case .cascaded: .restsOnLost(root(of: loss))
                }
            return
        }
        switch event.kind {
        case .recognitionDecided: place(&line, event, positive: .recognised)
        case .validationDecided: place(&line, event, positive: .validated)
        case .transferReceived, .transferSent: line.bucket = .inTransfer
        case .creditDocumented: line.bucket = .documented
        case .importQuarantined:
            line.exclusion = .quarantined
            line.points = nil
        default: placeAssessed(&line, way)
        }
        if way.contains(where: { standing.appeal(against: $0.position) != nil }) {
            line.bucket = .contested
            line.exclusion = nil
        }
    }

    /// The event whose own loss took the others along.
    private func root(of loss: Standing.Loss) -> Position {
        var root = loss.cause
        while let deeper = standing.loss(of: root), deeper.manner == .cascaded { root = deeper.cause }
        return root
    }

    private func place(_ line: inout CreditLine, _ event: Event, positive: Bucket) {
        switch event.result {
        case .positive:
            line.bucket = positive
            if event.kind == .recognitionDecided {
                line.points = event.points
                line.scheme = event.scheme ?? line.scheme
            }
        case .partial: line.exclusion = .partial
        case .conditional: line.exclusion = .conditional
        default: line.exclusion = .refused
        }
    }

    /// The best attempt that stands decides.
    private func placeAssessed(_ line: inout CreditLine, _ way: [Event]) {
        let recorded = way.filter { $0.kind.isAssessment }
        let attempts = recorded.filter { standing.stands($0.position) }
        if let passed = attempts.last(where: { $0.result == .positive }) {
            line.bucket = .assessed
            line.decision = passed.position
        } else if let partial = attempts.last(where: { $0.result == .partial }) {
            line.exclusion = .partial
            line.decision = partial.position
        } else if attempts.isEmpty, let last = recorded.last, let loss = standing.loss(of: last.position) {
            line.exclusion = loss.manner == .removed ? .removed(by: loss.cause) : .restsOnLost(loss.cause)
        } else {
            line.exclusion = .notPositive
        }
    }

    private func annotate(_ line: inout CreditLine, _ event: Event, _ way: [Event]) {
        if line.bucket != .excluded, let change = way.lazy.compactMap({ standing.change(under: $0.position) }).last {
            line.notes.append(.decideAgain(since: change))
        }
        let passed = way.last { $0.kind.isAssessment && $0.result == .positive && standing.stands($0.position) }
        let failed = way.last { $0.kind.isAssessment && $0.result == .negative && standing.stands($0.position) }
        if let passed, let failed, failed.position > passed.position, failed.attempt != passed.attempt {
            line.notes.append(.passStays(despite: failed.position))
        }
        let isUnderAgreement = way.contains { $0.agreement != nil }
        if line.exclusion == .refused, isUnderAgreement { line.notes.append(.refusedDespiteAgreement) }
        if line.bucket == .recognised, event.procedure == .application { line.notes.append(.outsideAgreement) }
        for converted in events where converted.kind == .pointsConverted && converted.answers == event.position {
            guard standing.stands(converted.position), let points = converted.points, let scheme = converted.scheme
            else { continue }
            line.notes.append(.converted(points, scheme: scheme, by: converted.position))
            line.trail.append(converted.position)
        }
    }

    // MARK: Plans

    /// What agreements plan and nobody has assessed under them.
    private mutating func gatherPlans() {
        var withdrawn: Set<Position> = []
        var amended: Set<Position> = []
        for event in events where standing.stands(event.position) {
            if event.kind == .agreementWithdrawn, let agreement = event.agreement { withdrawn.insert(agreement) }
            if event.kind == .agreementAmended, let earlier = event.replaces { amended.insert(earlier) }
        }
        for event in events where standing.stands(event.position) && !amended.contains(event.position) {
            guard case .agreement(let agreement) = event.details.document else { continue }
            let versions = versions(of: event)
            guard withdrawn.isDisjoint(with: versions) else { continue }
            for planned in agreement.units {
                guard let qualification = registry.position(of: planned.hostQualification, in: .qualification),
                    let number = registry.qualification(at: qualification)?.number(ofUnit: planned.hostUnit),
                    let unit = unit(qualification, number), !isAssessed(qualification, number, under: versions)
                else { continue }
                lines.append(
                    CreditLine(
                        bucket: .planned,
                        points: unit.points,
                        scheme: scheme(of: unit),
                        enrolment: event.enrolment,
                        unit: unit,
                        hostUnits: [],
                        decision: event.position,
                        trail: [event.position]
                    )
                )
            }
        }
    }

    /// This version of an agreement and those before it.
    private func versions(of agreement: Event) -> Set<Position> {
        var versions: Set<Position> = [agreement.position]
        var earlier = agreement.replaces
        while let position = earlier, versions.insert(position).inserted {
            earlier = standing.event(at: position)?.replaces
        }
        return versions
    }

    private func isAssessed(_ qualification: Position, _ unit: UInt16, under agreements: Set<Position>) -> Bool {
        events.contains { event in
            event.kind.isAssessment && event.qualification == qualification && event.unit == unit
                && event.agreement.map(agreements.contains) == true
        }
    }

    // MARK: Looking up

    private func assessedUnits(_ way: [Event]) -> [CreditLine.UnitReference] {
        var units: [CreditLine.UnitReference] = []
        for event in way where event.kind.isAssessment {
            guard let unit = unit(event.qualification, event.unit), !units.contains(unit) else { continue }
            units.append(unit)
        }
        return units
    }

    private func unit(_ qualification: Position?, _ number: UInt16?) -> CreditLine.UnitReference? {
        guard let qualification, let number,
            let unit = registry.qualification(at: qualification)?.unit(number)
        else { return nil }
        return CreditLine.UnitReference(
            qualification: qualification,
            number: number,
            code: unit.code,
            title: unit.title,
            points: unit.points
        )
    }

    private func scheme(of unit: CreditLine.UnitReference) -> Position? {
        registry.qualification(at: unit.qualification).flatMap { registry.position(of: $0.scheme, in: .scheme) }
    }
}
