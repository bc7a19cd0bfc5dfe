public import Credit
internal import EventCoding
internal import EventLog
public import Rules

extension LedgerView {
    /// How far a learner is towards a qualification on a day.
    ///
    /// - Parameters:
    ///   - learner: The learner.
    ///   - name: The version, `id@version`, or the id of a qualification in which the learner is enrolled; nil where the
    ///     learner has one enrolment only.
    ///   - date: The day.
    ///   - rules: The rule sets under which the question is asked; nil means those in force on that day, as known. None
    ///     asks the formation rule alone.
    ///   - supposed: Codes of units of the version that are supposed to be recognised on that day, too.
    /// - Throws: ``Credit/ErrorCode/notFound`` for a qualification or an enrolment that is not there, or a version without
    ///   formation rule; ``Credit/ErrorCode/unitUnknown`` for a supposed unit that the version does not have.
    public func progress(
        of learner: Learner,
        towards name: String?,
        on date: CivilDate,
        under rules: [RuleSet]? = nil,
        supposing supposed: [String] = []
    ) throws(AccrueError) -> Progress {
        var solvers = Solvers()
        let applied = rules ?? rulesInForce(on: date)
        return try progress(of: learner, towards: name, on: date, under: applied, supposing: supposed, &solvers)
    }

    /// The rule sets in force on a day, as known, in the order in which they were published.
    public func rulesInForce(on date: CivilDate) -> [RuleSet] {
        registry.ruleSetsInForce(on: date).compactMap { RuleSet($0.text) }
    }

    /// The same for many: each version's rule is laid out once.
    func progress(
        of learner: Learner,
        towards name: String?,
        on date: CivilDate,
        under rules: [RuleSet],
        supposing supposed: [String] = [],
        _ solvers: inout Solvers
    ) throws(AccrueError) -> Progress {
        let standing = Standing(of: try history(of: learner).events(of: learner.position), on: date)
        let balance = try balance(of: learner, on: date)
        var (position, enrolment) = try version(name, among: balance.enrolments)
        let awarded = try awardDay(of: enrolment)
        var standard: RuleClause?
        let judge =
            rules.isEmpty ? nil : RuleJudge(RuleHistory(rules, for: registry.qualification(at: position)?.id))
        if let (version, clause) = judge?.standard(enrolled: enrolment?.from, awarded: awarded, query: date) {
            let judged = try entry(version, in: .qualification).position
            if judged != position { (position, standard) = (judged, clause) }
        }
        guard let qualification = registry.qualification(at: position) else {
            throw AccrueError(.notFound, name ?? "", field: "qualification")
        }
        guard let solver = solvers.solver(of: qualification, at: position) else {
            throw AccrueError(.notFound, "\(qualification.identifier) was published without one", field: "formation")
        }
        var holdings = Holdings(registry, standing, enrolment, position, qualification)
        for line in balance.lines { try holdings.take(line) }
        for code in supposed { try holdings.suppose(code, on: date) }
        let ruleCase = RuleCase(
            of: qualification.identifier,
            total: qualification.points,
            units: Dictionary(qualification.units.map { ($0.code, $0.points) }) { first, _ in first },
            enrolled: enrolment?.from,
            awarded: awarded,
            query: date,
            credits: holdings.held
        )
        let outcome = judge?.judge(ruleCase, by: solver)
        let held = outcome?.held ?? holdings.held.map(\.unit)
        let formation = outcome?.formation ?? solver.solve(held)
        let available = qualification.units.filter { $0.parent == nil }
            .map { HeldUnit(code: $0.code, credit: .none, points: $0.points) }
        return Progress(
            qualification: qualification,
            enrolment: enrolment,
            formation: formation,
            credits: holdings.credits,
            others: balance.lines.filter { holdings.credits[$0.decision] == nil },
            completion: formation.verdict == .satisfied
                ? [] : solver.completion(of: held, from: available, outcome?.limits ?? FormationLimits()),
            ruleSets: rules.map(\.identifier),
            rules: outcome,
            standard: standard,
            supposed: supposed
        )
    }

    private func awardDay(of enrolment: Enrolment?) throws(AccrueError) -> CivilDate? {
        guard case .awarded(let award) = enrolment?.state else { return nil }
        return try log.event(at: award).effective
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
}
