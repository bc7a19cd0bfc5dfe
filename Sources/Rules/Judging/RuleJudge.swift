internal import Credit

/// Judges a case by rules: each rule in the version that is for the case, or for the credit that it is about.
///
/// A credit that a rule excludes fills no place; shares, residencies and equivalences are limits of the search for the best
/// assignment. Where rules are retroactive only if that is favourable, every combination of them is tried, and the best
/// outcome is kept: two of them may help only together. Of equal ones it is the first, in the order of names.
public struct RuleJudge: Sendable {
    /// The version of a qualification by which a rule lets a case be judged.
    public struct LaidDown: Hashable, Sendable {
        /// The version, `id@version`.
        public let version: String
        /// By which clause.
        public let clause: RuleClause
    }

    /// More combinations of favourable versions are not tried.
    public static let mostCombinations = 256

    private let rules: RuleHistory
    /// The rules that lay down by which version is judged, in the order of names.
    private let standards: [RuleName]
    /// The versions of the other rules that hold instead where that is favourable, likewise.
    private let favourable: [(name: RuleName, versions: [Rule])]

    /// Judges by all versions of rules.
    public init(_ rules: RuleHistory) {
        self.rules = rules
        let sorted = rules.versions.keys.sorted()
        func isStandard(_ name: RuleName) -> Bool {
            rules.versions[name]?.contains { $0.policy.kind == .standard } ?? false
        }
        standards = sorted.filter(isStandard)
        favourable = sorted.filter { !isStandard($0) }.compactMap { name in
            let versions = rules.versions[name]?.filter { $0.retroactivity == .ifFavourable } ?? []
            return versions.isEmpty ? nil : (name, versions)
        }
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
        for name in standards {
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
    /// With more combinations of favourable versions than are tried it is as unfinished as a search: undetermined, unless what
    /// was found satisfies the rule.
    ///
    /// - Parameters:
    ///   - ruleCase: The case.
    ///   - solver: That of the version by which is judged.
    public func judge(_ ruleCase: RuleCase, by solver: FormationSolver) -> RuleOutcome {
        let (combinations, areAll) = combinations(for: ruleCase)
        var best = RuleApplication(ruleCase, rules, combinations[0]).outcome(by: solver)
        // Of a search that came to no end, too, nobody knows whether it would have been the best.
        var isOpen = !areAll || best.formation.isUnfinished
        for combination in combinations.dropFirst() {
            let outcome = RuleApplication(ruleCase, rules, combination).outcome(by: solver)
            isOpen = isOpen || outcome.formation.isUnfinished
            if outcome.isBetter(than: best) { best = outcome }
        }
        if isOpen { best.formation.leaveUnfinished() }
        return best
    }

    /// The combinations of favourable versions that a case may be offered, none of them first; and whether these are all.
    private func combinations(for ruleCase: RuleCase) -> (combinations: [RuleOptions], areAll: Bool) {
        var combinations = [RuleOptions()]
        if favourable.isEmpty { return (combinations, true) }
        // What equivalences make of credits has dates of these.
        let dates = [ruleCase.dates()] + ruleCase.credits.map { ruleCase.dates($0) }
        for (name, versions) in favourable {
            let offered = versions.filter { version in dates.contains { version.isFromAfter($0) } }
            let isWithin = combinations.count * (offered.count + 1) <= Self.mostCombinations
            guard isWithin else { return (combinations, false) }
            combinations += combinations.flatMap { combination in
                offered.map { combination.taking($0.version, of: name) }
            }
        }
        return (combinations, true)
    }
}

extension FormationResult {
    /// Says that better may not have been found.
    mutating func leaveUnfinished() {
        isUnfinished = true
        if verdict == .notSatisfied { verdict = .undetermined }
    }
}

/// What rules leave open, and how it is decided.
struct RuleOptions {
    /// The favourable version that is taken where a choice offers it.
    private(set) var favourable: [RuleName: String] = [:]

    /// The same with a version of one more rule.
    func taking(_ version: String, of name: RuleName) -> RuleOptions {
        var other = self
        other.favourable[name] = version
        return other
    }
}
