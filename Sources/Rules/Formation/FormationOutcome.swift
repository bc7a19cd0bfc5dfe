internal import Credit

/// What one way of assigning units below a group comes to: for the group above, and for the aim of the whole.
struct FormationOutcome {
    /// Required groups present, by depth; beyond the last they count as of the last.
    typealias ByDepth = SIMD32<UInt8>

    /// One number for each of the first limits; those beyond are seen only by the search itself.
    typealias Limited = SIMD4<Int64>

    /// How many units of each class that is counted stand somewhere.
    typealias Used = SIMD8<UInt8>

    /// The unit assigned at a place of this node: which one, by its place in the holdings.
    typealias Unit = Int

    /// How many children contribute, as far as this matters.
    var contributing = 0
    /// How many of them are present.
    var present = 0
    /// How many of those are required.
    var required = 0
    /// What present children have.
    var earned: Int64 = 0
    /// What contributing children have.
    var counted: Int64 = 0
    /// Units that must be assigned and are.
    var forced = 0
    /// Required groups present and contributing.
    var requiredGroups = ByDepth()
    /// Groups present and contributing.
    var groups = 0
    /// What limits of the whole see of it: the least that counts in each share, and the most in each residency, negative; so
    /// that less is better.
    var limited = Limited()
    /// The units of counted classes that it uses up.
    var used = Used()
    /// Further units, not held yet, and their points.
    var further = 0
    var furtherPoints: Int64 = 0
    /// Whether the group is satisfied; known once all its children were looked at.
    var isPresent = false
    /// The last step by which it came about.
    var step: Int?

    /// True if nothing about `other` is better, wherever it may be used.
    func dominates(_ other: FormationOutcome) -> Bool {
        // A group in which nothing stands is not there, so that nothing is never as good as something.
        contributing <= other.contributing && (contributing > 0 || other.contributing == 0) && present >= other.present
            && required >= other.required
            && earned >= other.earned && counted >= other.counted && forced >= other.forced && groups >= other.groups
            && further <= other.further && furtherPoints <= other.furtherPoints
            && (isPresent || !other.isPresent) && all(requiredGroups .>= other.requiredGroups)
            && all(limited .<= other.limited) && all(used .<= other.used)
    }

    /// How good it is for the whole: the objective, the first difference decides.
    func isBetter(than other: FormationOutcome) -> Bool {
        if forced != other.forced { return forced > other.forced }
        if isPresent != other.isPresent { return isPresent }
        if further != other.further { return further < other.further }
        if furtherPoints != other.furtherPoints { return furtherPoints < other.furtherPoints }
        for depth in 0..<ByDepth.scalarCount where requiredGroups[depth] != other.requiredGroups[depth] {
            return requiredGroups[depth] > other.requiredGroups[depth]
        }
        if groups != other.groups { return groups > other.groups }
        return counted > other.counted
    }
}

extension [FormationOutcome] {
    /// Adds an outcome unless another is as good everywhere, and lets go of those than which it is.
    mutating func addUndominated(_ outcome: FormationOutcome) {
        for held in self where held.dominates(outcome) { return }
        removeAll { outcome.dominates($0) }
        append(outcome)
    }
}
