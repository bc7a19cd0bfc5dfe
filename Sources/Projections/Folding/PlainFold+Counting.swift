internal import Credit

// Which recognised credits count: valid, once, on one level, up to the total; as `Credit` counts them.

extension PlainFold {
    /// Moves recognised lines that do not count to where they belong; false where the learner is not plain after all.
    mutating func count() -> Bool {
        // In the order of decisions, as which of two counts depends on it.
        recognised.removeAll(keepingCapacity: true)
        for index in events.indices {
            let line = events[index].line
            if line >= 0, lines[Int(line)].bucket == .recognised { recognised.append(line) }
        }
        for line in recognised { guard expire(Int(line)) else { return false } }
        for line in recognised where lines[Int(line)].bucket == .recognised { countOnce(Int(line)) }
        for line in recognised where lines[Int(line)].bucket == .recognised { countOneLevel(Int(line)) }
        for enrolment in enrolments { cap(enrolment) }
        return true
    }

    private mutating func expire(_ index: Int) -> Bool {
        let line = lines[index]
        guard line.place >= 0 else { return true }
        let months = table.units[Int(line.place)].validMonths
        guard months > 0, date >= CivilDate(rawValue: line.effective).adding(months: Int(months)).rawValue else {
            return true
        }
        // What an award freezes is among its sources, which the fixed part does not have.
        if enrolments.contains(where: { $0.position == line.enrolment && $0.state == .awarded }) { return false }
        lines[index].bucket = .expired
        return true
    }

    private mutating func countOnce(_ index: Int) {
        guard lines[index].place >= 0 else { return }
        let (code, enrolment) = (Int(table.units[Int(lines[index].place)].code), lines[index].enrolment)
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

    private mutating func countOneLevel(_ index: Int) {
        let line = lines[index]
        guard line.counts, line.place >= 0 else { return }
        var parent = table.units[Int(line.place)].parent
        while parent > 0 {
            let place = table.place(ofUnit: parent, inVersion: Int(line.version))
            guard place >= 0 else { return }
            let whole = table.units[Int(place)]
            let isCounted = recognised.contains { other in
                let other = lines[Int(other)]
                return other.counts && other.enrolment == line.enrolment && other.place >= 0
                    && table.units[Int(other.place)].code == whole.code
            }
            if isCounted {
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

    private mutating func cap(_ enrolment: PlainEnrolment) {
        let index = table.index(of: enrolment.qualification)
        guard index >= 0, let total = table.versions[index].published.points else { return }
        let scheme = table.shapes[index].scheme
        var rest = total.rawValue
        for line in recognised {
            let line = Int(line)
            guard lines[line].counts, lines[line].enrolment == enrolment.position, lines[line].scheme == scheme else {
                continue
            }
            let points = lines[line].points
            if points <= rest {
                rest -= points
                continue
            }
            lines[line].countedBefore = max(0, rest)
            lines[line].points = points - rest
            lines[line].bucket = .surplus
            rest = 0
        }
    }
}
