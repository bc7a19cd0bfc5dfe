internal import Credit

// Rules by themselves, and versions and rules against each other.

extension RuleLint {
    mutating func check(_ set: RuleSet) {
        if set.rules.isEmpty { add(.ruleSetEmpty, set.identifier, at: "rules", .warning) }
        let qualifications = Set(set.qualifications)
        checkNames(set.rules.map { "\($0.id)@\($0.version)" }, at: "rules", ".id")
        for (index, rule) in set.rules.enumerated() {
            let path = "rules[\(index)]"
            check(rule, at: path, of: qualifications)
            for (number, exception) in rule.exceptions.enumerated() {
                check(exception, of: rule, at: "\(path).exceptions[\(number)]", of: qualifications)
            }
            checkNames(rule.exceptions.map(\.id), at: "\(path).exceptions", ".id")
        }
        checkRivals(set)
    }

    private mutating func check(_ rule: Rule, at path: String, of qualifications: Set<String>) {
        checkLegalBasis(rule.legalBasis, at: path)
        if let until = rule.validUntil, until < rule.validFrom {
            add(.validityContradictory, "\(until), before \(rule.validFrom)", at: "\(path).validUntil")
        }
        if let end = rule.transitionEnd, end < rule.validUntil ?? rule.validFrom {
            add(.validityContradictory, "\(end), before the last case", at: "\(path).transitionEnd")
        }
        if let end = rule.earlierUntil, end.rawValue < rule.validFrom.rawValue - 1 {
            add(.validityContradictory, "\(end), before \(rule.validFrom)", at: "\(path).earlierUntil")
        }
        check(rule.policy, at: path, of: qualifications)
    }

    private mutating func check(
        _ exception: RuleException,
        of rule: Rule,
        at path: String,
        of qualifications: Set<String>
    ) {
        checkLegalBasis(exception.legalBasis, at: path)
        let condition = exception.condition
        if condition.isEmpty { contradiction("for every case, so that the rule is for none", at: "\(path).when") }
        if rule.policy.kind.isAboutCase {
            let stated = [
                ("institutions", !condition.institutions.isEmpty), ("procedures", !condition.procedures.isEmpty),
                ("units", !condition.units.isEmpty),
            ]
            for (member, isStated) in stated where isStated {
                let kind = rule.policy.kind.rawValue
                contradiction("of single credits, and \(kind) is about the whole case", at: "\(path).when.\(member)")
            }
        }
        if let from = condition.enrolledFrom, let until = condition.enrolledUntil, until < from {
            add(.validityContradictory, "\(until), before \(from)", at: "\(path).when.enrolledUntil")
        }
        guard let instead = exception.instead else { return }
        if instead.kind != rule.policy.kind {
            contradiction("the rule is one of \(rule.policy.kind.rawValue)", at: "\(path).\(instead.kind.rawValue)")
        }
        check(instead, at: path, of: qualifications)
    }

    private mutating func checkLegalBasis(_ text: String, at path: String) {
        if text.allSatisfy(\.isWhitespace) { add(.fieldMissing, "", at: "\(path).legalBasis") }
    }

    // MARK: Versions

    private struct Place {
        var rule: Rule
        var document: Int
        var index: Int
    }

    /// Two versions of one rule for one date, in one document or in several of one rule set.
    mutating func checkVersions(in documents: [RuleDocument]) {
        var places: [String: [Place]] = [:]
        for (document, content) in documents.enumerated() {
            guard case .ruleSet(let set) = content else { continue }
            for (index, rule) in set.rules.enumerated() {
                places["\(set.id) \(rule.id)", default: []].append(Place(rule: rule, document: document, index: index))
            }
        }
        for (_, places) in places.sorted(by: { $0.key < $1.key }) {
            let sorted = places.sorted {
                ($0.rule.validFrom, $0.document, $0.index) < ($1.rule.validFrom, $1.document, $1.index)
            }
            for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.rule != later.rule {
                let path = "rules[\(later.index)]"
                if earlier.rule.version == later.rule.version, earlier.document != later.document {
                    add(.nameTwice, "\(later.rule.id)@\(later.rule.version)", at: "\(path).version", in: later.document)
                }
                let overlaps = earlier.rule.validUntil.map { $0 >= later.rule.validFrom } ?? false
                if overlaps || earlier.rule.validFrom == later.rule.validFrom {
                    let subject =
                        "version \(earlier.rule.version) until \(earlier.rule.validUntil.map { "\($0)" } ?? "…")"
                    add(.validityOverlaps, subject, at: "\(path).validFrom", in: later.document)
                }
            }
        }
    }

    // MARK: Rules against each other

    /// Of what only one can hold on a day.
    private static let single: Set<Policy.Kind> = [.standard, .attempts, .borrowedUnits, .progression, .allocation]

    /// Rules of different sets for the same qualifications and dates that lay down different things: a warning, since both act,
    /// as a school's beside a country's may be meant to.
    mutating func checkRivals(in sets: [(document: Int, set: RuleSet)]) {
        guard Set(sets.map(\.set.id)).count > 1 else { return }
        var all: [(place: Place, set: RuleSet, end: CivilDate)] = []
        for (document, set) in sets {
            let ends = Self.ends(of: set)
            for (index, rule) in set.rules.enumerated() where Self.single.contains(rule.policy.kind) {
                all.append((Place(rule: rule, document: document, index: index), set, ends[index]))
            }
        }
        for (number, one) in all.enumerated() {
            let rival = all[..<number].first { other in
                other.set.id != one.set.id && other.place.rule.policy.kind == one.place.rule.policy.kind
                    && other.place.rule.policy != one.place.rule.policy && other.set.isForSame(as: one.set)
                    && other.place.rule.validFrom <= one.end && one.place.rule.validFrom <= other.end
            }
            guard let rival else { continue }
            let subject = "and \(rival.set.id)/\(rival.place.rule.id) at the same time"
            add(.ruleContradictory, subject, at: "rules[\(one.place.index)].id", in: one.place.document, .warning)
        }
    }

    /// The last day of each rule of a set: what it says, or the day before the next version of it begins.
    private static func ends(of set: RuleSet) -> [CivilDate] {
        var ends = set.rules.map { $0.validUntil ?? .latest }
        var next: [String: CivilDate] = [:]
        for index in order(of: set).reversed() {
            let rule = set.rules[index]
            if let next = next[rule.id] { ends[index] = min(ends[index], CivilDate(rawValue: next.rawValue - 1)) }
            next[rule.id] = rule.validFrom
        }
        return ends
    }

    /// The rules of a set as they begin.
    private static func order(of set: RuleSet) -> [Int] {
        set.rules.indices.sorted { (set.rules[$0].validFrom, $0) < (set.rules[$1].validFrom, $1) }
    }

    /// Rules of different names that lay down different things for the same date, where only one can hold.
    private mutating func checkRivals(_ set: RuleSet) {
        let ends = Self.ends(of: set)
        // Of each kind the rule that holds longest of those that have begun.
        var longest: [Policy.Kind: (rule: Rule, end: CivilDate)] = [:]
        for index in Self.order(of: set) {
            let (rule, end) = (set.rules[index], ends[index])
            guard Self.single.contains(rule.policy.kind) else { continue }
            let other = longest[rule.policy.kind]
            if let other, other.end >= rule.validFrom, other.rule.id != rule.id, other.rule.policy != rule.policy {
                contradiction("and \(other.rule.id) at the same time", at: "rules[\(index)].id")
            }
            if other.map({ $0.end <= end }) ?? true { longest[rule.policy.kind] = (rule, end) }
        }
    }
}

extension RuleSet {
    /// Whether there may be a qualification of their country that both are for.
    fileprivate func isForSame(as other: RuleSet) -> Bool {
        country == other.country
            && (qualifications.isEmpty || other.qualifications.isEmpty
                || !Set(qualifications).isDisjoint(with: other.qualifications))
    }
}
