internal import Credit
internal import Rules

extension PlainFold {
    /// So many verdicts are remembered.
    private static let mostVerdicts = 1 << 16

    /// Appends the row of the lines and enrolments to others; false where progress is not plain.
    mutating func write(to rows: inout FoldedRows, _ learner: UInt32) -> Bool {
        lines.countOneLevel(table)
        enrolled.removeAll(keepingCapacity: true)
        for enrolment in enrolments {
            let index = table.index(of: enrolment.qualification)
            let shape = index >= 0 ? table.shapes[index] : nil
            var row = LearnerRow.Enrolled(
                position: Position(rawValue: enrolment.position),
                home: Position(rawValue: enrolment.home),
                qualification: Position(rawValue: enrolment.qualification),
                from: CivilDate(rawValue: enrolment.from),
                state: enrolment.state,
                recognised: lines.settle(enrolment.position, shape?.scheme ?? 0, upTo: shape?.total)
            )
            if index >= 0, let solver = table.versions[index].solver {
                guard let progress = progress(of: enrolment, index, solver) else { return false }
                row.progress = progress
            }
            enrolled.append(row)
        }
        rows.append(learner, credits: lines.all.count + lines.splitCount, enrolled) {
            [lines = lines.all, shapes = table.shapes] in
            for line in lines { Self.put(line, shapes, to: &$0) }
        }
        return true
    }

    @inline(__always)
    private static func put(_ line: PlainLine, _ shapes: [VersionTable.Shape], to writer: inout RowWriter) {
        let credit = LearnerRow.Credit(
            decision: Position(rawValue: line.decision),
            enrolment: Position(rawValue: line.enrolment),
            qualification: line.version >= 0 ? Position(rawValue: shapes[Int(line.version)].position) : .none,
            unit: line.unit,
            scheme: Position(rawValue: line.scheme),
            points: line.points == noPoints ? nil : Points(rawValue: line.points),
            bucket: line.bucket,
            exclusion: line.exclusion
        )
        if line.countedBefore > 0 {
            var counted = credit
            counted.bucket = .recognised
            counted.points = Points(rawValue: line.countedBefore)
            writer.put(counted)
        }
        writer.put(credit)
    }

    /// The verdict of the formation rule on what is held; nil where rules or units of other versions make more of it.
    private mutating func progress(
        of enrolment: PlainEnrolment,
        _ index: Int,
        _ solver: FormationSolver
    ) -> LearnerRow.Advance? {
        if table.versions[index].hasRules { return nil }
        var held: [(unit: UInt16, points: Int64)] = []
        for line in lines.all where line.enrolment == enrolment.position && line.version >= 0 {
            guard line.bucket == .recognised || line.bucket == .surplus else { continue }
            guard Int(line.version) == index else { return nil }
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
        let published = table.versions[index].published
        let units = held.compactMap { unit, points in
            published.unit(unit).map {
                HeldUnit(
                    code: $0.code,
                    credit: Position(rawValue: UInt32(unit)),
                    points: points == Self.noPoints ? nil : Points(rawValue: points)
                )
            }
        }
        let progress = LearnerRow.Advance(
            solver.solve(units),
            by: Position(rawValue: table.shapes[index].position),
            year: 0
        )
        if verdicts.count >= Self.mostVerdicts { verdicts.removeAll(keepingCapacity: true) }
        verdicts[key] = progress
        return progress
    }
}
