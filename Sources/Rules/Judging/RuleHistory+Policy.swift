internal import Credit

extension RuleHistory {
    /// What a rule lays down for a credit, or for the case, and by which clause; nil where it says nothing about it.
    ///
    /// - Parameters:
    ///   - name: Which rule.
    ///   - dates: The dates of the case, and of the credit.
    ///   - credit: The credit; nil for the case as a whole.
    ///   - exemptions: From what the learner is exempted.
    ///   - favourable: The version that is taken where the choice offers it.
    func policy(
        of name: RuleName,
        on dates: RuleDates,
        for credit: HeldCredit? = nil,
        exempting exemptions: [Exemption.Clause],
        favourable: String? = nil
    ) -> (Policy, RuleClause)? {
        if exemptions.contains(where: { $0.exempts(from: name, credit) }) { return nil }
        let choice = choice(of: name, on: dates)
        guard let rule = choice.ifFavourable.first(where: { $0.version == favourable }) ?? choice.rule else {
            return nil
        }
        guard let exception = rule.exceptions.first(where: { $0.condition.isMet(by: credit, dates.enrolment) }) else {
            return (rule.policy, RuleClause(name, rule, nil))
        }
        return exception.instead.map { ($0, RuleClause(name, rule, exception)) }
    }
}

extension Exemption.Clause {
    /// Whether it exempts from a rule, for a credit or altogether.
    fileprivate func exempts(from name: RuleName, _ credit: HeldCredit?) -> Bool {
        guard case .rule(name, let unit) = self else { return false }
        return unit == nil || unit == credit?.unit.code
    }
}

extension RuleException.Condition {
    /// Whether a credit of a learner who enrolled on a day meets everything that is stated; without a credit, what is
    /// stated of credits is not met.
    fileprivate func isMet(by credit: HeldCredit?, _ enrolled: CivilDate?) -> Bool {
        if let enrolledFrom { guard let enrolled, enrolled >= enrolledFrom else { return false } }
        if let enrolledUntil { guard let enrolled, enrolled <= enrolledUntil else { return false } }
        if !units.isEmpty { guard let credit, units.contains(credit.unit.code) else { return false } }
        if !institutions.isEmpty { guard let credit, institutions.contains(credit.institution) else { return false } }
        if !procedures.isEmpty {
            guard let ways = credit?.procedures, !ways.isEmpty, ways.isSubset(of: procedures) else { return false }
        }
        return true
    }
}
