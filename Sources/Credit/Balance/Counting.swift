/// Which recognised credits count: each unit once, on one level, while it is valid, up to the qualification's total.
struct Counting {
    /// In the order of their decisions; what counts of a line stands before what exceeds the total.
    private(set) var lines: [CreditLine]

    private let standing: Standing
    private let registry: Registry
    private let date: CivilDate

    /// Takes lines in the order of their decisions.
    init(_ lines: [CreditLine], _ standing: Standing, _ registry: Registry, on date: CivilDate) {
        self.lines = lines
        self.standing = standing
        self.registry = registry
        self.date = date
    }

    /// Moves recognised lines that do not count into the buckets where they belong.
    mutating func count(_ enrolments: [Enrolment]) {
        for index in lines.indices where lines[index].bucket == .recognised { expire(index, enrolments) }
        countOnce(enrolments)
        countOneLevel()
        for enrolment in enrolments { cap(enrolment) }
    }

    // MARK: Expiry

    /// Validity is computed, never recorded; an award freezes what it rests on (domain trap 22).
    private mutating func expire(_ index: Int, _ enrolments: [Enrolment]) {
        guard let unit = lines[index].unit, let months = unit.validMonths,
            let recognition = standing.event(at: lines[index].decision)
        else { return }
        let end = recognition.effective.adding(months: Int(months))
        // A period of months ends with its last day.
        guard date > end else { return }
        if let award = award(of: lines[index], enrolments), award.effective <= end {
            lines[index].notes.append(.frozen(by: award.position))
        } else {
            lines[index].bucket = .expired
        }
    }

    private func award(of line: CreditLine, _ enrolments: [Enrolment]) -> Event? {
        guard let enrolment = enrolments.first(where: { $0.position == line.enrolment }),
            case .awarded(let position) = enrolment.state, let award = standing.event(at: position)
        else { return nil }
        let sources = award.details.sources
        return sources.isEmpty || sources.contains(line.decision) ? award : nil
    }

    // MARK: Once

    /// The same unit of a qualification again, in whatever enrolment, is kept and does not count (domain traps 9, 11 and
    /// 28). The first decision counts, unless it is to be decided again and a later one need not be (domain trap 19), or is
    /// of an enrolment that was left.
    private mutating func countOnce(_ enrolments: [Enrolment]) {
        var counted = CountedUnits(lines)
        var isTwice = false
        for index in lines.indices where lines[index].bucket == .recognised {
            guard let unit = lines[index].unit, let other = counted.first(unit, index) else { continue }
            isTwice = true
            if rank(lines[index], enrolments) < rank(lines[other], enrolments) { counted.replace(unit, by: index) }
        }
        guard isTwice else { return }
        for index in lines.indices where lines[index].bucket == .recognised {
            guard let unit = lines[index].unit, let first = counted.first(unit, index), first != index else { continue }
            exclude(index, .countsAlready(by: lines[first].decision))
            // Nothing depends on it any more: the unit was decided on again, or counts by another credit.
            lines[index].notes.removeAll(where: \.isDecideAgain)
        }
    }

    /// Of several credits of a unit one of the lowest rank counts.
    private func rank(_ line: CreditLine, _ enrolments: [Enrolment]) -> Int {
        let isLeft = enrolments.contains { enrolment in
            guard enrolment.position == line.enrolment, case .left = enrolment.state else { return false }
            return true
        }
        return (isLeft ? 2 : 0) + (line.notes.contains(where: \.isDecideAgain) ? 1 : 0)
    }

    /// A part of a unit that counts is in that unit's points (domain trap 7). Where only one of both carries points,
    /// that one counts.
    private mutating func countOneLevel() {
        for index in lines.indices where lines[index].bucket == .recognised && lines[index].points != nil {
            guard let unit = lines[index].unit, unit.version.hasParts else { continue }
            let version = unit.version
            let parts = version.parts(of: unit.number)
            let points = parts.compactMap { version.unit($0)?.points }
            let sum = points.reduce(.zero, +)
            if !parts.isEmpty, points.count == parts.count, sum != lines[index].points {
                lines[index].notes.append(.levelsDisagree(parts: sum))
            }
            var parent = version.parent(of: unit.number)
            // Documents have no cycles: they were judged when they were published.
            while let code = parent {
                if let whole = lines.first(where: { isCounting($0, code, of: version.id) }) {
                    exclude(index, .partOfCounted(by: whole.decision))
                    break
                }
                parent = version.number(ofUnit: code).flatMap { version.parent(of: $0) }
            }
        }
    }

    private func isCounting(_ line: CreditLine, _ code: String, of qualification: String) -> Bool {
        line.bucket == .recognised && line.points != nil && line.unit?.code == code
            && line.unit?.version.id == qualification
    }

    private mutating func exclude(_ index: Int, _ reason: Exclusion) {
        lines[index].bucket = .excluded
        lines[index].exclusion = reason
    }

    // MARK: The total

    /// What exceeds the qualification's total is surplus, from the last recognition on (domain trap 14).
    private mutating func cap(_ enrolment: Enrolment) {
        guard let version = registry.qualification(at: enrolment.qualification), let total = version.points else {
            return
        }
        let scheme = version.schemePosition
        var rest = total
        var (counted, place): (CreditLine?, Int) = (nil, 0)
        for index in lines.indices {
            guard lines[index].bucket == .recognised, lines[index].enrolment == enrolment.position,
                lines[index].scheme == scheme, let points = lines[index].points
            else { continue }
            if points <= rest {
                rest = rest - points
                continue
            }
            if rest > .zero {
                (counted, place) = (lines[index], index)
                counted?.points = rest
            }
            lines[index].points = points - rest
            lines[index].bucket = .surplus
            rest = .zero
        }
        if let counted { lines.insert(counted, at: place) }
    }
}

/// Which credit counts for each unit of a qualification.
private struct CountedUnits {
    private struct Key: Hashable {
        let qualification: String
        let code: String

        init(_ unit: CreditLine.UnitReference) { (qualification, code) = (unit.version.id, unit.code) }
    }

    /// By the unit's number, where all credits are of one version, as most learners' are.
    private var byNumber: [Int?] = []
    private var byCode: [Key: Int] = [:]
    private let isOfOneVersion: Bool

    init(_ lines: [CreditLine]) {
        let qualification = lines.lazy.compactMap(\.unit).first?.qualification
        var largest: UInt16 = 0
        isOfOneVersion = lines.allSatisfy { line in
            guard let unit = line.unit else { return true }
            largest = max(largest, unit.number)
            return unit.qualification == qualification
        }
        if isOfOneVersion { byNumber = Array(repeating: nil, count: Int(largest) + 1) }
    }

    /// The credit that counts for a unit already; if there is none, that at `index` does.
    mutating func first(_ unit: CreditLine.UnitReference, _ index: Int) -> Int? {
        let first = isOfOneVersion ? byNumber[Int(unit.number)] : byCode[Key(unit)]
        if first == nil { replace(unit, by: index) }
        return first
    }

    mutating func replace(_ unit: CreditLine.UnitReference, by index: Int) {
        if isOfOneVersion { byNumber[Int(unit.number)] = index } else { byCode[Key(unit)] = index }
    }
}

extension CreditNote {
    fileprivate var isDecideAgain: Bool {
        if case .decideAgain = self { true } else { false }
    }
}
