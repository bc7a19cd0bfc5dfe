internal import Credit

/// What a learner holds towards a version: recognised credits, whole, also where they exceed the total.
struct Holdings {
    private let registry: Registry
    private let standing: Standing
    private let enrolment: Enrolment?
    /// The version by which is judged.
    private let qualification: PublishedQualification

    /// The credits, as rules look at them.
    private(set) var held: [HeldCredit] = []
    /// The assessments that stand.
    private let assessments: [Event]
    /// The groups that are declared for credits, by the event that decided these.
    private let declared: [Position: String]
    /// The line of each, by the event that decided it.
    private(set) var credits: [Position: CreditLine] = [:]

    init(
        _ registry: Registry,
        _ standing: Standing,
        _ enrolment: Enrolment?,
        _ qualification: PublishedQualification
    ) {
        (self.registry, self.standing) = (registry, standing)
        (self.enrolment, self.qualification) = (enrolment, qualification)
        var declared: [Position: String] = [:]
        for event in standing.events where event.kind == .groupDeclared && standing.stands(event.position) {
            guard let decision = event.answers,
                let group = event.group.flatMap({ number in
                    registry.qualification(at: event.qualification)?.group(number)
                })
            else { continue }
            declared[decision] = group
        }
        self.declared = declared
        assessments = standing.events.filter { $0.kind.isAssessment && standing.stands($0.position) }
    }

    /// Takes a line of the balance, if it is held.
    mutating func take(_ line: CreditLine) throws(AccrueError) {
        let part = part(line)
        // What counts in another enrolment does not count in this one, too.
        let isHere =
            enrolment == nil || line.exclusion?.cause.flatMap { standing.event(at: $0)?.enrolment } == line.enrolment
        let isSpare = if case .countsAlready = line.exclusion { isHere } else { false }
        let isInWhole = if case .partOfCounted = line.exclusion { isHere } else { false }
        let isHeld = line.bucket == .recognised || line.bucket == .surplus || part != nil || isSpare || isInWhole
        guard isHeld, let unit = line.unit,
            enrolment == nil || line.enrolment == enrolment?.position,
            let version = registry.qualification(at: unit.qualification)
        else { return }
        let isOwn = unit.qualification == qualification.position
        // A unit of another version of the same qualification is the unit of that code here, if there is one.
        let number = version.id == qualification.id ? qualification.number(ofUnit: unit.code) : nil
        let counterpart = isOwn ? nil : number.flatMap { qualification.unit($0) }
        if let index = held.firstIndex(where: { $0.unit.credit == line.decision }) {
            // The total of its qualification cut it in two; what the version judged by says of it needs no sum.
            if counterpart == nil {
                held[index].unit.points = (held[index].unit.points ?? .zero) + (line.points ?? .zero)
            }
            return
        }
        credits[line.decision] = line
        var unitHeld = HeldUnit(
            code: unit.code,
            credit: line.decision,
            points: counterpart.map(\.points) ?? line.points,
            qualification: isOwn || counterpart != nil ? nil : version.id,
            declared: declared[line.decision]
        )
        unitHeld.isPart = part != nil
        if unitHeld.isPart { unitHeld.points = nil }
        var taken = credit(unitHeld, line, version)
        taken.outcomes = part ?? []
        taken.isSpare = isSpare
        if isInWhole { taken.wholes = version.wholes(of: unit.code) }
        held.append(taken)
    }

    /// The outcomes that a partial recognition is about; nil for any other line.
    private func part(_ line: CreditLine) -> [String]? {
        guard line.exclusion == .partial, let event = standing.event(at: line.decision),
            event.kind == .recognitionDecided
        else { return nil }
        return event.details.outcomes
    }

    /// Supposes that units of the version are recognised, and groups declared.
    ///
    /// - Throws: ``Credit/ErrorCode/unitUnknown`` for a unit that the version does not have;
    ///   ``Credit/ErrorCode/unitNotHeld`` for one for which a group is supposed and that is not held;
    ///   ``Credit/ErrorCode/valueUnknown`` for a group that the formation rule does not have.
    mutating func suppose(_ suppositions: Suppositions, on date: CivilDate) throws(AccrueError) {
        for recognition in suppositions.recognitions { try suppose(recognition, on: date) }
        for (code, group) in suppositions.groups.sorted(by: { $0.key < $1.key }) {
            guard qualification.groups.contains(group) else {
                let suggestion = NearestName.suggestion(for: group, among: qualification.groups)
                let subject = "\(group), no group of \(qualification.identifier)\(suggestion)"
                throw AccrueError(.valueUnknown, subject, field: "group")
            }
            let indices = held.indices.filter { held[$0].unit.code == code }
            if indices.isEmpty {
                if qualification.number(ofUnit: code) != nil { throw AccrueError(.unitNotHeld, code, field: "unit") }
                throw unknown(code)
            }
            for index in indices { held[index].unit.declared = group }
        }
    }

    private mutating func suppose(_ recognition: Suppositions.Recognition, on date: CivilDate) throws(AccrueError) {
        let code = recognition.unit
        guard let unit = qualification.number(ofUnit: code).flatMap({ qualification.unit($0) }) else {
            throw unknown(code)
        }
        let supposed = HeldUnit(code: code, credit: .none, points: unit.points)
        var credit = HeldCredit(supposed, of: qualification.identifier, recognised: date)
        credit.isSpare = held.contains { $0.isSameUnit(as: credit) }
        credit.procedures = Set([recognition.procedure].compactMap(\.self))
        credit.isHome = recognition.procedure != .agreement && recognition.procedure != .application
        credit.isAccredited = true
        held.append(credit)
    }

    /// The error for a unit of neither the version nor what is held.
    private func unknown(_ code: String) -> AccrueError {
        let known = qualification.units.map(\.code) + held.map(\.unit.code)
        return AccrueError(.unitUnknown, code + NearestName.suggestion(for: code, among: known), field: "unit")
    }

    private func credit(
        _ unit: HeldUnit,
        _ line: CreditLine,
        _ version: PublishedQualification
    ) -> HeldCredit {
        let decision = standing.event(at: line.decision)
        let assessment = assessment(under: line.decision)
        let recognised = decision.map { $0.decided ?? $0.effective } ?? .earliest
        var credit = HeldCredit(unit, of: version.identifier, recognised: recognised)
        if let published = line.unit?.qualification, let from = registry.effective(at: published) {
            credit.validFrom = from
        }
        // Until its transition ends it is completed by who began it; where none is stated, it ends with enrolment.
        credit.validUntil = version.transitionEnd ?? version.validUntil
        // Its own: the trail has later attempts, too, which may state another.
        credit.procedures = Set([decision?.procedure].compactMap(\.self))
        credit.assessed = assessment?.effective
        if let assessment { credit.attempts = attempts(like: assessment.command) }
        credit.grade = decision.flatMap { grade(of: $0.command) }
        credit.originals = line.hostUnits.compactMap { host in
            guard let points = host.points, let version = registry.qualification(at: host.qualification) else {
                return nil
            }
            return HeldCredit.Original(scheme: version.scheme, points: points)
        }
        if let institution = assessment?.institution ?? decision?.institution {
            credit.institution = registry.identifier(at: institution) ?? ""
            credit.isHome = institution == enrolment?.home
            credit.isAccredited = registry.authorities(of: institution).contains {
                $0.function == .assess && $0.covers(version.id) && $0.holds(on: credit.assessed ?? recognised)
            }
        }
        return credit
    }

    /// The assessment on which a decision rests: of those behind it the last that was positive. The trail of its line names
    /// other attempts, too, on which it does not rest.
    private func assessment(under decision: Position) -> Event? {
        var way = [standing.current(decision)]
        var next = 0
        while next < way.count {
            if let event = standing.event(at: way[next]), !event.kind.isAssessment {
                let bases = event.details.sources + (event.answers.map { [$0] } ?? [])
                way += bases.map(standing.current).filter { !way.contains($0) }
            }
            next += 1
        }
        let assessments = way.sorted().compactMap { standing.event(at: $0) }.filter { $0.kind.isAssessment }
        return assessments.last { $0.result == .positive } ?? assessments.last
    }

    /// The attempts at the unit of an assessment, as they stand.
    private func attempts(like assessment: Command) -> [HeldCredit.Attempt] {
        assessments.compactMap { event in
            guard event.unit == assessment.unit, event.qualification == assessment.qualification,
                event.institution == assessment.institution, let number = event.attempt
            else { return nil }
            var attempt = HeldCredit.Attempt(
                number: number,
                isPassed: event.result == .positive,
                on: event.effective,
                grade: grade(of: event.command)
            )
            let unit = event.unit.flatMap { registry.qualification(at: event.qualification)?.unit($0) }
            (attempt.unit, attempt.points) = (unit?.code, unit?.points)
            return attempt
        }
    }

    private func grade(of command: Command) -> HeldCredit.Grade? {
        guard let number = command.grade, let grade = registry.scale(at: command.scale)?.grade(number),
            let scale = command.scale.flatMap({ registry.identifier(at: $0) })
        else { return nil }
        return HeldCredit.Grade(scale: scale, code: grade.code, rank: number)
    }
}
