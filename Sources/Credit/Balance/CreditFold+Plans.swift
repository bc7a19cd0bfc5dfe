// What agreements plan and nobody has assessed under them.

extension CreditFold {
    /// Makes the planned lines: one for each host unit of an agreement, for however many home units it is meant.
    mutating func gatherPlans() {
        let agreements = events.indices.filter { events[$0].kind.isAgreementVersion }
        guard !agreements.isEmpty else { return }
        var withdrawn: Set<Position> = []
        var amended: Set<Position> = []
        for event in events where standing.stands(event.position) {
            if event.kind == .agreementWithdrawn, let agreement = event.agreement {
                withdrawn.insert(agreement)
            }
            if event.kind == .agreementAmended, let earlier = event.replaces { amended.insert(earlier) }
        }
        for index in agreements {
            let event = events[index]
            guard standing.stands(event.position), !amended.contains(event.position),
                case .agreement(let agreement) = event.details.document
            else { continue }
            let versions = versions(of: event)
            if withdrawn.isDisjoint(with: versions) { gatherPlans(of: agreement, event, versions) }
        }
    }

    private mutating func gatherPlans(of agreement: LearningAgreement, _ event: Event, _ versions: Set<Position>) {
        var planned: [CreditLine.UnitReference] = []
        for pair in agreement.units {
            guard let qualification = registry.position(of: pair.hostQualification, in: .qualification),
                let number = registry.qualification(at: qualification)?.number(ofUnit: pair.hostUnit),
                let unit = unit(qualification, number), !planned.contains(unit),
                !isAssessed(unit, under: versions)
            else { continue }
            planned.append(unit)
            lines.append(
                CreditLine(
                    bucket: .planned,
                    points: unit.points,
                    scheme: unit.version.schemePosition,
                    enrolment: event.enrolment,
                    unit: unit,
                    hostUnits: [],
                    decision: event.position,
                    trail: [event.position]
                )
            )
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

    private func isAssessed(_ unit: CreditLine.UnitReference, under agreements: Set<Position>) -> Bool {
        events.contains { event in
            event.kind.isAssessment && event.qualification == unit.qualification
                && event.unit == unit.number && event.agreement.map(agreements.contains) == true
                && standing.stands(event.position)
        }
    }
}
