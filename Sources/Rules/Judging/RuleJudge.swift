internal import Credit

/// Judges a case by rules: each rule in the version that is for the case, or for the credit that it is about.
///
/// A credit that a rule excludes fills no place; shares, residencies and equivalences are limits of the search for the best
/// assignment. Where a rule is retroactive only if that is favourable, each such rule is tried both ways in the order of
/// names, and the better outcome is kept.
public struct RuleJudge: Sendable {
    /// The version of a qualification by which a rule lets a case be judged.
    public struct LaidDown: Hashable, Sendable {
        /// The version, `id@version`.
        public let version: String
        /// By which clause.
        public let clause: RuleClause
    }

    private let rules: RuleHistory
    /// The rules that lay down by which version is judged, and the others, in the order of names.
    private let names: (standards: [RuleName], others: [RuleName])

    /// Judges by all versions of rules.
    public init(_ rules: RuleHistory) {
        self.rules = rules
        let sorted = rules.versions.keys.sorted()
        func isStandard(_ name: RuleName) -> Bool {
            rules.versions[name]?.contains { $0.policy.kind == .standard } ?? false
        }
        names = (sorted.filter(isStandard), sorted.filter { !isStandard($0) })
    }

    /// The versions by which a case is judged: the one that holds, nil where no rule lays one down; and those that hold
    /// instead where that is better for the learner.
    ///
    /// - Parameters:
    ///   - dates: The dates of the case.
    ///   - exemptions: From what the learner is exempted.
    public func standards(
        on dates: RuleDates,
        exempting exemptions: [Exemption.Clause] = []
    ) -> (holding: LaidDown?, favourable: [LaidDown]) {
        for name in names.standards {
            func laidDown(_ favourable: String? = nil) -> LaidDown? {
                guard
                    case (.standard(let version), let clause)? =
                        rules.policy(of: name, on: dates, exempting: exemptions, favourable: favourable)
                else { return nil }
                return LaidDown(version: version, clause: clause)
            }
            let better = rules.choice(of: name, on: dates).ifFavourable
            let (holding, favourable) = (laidDown(), better.compactMap { laidDown($0.version) })
            if holding != nil || !favourable.isEmpty { return (holding, favourable) }
        }
        return (nil, [])
    }

    /// How a case stands by the rules.
    ///
    /// - Parameters:
    ///   - ruleCase: The case.
    ///   - solver: That of the version by which is judged.
    public func judge(_ ruleCase: RuleCase, by solver: FormationSolver) -> RuleOutcome {
        var options = RuleOptions()
        var best = RuleApplication(ruleCase, rules, options).outcome(by: solver)
        for name in names.others {
            for trial in options.alternatives(of: name, rules.versions[name] ?? []) {
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
