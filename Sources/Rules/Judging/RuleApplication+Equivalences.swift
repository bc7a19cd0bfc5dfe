internal import Credit

extension RuleApplication {
    /// What an equivalence may make of some of the credits.
    struct Translation {
        let equivalence: Equivalence
        let replacement: FormationLimits.Replacement
        let clause: RuleClause
    }

    /// Adds what equivalences may make of credits, also of credits that were made so; the search decides which are applied.
    mutating func translate() {
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
        guard var made = HeldCredit(madeOf: sources.sorted().map { credits[$0] }), !targets.isEmpty else { return }
        made.version = ruleCase.version
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
    mutating func noteTranslations(_ applied: [Int]) {
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
}

extension HeldCredit {
    /// A credit made of others: recognised with the last of them, and come by the ways of all.
    fileprivate init?(madeOf sources: [HeldCredit]) {
        guard let newest = sources.max(by: { ($0.recognised, $0.unit.credit) < ($1.recognised, $1.unit.credit) })
        else { return nil }
        self = newest
        procedures = sources.reduce(into: []) { $0.formUnion($1.procedures) }
        assessed = sources.map(\.established).max()
        isHome = sources.allSatisfy(\.isHome)
        isAccredited = sources.allSatisfy(\.isAccredited)
        originals = sources.flatMap(\.originals)
        // Neither a grade nor an attempt nor an institution of one is that of all.
        if sources.count > 1 { (grade, attempts) = (nil, []) }
        if sources.contains(where: { $0.institution != newest.institution }) { institution = "" }
    }
}

extension Equivalence {
    /// Whether a credit is one of the sources, for a case of this version.
    fileprivate func isSource(_ credit: HeldCredit, of version: String) -> Bool {
        !credit.unit.isPart && sources.contains(credit.unit.code) && credit.version == sourceQualification ?? version
    }
}
