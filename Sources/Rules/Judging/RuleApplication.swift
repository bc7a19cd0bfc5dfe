internal import Credit

/// Applies rules to a case, with everything that they leave open decided.
struct RuleApplication {
    private let ruleCase: RuleCase
    private let rules: RuleHistory
    private let options: RuleOptions
    private var credits: [HeldCredit]
    private var effects: [RuleEffect] = []

    init(_ ruleCase: RuleCase, _ rules: RuleHistory, _ options: RuleOptions) {
        (self.ruleCase, self.rules, self.options) = (ruleCase, rules, options)
        credits = ruleCase.credits
    }

    /// Excludes, translates, limits, and looks for the best assignment of what is left.
    consuming func outcome(by solver: FormationSolver) -> RuleOutcome {
        exclude()
        translate()
        let limits = limits()
        let held = credits.map(\.unit)
        let formation = solver.solve(held, limits)
        var outcome = RuleOutcome(formation, held, limits, effects)
        outcome.year = year(with: formation.groups[0].counted)
        return outcome
    }

    // MARK: Which clause

    /// The policy for a credit, or for the case, and its clause; nil where the rule says nothing about it.
    private func policy(_ name: RuleName, for credit: HeldCredit? = nil) -> (Policy, RuleClause)? {
        let choice = rules.choice(of: name, on: ruleCase.dates(credit))
        let favourable = choice.ifFavourable.first { $0.version == options.favourable[name] }
        guard let rule = favourable ?? choice.rule else { return nil }
        guard let exception = rule.exceptions.first(where: { $0.condition.isMet(by: credit, ruleCase.enrolled) }) else {
            return (rule.policy, RuleClause(name, rule, nil))
        }
        return exception.instead.map { ($0, RuleClause(name, rule, exception)) }
    }

    private var names: [RuleName] { rules.versions.keys.sorted() }

    private mutating func note(_ kind: RuleEffect.Kind, _ credit: HeldCredit, _ clause: RuleClause) {
        effects.append(RuleEffect(unit: credit.unit.code, credit: credit.unit.credit, kind: kind, clause: clause))
    }

    // MARK: Exclusion

    private mutating func exclude() {
        var kept: [HeldCredit] = []
        for credit in credits {
            var isKept = true
            for name in names {
                guard let (policy, clause) = policy(name, for: credit), let kind = exclusion(of: credit, by: policy)
                else { continue }
                note(kind, credit, clause)
                isKept = false
                break
            }
            if isKept { kept.append(credit) }
        }
        credits = kept
    }

    private func exclusion(of credit: HeldCredit, by policy: Policy) -> RuleEffect.Kind? {
        switch policy {
        case .attempts(let policy): exclusion(of: credit, by: policy)
        case .expiry(let expiry): exclusion(of: credit, by: expiry)
        case .borrowedUnits(let basis): exclusion(ofBorrowed: credit, on: basis)
        default: nil
        }
    }

    private func exclusion(of credit: HeldCredit, by policy: AttemptPolicy) -> RuleEffect.Kind? {
        let attempts = credit.attempts.sorted { $0.number < $1.number }
        let counting: HeldCredit.Attempt? =
            switch policy.counts {
            case .best: attempts.first { $0.isPassed }
            case .last: attempts.last
            case .first: attempts.first
            }
        guard let counting else { return nil }
        if !counting.isPassed { return .attemptFailed }
        return policy.maximum.map { counting.number > $0 } ?? false ? .tooManyAttempts : nil
    }

    private func exclusion(of credit: HeldCredit, by expiry: Expiry) -> RuleEffect.Kind? {
        guard expiry.units.isEmpty || expiry.units.contains(credit.unit.code) else { return nil }
        let begin = expiry.from == .assessment ? credit.assessed ?? credit.recognised : credit.recognised
        let end = begin.adding(months: Int(expiry.months))
        let day = expiry.frozenByAward ? ruleCase.dates().current : ruleCase.query
        return end < day ? .expired(end) : nil
    }

    private func exclusion(ofBorrowed credit: HeldCredit, on basis: DateBasis) -> RuleEffect.Kind? {
        guard credit.unit.qualification != nil, let day = ruleCase.dates(credit)[basis] else { return nil }
        let isValid = credit.validFrom <= day && credit.validUntil.map { day <= $0 } ?? true
        return isValid ? nil : .notValid(day)
    }

    // MARK: Equivalences

    private mutating func translate() {
        for name in names where !options.without.contains(name) {
            // Each source is asked which version is for it; the first decides about the table.
            var done: Set<Equivalence> = []
            for credit in credits {
                guard let (policy, clause) = policy(name, for: credit), case .equivalences(let table) = policy else {
                    continue
                }
                for equivalence in table where equivalence.isSource(credit, of: ruleCase.version) {
                    if done.insert(equivalence).inserted { translate(equivalence, clause) }
                }
            }
        }
    }

    private mutating func translate(_ equivalence: Equivalence, _ clause: RuleClause) {
        guard equivalence.targetQualification.map({ $0 == ruleCase.version }) ?? true else { return }
        let sources = equivalence.sources.compactMap { code in
            credits.first { $0.unit.code == code && equivalence.isSource($0, of: ruleCase.version) }
        }
        guard sources.count == equivalence.sources.count else {
            if equivalence.partial == .progress {
                for source in sources { note(.onTheWay(equivalence.targets), source, clause) }
            }
            return
        }
        guard var model = sources.max(by: { $0.unit.credit < $1.unit.credit }) else { return }
        for source in sources { note(.standsFor(equivalence.targets), source, clause) }
        let consumed = Set(sources.map(\.unit.credit))
        credits.removeAll { consumed.contains($0.unit.credit) }
        model.version = ruleCase.version
        model.isHome = sources.allSatisfy(\.isHome)
        model.isAccredited = sources.allSatisfy(\.isAccredited)
        for target in equivalence.targets {
            guard let points = ruleCase.units[target] else { continue }
            model.unit = HeldUnit(code: target, credit: model.unit.credit, points: points)
            credits.append(model)
        }
    }

    // MARK: Limits

    private mutating func limits() -> FormationLimits {
        var limits = FormationLimits()
        var shares: [RuleClause: FormationLimits.Share] = [:]
        for name in names {
            for (index, credit) in credits.enumerated() {
                guard let (policy, clause) = policy(name, for: credit), case .share(let share) = policy,
                    let procedure = credit.procedure, share.procedures.contains(procedure)
                else { continue }
                let most = points(share.atMost)
                shares[clause, default: .init(name: "\(clause)", units: [], most: most)].units.insert(index)
                note(.shared(most), credit, clause)
            }
            switch policy(name) {
            case (.residency(let residency), let clause)?: limits.residencies.append(limit(residency, clause))
            case (.allocation(let allocation), _)?: limits.respectsDeclared = allocation == .declared
            default: break
            }
        }
        limits.shares = shares.values.sorted { $0.name < $1.name }
        return limits
    }

    private mutating func limit(_ residency: Residency, _ clause: RuleClause) -> FormationLimits.Residency {
        let least = points(residency.atLeast)
        let units = credits.indices.filter { residency.from == .home ? credits[$0].isHome : credits[$0].isAccredited }
        for index in units { note(.resident(least), credits[index], clause) }
        return FormationLimits.Residency(name: "\(clause)", units: Set(units), least: least)
    }

    private func points(_ quantity: Quantity) -> Points {
        switch quantity {
        case .points(let points): points
        case .part(let ratio): ratio.of(ruleCase.total ?? .zero)
        }
    }

    // MARK: Progression

    private func year(with points: Points) -> RuleOutcome.Year? {
        for name in names {
            guard case (.progression(let steps), let clause)? = policy(name) else { continue }
            let reached = steps.filter { $0.points <= points }.map(\.year).max()
            return RuleOutcome.Year(number: reached ?? 1, clause: clause)
        }
        return nil
    }
}

extension Equivalence {
    /// Whether a credit is one of the sources, for a case of this version.
    fileprivate func isSource(_ credit: HeldCredit, of version: String) -> Bool {
        sources.contains(credit.unit.code) && credit.version == sourceQualification ?? version
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
            guard let procedure = credit?.procedure, procedures.contains(procedure) else { return false }
        }
        return true
    }
}
