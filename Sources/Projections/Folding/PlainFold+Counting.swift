internal import Credit

// Which recognised credits count: valid, once, on one level, up to the total; as `Credit` counts them.

extension PlainFold {
    /// Moves recognised lines that do not count to where they belong; false where the learner is not plain after all.
    mutating func count() -> Bool {
        // In the order of decisions, as which of two counts depends on it.
        let ordered = events.indices.compactMap { events[$0].line >= 0 ? Int(events[$0].line) : nil }
        let recognised = ordered.filter { lines[$0].bucket == .recognised }
        for line in recognised { guard expire(line) else { return false } }
        for line in recognised where lines[line].bucket == .recognised { countOnce(line) }
        let once = recognised.filter { lines[$0].bucket == .recognised }
        for line in once { countOneLevel(line, once) }
        for enrolment in enrolments { cap(enrolment, once) }
        return true
    }

    private mutating func expire(_ index: Int) -> Bool {
        let line = lines[index]
        guard line.validMonths > 0,
            date >= CivilDate(rawValue: line.effective).adding(months: Int(line.validMonths)).rawValue
        else { return true }
        // What an award freezes is among its sources, which the fixed part does not have.
        if enrolments.contains(where: { $0.position == line.enrolment && $0.state == .awarded }) { return false }
        lines[index].bucket = .expired
        return true
    }

    private mutating func countOnce(_ index: Int) {
        let (code, enrolment) = (lines[index].code, lines[index].enrolment)
        guard code >= 0 else { return }
        while counted.count < table.codeCount { counted.append((0, -1)) }
        var earlier = counted[code].round == round ? counted[code].line : -1
        lines[index].sameCode = earlier
        while earlier >= 0 {
            if lines[Int(earlier)].enrolment == enrolment {
                exclude(index, .countsAlready)
                return
            }
            earlier = lines[Int(earlier)].sameCode
        }
        counted[code] = (round, Int32(index))
    }

    private mutating func countOneLevel(_ index: Int, _ recognised: [Int]) {
        let line = lines[index]
        guard line.points != Self.noPoints, line.parent > 0 else { return }
        var parent = line.parent
        while let whole = table.versions[line.version].unit(parent) {
            let counts = recognised.contains { other in
                lines[other].bucket == .recognised && lines[other].points != Self.noPoints
                    && lines[other].enrolment == line.enrolment && lines[other].code == whole.code
            }
            if counts {
                exclude(index, .partOfCounted)
                return
            }
            parent = whole.parent
        }
    }

    private mutating func exclude(_ index: Int, _ reason: LearnerRow.ExclusionKind) {
        lines[index].bucket = .excluded
        lines[index].exclusion = reason
    }

    private mutating func cap(_ enrolment: PlainEnrolment, _ recognised: [Int]) {
        let index = table.index(of: enrolment.qualification)
        guard index >= 0, let total = table.versions[index].published.points else { return }
        let scheme = table.versions[index].scheme
        var rest = total.rawValue
        for index in recognised {
            let line = lines[index]
            guard line.bucket == .recognised, line.enrolment == enrolment.position, line.scheme == scheme,
                line.points != Self.noPoints
            else { continue }
            if line.points <= rest {
                rest -= line.points
                continue
            }
            lines[index].countedBefore = max(0, rest)
            lines[index].points = line.points - rest
            lines[index].bucket = .surplus
            rest = 0
        }
    }
}
