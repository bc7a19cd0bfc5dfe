internal import Credit

/// The first limits of the whole, as a relaxation sees them: what counts in a share by the least that it may be, what
/// counts for a residency by the most, negative. So less is better, and each has its greatest number.
struct SeenLimits {
    private let greatest: [Int64]
    private let shareCount: Int
    /// What each unit adds, where a cap cuts nothing.
    private let units: [FormationOutcome.Limited]

    init(_ limits: FormationLimits, _ units: [HeldUnit]) {
        let seen =
            limits.shares.map { (greatest: $0.most.rawValue, sign: Int64(1), units: $0.units) }
            + limits.residencies.map { (greatest: -$0.least.rawValue, sign: Int64(-1), units: $0.units) }
        let first = seen.prefix(FormationOutcome.Limited.scalarCount)
        greatest = first.map(\.greatest)
        shareCount = min(limits.shares.count, first.count)
        self.units = units.indices.map { unit in
            var adds = FormationOutcome.Limited()
            for (number, limit) in first.enumerated() where limit.units.contains(unit) {
                adds[number] = limit.sign * (units[unit].points?.rawValue ?? 0)
            }
            return adds
        }
    }

    /// What a unit adds.
    func seen(_ unit: Int, withResidencies: Bool) -> FormationOutcome.Limited {
        withResidencies ? units[unit] : units[unit].replacing(with: 0, where: units[unit] .< 0)
    }

    /// What is left behind a cap. Which units it cuts is not known here: at best all that are in a share, and none that
    /// count for a residency.
    func cut(_ limited: FormationOutcome.Limited, by excess: Int64, to most: Int64) -> FormationOutcome.Limited {
        var left = limited
        for number in greatest.indices {
            left[number] = number < shareCount ? max(0, limited[number] - excess) : max(-most, limited[number])
        }
        return left
    }

    /// Whether a way of the whole may keep them.
    func mayBeKept(by limited: FormationOutcome.Limited, withResidencies: Bool) -> Bool {
        greatest.indices.allSatisfy {
            limited[$0] <= greatest[$0] || ($0 >= shareCount && !withResidencies)
        }
    }
}
