internal import Credit

// What rules say about credits beside whether they count: grades, their average, and points elsewhere.

extension RuleApplication {
    /// Says what rules show of a credit.
    mutating func noteRemarks(_ credit: HeldCredit) {
        for name in names {
            guard let (policy, clause) = policy(name, for: credit) else { continue }
            switch policy {
            case .attempts(let attempts):
                for attempt in attempts.notAdmitted(of: credit, awarded: ruleCase.awarded) {
                    note(.notAdmitted(attempt.number), credit, clause)
                }
            case .conversion(let conversion):
                for original in credit.originals where original.scheme == conversion.source {
                    guard let points = conversion.convert(original.points) else { continue }
                    note(.converted(original, .init(scheme: conversion.target, points: points)), credit, clause)
                }
            case .gradeDisplay(let display):
                guard let grade = grade(of: credit), grade.scale == display.source,
                    let entry = display.grades.first(where: { $0.grade == grade.code })
                else { continue }
                note(.graded(grade, shown: entry.shown, scale: display.target), credit, clause)
            default: continue
            }
        }
    }

    /// The grade of the decision, or else of the attempt that counts.
    private func grade(of credit: HeldCredit) -> HeldCredit.Grade? {
        if let grade = credit.grade { return grade }
        for name in names {
            if case .attempts(let policy)? = policy(name, for: credit)?.0 {
                return policy.counting(of: credit, awarded: ruleCase.awarded)?.grade
            }
        }
        return credit.bestAttempt?.grade
    }

    /// The average grade, where a rule makes it mandatory for an award of what there is. A unit without a grade in numbers
    /// is left out of it, and no points weigh. Of what was assessed elsewhere only a grade that the home gave counts, and
    /// grades of several scales have no mean.
    func average(of formation: FormationResult) -> RuleOutcome.Average? {
        let extent: AwardExtent = formation.verdict == .satisfied ? .full : .partial
        for name in names {
            guard case (.gradeAverage(let extents), let clause)? = policy(name), extents.contains(extent) else {
                continue
            }
            let placed = Set(formation.placements.lazy.filter { $0.group != nil }.map(\.unit))
            let given = credits.filter { placed.contains($0.unit) && ($0.grade != nil || $0.isLocal) }
                .compactMap { credit in
                    grade(of: credit).flatMap { grade in (try? Points(grade.code)).map { (scale: grade.scale, $0) } }
                }
            let (scales, grades) = (Set(given.map(\.scale)), given.map(\.1))
            // So many grades together give one.
            let mean = Conversion(
                from: "",
                amount: Points(rawValue: Int64(grades.count) * 10_000),
                to: "",
                gives: Points(rawValue: 10_000),
                decimals: 2
            )
            return RuleOutcome.Average(
                value: scales.count > 1 ? nil : mean.convert(grades.reduce(.zero, +)),
                units: grades.count,
                scales: scales.sorted(),
                extent: extent,
                clause: clause
            )
        }
        return nil
    }
}
