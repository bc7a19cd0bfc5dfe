internal import Credit

extension LearnerCase {
    /// The fewest further units that would complete what was judged and may be taken on the day.
    func completion(of judged: JudgedCase, _ question: ProgressQuestion) -> FormationCompletion {
        if judged.formation.verdict == .satisfied { return .by([]) }
        return judged.solver.completion(
            of: judged.held,
            from: available(
                judged.position,
                judged.qualification,
                isEnrolled: question.enrolment != nil,
                judged.solver
            ),
            judged.outcome?.limits ?? FormationLimits()
        )
    }

    /// The units that may be taken on the day: those of a version that still takes or keeps learners, and where the rule has
    /// open slots those of other qualifications in versions that do.
    private func available(
        _ position: Position,
        _ qualification: PublishedQualification,
        isEnrolled: Bool,
        _ solver: FormationSolver
    ) -> [HeldUnit] {
        func units(of version: PublishedQualification, as name: String?) -> [HeldUnit] {
            version.units.filter { $0.parent == nil }
                .map { HeldUnit(code: $0.code, credit: .none, points: $0.points, qualification: name) }
        }
        var available =
            isOpen(qualification, published: position, toEnrolled: isEnrolled) ? units(of: qualification, as: nil) : []
        guard solver.hasSlots, !available.isEmpty else { return available }
        for entry in registry.entries(in: .qualification) {
            guard let version = registry.qualification(at: entry.position), version.id != qualification.id,
                isOpen(version, published: entry.position, toEnrolled: false)
            else { continue }
            available += units(of: version, as: version.id)
        }
        return available
    }

    private func isOpen(_ version: PublishedQualification, published: Position, toEnrolled: Bool) -> Bool {
        let end = toEnrolled ? version.transitionEnd : version.validUntil
        return published <= balance.known && registry.effective(at: published).map { $0 <= balance.on } ?? false
            && end.map { balance.on <= $0 } ?? true
    }
}
