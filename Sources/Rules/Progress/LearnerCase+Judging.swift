internal import Credit

/// What is asked of a case.
struct ProgressQuestion {
    let enrolment: Enrolment?
    /// The version that is meant.
    let version: Position
    let exemptions: [Exemption]
    let supposed: Suppositions

    init(
        of enrolment: Enrolment?,
        towards version: Position,
        exempting exemptions: [Exemption],
        supposing supposed: Suppositions = Suppositions()
    ) {
        (self.enrolment, self.version) = (enrolment, version)
        (self.exemptions, self.supposed) = (exemptions, supposed)
    }
}

/// A case as one version judges it.
struct JudgedCase {
    let position: Position
    let qualification: PublishedQualification
    /// The clause by which it judges, instead of the version that was meant.
    let standard: RuleClause?
    let solver: FormationSolver
    let holdings: Holdings
    /// What rules did; nil where the formation rule judges alone.
    let outcome: RuleOutcome?
    /// The units that the formation was judged with.
    let held: [HeldUnit]
    var formation: FormationResult

    /// Whether a unit is held, whole, whatever rules say of it.
    func isHeld(_ unit: HeldUnit) -> Bool {
        holdings.held.contains {
            $0.unit.code == unit.code && $0.unit.qualification == unit.qualification && !$0.unit.isPart
        }
    }

    /// Whether it is better for the learner: satisfied first, then lacking fewer points. What counts is not compared, as two
    /// versions may ask for different totals.
    func isBetter(than other: JudgedCase) -> Bool {
        let (one, two) = (formation.verdict == .satisfied, other.formation.verdict == .satisfied)
        return one != two ? one : formation.groups[0].missingPoints < other.formation.groups[0].missingPoints
    }

    /// Whether the credit was judged for this unit, be it that a rule excludes it.
    func isJudged(_ credit: Position, _ code: String) -> Bool {
        held.contains { $0.credit == credit && $0.code == code }
            || outcome?.effects.contains { $0.credit == credit && $0.unit == code && $0.kind.excludes } ?? false
    }
}

extension LearnerCase {
    /// How the case stands by the version that judges it: of those by which rules let it be judged, the best for the learner.
    func judge(
        _ question: ProgressQuestion,
        under rules: inout ProgressRules,
        remembering memory: inout HoldingsMemory
    ) throws(AccrueError) -> JudgedCase {
        let judge = rules.judge(for: registry.qualification(at: question.version)?.id)
        let standards = judge?.standards(
            on: dates(of: question.enrolment),
            exempting: question.exemptions.map(\.clause)
        )
        var best = Result { () throws(AccrueError) in
            try self.judge(question, by: standards?.holding, judge, under: &rules, remembering: &memory)
        }
        var isOpen = false
        for standard in standards?.favourable ?? [] {
            do throws(AccrueError) {
                let other = try self.judge(question, by: standard, judge, under: &rules, remembering: &memory)
                isOpen = isOpen || other.formation.isUnfinished
                if (try? best.get()).map(other.isBetter) ?? true { best = .success(other) }
            } catch {
                // What is supposed may be of one of the versions alone.
                if error.code == .notFound { throw error }
            }
        }
        var judged = try best.get()
        // Another version, by which the search came to no end, may be the better one.
        if isOpen { judged.formation.leaveUnfinished() }
        return judged
    }

    private func judge(
        _ question: ProgressQuestion,
        by standard: RuleJudge.LaidDown?,
        _ judge: RuleJudge?,
        under rules: inout ProgressRules,
        remembering memory: inout HoldingsMemory
    ) throws(AccrueError) -> JudgedCase {
        let position = try standard.map { (standard) throws(AccrueError) in
            try registry.entry(named: standard.version, in: .qualification)
        }
        let (qualification, solver) = try version(at: position ?? question.version, under: &rules, question.exemptions)
        var holdings = try memory.holdings(by: qualification.position) { () throws(AccrueError) in
            try self.holdings(towards: qualification, question.enrolment)
        }
        try holdings.suppose(question.supposed, on: balance.on)
        let outcome = judge?.judge(ruleCase(question, qualification, solver, holdings.held), by: solver)
        // Without a rule on parts of units they count nothing, and no unit counts but by its first credit.
        let held = outcome?.held ?? holdings.held.filter { !$0.isBehind }.map(\.unit).filter { !$0.isPart }
        return JudgedCase(
            position: qualification.position,
            qualification: qualification,
            standard: qualification.position == question.version ? nil : standard?.clause,
            solver: solver,
            holdings: holdings,
            outcome: outcome,
            held: held,
            formation: outcome?.formation ?? solver.solve(held)
        )
    }

    /// A version with its formation rule, as far as the learner is not exempted from it.
    private func version(
        at position: Position,
        under rules: inout ProgressRules,
        _ exemptions: [Exemption]
    ) throws(AccrueError) -> (PublishedQualification, FormationSolver) {
        guard let qualification = registry.qualification(at: position) else {
            throw AccrueError(.notFound, registry.identifier(at: position) ?? "\(position)", field: "qualification")
        }
        guard let solver = rules.solver(of: qualification, at: position, exempting: exemptions) else {
            let subject =
                "\(qualification.identifier) was published without one, so that nobody can tell what is missing; "
                + "ask accrue why and accrue balance"
            throw AccrueError(.notFound, subject, field: "formation")
        }
        return (qualification, solver)
    }

    private func holdings(
        towards qualification: PublishedQualification,
        _ enrolment: Enrolment?
    ) throws(AccrueError) -> Holdings {
        var holdings = Holdings(registry, standing, enrolment, qualification)
        for line in balance.lines { try holdings.take(line) }
        return holdings
    }

    private func ruleCase(
        _ question: ProgressQuestion,
        _ qualification: PublishedQualification,
        _ solver: FormationSolver,
        _ held: [HeldCredit]
    ) -> RuleCase {
        let dates = dates(of: question.enrolment)
        var ruleCase = RuleCase(
            of: qualification.identifier,
            total: qualification.points ?? solver.total,
            units: Dictionary(qualification.units.map { ($0.code, $0.points) }) { first, _ in first },
            enrolled: dates.enrolment,
            awarded: dates.award,
            query: dates.query,
            credits: held
        )
        ruleCase.exemptions = question.exemptions.map(\.clause)
        return ruleCase
    }

    private func dates(of enrolment: Enrolment?) -> RuleDates {
        var dates = RuleDates(enrolment: enrolment?.from, query: balance.on)
        if case .awarded(let award) = enrolment?.state { dates.award = standing.event(at: award)?.effective }
        return dates
    }
}

extension Progress {
    init(
        _ judged: JudgedCase,
        _ question: ProgressQuestion,
        _ learnerCase: LearnerCase,
        under sets: [RuleSet],
        completion: FormationCompletion
    ) {
        self.init(
            qualification: judged.qualification,
            enrolment: question.enrolment,
            enrolments: learnerCase.balance.enrolments,
            formation: judged.formation,
            credits: judged.holdings.credits,
            others: learnerCase.balance.lines.filter { line in
                judged.holdings.credits[line.decision] == nil
                    || line.bucket == .excluded && !judged.isJudged(line.decision, line.unit?.code ?? "")
            },
            completion: completion,
            retaken: (completion.units ?? []).filter(judged.isHeld).map(\.code),
            ruleSets: sets.map(\.identifier),
            rules: judged.outcome,
            standard: judged.standard,
            exemptions: question.exemptions,
            supposed: question.supposed,
            heldAlready: question.supposed.recognitions.map(\.unit).filter { !judged.isJudged(.none, $0) }
        )
    }
}
