/// What one way of assigning units comes to: for the group above, and for the aim of the whole. A unit at a place, a group
/// and what contributes to a group so far are all such ways, and add up.
///
/// In this order its properties take 128 bytes, which are copied without a call.
struct FormationOutcome: Equatable {
    /// Required groups present, by depth; beyond the last they count as of the last.
    typealias ByDepth = SIMD32<UInt8>

    /// One number for each of the first limits; those beyond are seen only by the search itself.
    typealias Limited = SIMD4<Int64>

    /// How many units of each crowd stand somewhere.
    typealias Used = SIMD8<UInt8>

    /// How many children contribute, as far as this matters.
    var contributing: Int32 = 0
    /// How many of them are present.
    var present: Int32 = 0
    /// How many of those are required.
    var required: Int32 = 0
    /// Units that must be assigned and are.
    var forced: Int32 = 0
    /// Groups present and contributing.
    var groups: Int32 = 0
    /// Further units, not held yet.
    var further: Int32 = 0
    /// The last step by which it came about; negative for none.
    var step: Int32 = -1
    /// What present children have.
    var earned: Int64 = 0
    /// What contributing children have.
    var counted: Int64 = 0
    /// The points of further units.
    var furtherPoints: Int64 = 0
    /// The units of crowds that it uses up.
    var used = Used()
    /// Required groups present and contributing.
    var requiredGroups = ByDepth()
    /// What limits of the whole see of it: the least that counts in each share, and the most in each residency, negative; so
    /// that less is better.
    var limited = Limited()

    /// Nothing at all.
    init() {}

    /// A unit at a place, or a part of one, which has points and is not there.
    init(points: Int64, isRequired: Bool, isNew: Bool, isPart: Bool) {
        (contributing, present, required) = (1, isPart ? 0 : 1, isRequired && !isPart ? 1 : 0)
        (earned, counted) = (points, points)
        if isNew { (further, furtherPoints) = (1, points) }
    }

    /// Whether something is there: the unit, or the group, satisfied.
    var isPresent: Bool { present > 0 }

    /// Whether it costs anything, so that one may do better without it.
    var hasCost: Bool { further > 0 || any(limited .> 0) || used != Used() }

    /// Both together.
    mutating func add(_ other: FormationOutcome) {
        contributing += other.contributing
        present += other.present
        required += other.required
        forced += other.forced
        groups += other.groups
        further += other.further
        earned += other.earned
        counted += other.counted
        furtherPoints += other.furtherPoints
        requiredGroups &+= other.requiredGroups
        limited &+= other.limited
        used &+= other.used
    }

    /// The one without the other, which is part of it.
    mutating func subtract(_ other: FormationOutcome) {
        contributing -= other.contributing
        present -= other.present
        required -= other.required
        forced -= other.forced
        groups -= other.groups
        further -= other.further
        earned -= other.earned
        counted -= other.counted
        furtherPoints -= other.furtherPoints
        requiredGroups &-= other.requiredGroups
        limited &-= other.limited
        used &-= other.used
    }

    /// True if nothing about `other` is better, wherever it may be used.
    func dominates(_ other: FormationOutcome) -> Bool {
        // A group in which nothing stands is not there, so that nothing is never as good as something.
        counted >= other.counted && earned >= other.earned && contributing <= other.contributing
            && (contributing > 0 || other.contributing == 0) && present >= other.present
            && required >= other.required && forced >= other.forced && groups >= other.groups
            && further <= other.further && furtherPoints <= other.furtherPoints
            && all(used .<= other.used) && all(requiredGroups .>= other.requiredGroups)
            && all(limited .<= other.limited)
    }

    /// How good it is for the whole: the objective, the first difference decides.
    func isBetter(than other: FormationOutcome) -> Bool {
        if forced != other.forced { return forced > other.forced }
        if isPresent != other.isPresent { return isPresent }
        if further != other.further { return further < other.further }
        if furtherPoints != other.furtherPoints { return furtherPoints < other.furtherPoints }
        if requiredGroups != other.requiredGroups {
            for depth in 0..<ByDepth.scalarCount where requiredGroups[depth] != other.requiredGroups[depth] {
                return requiredGroups[depth] > other.requiredGroups[depth]
            }
        }
        if groups != other.groups { return groups > other.groups }
        return counted > other.counted
    }
}

extension [FormationOutcome] {
    /// Adds an outcome unless another is as good everywhere, and lets go of those than which it is. False if it was not
    /// added.
    mutating func addUndominated(_ outcome: FormationOutcome) -> Bool {
        for index in indices where self[index].dominates(outcome) { return false }
        if indices.contains(where: { outcome.dominates(self[$0]) }) { removeAll { outcome.dominates($0) } }
        append(outcome)
        return true
    }
}
