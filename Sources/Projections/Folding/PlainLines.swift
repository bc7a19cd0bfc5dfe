internal import Credit

/// The lines of a plain fold, and which recognised ones count: valid, once, on one level, up to the total; as `Credit`
/// counts them.
struct PlainLines {
    /// The lines, in the order of the events that decide.
    private(set) var all: [PlainLine] = []
    /// For each code the last line that counts, and in which round.
    private var counted: [(round: UInt32, line: Int32)] = []
    /// Each learner is a round; what is from another one says nothing.
    private var round: UInt32 = 0
    private var hasParts = false
    /// How many lines the total cuts in two.
    private(set) var splitCount = 0

    /// Begins with a learner.
    mutating func begin() {
        round &+= 1
        (hasParts, splitCount) = (false, 0)
        all.removeAll(keepingCapacity: true)
    }

    /// Appends a line.
    @inline(__always)
    mutating func append(_ line: PlainLine) { all.append(line) }

    /// Says of a recognised line, which is appended next, whether it is valid and counts once; false where the learner is
    /// not plain after all.
    @inline(__always)
    mutating func recognise(
        _ line: inout PlainLine,
        from effective: Int32,
        on date: Int32,
        _ enrolments: [PlainEnrolment],
        _ table: borrowing VersionTable
    ) -> Bool {
        guard line.place >= 0 else { return true }
        let unit = table.units[Int(line.place)]
        if unit.validMonths > 0,
            date > CivilDate(rawValue: effective).adding(months: Int(unit.validMonths)).rawValue
        {
            line.bucket = .expired
            // What an award freezes is among its sources, which the fixed part does not have.
            let enrolment = line.enrolment
            return !enrolments.contains { $0.position == enrolment && $0.state == .awarded }
        }
        if unit.parent > 0 { hasParts = true }
        countOnce(&line, Int(unit.code), enrolments, table)
        return true
    }

    @inline(__always)
    private mutating func countOnce(
        _ line: inout PlainLine,
        _ code: Int,
        _ enrolments: [PlainEnrolment],
        _ table: borrowing VersionTable
    ) {
        while counted.count < table.codeCount { counted.append((0, -1)) }
        var earlier = counted[code].round == round ? counted[code].line : -1
        line.sameCode = earlier
        while earlier >= 0 {
            let other = all[Int(earlier)]
            if table.areOfOneQualification(other.version, line.version) {
                // What an enrolment that was left has comes last.
                if other.enrolment == line.enrolment || isLeft(line, enrolments) || !isLeft(other, enrolments) {
                    (line.bucket, line.exclusion) = (.excluded, .countsAlready)
                    return
                }
                (all[Int(earlier)].bucket, all[Int(earlier)].exclusion) = (.excluded, .countsAlready)
                break
            }
            earlier = other.sameCode
        }
        counted[code] = (round, Int32(all.count))
    }

    private func isLeft(_ line: PlainLine, _ enrolments: [PlainEnrolment]) -> Bool {
        enrolments.contains { $0.position == line.enrolment && $0.state == .left }
    }

    /// Leaves out what is part of a unit that counts.
    mutating func countOneLevel(_ table: borrowing VersionTable) {
        guard hasParts else { return }
        for index in all.indices where all[index].counts && all[index].place >= 0 {
            if isPart(index, table) { (all[index].bucket, all[index].exclusion) = (.excluded, .partOfCounted) }
        }
    }

    private func isPart(_ index: Int, _ table: borrowing VersionTable) -> Bool {
        let line = all[index]
        var parent = table.units[Int(line.place)].parent
        while parent > 0 {
            let place = table.place(ofUnit: parent, inVersion: Int(line.version))
            guard place >= 0 else { return false }
            let whole = table.units[Int(place)]
            let isCounted = all.contains { other in
                other.counts && other.place >= 0 && table.units[Int(other.place)].code == whole.code
                    && table.areOfOneQualification(other.version, line.version)
            }
            if isCounted { return true }
            parent = whole.parent
        }
        return false
    }

    /// Lets lines towards an enrolment count up to a total, and tells what is recognised towards it in its scheme.
    mutating func settle(_ enrolment: UInt32, _ scheme: UInt32, upTo total: Int64?) -> Points {
        var (sum, splits): (Int64, Int) = (0, 0)
        defer { splitCount += splits }
        var lines = all.mutableSpan
        for index in lines.indices {
            guard lines[index].counts, lines[index].enrolment == enrolment, lines[index].scheme == scheme else {
                continue
            }
            let points = lines[index].points
            guard let total, points > total - sum else {
                sum += points
                continue
            }
            let counted = max(0, total - sum)
            if counted > 0 { splits += 1 }
            lines[index].countedBefore = counted
            lines[index].points = points - (total - sum)
            lines[index].bucket = .surplus
            sum = total
        }
        return Points(rawValue: sum)
    }
}
