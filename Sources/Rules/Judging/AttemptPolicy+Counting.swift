internal import Credit

extension AttemptPolicy {
    /// Why a credit does not count by its attempts, or nil where it does.
    func exclusion(of credit: HeldCredit, awarded: CivilDate?) -> RuleEffect.Kind? {
        guard let counting = counting(of: credit, awarded: awarded) else { return nil }
        if !counting.isPassed { return .attemptFailed }
        return maximum.map { counting.number > $0 } ?? false ? .tooManyAttempts : nil
    }

    /// The attempt that counts; nil where there was none.
    func counting(of credit: HeldCredit, awarded: CivilDate?) -> HeldCredit.Attempt? {
        let ignored = Set(notAdmitted(of: credit, awarded: awarded).map(\.number))
        let attempts = credit.inOrder.filter { !ignored.contains($0.number) }
        return switch counts {
        case .best: attempts.best
        case .last: attempts.last
        case .first: attempts.first
        }
    }

    /// The attempts after a pass that may not be made.
    func notAdmitted(of credit: HeldCredit, awarded: CivilDate?) -> [HeldCredit.Attempt] {
        let attempts = credit.inOrder
        guard let pass = attempts.firstIndex(where: \.isPassed) else { return [] }
        return attempts[(pass + 1)...].enumerated().filter { number, attempt in
            let isTooMany = improvements.map { number >= $0 } ?? false || maximum.map { attempt.number > $0 } ?? false
            let isOther = sameUnit && (attempt.unit != attempts[pass].unit || attempt.points != attempts[pass].points)
            return isTooMany || isOther || !isTimely(attempt, awarded)
        }.map(\.element)
    }

    /// Whether a grade may be raised on that day. An attempt without a day is taken as made in time.
    private func isTimely(_ attempt: HeldCredit.Attempt, _ awarded: CivilDate?) -> Bool {
        guard let day = attempt.on else { return true }
        return switch improve {
        case .always: true
        case .beforeAward: awarded.map { day <= $0 } ?? true
        case .afterAward: awarded.map { day > $0 } ?? false
        }
    }
}

extension HeldCredit {
    fileprivate var inOrder: [Attempt] { attempts.sorted { $0.number < $1.number } }

    /// The best attempt, where no rule says which counts.
    var bestAttempt: Attempt? { inOrder.best }
}

extension [HeldCredit.Attempt] {
    /// The passed attempt of the highest grade, the first of equals.
    fileprivate var best: HeldCredit.Attempt? {
        filter(\.isPassed).max { ($0.grade?.rank ?? 0, $1.number) < ($1.grade?.rank ?? 0, $0.number) }
    }
}
