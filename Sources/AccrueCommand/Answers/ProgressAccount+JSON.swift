internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

// Progress as programs read it.

extension ProgressAccount {
    func document() throws(AccrueError) -> JSONValue {
        var placements: [JSONValue] = []
        for placement in formation.placements { placements.append(try document(placement)) }
        var better: [JSONValue] = []
        for placement in formation.better { better.append(try document(placement)) }
        var others: [JSONValue] = []
        for line in progress.others { others.append(try document(line)) }
        return .present([
            "award": progress.award.map { .integer($0.rawValue) },
            "awardedUnsatisfied": .bool(progress.isAwardedUnsatisfied),
            "completion": progress.completion.units.map { units in .array(units.map { .string($0.code) }) },
            "completionError": progress.completion == .unknown ? .string(ErrorCode.searchUnfinished.rawValue) : nil,
            "counted": .string(whole.counted.description),
            "earned": .string(whole.earned.description),
            "exemptions": .array(progress.exemptions.map { ExemptionAccount($0).document }),
            "error": formation.isUnfinished ? .string(ErrorCode.searchUnfinished.rawValue) : nil,
            "enrolment": progress.enrolment.map { .integer($0.position.rawValue) },
            "groups": .array(formation.groups.map { Self.document($0) }),
            "knownAt": .integer(wording.view.known.rawValue),
            "learner": .string(learner.identifier),
            "on": .string(date.description),
            "others": .array(others),
            "placements": .array(placements),
            "qualification": .string(progress.qualification.identifier),
            "heldAlready": .array(progress.heldAlready.map { .string($0) }),
            "hypothetical": .bool(
                isHypothetical || progress.enrolment == nil || !supposedUnits.isEmpty || !supposedGroups.isEmpty
            ),
            "ruleSets": .array(progress.ruleSets.map { .string($0) }),
            "rules": progress.rules.map { rules in
                .present([
                    "effects": .array(rules.effects.map { Self.document($0) }),
                    "averageMandatory": .bool(rules.average != nil),
                    "average": .text(rules.average?.value),
                    "year": rules.year.map { .integer($0.number) },
                ])
            },
            "better": .array(better),
            "reclassed": .array(supposedGroups.map { .string($0) }),
            "released": .array(formation.released.map { .string($0) }),
            "retaken": .array(progress.retaken.map { .string($0) }),
            "standardBy": .text(progress.standard),
            "steps": .integer(formation.steps),
            "supposed": .array(supposedUnits.map { .string($0) }),
            "verdict": .string(formation.verdict.rawValue),
        ])
    }

    private static func document(_ group: FormationResult.Group) -> JSONValue {
        .present([
            "counted": .string(group.counted.description),
            "depth": .integer(group.depth),
            "earned": .string(group.earned.description),
            "group": .string(group.id),
            "asked": .bool(group.isAsked),
            "missingCount": .integer(group.missingCount),
            "missingPoints": .string(group.missingPoints.description),
            "missingRequired": .array(group.missingRequired.map { .string($0) }),
            "present": .bool(group.isPresent),
            "required": .bool(group.isRequired),
            "title": .text(group.title),
        ])
    }

    private static func document(_ effect: RuleEffect) -> JSONValue {
        .present([
            "clause": .string("\(effect.clause)"), "credit": .integer(effect.credit.rawValue),
            "effect": .string(word(of: effect.kind)), "excludes": .bool(effect.kind.excludes),
            "unit": .string(effect.unit),
        ])
    }

    private func document(_ placement: FormationResult.Placement) throws(AccrueError) -> JSONValue {
        .present([
            "balancePoints": .text(try decision(withOtherPoints: placement.unit)?.points),
            "counted": .string(placement.counted.description),
            "hindrance": placement.hindrance.map { .string(word(of: $0)) },
            "credit": placement.unit.credit == .none ? nil : .integer(placement.unit.credit.rawValue),
            "decideAgainSince": try progress.credits[placement.unit.credit].flatMap { (line) throws(AccrueError) in
                try CreditAccount.decideAgainSince(line, wording)
            },
            "group": .text(placement.group),
            "surplus": .string(placement.surplus.description),
            "unit": .string(placement.unit.code),
        ])
    }

    private func document(_ line: CreditLine) throws(AccrueError) -> JSONValue {
        .present([
            "bucket": .string(line.bucket.rawValue),
            "decideAgainSince": try CreditAccount.decideAgainSince(line, wording),
            "decision": .integer(line.decision.rawValue),
            "exclusion": line.exclusion.map { .string($0.word) },
            "points": .text(line.points),
            "unit": .text(line.unit?.code),
        ])
    }
}
