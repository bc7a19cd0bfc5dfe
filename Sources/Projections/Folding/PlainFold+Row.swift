internal import Credit
internal import Rules

extension PlainFold {
    /// So many verdicts are remembered.
    private static let mostVerdicts = 1 << 16

    /// The row of the lines and enrolments; nil where progress is not plain.
    mutating func assembled() -> LearnerRow? {
        var row = LearnerRow()
        row.credits.reserveCapacity(lines.count + enrolments.count)
        row.enrolments.reserveCapacity(enrolments.count)
        for event in events where event.line >= 0 {
            let line = lines[Int(event.line)]
            var credit = LearnerRow.Credit(
                decision: Position(rawValue: line.decision),
                enrolment: Position(rawValue: line.enrolment),
                qualification: line.version >= 0 ? table.versions[line.version].position : .none,
                unit: line.unit,
                scheme: Position(rawValue: line.scheme),
                points: line.points == Self.noPoints ? nil : Points(rawValue: line.points),
                bucket: line.bucket,
                exclusion: line.exclusion
            )
            if line.countedBefore > 0 {
                var counted = credit
                counted.bucket = .recognised
                counted.points = Points(rawValue: line.countedBefore)
                row.credits.append(counted)
            }
            credit.bucket = line.bucket
            row.credits.append(credit)
        }
        for enrolment in enrolments {
            let index = table.index(of: enrolment.qualification)
            let scheme = index >= 0 ? table.versions[index].scheme : 0
            var enrolled = LearnerRow.Enrolled(
                position: Position(rawValue: enrolment.position),
                home: Position(rawValue: enrolment.home),
                qualification: Position(rawValue: enrolment.qualification),
                from: CivilDate(rawValue: enrolment.from),
                state: enrolment.state,
                recognised: recognised(towards: enrolment, scheme)
            )
            if index >= 0, let solver = table.versions[index].solver {
                guard let progress = progress(of: enrolment, index, solver) else { return nil }
                enrolled.progress = progress
            }
            row.enrolments.append(enrolled)
        }
        return row
    }

    private func recognised(towards enrolment: PlainEnrolment, _ scheme: UInt32) -> Points {
        var sum = Points.zero
        for line in lines where line.enrolment == enrolment.position && line.scheme == scheme {
            if line.bucket == .recognised, line.points != Self.noPoints { sum += Points(rawValue: line.points) }
            if line.bucket == .surplus { sum += Points(rawValue: line.countedBefore) }
        }
        return sum
    }

    /// The verdict of the formation rule on what is held; nil where rules or units of other versions make more of it.
    private mutating func progress(
        of enrolment: PlainEnrolment,
        _ index: Int,
        _ solver: FormationSolver
    ) -> LearnerRow.Advance? {
        let version = table.versions[index]
        if version.hasRules { return nil }
        var held: [(unit: UInt16, points: Int64)] = []
        for line in lines where line.enrolment == enrolment.position && line.version >= 0 {
            guard line.bucket == .recognised || line.bucket == .surplus else { continue }
            guard line.version == index else { return nil }
            held.append((line.unit, line.points == Self.noPoints ? line.points : line.points + line.countedBefore))
        }
        held.sort { $0.unit < $1.unit }
        var key = [Int64(index)]
        key.reserveCapacity(1 + 2 * held.count)
        for (unit, points) in held {
            key.append(Int64(unit))
            key.append(points)
        }
        if let known = verdicts[key] { return known }
        // Each unit counts once, so that which credit it is makes no difference.
        let units = held.compactMap { unit, points in
            version.published.unit(unit).map {
                HeldUnit(
                    code: $0.code,
                    credit: Position(rawValue: UInt32(unit)),
                    points: points == Self.noPoints ? nil : Points(rawValue: points)
                )
            }
        }
        let progress = LearnerRow.Advance(solver.solve(units), by: version.position, year: 0)
        if verdicts.count >= Self.mostVerdicts { verdicts.removeAll(keepingCapacity: true) }
        verdicts[key] = progress
        return progress
    }
}
