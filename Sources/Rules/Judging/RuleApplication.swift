internal import Credit

/// Applies rules to a case, with everything that they leave open decided.
struct RuleApplication {
    private let ruleCase: RuleCase
    private let rules: RuleHistory
    private let options: RuleOptions
    private var credits: [HeldCredit]
    private var effects: [RuleEffect] = []
    private var translations: [Translation] = []

    /// What an equivalence may make of some of the credits.
    private struct Translation {
        let equivalence: Equivalence
        let replacement: FormationLimits.Replacement
        let clause: RuleClause
    }

    init(_ ruleCase: RuleCase, _ rules: RuleHistory, _ options: RuleOptions) {
        (self.ruleCase, self.rules, self.options) = (ruleCase, rules, options)
        // The last of several credits decides by which version they stand for others.
        credits = ruleCase.credits.sorted { ($0.unit.credit, $0.unit.code) < ($1.unit.credit, $1.unit.code) }
    }

    /// Excludes, translates, limits, and looks for the best assignment of what is left.
    consuming func outcome(by solver: FormationSolver) -> RuleOutcome {
        exclude()
        translate()
        let (limits, limited) = limits()
        let held = credits.map(\.unit)
        let formation = solver.solve(held, limits)
        noteTranslations(formation.applied)
        let absent = limits.absent(where: formation.applied)
        for effect in limited where !absent.contains(effect.index) {
            note(effect.kind, credits[effect.index], effect.clause)
        }
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

    /// Adds what equivalences may make of credits, also of credits that were made so; the search decides which are applied.
    private mutating func translate() {
        var next = 0
        // Each credit may complete what others of before wait for.
        while next < credits.count, translations.count <= FormationLimits.mostReplacements {
            let credit = credits[next]
            for name in names {
                guard let (policy, clause) = policy(name, for: credit), case .equivalences(let table) = policy else {
                    continue
                }
                for equivalence in table where equivalence.isSource(credit, of: ruleCase.version) {
                    translate(equivalence, clause, completedBy: next)
                }
            }
            next += 1
        }
    }

    /// Every way of an equivalence in which one credit is a source and no other comes after it.
    private mutating func translate(_ equivalence: Equivalence, _ clause: RuleClause, completedBy last: Int) {
        guard equivalence.targetQualification.map({ $0 == ruleCase.version }) ?? true else { return }
        let candidates = equivalence.sources.map { code in
            code == credits[last].unit.code
                ? [last]
                : credits[...last].indices.filter {
                    credits[$0].unit.code == code && equivalence.isSource(credits[$0], of: ruleCase.version)
                }
        }
        var ways: [[Int]] = [[]]
        for choices in candidates {
            let longer = ways.lazy.flatMap { way in choices.lazy.map { way + [$0] } }
            // One too many is enough to tell that there are.
            ways = Array(longer.prefix(FormationLimits.mostReplacements + 1))
        }
        for way in ways { make(equivalence, of: Set(way), clause) }
    }

    private mutating func make(_ equivalence: Equivalence, of sources: Set<Int>, _ clause: RuleClause) {
        // What a unit was made of does not come of it again.
        let origins = sources.reduce(into: Set<String>()) { $0.formUnion(codes(behind: $1)) }
        let targets = equivalence.targets.filter { ruleCase.units[$0] != nil && !origins.contains($0) }
        guard let newest = sources.max(by: { credits[$0].unit.credit < credits[$1].unit.credit }), !targets.isEmpty
        else { return }
        var made = credits[newest]
        made.version = ruleCase.version
        made.isHome = sources.allSatisfy { credits[$0].isHome }
        made.isAccredited = sources.allSatisfy { credits[$0].isAccredited }
        let places = credits.count..<(credits.count + targets.count)
        for target in targets {
            made.unit = HeldUnit(code: target, credit: made.unit.credit, points: ruleCase.units[target] ?? nil)
            credits.append(made)
        }
        let replacement = FormationLimits.Replacement(sources: sources, targets: Set(places))
        translations.append(Translation(equivalence: equivalence, replacement: replacement, clause: clause))
    }

    /// The codes of a credit and of those of which it was made.
    private func codes(behind credit: Int) -> Set<String> {
        let sources = translations.first { $0.replacement.targets.contains(credit) }?.replacement.sources ?? []
        return sources.reduce(into: [credits[credit].unit.code]) { $0.formUnion(codes(behind: $1)) }
    }

    /// Says what became of credits, and what of those whose partners are missing.
    private mutating func noteTranslations(_ applied: [Int]) {
        for translation in applied.map({ translations[$0] }) {
            for source in translation.replacement.sources.sorted() {
                note(.standsFor(translation.equivalence.targets), credits[source], translation.clause)
            }
        }
        for credit in ruleCase.credits where credits.contains(credit) {
            for name in names {
                guard let (policy, clause) = policy(name, for: credit), case .equivalences(let table) = policy else {
                    continue
                }
                for equivalence in table where equivalence.partial == .progress {
                    guard equivalence.isSource(credit, of: ruleCase.version),
                        !translations.contains(where: { $0.equivalence == equivalence })
                    else { continue }
                    note(.onTheWay(equivalence.targets), credit, clause)
                }
            }
        }
    }

    // MARK: Limits

    /// A limit, and which credit it is about.
    private typealias Limited = (index: Int, kind: RuleEffect.Kind, clause: RuleClause)

    private func limits() -> (FormationLimits, [Limited]) {
        var limits = FormationLimits(replacements: translations.map(\.replacement))
        var limited: [Limited] = []
        var shares: [RuleClause: FormationLimits.Share] = [:]
        for name in names {
            for (index, credit) in credits.enumerated() {
                guard let (policy, clause) = policy(name, for: credit), case .share(let share) = policy,
                    let procedure = credit.procedure, share.procedures.contains(procedure)
                else { continue }
                let most = points(share.atMost)
                shares[clause, default: .init(name: "\(clause)", units: [], most: most)].units.insert(index)
                limited.append((index, .shared(most), clause))
            }
            switch policy(name) {
            case (.residency(let residency), let clause)?:
                let least = points(residency.atLeast)
                let units = credits.indices.filter {
                    residency.from == .home ? credits[$0].isHome : credits[$0].isAccredited
                }
                limited += units.map { ($0, .resident(least), clause) }
                limits.residencies.append(.init(name: "\(clause)", units: Set(units), least: least))
            case (.allocation(let allocation), _)?: limits.respectsDeclared = allocation == .declared
            default: break
            }
        }
        limits.shares = shares.values.sorted { $0.name < $1.name }
        return (limits, limited)
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
