public import Credit
internal import EventCoding
internal import EventLog
internal import Rules

extension LedgerView {
    /// How far a learner is towards a qualification on a day.
    ///
    /// - Parameters:
    ///   - learner: The learner.
    ///   - name: The version, `id@version`, or the id of a qualification in which the learner is enrolled; nil where the
    ///     learner has one enrolment only.
    ///   - date: The day.
    ///   - supposed: Codes of units of the version that are supposed to be recognised, too.
    /// - Throws: ``Credit/ErrorCode/notFound`` for a qualification or an enrolment that is not there, or a version without
    ///   formation rule; ``Credit/ErrorCode/unitUnknown`` for a supposed unit that the version does not have.
    public func progress(
        of learner: Learner,
        towards name: String?,
        on date: CivilDate,
        supposing supposed: [String] = []
    ) throws(AccrueError) -> Progress {
        let balance = try balance(of: learner, on: date)
        let (position, enrolment) = try version(name, among: balance.enrolments)
        guard let qualification = registry.qualification(at: position) else {
            throw AccrueError(.notFound, name ?? "", field: "qualification")
        }
        guard let standard = Standard(published: qualification.document) else {
            throw AccrueError(.notFound, "\(qualification.identifier) was published without one", field: "formation")
        }
        let solver = FormationSolver(standard.formation)
        var (held, credits) = holdings(in: balance, towards: enrolment, of: position, qualification)
        for code in supposed {
            guard let unit = qualification.number(ofUnit: code).flatMap({ qualification.unit($0) }) else {
                let suggestion = NearestName.suggestion(for: code, among: qualification.units.map(\.code))
                throw AccrueError(.unitUnknown, "\(code)\(suggestion)", field: "unit")
            }
            if held.contains(where: { $0.code == code && $0.qualification == nil }) { continue }
            held.append(HeldUnit(code: code, credit: .none, points: unit.points))
        }
        let formation = solver.solve(held)
        let available = qualification.units.filter { $0.parent == nil }
            .map { HeldUnit(code: $0.code, credit: .none, points: $0.points) }
        return Progress(
            qualification: qualification,
            enrolment: enrolment,
            formation: formation,
            credits: credits,
            others: balance.lines.filter { credits[$0.decision] == nil },
            completion: formation.verdict == .satisfied ? [] : solver.completion(of: held, from: available),
            supposed: supposed
        )
    }

    /// The version that is meant, and the enrolment in it if there is one.
    private func version(
        _ name: String?,
        among enrolments: [Enrolment]
    ) throws(AccrueError) -> (Position, Enrolment?) {
        guard let name else {
            if enrolments.count == 1 { return (enrolments[0].qualification, enrolments[0]) }
            let names = enrolments.compactMap { registry.identifier(at: $0.qualification) }.joined(separator: ", ")
            let subject = names.isEmpty ? "the learner is enrolled in none on that day" : "name one of \(names)"
            throw AccrueError(.notFound, subject, field: "qualification")
        }
        let enrolled = enrolments.last { enrolment in
            guard let version = registry.qualification(at: enrolment.qualification) else { return false }
            return version.identifier == name || version.id == name
        }
        if let enrolled { return (enrolled.qualification, enrolled) }
        return (try entry(name, in: .qualification).position, nil)
    }

    /// What a learner holds towards a version: recognised credits, whole, also where they exceed the total.
    private func holdings(
        in balance: Balance,
        towards enrolment: Enrolment?,
        of position: Position,
        _ qualification: PublishedQualification
    ) -> (held: [HeldUnit], credits: [Position: CreditLine]) {
        var held: [HeldUnit] = []
        var credits: [Position: CreditLine] = [:]
        for line in balance.lines where line.bucket == .recognised || line.bucket == .surplus {
            guard let unit = line.unit, enrolment == nil || line.enrolment == enrolment?.position else { continue }
            if let index = held.firstIndex(where: { $0.credit == line.decision }) {
                // The total of the qualification cut it in two.
                held[index].points = (held[index].points ?? .zero) + (line.points ?? .zero)
                continue
            }
            credits[line.decision] = line
            // A unit of another version of the same qualification is the unit of that code here, if there is one.
            let version = registry.qualification(at: unit.qualification)
            let isOwn =
                unit.qualification == position
                || version?.id == qualification.id && qualification.number(ofUnit: unit.code) != nil
            held.append(
                HeldUnit(
                    code: unit.code,
                    credit: line.decision,
                    points: line.points,
                    qualification: isOwn ? nil : version?.id ?? ""
                )
            )
        }
        return (held, credits)
    }
}
