public import Credit

/// The dates of a case, of which a rule's basis takes one.
public struct RuleDates: Hashable, Sendable {
    /// The day of enrolment.
    public var enrolment: CivilDate?
    /// The day of the assessment.
    public var assessment: CivilDate?
    /// The day of the recognition.
    public var recognition: CivilDate?
    /// The day of the award: from then on nothing changes any more.
    public var award: CivilDate?
    /// The day of which is asked.
    public var query: CivilDate

    /// Makes dates.
    public init(
        enrolment: CivilDate? = nil,
        assessment: CivilDate? = nil,
        recognition: CivilDate? = nil,
        award: CivilDate? = nil,
        query: CivilDate
    ) {
        self.enrolment = enrolment
        self.assessment = assessment
        self.recognition = recognition
        self.award = award
        self.query = query
    }

    /// The date of a basis, or nil where that has not happened yet.
    subscript(basis: DateBasis) -> CivilDate? {
        switch basis {
        case .enrolment: enrolment
        case .assessment: assessment
        case .recognition: recognition
        case .award: award
        case .query: current
        }
    }

    /// The day up to which rules move on: that of the award, or else that of which is asked.
    var current: CivilDate { min(award ?? query, query) }
}

/// Which version of a rule is for a case, and why.
public struct RuleChoice: Hashable, Sendable {
    /// Why.
    public enum Reason: Hashable, Sendable {
        /// The date lies in its validity.
        case inForce
        /// The date lies in its validity; newer cases have another version, and this one is kept until the day, or for
        /// ever.
        case kept(until: CivilDate?)
        /// The version of that name would be kept, but only until that day, which has passed.
        case transitionEnded(version: String, on: CivilDate)
        /// It is also for cases from before its validity.
        case retroactive
        /// No version is for that date.
        case noVersion
    }

    /// The version, or nil where none is for the case.
    public var rule: Rule?
    /// Why.
    public var reason: Reason
    /// The date that decided.
    public var date: CivilDate
    /// True if the basis has not happened yet, and the day of which is asked was taken for it.
    public var isAssumed: Bool
    /// Versions from after the date that hold instead where they are better for the learner, oldest first.
    public var ifFavourable: [Rule]
}

/// Which rule, in all its versions.
public struct RuleName: Hashable, Comparable, Sendable {
    /// The id of the rule set.
    public var set: String
    /// The id of the rule in it.
    public var rule: String

    /// Makes a name.
    public init(set: String, rule: String) {
        self.set = set
        self.rule = rule
    }

    /// Orders by rule set, then by rule.
    public static func < (left: RuleName, right: RuleName) -> Bool { (left.set, left.rule) < (right.set, right.rule) }
}

/// All versions of rules, of one rule set or of several.
public struct RuleHistory: Sendable {
    /// The versions of each rule, each oldest first.
    public let versions: [RuleName: [Rule]]

    /// Takes the rules of versions of rule sets, those for the qualification of an id, or all; a version of a rule that
    /// several have is one.
    public init(_ sets: [RuleSet], for qualification: String? = nil) {
        var rules: [RuleName: [Rule]] = [:]
        // Two rules of one name, version and day contradict each other; then the later set has the last word, always.
        for set in sets.sorted(by: { ($0.id, $0.version) < ($1.id, $1.version) }) where set.isFor(qualification) {
            for rule in set.rules {
                let name = RuleName(set: set.id, rule: rule.id)
                if rules[name]?.contains(rule) != true { rules[name, default: []].append(rule) }
            }
        }
        versions = rules.mapValues { rules in
            rules.enumerated().sorted {
                ($0.element.validFrom, $0.element.version, $0.offset) < (
                    $1.element.validFrom, $1.element.version, $1.offset
                )
            }.map(\.element)
        }
    }

    /// The version of each rule that is for a case, in the order of their names.
    public func choices(on dates: RuleDates) -> [(name: RuleName, choice: RuleChoice)] {
        versions.keys.sorted().map { (name: $0, choice: choice(of: $0, on: dates)) }
    }

    /// The version of one rule that is for a case: the newest for which the date of its own basis decides; or, where
    /// its transition has ended by now, the one that was in force on the next day.
    public func choice(of name: RuleName, on dates: RuleDates) -> RuleChoice {
        let versions = versions[name] ?? []
        let matching = versions.indices.last { matches(versions, $0, dates) }
        guard var index = matching else {
            return RuleChoice(
                rule: nil,
                reason: .noVersion,
                date: versions.last.map { $0.date(of: dates) } ?? dates.current,
                isAssumed: false,
                ifFavourable: favourable(versions, dates)
            )
        }
        let decided = versions[index]
        let basis = decided.date(of: dates)
        var reason = RuleChoice.Reason.inForce
        if basis < decided.validFrom {
            reason = .retroactive
        } else if let end = end(of: index, in: versions), end < dates.current {
            reason = .kept(until: transitionEnd(of: index, in: versions))
        }
        var rule: Rule? = decided
        while let end = transitionEnd(of: index, in: versions), end < dates.current {
            reason = .transitionEnded(version: versions[index].version, on: end)
            guard
                let next = versions.indices.last(where: {
                    $0 > index && versions[$0].validFrom.rawValue <= end.rawValue + 1
                })
            else {
                rule = nil
                break
            }
            index = next
            rule = versions[next]
        }
        return RuleChoice(
            rule: rule,
            reason: reason,
            date: basis,
            isAssumed: dates[decided.dateBasis] == nil,
            ifFavourable: favourable(versions[(index + 1)...], dates)
        )
    }

    /// The versions that are also for a case from before them, where they are better for the learner.
    private func favourable(_ versions: some Sequence<Rule>, _ dates: RuleDates) -> [Rule] {
        versions.filter { $0.retroactivity == .ifFavourable && $0.isFromAfter(dates) }
    }

    /// The last date of a version: what it says, or the day before the next begins.
    private func end(of index: Int, in versions: [Rule]) -> CivilDate? {
        let next = versions[(index + 1)...].first { $0.validFrom > versions[index].validFrom }
        let before = next.map { CivilDate(rawValue: $0.validFrom.rawValue - 1) }
        return [versions[index].validUntil, before].compactMap(\.self).min()
    }

    /// The last day on which cases of a version keep it: what a later one says of it, or it itself.
    private func transitionEnd(of index: Int, in versions: [Rule]) -> CivilDate? {
        versions[(index + 1)...].last { $0.earlierUntil != nil }?.earlierUntil ?? versions[index].transitionEnd
    }

    private func matches(_ versions: [Rule], _ index: Int, _ dates: RuleDates) -> Bool {
        let rule = versions[index]
        let date = rule.date(of: dates)
        if let end = end(of: index, in: versions), end < date { return false }
        return rule.validFrom <= date || (rule.retroactivity == .full && rule.validFrom <= dates.current)
    }
}

extension Rule {
    /// The date of a case by its basis; what has not happened yet is asked as if it happened on the day of the question.
    fileprivate func date(of dates: RuleDates) -> CivilDate { dates[dateBasis] ?? dates.current }

    /// Whether it begins after the date of a case, and has begun by now.
    func isFromAfter(_ dates: RuleDates) -> Bool { date(of: dates) < validFrom && validFrom <= dates.current }
}
