public import Credit

/// Judges a case by rules: each rule in the version that is for the case, or for the credit that it is about.
///
/// A credit that a rule excludes fills no place; shares, residencies and equivalences are limits of the search for the best
/// assignment. Where a rule is retroactive only if that is favourable, each such rule is tried both ways in the order of
/// names, and the better outcome is kept.
public struct RuleJudge: Sendable {
    private let rules: RuleHistory

    /// Judges by all versions of rules.
    public init(_ rules: RuleHistory) { self.rules = rules }

    /// The version by which a case is judged, `id@version`, and by which clause; nil where no rule lays it down.
    public func standard(enrolled: CivilDate?, awarded: CivilDate?, query: CivilDate) -> (String, RuleClause)? {
        let dates = RuleDates(enrolment: enrolled, award: awarded, query: query)
        for (name, choice) in rules.choices(on: dates) {
            if let rule = choice.rule, case .standard(let version) = rule.policy {
                return (version, RuleClause(name, rule, nil))
            }
        }
        return nil
    }

    /// How a case stands by the rules.
    ///
    /// - Parameters:
    ///   - ruleCase: The case.
    ///   - solver: That of the version by which is judged.
    public func judge(_ ruleCase: RuleCase, by solver: FormationSolver) -> RuleOutcome {
        var options = RuleOptions()
        var best = RuleApplication(ruleCase, rules, options).outcome(by: solver)
        for (name, versions) in rules.versions.sorted(by: { $0.key < $1.key }) {
            for trial in options.alternatives(of: name, versions) {
                let outcome = RuleApplication(ruleCase, rules, trial).outcome(by: solver)
                if outcome.isBetter(than: best) { (best, options) = (outcome, trial) }
            }
        }
        return best
    }
}

/// What rules leave open, and how it is decided.
struct RuleOptions {
    /// The favourable version that is taken where a choice offers it.
    var favourable: [RuleName: String] = [:]

    /// The other ways of a rule.
    func alternatives(of name: RuleName, _ versions: [Rule]) -> [RuleOptions] {
        var alternatives: [RuleOptions] = []
        for rule in versions where rule.retroactivity == .ifFavourable {
            var other = self
            other.favourable[name] = rule.version
            alternatives.append(other)
        }
        return alternatives
    }
}
