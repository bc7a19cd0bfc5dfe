internal import Credit

/// What a learner holds towards a version: recognised credits, whole, also where they exceed the total.
struct Holdings {
    private let registry: Registry
    private let standing: Standing
    private let enrolment: Enrolment?
    /// The version by which is judged.
    private let position: Position
    private let qualification: PublishedQualification

    /// The credits, as rules look at them.
    private(set) var held: [HeldCredit] = []
    /// The line of each, by the event that decided it.
    private(set) var credits: [Position: CreditLine] = [:]

    init(
        _ registry: Registry,
        _ standing: Standing,
        _ enrolment: Enrolment?,
        _ position: Position,
        _ qualification: PublishedQualification
    ) {
        (self.registry, self.standing, self.enrolment) = (registry, standing, enrolment)
        (self.position, self.qualification) = (position, qualification)
    }

    /// Takes a line of the balance, if it is held.
    mutating func take(_ line: CreditLine) throws(AccrueError) {
        guard line.bucket == .recognised || line.bucket == .surplus, let unit = line.unit,
            enrolment == nil || line.enrolment == enrolment?.position,
            let version = registry.qualification(at: unit.qualification)
        else { return }
        let isOwn = unit.qualification == position
        if let index = held.firstIndex(where: { $0.unit.credit == line.decision }) {
            // The total of the qualification cut it in two; what the version judged by says of it needs no sum.
            if isOwn { held[index].unit.points = (held[index].unit.points ?? .zero) + (line.points ?? .zero) }
            return
        }
        credits[line.decision] = line
        // A unit of another version of the same qualification is the unit of that code here, if there is one.
        let number = version.id == qualification.id ? qualification.number(ofUnit: unit.code) : nil
        let counterpart = isOwn ? nil : number.flatMap { qualification.unit($0) }
        let unitHeld = HeldUnit(
            code: unit.code,
            credit: line.decision,
            points: counterpart.map(\.points) ?? line.points,
            qualification: isOwn || counterpart != nil ? nil : version.id
        )
        held.append(credit(unitHeld, line, version))
    }

    /// Supposes that a unit of the version is recognised.
    mutating func suppose(_ code: String, on date: CivilDate) throws(AccrueError) {
        guard let unit = qualification.number(ofUnit: code).flatMap({ qualification.unit($0) }) else {
            let suggestion = NearestName.suggestion(for: code, among: qualification.units.map(\.code))
            throw AccrueError(.unitUnknown, "\(code)\(suggestion)", field: "unit")
        }
        if held.contains(where: { $0.unit.code == code && $0.unit.qualification == nil }) { return }
        let supposed = HeldUnit(code: code, credit: .none, points: unit.points)
        var credit = HeldCredit(supposed, of: qualification.identifier, recognised: date)
        (credit.isHome, credit.isAccredited) = (true, true)
        held.append(credit)
    }

    private func credit(
        _ unit: HeldUnit,
        _ line: CreditLine,
        _ version: PublishedQualification
    ) -> HeldCredit {
        let decision = standing.event(at: line.decision)
        let way = line.trail.compactMap { standing.event(at: $0) }
        let assessment = way.last { $0.kind.isAssessment }
        let recognised = decision.map { $0.command.decided ?? $0.effective } ?? .earliest
        var credit = HeldCredit(unit, of: version.identifier, recognised: recognised)
        if let published = line.unit?.qualification, let from = registry.effective(at: published) {
            credit.validFrom = from
        }
        credit.validUntil = version.validUntil
        credit.procedure = way.last { $0.command.procedure != nil }?.command.procedure
        credit.assessed = assessment?.effective
        if let assessment { credit.attempts = attempts(like: assessment.command) }
        if let institution = assessment?.command.institution ?? decision?.command.institution {
            credit.institution = registry.identifier(at: institution) ?? ""
            credit.isHome = institution == enrolment?.home
            credit.isAccredited = registry.authorities(of: institution).contains {
                $0.function == .assess && $0.covers(version.id) && $0.holds(on: credit.assessed ?? recognised)
            }
        }
        return credit
    }

    /// The attempts at the unit of an assessment, as they stand.
    private func attempts(like assessment: Command) -> [HeldCredit.Attempt] {
        standing.events.compactMap { event in
            guard event.kind.isAssessment, event.command.unit == assessment.unit,
                event.command.qualification == assessment.qualification,
                event.command.institution == assessment.institution, standing.stands(event.position),
                let number = event.command.attempt
            else { return nil }
            return HeldCredit.Attempt(number: number, isPassed: event.command.result == .positive)
        }
    }
}
