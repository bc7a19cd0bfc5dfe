internal import Credit

/// Applies rules to a case, with everything that they leave open decided.
struct RuleApplication {
    let ruleCase: RuleCase
    private let rules: RuleHistory
    private let options: RuleOptions
    var credits: [HeldCredit]
    private var effects: [RuleEffect] = []
    var translations: [Translation] = []

    init(_ ruleCase: RuleCase, _ rules: RuleHistory, _ options: RuleOptions) {
        (self.ruleCase, self.rules, self.options) = (ruleCase, rules, options)
        credits = ruleCase.credits.inOrder
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
        for index in credits.indices where !absent.contains(index) { noteRemarks(credits[index]) }
        var outcome = RuleOutcome(formation, held, limits, effects)
        outcome.year = year(with: formation.groups[0].counted)
        outcome.average = average(of: formation)
        return outcome
    }

    // MARK: Which clause

    /// The policy for a credit, or for the case, and its clause; nil where the rule says nothing about it.
    func policy(_ name: RuleName, for credit: HeldCredit? = nil) -> (Policy, RuleClause)? {
        rules.policy(
            of: name,
            on: ruleCase.dates(credit),
            for: credit,
            exempting: ruleCase.exemptions,
            favourable: options.favourable[name]
        )
    }

    var names: [RuleName] { rules.versions.keys.sorted() }

    mutating func note(_ kind: RuleEffect.Kind, _ credit: HeldCredit, _ clause: RuleClause) {
        effects.append(RuleEffect(unit: credit.unit.code, credit: credit.unit.credit, kind: kind, clause: clause))
    }

    // MARK: Exclusion

    private mutating func exclude() {
        var kept: [HeldCredit] = []
        for var credit in inTurn {
            if credit.isBehind, !isWanted(credit, beside: kept) { continue }
            if credit.unit.isPart, !weigh(&credit, beside: kept) { continue }
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
        credits = kept.inOrder
    }

    /// Each credit behind those of the same unit that come first; what is only supposed comes last, and parts behind wholes.
    private var inTurn: [HeldCredit] {
        func turn(_ credit: HeldCredit) -> Int {
            if !credit.wholes.isEmpty { return 3 }
            return !credit.isSpare ? 0 : credit.unit.credit != .none ? 1 : 2
        }
        return (0...3).flatMap { number in credits.filter { turn($0) == number } }
    }

    /// Whether a credit that others come before is looked at: none of them is left, or a limit looks at it otherwise.
    private func isWanted(_ credit: HeldCredit, beside kept: [HeldCredit]) -> Bool {
        guard credit.isSpare else { return !kept.contains { credit.isPart(of: $0) } }
        let limits = limits(on: credit)
        return kept.filter { $0.isSameUnit(as: credit) }.map(self.limits(on:)).allSatisfy { others in
            !others.shares.isSubset(of: limits.shares) || !others.residencies.isSuperset(of: limits.residencies)
        }
    }

    /// The shares in which a credit counts, and the residencies for which it does.
    private func limits(on credit: HeldCredit) -> (shares: Set<RuleClause>, residencies: Set<RuleClause>) {
        var (shares, residencies) = (Set<RuleClause>(), Set<RuleClause>())
        for name in names {
            if case (.share(let share), let clause)? = policy(name, for: credit), share.covers(credit) {
                shares.insert(clause)
            }
            if case (.residency(let residency), let clause)? = policy(name), residency.covers(credit) {
                residencies.insert(clause)
            }
        }
        return (shares, residencies)
    }

    /// Gives a part of a unit the points of its outcomes, of those that another part has not; false where no rule says what it
    /// counts.
    private mutating func weigh(_ credit: inout HeldCredit, beside kept: [HeldCredit]) -> Bool {
        let unit = credit.unit
        let others = kept.filter {
            $0.unit.isPart && $0.unit.code == unit.code && $0.unit.qualification == unit.qualification
        }
        credit.outcomes.removeAll { outcome in others.contains { $0.outcomes.contains(outcome) } }
        for name in names {
            guard let (policy, clause) = policy(name, for: credit), case .outcomePoints(let table) = policy else {
                continue
            }
            let points = table.filter { $0.unit == credit.unit.code && credit.outcomes.contains($0.outcome) }
                .reduce(Points.zero) { $0 + $1.points }
            guard points > .zero else { continue }
            credit.unit.points = points
            note(.inPart(credit.outcomes, points), credit, clause)
            return true
        }
        return false
    }

    private func exclusion(of credit: HeldCredit, by policy: Policy) -> RuleEffect.Kind? {
        switch policy {
        // An attempt at a part is none at the unit.
        case .attempts(let policy): credit.unit.isPart ? nil : policy.exclusion(of: credit, awarded: ruleCase.awarded)
        case .expiry(let expiry): exclusion(of: credit, by: expiry)
        case .borrowedUnits(let basis): exclusion(ofBorrowed: credit, on: basis)
        default: nil
        }
    }

    private func exclusion(of credit: HeldCredit, by expiry: Expiry) -> RuleEffect.Kind? {
        guard expiry.units.isEmpty || expiry.units.contains(credit.unit.code) else { return nil }
        let begin = expiry.from == .assessment ? credit.established : credit.recognised
        let end = begin.adding(months: Int(expiry.months))
        let day = expiry.frozenByAward ? ruleCase.dates().current : ruleCase.query
        return end < day ? .expired(end) : nil
    }

    private func exclusion(ofBorrowed credit: HeldCredit, on basis: DateBasis) -> RuleEffect.Kind? {
        guard credit.unit.qualification != nil, let day = ruleCase.dates(credit)[basis] else { return nil }
        let isValid = credit.validFrom <= day && credit.validUntil.map { day <= $0 } ?? true
        return isValid ? nil : .notValid(day)
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
                    share.covers(credit)
                else { continue }
                guard let most = points(share.atMost) else { continue }
                shares[clause, default: .init(name: "\(clause)", units: [], most: most)].units.insert(index)
                limited.append((index, .shared(most), clause))
            }
            switch policy(name) {
            case (.residency(let residency), let clause)?:
                guard let least = points(residency.atLeast, roundedUp: true) else { break }
                let units = credits.indices.filter { residency.covers(credits[$0]) }
                limited += units.map { ($0, .resident(least), clause) }
                limits.residencies.append(.init(name: "\(clause)", units: Set(units), least: least))
            case (.allocation(let allocation), _)?: limits.respectsDeclared = allocation == .declared
            default: break
            }
        }
        limits.shares = shares.values.sorted { $0.name < $1.name }
        return (limits, limited)
    }

    /// What a quantity comes to; nil for a part of a whole of which nobody says how much it is.
    private func points(_ quantity: Quantity, roundedUp: Bool = false) -> Points? {
        switch quantity {
        case .points(let points): points
        case .part(let ratio): ruleCase.total.map { ratio.of($0, roundedUp: roundedUp) }
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

extension ShareCap {
    /// Whether a credit counts in the share: if anything in it came so.
    fileprivate func covers(_ credit: HeldCredit) -> Bool { !credit.procedures.isDisjoint(with: procedures) }
}

extension Residency {
    /// Whether a credit counts for the residency.
    fileprivate func covers(_ credit: HeldCredit) -> Bool { from == .home ? credit.isHome : credit.isAccredited }
}

extension [HeldCredit] {
    /// In the order of recognition: the last of several credits decides by which version they stand for others.
    fileprivate var inOrder: [HeldCredit] {
        sorted { ($0.recognised, $0.unit.credit, $0.unit.code) < ($1.recognised, $1.unit.credit, $1.unit.code) }
    }
}
