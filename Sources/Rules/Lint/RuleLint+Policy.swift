internal import Credit

// Policies that nothing can meet, or that say one thing twice.

extension RuleLint {
    mutating func check(_ policy: Policy, at path: String, of qualifications: Set<String>) {
        let path = "\(path).\(policy.kind.rawValue)"
        switch policy {
        case .standard(let identifier): checkStandard(identifier, at: path, of: qualifications)
        case .attempts(let attempts): check(attempts, at: path)
        case .share(let share): check(share, at: path)
        case .residency(let residency): checkQuantity(residency.atLeast, at: "\(path).atLeast")
        case .expiry(let expiry):
            if expiry.from != .assessment, expiry.from != .recognition {
                contradiction("credit holds from its assessment or recognition", at: "\(path).from")
            }
        case .equivalences(let equivalences): check(equivalences, at: path)
        case .conversion(let conversion):
            if conversion.amount <= .zero { contradiction("\(conversion.amount) points", at: "\(path).amount") }
            if conversion.gives <= .zero { contradiction("\(conversion.gives) points", at: "\(path).gives") }
            if conversion.source == conversion.target { contradiction("to itself", at: "\(path).to") }
        case .gradeDisplay(let display):
            if display.source == display.target { contradiction("to itself", at: "\(path).to") }
            if display.grades.isEmpty { contradiction("no grades", at: "\(path).grades") }
            checkNames(display.grades.map(\.grade), at: "\(path).grades", ".grade")
        case .gradeAverage(let extents): if extents.isEmpty { contradiction("for no award", at: path) }
        case .progression(let steps): check(steps, at: path)
        case .outcomePoints(let outcomes):
            checkNames(outcomes.map { "\($0.unit) \($0.outcome)" }, at: path, "")
            for (index, outcome) in outcomes.enumerated() {
                checkQuantity(.points(outcome.points), at: "\(path)[\(index)].points")
            }
        case .borrowedUnits, .allocation, .repealed: break
        }
    }

    /// Names that stand for two things are told at the second.
    mutating func checkNames(_ names: [String], at path: String, _ member: String) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            add(.nameTwice, name, at: "\(path)[\(index)]\(member)")
        }
    }

    mutating func contradiction(_ subject: String, at path: String) {
        add(.ruleContradictory, subject, at: path)
    }

    private mutating func checkStandard(_ identifier: String, at path: String, of qualifications: Set<String>) {
        let parts = identifier.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            return contradiction("\(identifier); write id@version", at: path)
        }
        if !qualifications.isEmpty, !qualifications.contains(String(parts[0])) {
            contradiction("\(identifier), and the rule set is for other qualifications", at: path)
        }
    }

    private mutating func check(_ attempts: AttemptPolicy, at path: String) {
        guard let improvements = attempts.improvements else { return }
        if let maximum = attempts.maximum, improvements >= maximum {
            contradiction("\(improvements), of \(maximum) attempts", at: "\(path).improvements")
        }
        if attempts.counts == .first, improvements > 0 {
            contradiction("the first attempt counts", at: "\(path).improvements")
        }
    }

    private mutating func check(_ share: ShareCap, at path: String) {
        if share.procedures.isEmpty { contradiction("for no procedure", at: "\(path).procedures") }
        checkQuantity(share.atMost, at: "\(path).atMost")
        if Set(share.procedures) == Set(Procedure.allCases), case .part(let ratio) = share.atMost,
            ratio.numerator < ratio.denominator
        {
            contradiction("at most \(ratio) of all that there is", at: "\(path).atMost")
        }
    }

    private mutating func checkQuantity(_ quantity: Quantity, at path: String) {
        if case .points(let points) = quantity, points < .zero { contradiction("\(points) points", at: path) }
    }

    private mutating func check(_ steps: [ProgressionStep], at path: String) {
        if steps.isEmpty { contradiction("no years", at: path) }
        for (index, step) in steps.enumerated() {
            checkQuantity(.points(step.points), at: "\(path)[\(index)].points")
            guard index > 0 else { continue }
            let before = steps[index - 1]
            if step.year <= before.year { contradiction("after year \(before.year)", at: "\(path)[\(index)].year") }
            if step.points < before.points {
                contradiction("year \(before.year) needs \(before.points)", at: "\(path)[\(index)].points")
            }
        }
    }

    private mutating func check(_ equivalences: [Equivalence], at path: String) {
        if equivalences.isEmpty { contradiction("no units", at: path) }
        for (index, equivalence) in equivalences.enumerated() {
            if equivalence.sources.isEmpty { contradiction("no units", at: "\(path)[\(index)].from") }
            if equivalence.targets.isEmpty { contradiction("no units", at: "\(path)[\(index)].to") }
        }
    }
}
